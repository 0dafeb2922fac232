"""grid_parts: the headers of the grid of types, each with its table in C and its service in Go."""

load("//tools/bazel:c.bzl", "c_library")
load("//tools/bazel:go.bzl", "go_library")
load("//tools/bazel:ringcall.bzl", "ringcall_library")

# Some parts, because they are compiled at the same time; and small ones, because the fuzzers take
# the first. No multiple of 2, or each part would have only some of the leaves.
GRID_PARTS = 7

def grid_parts():
    """Declares grid0, grid1, … of GRID_PARTS, each with what _grid_part() says."""
    for index in range(GRID_PARTS):
        _grid_part("grid%d" % index, index)

def _grid_part(name, index):
    """Declares the C library `name`_table and the Go package serve`name`."""
    native.genrule(
        name = name + "_gen",
        outs = [
            name + ".h",
            name + "_table.c",
            "serve%s.go" % name,
        ],
        cmd = "$(location //tests/grid/gen) %d %d $(OUTS)" % (index, GRID_PARTS),
        tools = ["//tests/grid/gen"],
    )
    ringcall_library(
        name = name,
        hdr = name + ".h",
        # Compiling is most of the test's time. "manual": not a second time for shared libraries,
        # of which there are none.
        copts = ["-O1"],
        tags = ["manual"],
        visibility = ["//tests:__subpackages__"],
    )
    c_library(
        name = name + "_table",
        srcs = [name + "_table.c"],
        tags = ["manual"],
        visibility = ["//tests:__subpackages__"],
        deps = [
            ":" + name,
            ":table",
        ],
    )
    go_library(
        name = "serve" + name,
        srcs = ["serve%s.go" % name],
        importpath = "ringcall/tests/grid/serve" + name,
        visibility = ["//tests:__subpackages__"],
        deps = [
            ":%s_go" % name,
            "//goside/rt",
            "//tests/grid/value",
        ],
    )
