// SPDX-License-Identifier: MIT

package tidy

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// tree returns the tree's root and files. WORKSPACE leads there, both from the package's own folder
// and from Bazel's links to what a test may read.
func tree(t *testing.T) (string, []*File) {
	t.Helper()
	workspace, err := filepath.EvalSymlinks("../../WORKSPACE")
	if err != nil {
		t.Fatalf("finding the tree's root: %v", err)
	}
	root := filepath.Dir(workspace)
	files, err := Load(root)
	if err != nil {
		t.Fatal(err)
	}
	return root, files
}

func TestTreeKeepsTheRules(t *testing.T) {
	root, files := tree(t)
	if len(files) < 20 {
		t.Fatalf("found only %d files in %s", len(files), root)
	}
	for _, file := range files {
		for _, finding := range Check(file) {
			t.Error(finding)
		}
	}
}

// Other versions of clang-format break lines in other places, so only this one decides.
const clangFormatVersion = "version 14."

func clangFormat(t *testing.T) string {
	t.Helper()
	other := ""
	for _, name := range []string{"clang-format-14", "clang-format"} {
		version, err := exec.Command(name, "--version").Output()
		if err == nil && strings.Contains(string(version), clangFormatVersion) {
			return name
		}
		other += string(version)
	}
	if other == "" {
		t.Fatal("no clang-format on this machine; ./bazelw test installs it")
	}
	t.Skipf("clang-format here is not of %s but: %s", clangFormatVersion, other)
	return ""
}

func TestCIsFormatted(t *testing.T) {
	root, files := tree(t)
	arguments := []string{"--dry-run", "--Werror", "--style=file"}
	for _, file := range files {
		if isC(file) {
			arguments = append(arguments, file.Path)
		}
	}
	format := exec.Command(clangFormat(t), arguments...)
	format.Dir = root
	output, err := format.CombinedOutput()
	if err == nil {
		return
	}
	// One line for each place, of three that clang-format prints.
	for _, line := range strings.Split(string(output), "\n") {
		if place, _, found := strings.Cut(line, ": error: "); found {
			t.Errorf("%s: clang-format writes this another way", place)
		}
	}
	if !t.Failed() {
		t.Fatalf("%v: %v\n%s", format, err, output)
	}
}
