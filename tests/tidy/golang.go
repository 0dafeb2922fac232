// SPDX-License-Identifier: MIT

package tidy

import (
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
)

func checkGoFormat(file *File) []Finding {
	formatted, err := format.Source([]byte(file.Text))
	if err != nil {
		return []Finding{{file.Path, 1, "does not parse: " + err.Error()}}
	}
	if string(formatted) == file.Text {
		return nil
	}
	want := lines(string(formatted))
	for index, line := range lines(file.Text) {
		if index >= len(want) || line != want[index] {
			return []Finding{{file.Path, index + 1, "gofmt writes this another way"}}
		}
	}
	return []Finding{{file.Path, len(want), "gofmt writes this another way"}}
}

// parse returns nil for what does not parse, which checkGoFormat reports.
func parse(file *File) (*token.FileSet, *ast.File) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, file.Path, file.Text, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil
	}
	return set, tree
}

func checkGoFunctionLength(file *File) []Finding {
	set, tree := parse(file)
	if tree == nil {
		return nil
	}
	var findings []Finding
	for _, declaration := range tree.Decls {
		function, ok := declaration.(*ast.FuncDecl)
		if !ok {
			continue
		}
		first := set.Position(function.Pos()).Line
		last := set.Position(function.End()).Line
		long := tooLong(file, first, function.Name.Name, last-first+1)
		findings = append(findings, long...)
	}
	return findings
}

func checkUnsafe(file *File) []Finding {
	set, tree := parse(file)
	if tree == nil || mayBeUnsafe(file) {
		return nil
	}
	var findings []Finding
	for _, spec := range tree.Imports {
		if spec.Path.Value == `"unsafe"` {
			line := set.Position(spec.Pos()).Line
			why := "imports unsafe, but is not called *_unsafe.go"
			findings = append(findings, Finding{file.Path, line, why})
		}
	}
	return findings
}

// mayBeUnsafe covers x_unsafe.go and its tests. Generated files may be so too, but are not checked.
func mayBeUnsafe(file *File) bool {
	base := path.Base(file.Path)
	if strings.HasSuffix(base, "_unsafe.go") {
		return true
	}
	subject, isTest := strings.CutSuffix(base, "_test.go")
	return isTest && (strings.HasSuffix(subject, "_unsafe") ||
		slices.Contains(file.Siblings, subject+"_unsafe.go"))
}
