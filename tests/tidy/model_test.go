// SPDX-License-Identifier: MIT

package tidy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// modelRow is a row of a table in ring/README.md: a name of a model, and names of the code.
var (
	modelRow = regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (.*`.*) \\|$")
	codeName = regexp.MustCompile("`(\\w+)` in ([\\w./]+)")
)

// modelRowsMin is how many rows the table of a model has at least.
var modelRowsMin = map[string]int{"ring.pml": 18, "takeover.pml": 9}

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
	for name, rowsMin := range modelRowsMin {
		start := strings.Index(page, "| in "+name+" |")
		if start < 0 {
			t.Fatalf("ring/README.md has no table of the names in %s", name)
		}
		table, _, _ := strings.Cut(page[start:], "\n\n")
		model := read("tests/model/" + name)
		rows := modelRow.FindAllStringSubmatch(table, -1)
		if len(rows) < rowsMin {
			t.Fatalf("%s: the table has %d rows, fewer than %d", name, len(rows),
				rowsMin)
		}
		for _, row := range rows {
			if !names(model, row[1]) {
				t.Errorf("tests/model/%s has no %s", name, row[1])
			}
			for _, code := range codeName.FindAllStringSubmatch(row[2], -1) {
				if !names(read(code[2]), code[1]) {
					t.Errorf("%s has no %s, which %s calls %s", code[2],
						code[1], name, row[1])
				}
			}
		}
	}
}
