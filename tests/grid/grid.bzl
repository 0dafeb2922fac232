"""grid_part: one header of the grid of types, with its table in C and its service in Go."""

load("//tools/bazel:c.bzl", "c_library")
load("//tools/bazel:go.bzl", "go_library")
load("//tools/bazel:ringcall.bzl", "ringcall_library")

def grid_part(name, index, parts):
    """Declares the C library `name`_table and the Go package serve`name`."""
    native.genrule(
        name = name + "_gen",
        outs = [
            name + ".h",
            name + "_table.c",
            "serve%s.go" % name,
        ],
        cmd = "$(location //tests/grid/gen) %d %d $(OUTS)" % (index, parts),
        tools = ["//tests/grid/gen"],
    )
    ringcall_library(
        name = name,
        hdr = name + ".h",
        visibility = ["//tests:__subpackages__"],
    )
    c_library(
        name = name + "_table",
        srcs = [name + "_table.c"],
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
