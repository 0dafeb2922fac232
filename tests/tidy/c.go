// SPDX-License-Identifier: MIT

package tidy

import (
	"path"
	"regexp"
	"strings"
)

const spdxLine = "/* SPDX-License-Identifier: MIT */"

// checkCOpening wants the licence, then a comment that begins with the file's name, perhaps with
// its folder.
func checkCOpening(file *File) []Finding {
	text := lines(file.Text)
	if text[0] != spdxLine {
		return []Finding{{file.Path, 1, "does not begin with " + spdxLine}}
	}
	name := path.Base(file.Path) + " - "
	opening := strings.Join(text[1:min(3, len(text))], "")
	if strings.HasPrefix(opening, "/*") && strings.Contains(opening, name) {
		return nil
	}
	return []Finding{{file.Path, 2, `no comment that begins with "` + name + `"`}}
}

// checkCFunctionLength relies on the format: only a function's braces stand alone in column one.
func checkCFunctionLength(file *File) []Finding {
	var findings []Finding
	start := -1
	for index, line := range lines(file.Text) {
		switch {
		case line == "{":
			start = index
		case line == "}" && start >= 0:
			findings = append(findings,
				tooLong(file, start+1, "the function", index-start+1)...)
			start = -1
		}
	}
	return findings
}

// Where the memory orders of the shared words are chosen, and explained.
const orderFile = "ring/atomic.h"

var memoryOrder = regexp.MustCompile(`__ATOMIC_|__atomic_|__sync_|\bmemory_order` +
	`|\batomic_thread_fence\b|<stdatomic\.h>`)

func checkMemoryOrders(file *File) []Finding {
	if file.Path == orderFile {
		return nil
	}
	code := &File{Path: file.Path, Text: withoutComments(file.Text)}
	return match(code, memoryOrder, "a memory order outside of "+orderFile)
}

var comment = regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`)

// withoutComments keeps the ends of lines, so that their numbers stay.
func withoutComments(text string) string {
	return comment.ReplaceAllStringFunc(text, func(found string) string {
		return strings.Repeat("\n", strings.Count(found, "\n"))
	})
}

// A prototype begins in column one with its type.
var publicFunction = regexp.MustCompile(`^[a-z][\w \t*]*\b(rc_\w+)\(`)

func checkPublicComments(file *File) []Finding {
	var findings []Finding
	text := lines(file.Text)
	for index, line := range text {
		name := publicFunction.FindStringSubmatch(line)
		if name != nil && (index == 0 || !strings.HasSuffix(text[index-1], "*/")) {
			findings = append(findings,
				Finding{file.Path, index + 1, name[1] + " has no comment above it"})
		}
	}
	return findings
}
