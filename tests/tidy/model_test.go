// SPDX-License-Identifier: MIT

package tidy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// modelRow is a row of the table in ring/README.md: a name of the model, and names of the code.
var (
	modelRow = regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (.*`.*) \\|$")
	codeName = regexp.MustCompile("`(\\w+)` in ([\\w./]+)")
)

const modelRowsMin = 15

// A model says something about the code only while both have the parts that it maps to each other.
func TestModelNamesAreThoseOfTheCode(t *testing.T) {
	root, _ := tree(t)
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	names := func(text, name string) bool {
		return regexp.MustCompile(`\b` + name + `\b`).MatchString(text)
	}
	page := read("ring/README.md")
	start := strings.Index(page, "| in the model |")
	if start < 0 {
		t.Fatal("ring/README.md has no table of the model's names")
	}
	table, _, _ := strings.Cut(page[start:], "\n\n")
	model := read("tests/model/ring.pml")
	rows := modelRow.FindAllStringSubmatch(table, -1)
	if len(rows) < modelRowsMin {
		t.Fatalf("the table has %d rows, fewer than %d", len(rows), modelRowsMin)
	}
	for _, row := range rows {
		if !names(model, row[1]) {
			t.Errorf("tests/model/ring.pml has no %s", row[1])
		}
		for _, code := range codeName.FindAllStringSubmatch(row[2], -1) {
			if !names(read(code[2]), code[1]) {
				t.Errorf("%s has no %s, which the model calls %s", code[2],
					code[1], row[1])
			}
		}
	}
}
