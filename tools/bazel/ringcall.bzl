"""ringcall_library: a C client and a Go package from an interface header. ringcall_worker: a
worker that serves some."""

load("//tools/bazel:c.bzl", "RC_GENERATED_COPTS")
load("//tools/bazel:go.bzl", "go_binary", "go_library")

def ringcall_library(
        name,
        hdr,
        importpath = None,
        deps = [],
        copts = [],
        tags = [],
        visibility = None):
    """Runs ringgen on a header; declares the C library `name` and the Go package `name`_go.

    C code includes "folder/NAME.rc.h". Go code imports `importpath`, where the package is `name`.

    Args:
      name: of the C library; NAME.rc.h, NAME.rc.c and NAME.rc.go are generated.
      hdr: the interface header, a file of this folder.
      importpath: of the Go package; default ringcall/<folder of the BUILD file>/<name>.
      deps: cc_library targets with the headers that `hdr` includes.
      copts: more options for the compiler of the generated C.
      tags: of the C library.
      visibility: of both targets.
    """
    header = name + ".rc.h"
    source = name + ".rc.c"
    go = name + ".rc.go"

    # The header as a library: its own deps are how ringgen and its users find what it includes.
    native.cc_library(
        name = name + "_header",
        hdrs = [hdr],
        visibility = visibility,
        deps = ["//cside:idl"] + deps,
    )
    _ringgen(
        name = name + "_ringgen",
        c_header = header,
        c_source = source,
        go = go,
        go_package = name,
        hdr = hdr,
        deps = [":%s_header" % name],
    )
    native.cc_library(
        name = name,
        srcs = [source],
        hdrs = [header],
        copts = RC_GENERATED_COPTS + copts,
        tags = tags,
        # What registers the service is a constructor, which nothing refers to by name.
        alwayslink = True,
        linkstatic = True,
        visibility = visibility,
        deps = [
            ":%s_header" % name,
            "//cside:ringcall",
        ],
    )
    go_library(
        name = name + "_go",
        srcs = [go],
        importpath = importpath or "ringcall/%s/%s" % (native.package_name(), name),
        visibility = visibility,
        deps = ["//goside/rt"],
    )

def ringcall_worker(
        name,
        srcs,
        services,
        deps = [],
        goarch = "",
        goenv = {},
        goflags = [],
        **kwargs):
    """Builds a worker: a Go program without cgo, which a host starts by its path.

    Args:
      name: of the executable.
      srcs: Go files of package main, in one folder.
      services: ringcall_library targets that it imports.
      deps: other go_library targets.
      goarch: what to build for, as "arm64"; default: this machine.
      goenv: more environment of the go command, as {"GOAMD64": "v3"}.
      goflags: more flags of `go build`, as ["-tags=prod", "-trimpath"].
      **kwargs: of go_binary: data, embedsrcs, tags, visibility, testonly.
    """
    go_binary(
        name = name,
        srcs = srcs,
        goarch = goarch,
        goenv = goenv,
        goflags = goflags,
        deps = ["//goside"] + [_go_package(service) for service in services] + deps,
        **kwargs
    )

def _go_package(library):
    """Returns the Go package of a ringcall_library: "//a/b" and "//a/b:c" lack a suffix."""
    if ":" not in library and library.startswith("//"):
        return library + ":" + library.rpartition("/")[2] + "_go"
    return library + "_go"

def _ringgen_impl(ctx):
    outputs = [ctx.outputs.c_header, ctx.outputs.c_source, ctx.outputs.go]
    cc = cc_common.merge_cc_infos(cc_infos = [dep[CcInfo] for dep in ctx.attr.deps])
    context = cc.compilation_context
    arguments = ctx.actions.args()
    arguments.add("--src", ctx.file.hdr)
    arguments.add("--c-header", ctx.outputs.c_header)
    arguments.add("--c-source", ctx.outputs.c_source)
    arguments.add("--go", ctx.outputs.go)
    arguments.add("--go-package", ctx.attr.go_package)
    for paths in [context.quote_includes, context.includes, context.system_includes]:
        arguments.add_all(paths, before_each = "-I")
    arguments.add_all(context.defines, before_each = "-D")
    ctx.actions.run(
        executable = ctx.executable._ringgen,
        arguments = [arguments],
        inputs = depset([ctx.file.hdr], transitive = [context.headers]),
        outputs = outputs,
        mnemonic = "Ringgen",
        progress_message = "Generating %s from %s" % (ctx.attr.go_package, ctx.file.hdr.short_path),
    )
    return [DefaultInfo(files = depset(outputs))]

# A rule, not a genrule, because it takes the include paths from the C libraries it depends on.
_ringgen = rule(
    implementation = _ringgen_impl,
    attrs = {
        "c_header": attr.output(mandatory = True),
        "c_source": attr.output(mandatory = True),
        "deps": attr.label_list(providers = [CcInfo]),
        "go": attr.output(mandatory = True),
        "go_package": attr.string(mandatory = True),
        "hdr": attr.label(allow_single_file = [".h"], mandatory = True),
        "_ringgen": attr.label(default = "//codegen:ringgen", cfg = "exec", executable = True),
    },
)
