// SPDX-License-Identifier: MIT

// Package tidy checks the house style of every file of the tree, as far as a program can.
//
// A rule is a function from a file to findings. Each rule has bad samples in rules_test.go, which
// prove that it can fail. What gofmt and clang-format decide is theirs; what go vet finds is
// found when Go is built.
package tidy

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// A File is one source file.
type File struct {
	// Path is relative to the tree's root, with slashes.
	Path string

	// Text is the whole content.
	Text string

	// Siblings are the names of the files in the same folder.
	Siblings []string
}

// A Finding is one place that breaks a rule.
type Finding struct {
	Path string
	Line int
	Why  string
}

func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s", f.Path, f.Line, f.Why)
}

// Check returns what the rules find in file.
func Check(file *File) []Finding {
	var findings []Finding
	for _, rule := range rules {
		if rule.covers(file) {
			findings = append(findings, rule.check(file)...)
		}
	}
	return findings
}

type rule struct {
	covers func(*File) bool
	check  func(*File) []Finding
}

var rules = []rule{
	{isText, checkMachinePaths},
	{isWritten, checkBlanks},
	{isWritten, checkTasks},
	{isCode, checkFileLength},
	{isCode, checkLineLength},
	{isC, checkCOpening},
	{isC, checkCFunctionLength},
	{isC, checkMemoryOrders},
	{isPublicHeader, checkPublicComments},
	{isGo, checkGoFormat},
	{isGo, checkGoFunctionLength},
	{isGo, checkUnsafe},
}

func isText(file *File) bool {
	return !strings.Contains(file.Text, "\x00")
}

// isWritten reports whether a person wrote the file: not a program, and not as a test's input.
func isWritten(file *File) bool {
	return isText(file) && !isGenerated(file.Path) && !strings.Contains(file.Path, "testdata/")
}

func isGenerated(name string) bool {
	for _, suffix := range []string{"_gen.go", ".rc.go", ".rc.h", ".rc.c", ".svg"} {
		if strings.HasSuffix(name, suffix) {
			return true
		}
	}
	return false
}

// isCode leaves out prose, whose tables and links have lines as long as they need.
func isCode(file *File) bool {
	base := path.Base(file.Path)
	return isWritten(file) && path.Ext(base) != ".md" && base != "LICENSE"
}

func isC(file *File) bool {
	extension := path.Ext(file.Path)
	return isCode(file) && (extension == ".c" || extension == ".h")
}

func isPublicHeader(file *File) bool {
	return isC(file) && strings.HasSuffix(file.Path, "include/ringcall/ringcall.h")
}

func isGo(file *File) bool {
	return isCode(file) && path.Ext(file.Path) == ".go"
}

// Load reads the files below root that git tracks or would add. Where git cannot be asked, it reads
// all; Bazel's links are no files.
func Load(root string) ([]*File, error) {
	names, err := gitFiles(root)
	if err != nil {
		names, err = walkFiles(root)
	}
	if err != nil {
		return nil, fmt.Errorf("listing the files of %s: %w", root, err)
	}
	folders := map[string][]string{}
	for _, name := range names {
		folder := path.Dir(name)
		folders[folder] = append(folders[folder], path.Base(name))
	}
	var files []*File
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // deleted, and git does not know yet
		}
		if err != nil {
			return nil, fmt.Errorf("reading a tracked file: %w", err)
		}
		files = append(files, &File{name, string(text), folders[path.Dir(name)]})
	}
	return files, nil
}

func gitFiles(root string) ([]string, error) {
	// A tree that another user owns, as in a container, is read all the same.
	git := exec.Command("git", "-C", root, "-c", "safe.directory=*", "ls-files", "-z",
		"--cached", "--others", "--exclude-standard")
	output, err := git.Output()
	if err != nil {
		return nil, err
	}
	names := strings.Split(strings.TrimSuffix(string(bytes.TrimSpace(output)), "\x00"), "\x00")
	slices.Sort(names)
	return slices.Compact(names), nil
}

func walkFiles(root string) ([]string, error) {
	var names []string
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.Name() == ".git" {
			return fs.SkipDir
		}
		if entry.Type().IsRegular() && entry.Name() != "user.bazelrc" {
			relative, _ := filepath.Rel(root, name)
			names = append(names, filepath.ToSlash(relative))
		}
		return nil
	})
	return names, err
}
