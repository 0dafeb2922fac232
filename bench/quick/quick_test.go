// SPDX-License-Identifier: MIT

// Package quick tests the benchmarks: that they run, and report all that they have to.
package quick

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// positive are the keys for which a run of each benchmark has to give a number above 0.
var positive = map[string][]string{
	"codec":      codecKeys,
	"latency":    latencyKeys,
	"ring":       ringKeys,
	"transports": transportKeys,
}

var codecKeys = []string{
	"codec_strings_handwritten_ns",
	"codec_strings_ns",
	"codec_strings_ratio_handwritten",
	"codec_strings_go_ns",
	"flatbuffers_strings_ns",
	"flatbuffers_strings_ratio_handwritten",
	"flatbuffers_strings_ratio_ringcall",
	"capnp_strings_ns",
	"capnp_strings_ratio_ringcall",
	"codec_read_ns",
	"codec_read_go_ns",
	"flatbuffers_read_ns",
	"flatbuffers_read_ratio_ringcall",
	"capnp_read_ns",
	"capnp_read_ratio_ringcall",
	"codec_clone_go_ns",
	"codec_array_memcpy_ns",
	"codec_array_ns",
	"codec_array_ratio_memcpy",
	"codec_array_in_place_ns",
	"flatbuffers_array_ratio_ringcall",
	"capnp_array_ratio_ringcall",
	"codec_reply_copied_ns",
	"codec_reply_buffer_ns",
	"codec_reply_buffer_ratio_copied",
	"rounds",
}

var latencyKeys = []string{
	"sync_ns_p50",
	"sync_ns_p999",
	"sync_ns_p9999",
	"sync_1gbps_ns_p50",
	"sync_1gbps_ns_p999",
	"sync_1gbps_ns_p9999",
	"bundle_ns_p50",
	"bundle_ns_p100",
	"beside_sleeper_ns_p50",
	"beside_sleeper_ns_p100",
	"bundle_longest_ns",
	"beside_sleeper_longest_ns",
	"collections",
	"sleepers",
	"rounds",
}

var transportKeys = []string{
	"cgo_bare_ns",
	"cgo_typed_ns",
	"cgo_sync_ns_p50",
	"ring_sync_ns_p50",
	"worker_sync_ns_p50",
	"ring_inflight1_ns_per_call",
	"ring_inflight8_ns_per_call",
	"ring_inflight32_ns_per_call",
	"ring_inflight128_ns_per_call",
	"ring_inflight512_ns_per_call",
	"worker_inflight1_ns_per_call",
	"worker_inflight8_ns_per_call",
	"worker_inflight32_ns_per_call",
	"worker_inflight128_ns_per_call",
	"worker_inflight512_ns_per_call",
	"leaf_ns",
	"leaf_speedup_over_cgo",
	"go_to_c_bare_ns",
	"cgo_to_host_ns",
	"ring_to_host_ns",
	"worker_to_host_ns",
	"worker_to_host_ratio_host_to_worker",
	"cgo_calls_per_s_1",
	"cgo_calls_per_s_2",
	"cgo_calls_per_s_4",
	"ring_calls_per_s_1",
	"ring_calls_per_s_2",
	"ring_calls_per_s_4",
	"worker_calls_per_s_1",
	"worker_calls_per_s_2",
	"worker_calls_per_s_4",
	"rounds",
}

var ringKeys = []string{
	"floor_rtt_ns",
	"ring_sync_rtt_ns_p50",
	"ring_sync_rtt_ns_p99",
	"ring_sync_rtt_ns_p999",
	"ring_sync_ratio_floor",
	"ring_inflight1_ns_per_call",
	"ring_inflight8_ns_per_call",
	"ring_inflight32_ns_per_call",
	"ring_inflight128_ns_per_call",
	"ring_inflight512_ns_per_call",
	"ring_inflight128_ratio_floor",
	"ring_inflight128_speedup_over_cgo",
	"epoll_calls_per_s",
	"epoll_ratio_inflight",
	"cgo_bare_ns_per_call",
	"parked_rtt_ns_p50",
	"futex_rtt_ns_p50",
	"parked_ratio_futex",
	"one_cpu_rtt_ns_p50",
	"one_cpu_futex_rtt_ns_p50",
	"one_cpu_ratio_futex",
	"unix_socket_rtt_ns_p50",
	"oversubscribed_calls_per_second",
	"oversubscribed_slowest_share",
	"rounds",
}

