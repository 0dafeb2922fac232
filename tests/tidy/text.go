// SPDX-License-Identifier: MIT

package tidy

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

const (
	fileLinesMax     = 600
	functionLinesMax = 70
	lineColumnsMax   = 100
	tabColumns       = 8
)

// lines returns the lines of a text without their ends. The last one ends the text or is empty.
func lines(text string) []string {
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// A folder of one machine: after a letter it is the end of another path, as in $HOME/work/.
var machinePath = regexp.MustCompile(`(^|[^\w.~$})/-])/(work|root|home)/`)

func checkMachinePaths(file *File) []Finding {
	return match(file, machinePath, "names a folder of one machine")
}

// An open task names its issue: the word, then the number in brackets with a hash.
var task = regexp.MustCompile(taskWords + `\b`)

var taskWithIssue = regexp.MustCompile(taskWords + `\(#\d+\)`)

// In pieces, because this file is checked, too.
const taskWords = `\b(TO` + `DO|FIX` + `ME|XX` + `X)`

func checkTasks(file *File) []Finding {
	var findings []Finding
	for _, finding := range match(file, task, "a task without the number of its issue") {
		if !taskWithIssue.MatchString(lines(file.Text)[finding.Line-1]) {
			findings = append(findings, finding)
		}
	}
	return findings
}

var trailingBlank = regexp.MustCompile(`[ \t\r]$`)

func checkBlanks(file *File) []Finding {
	findings := match(file, trailingBlank, "blanks at the end of the line")
	last := len(lines(file.Text))
	if file.Text != "" && !strings.HasSuffix(file.Text, "\n") {
		findings = append(findings, Finding{file.Path, last, "no newline at the end"})
	}
	if strings.HasSuffix(file.Text, "\n\n") {
		findings = append(findings, Finding{file.Path, last, "empty lines at the end"})
	}
	return findings
}

func checkFileLength(file *File) []Finding {
	count := len(lines(file.Text))
	if count <= fileLinesMax {
		return nil
	}
	why := fmt.Sprintf("the file has %d lines, more than %d", count, fileLinesMax)
	return []Finding{{file.Path, fileLinesMax + 1, why}}
}

func checkLineLength(file *File) []Finding {
	var findings []Finding
	for index, line := range lines(file.Text) {
		count := columns(line)
		if count > lineColumnsMax {
			why := fmt.Sprintf("%d columns, more than %d", count, lineColumnsMax)
			findings = append(findings, Finding{file.Path, index + 1, why})
		}
	}
	return findings
}

// columns returns how wide a line is on a screen.
func columns(line string) int {
	count := 0
	for _, character := range line {
		if character == '\t' {
			count += tabColumns - count%tabColumns
		} else if character != utf8.RuneError {
			count++
		}
	}
	return count
}

func match(file *File, pattern *regexp.Regexp, why string) []Finding {
	var findings []Finding
	for index, line := range lines(file.Text) {
		if pattern.MatchString(line) {
			findings = append(findings, Finding{file.Path, index + 1, why})
		}
	}
	return findings
}

func tooLong(file *File, line int, name string, count int) []Finding {
	if count <= functionLinesMax {
		return nil
	}
	why := fmt.Sprintf("%s has %d lines, more than %d", name, count, functionLinesMax)
	return []Finding{{file.Path, line, why}}
}
