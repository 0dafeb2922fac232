// SPDX-License-Identifier: MIT

package tidy

import (
	"path"
	"strings"
	"testing"
)

const goodC = spdxLine + "\n/*\n * x.c - does something.\n */\n"

// Each sample breaks a rule; `want` begins what is found first. The words that rules look for are
// put together here, because the rules look at this file as well.
var samples = []struct {
	name string
	path string
	text string
	want string
}{
	{"MachinePath", "docs/x.md", "see /" + "work/x\n", "x.md:1: names a folder of one machine"},
	{"MachinePathInTestdata", "testdata/x.h", "\n\"/" + "root/x\"\n", "x.h:2: names a folder"},
	{"Task", "BUILD", "# TO" + "DO: this\n", "BUILD:1: a task without"},
	{"TaskWithBadNumber", "BUILD", "# FIX" + "ME(12): this\n", "BUILD:1: a task without"},
	{"TrailingBlank", "x.md", "a\nb \n", "x.md:2: blanks at the end"},
	{"TrailingTab", ".bazelrc", "a\t\n", ".bazelrc:1: blanks at the end"},
	{"CarriageReturn", "x.md", "a\r\n", "x.md:1: blanks at the end"},
	{"NoNewline", "x.md", "a\nb", "x.md:2: no newline"},
	{"EmptyLinesAtEnd", "x.md", "a\n\n", "x.md:2: empty lines at the end"},
	{"LongFile", "x.bzl", strings.Repeat("a\n", 601), "x.bzl:601: the file has 601 lines"},
	{"LongLine", "x.sh", strings.Repeat("é", 101) + "\n", "x.sh:1: 101 columns"},
	{"LongLineOfTabs", "x.sh", strings.Repeat("\t", 12) + "abcde\n", "x.sh:1: 101 columns"},
	{"NoLicence", "x.c", "/* x.c - does something. */\n", "x.c:1: does not begin with /* SP"},
	{"NoOpening", "x.c", spdxLine + "\n#include <a.h>\n", "x.c:2: no comment that begins"},
	{"OpeningOfAnother", "y.c", goodC, `y.c:2: no comment that begins with "y.c - "`},
	{"LongCFunction", "x.c",
		goodC + "int f(void)\n{\n" + strings.Repeat("\tg();\n", 69) + "}\n",
		"x.c:6: the function has 71 lines"},
	{"MemoryOrder", "x.c", goodC + "int a = __ATOMIC_ACQUIRE;\n", "x.c:5: a memory order"},
	{"Fence", "x.c", goodC + "/* c\n */ atomic_thread_fence(x);\n", "x.c:6: a memory order"},
	{"Stdatomic", "x.c", goodC + "#include <stdatomic.h>\n", "x.c:5: a memory order"},
	{"NoPublicComment", "include/ringcall/ringcall.h",
		strings.ReplaceAll(goodC, "x.c", "ringcall.h") + "\nchar *rc_text(int code);\n",
		"ringcall.h:6: rc_text has no comment"},
	{"NotGofmt", "x.go", "package x\n\nvar  a int\n", "x.go:3: gofmt writes this"},
	{"NotGo", "x.go", "package\n", "x.go:1: does not parse"},
	{"LongGoFunction", "x.go",
		"package x\n\nfunc f() {\n" + strings.Repeat("\tg()\n", 69) + "}\n",
		"x.go:3: f has 71 lines"},
	{"Unsafe", "x.go", "package x\n\nimport _ \"unsafe\"\n", "x.go:3: imports unsafe"},
	{"UnsafeInTest", "x_test.go", "package x\n\nimport _ \"unsafe\"\n", "x_test.go:3: imports"},
}

func TestRulesFindBadSamples(t *testing.T) {
	for _, sample := range samples {
		t.Run(sample.name, func(t *testing.T) {
			findings := Check(&File{Path: sample.path, Text: sample.text})
			if len(findings) == 0 {
				t.Fatalf("nothing found, want %q", sample.want)
			}
			want := path.Join(path.Dir(sample.path), sample.want)
			if got := findings[0].String(); !strings.HasPrefix(got, want) {
				t.Errorf("found %q, want %q", got, want)
			}
		})
	}
}

func TestRulesAcceptGoodSamples(t *testing.T) {
	opening := strings.ReplaceAll(goodC, "x.c", "atomic.h")
	for _, file := range []*File{
		{Path: "x.c", Text: goodC + "/* __ATOMIC_ACQUIRE is not used. */\n"},
		{Path: "x.c", Text: spdxLine + "\n/* a/x.c - does something. */\n"},
		{Path: orderFile, Text: opening + "int a = __ATOMIC_ACQUIRE;\n"},
		{Path: "x.md", Text: "TO" + "DO(#12): " + strings.Repeat("wide ", 30) + "table\n"},
		{Path: "x.sh", Text: "cd \"$HOME/" + "work/x\"\n"},
		{Path: "x_unsafe.go", Text: "package x\n\nimport _ \"unsafe\"\n"},
		{Path: "x_test.go", Text: "package x\n\nimport _ \"unsafe\"\n",
			Siblings: []string{"x_unsafe.go"}},
		{Path: "x_gen.go",
			Text: "package x\nimport _ \"unsafe\"\n" + strings.Repeat("\n", 700)},
		{Path: "testdata/reject/x.h", Text: "/* expected */\n" + strings.Repeat("x", 200)},
	} {
		for _, finding := range Check(file) {
			t.Error(finding)
		}
	}
}