// run runs a benchmark and returns what it printed and its exit status.
func run(t *testing.T, benchmark string, arguments ...string) (stdout, stderr string, status int) {
	t.Helper()
	var out, err strings.Builder
	command := exec.Command("./"+benchmark, arguments...)
	command.Stdout = &out
	command.Stderr = &err
	var exit *exec.ExitError
	if failure := command.Run(); errors.As(failure, &exit) {
		status = exit.ExitCode()
	} else if failure != nil {
		t.Fatal(failure)
	}
	return out.String(), err.String(), status
}

// each runs a test of each benchmark.
func each(t *testing.T, test func(t *testing.T, benchmark string)) {
	for benchmark := range positive {
		t.Run(benchmark, func(t *testing.T) { test(t, benchmark) })
	}
}

func TestQuickRunReportsEverything(t *testing.T) { each(t, reportsEverything) }

func reportsEverything(t *testing.T, benchmark string) {
	path := filepath.Join(t.TempDir(), "results.json")
	stdout, stderr, status := run(t, benchmark, "--quick", "--json", path)
	if status != 0 {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	if stderr != "" {
		t.Errorf("it wrote to stderr, which is no terminal: %q", stderr)
	}
	t.Logf("it printed\n%s", stdout)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var report map[string]any
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, key := range positive[benchmark] {
		if value, ok := report[key].(float64); !ok || value <= 0 {
			t.Errorf("%s is %v", key, report[key])
		}
	}
	if value, ok := report["late_wakes"].(float64); !ok || value < 0 {
		t.Errorf("late_wakes is %v", report["late_wakes"])
	}
	machine, _ := report["machine"].(map[string]any)
	for _, key := range []string{"cpu", "kernel"} {
		if value, _ := machine[key].(string); value == "" {
			t.Errorf("machine.%s is %v", key, machine[key])
		}
	}
	if value, _ := machine["cpus"].(float64); value < 1 {
		t.Errorf("machine.cpus is %v", machine["cpus"])
	}
}

func TestRelativeJSONPathIsRelativeToTheUsersFolder(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("BUILD_WORKING_DIRECTORY", folder)
	_, stderr, status := run(t, "ring", "--seconds", "1", "--json", "ring.json")
	if status != 0 {
		t.Fatalf("exit status %d\n%s", status, stderr)
	}
	if _, err := os.Stat(filepath.Join(folder, "ring.json")); err != nil {
		t.Error(err)
	}
}

func TestWrongFlagsExitWithUsage(t *testing.T) { each(t, exitsWithUsage) }

func exitsWithUsage(t *testing.T, benchmark string) {
	for _, arguments := range [][]string{
		{"--nonsense"},
		{"-x"},
		{"--seconds"},
		{"--seconds", "0"},
		{"--seconds", "-3"},
		{"--seconds", "3x"},
		{"--seconds", "1e9"},
		{"--json"},
		{"--quick=yes"},
		{"more"},
	} {
		stdout, stderr, status := run(t, benchmark, arguments...)
		if status != 2 || stdout != "" || !strings.Contains(stderr, "usage: "+benchmark) {
			t.Errorf("%v: exit status %d, stdout %q, stderr %q",
				arguments, status, stdout, stderr)
		}
	}
}

func TestHelpIsPrinted(t *testing.T) { each(t, printsHelp) }

func printsHelp(t *testing.T, benchmark string) {
	stdout, stderr, status := run(t, benchmark, "--help")
	if status != 0 || stderr != "" || !strings.Contains(stdout, "--seconds N") {
		t.Errorf("exit status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
}

func TestUnusablePathsAreNamed(t *testing.T) { each(t, namesUnusablePaths) }

func namesUnusablePaths(t *testing.T, benchmark string) {
	for _, arguments := range [][]string{
		{"--seconds", "1", "--json", "/nowhere/ring.json"},
		{"--seconds", "1", "--worker", "/nowhere/worker"},
	} {
		_, stderr, status := run(t, benchmark, arguments...)
		if status != 1 || !strings.Contains(stderr, "/nowhere/") {
			t.Errorf("%v: exit status %d, stderr %q", arguments, status, stderr)
		}
	}
}

func TestWrongAnswerEndsTheRun(t *testing.T) { each(t, endsAtWrongAnswer) }

func endsAtWrongAnswer(t *testing.T, benchmark string) {
	worker, err := filepath.Abs("ring_wrong_worker")
	if err != nil {
		t.Fatal(err)
	}
	_, stderr, status := run(t, benchmark, "--seconds", "1", "--worker", worker)
	if status != 1 || !strings.Contains(stderr, "wrong answer") {
		t.Errorf("exit status %d, stderr %q", status, stderr)
	}
}
