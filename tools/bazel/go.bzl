"""Rules for Go over the host's `go`, found by //tools/bazel:host.bzl.

Each rule that makes something copies the sources of its packages into a module tree of its own, by
import path, and runs `go build` or `go test -c` there without a network, then `go vet`. So Go
sees only what a BUILD file declares, and the go command's own cache, shared by all actions, keeps
packages compiled. The module is called what go.mod calls it; nothing outside the standard library
can be imported.
"""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

_MODULE = "ringcall"

GoInfo = provider(
    doc = "A Go package and all that it imports.",
    fields = {
        "cc": "CcInfo of the C code that its cgo packages use",
        "importpath": "the package's import path",
        "staged": "depset of struct(file, path): which source lies where in the module tree",
    },
)

def _directory(importpath):
    """Returns the folder of a package in the module tree."""
    if importpath == _MODULE:
        return "."
    if not importpath.startswith(_MODULE + "/"):
        fail("importpath %r does not lie in module %r" % (importpath, _MODULE))
    return importpath[len(_MODULE) + 1:]

def _staged(ctx, directory):
    """Returns where the rule's own sources lie in the module tree."""
    prefix = ctx.label.package + "/" if ctx.label.package else ""
    names = [(source, source.basename) for source in ctx.files.srcs]
    names += [(source, source.short_path[len(prefix):]) for source in ctx.files.embedsrcs]
    return [struct(file = source, path = directory + "/" + name) for source, name in names]

def _collect(ctx, importpath, own, deps):
    return GoInfo(
        importpath = importpath,
        staged = depset(own, transitive = [dep[GoInfo].staged for dep in deps]),
        cc = cc_common.merge_cc_infos(
            cc_infos = [dep[GoInfo].cc for dep in deps] + [dep[CcInfo] for dep in ctx.attr.cdeps],
        ),
    )

def _main_directory(ctx):
    """Returns the folder of a `package main`, which is where its sources lie.

    It cannot be named after the target: Go allows `internal` packages by folder.
    """
    return ctx.files.srcs[0].short_path.rpartition("/")[0] or "."

def _static_libraries(cc):
    libraries = []
    flags = []
    for linker_input in cc.linking_context.linker_inputs.to_list():
        for library in linker_input.libraries:
            archive = library.static_library or library.pic_static_library
            if archive:
                libraries.append(archive)
        flags += linker_input.user_link_flags
    return libraries, flags

def _go(ctx, info, directory, outputs, mnemonic, arguments, cgo):
    """Runs go on the package in `directory` of the module tree of `info`.

    Args:
      ctx: of the rule.
      info: GoInfo of the package.
      directory: the package's, in the module tree.
      outputs: the first is what -o gets.
      mnemonic: for Bazel's messages.
      arguments: of the go command, without -o and the package.
      cgo: whether C code is allowed.
    """
    context = info.cc.compilation_context
    libraries, link_flags = _static_libraries(info.cc)
    headers = context.headers.to_list() if cgo else []
    manifest = ctx.actions.declare_file(ctx.label.name + ".go-sources")
    staged = info.staged.to_list()
    ctx.actions.write(manifest, "".join(
        ["%s\t%s\n" % (ctx.file._go_mod.path, "go.mod")] +
        ["%s\t%s\n" % (entry.file.path, entry.path) for entry in staged] +
        ["%s\t\n" % header.path for header in headers],
    ))
    environment = dict(ctx.attr.goenv)
    environment["CGO_ENABLED"] = "1" if cgo else "0"
    if ctx.attr.goarch:
        environment["GOARCH"] = ctx.attr.goarch
    if headers or libraries:
        # The runner puts the execution root in front of what begins with @/, cgo runs elsewhere.
        environment["CGO_CFLAGS"] = " ".join(
            ["-O2 -g"] +
            ["-iquote @/" + path for path in context.quote_includes.to_list()] +
            ["-I@/" + path for path in context.includes.to_list()] +
            ["-isystem @/" + path for path in context.system_includes.to_list()] +
            ["-D" + define for define in context.defines.to_list()],
        )
        environment["CGO_LDFLAGS"] = " ".join(
            ["-O2 -g"] + ["@/" + library.path for library in libraries] + link_flags,
        )
    ctx.actions.run(
        executable = ctx.executable._runner,
        arguments = [
            ctx.file._go_env.path,
            manifest.path,
            outputs[0].path,
            "./" + directory,
        ] + arguments,
        inputs = [ctx.file._go_env, manifest, ctx.file._go_mod] +
                 [entry.file for entry in staged] + headers + libraries,
        outputs = outputs,
        env = environment,
        use_default_shell_env = False,
        mnemonic = mnemonic,
        progress_message = "%s %s" % (mnemonic, ctx.label),
        # The sandbox is read-only outside of the action's own folder, and the cache lies there.
        # What the sandbox is for, the staged module tree does.
        execution_requirements = {"no-sandbox": "1", "no-remote": "1"},
    )

def _go_library_impl(ctx):
    importpath = ctx.attr.importpath or _MODULE + "/" + ctx.label.package
    info = _collect(ctx, importpath, _staged(ctx, _directory(importpath)), ctx.attr.deps)
    return [
        DefaultInfo(
            files = depset(ctx.files.srcs),
            runfiles = ctx.runfiles(files = ctx.files.data),
        ),
        info,
    ]

def _runfiles(ctx, files = []):
    runfiles = ctx.runfiles(files = files + ctx.files.data)
    for dep in ctx.attr.data + ctx.attr.deps:
        runfiles = runfiles.merge(dep[DefaultInfo].default_runfiles)
    return runfiles

def _go_binary_impl(ctx):
    directory = _main_directory(ctx)
    info = _collect(ctx, _MODULE + "/" + directory, _staged(ctx, directory), ctx.attr.deps)
    binary = ctx.actions.declare_file(ctx.label.name)
    arguments = ["build"] + ctx.attr.goflags
    _go(ctx, info, directory, [binary], "GoBuild", arguments, not ctx.attr.pure)
    return [DefaultInfo(
        executable = binary,
        files = depset([binary]),
        runfiles = _runfiles(ctx),
    )]

# `go test` runs a test in its package's folder and so do we, among the runfiles. A test that
# hangs is ended a little before Bazel would, because Go then says where each goroutine stands.
_TEST = """\
#!/bin/bash
# Runs {binary} the way `go test` would.
root="${{TEST_SRCDIR:-$0.runfiles}}/{workspace}"
cd "$root/{package}" || exit 1
arguments=()
[[ -n ${{TESTBRIDGE_TEST_ONLY:-}} ]] && arguments+=("-test.run=$TESTBRIDGE_TEST_ONLY")
[[ ${{TEST_TIMEOUT:-0}} -gt 10 ]] && arguments+=("-test.timeout=$((TEST_TIMEOUT - 5))s")
exec "$root/{binary}" -test.paniconexit0 "${{arguments[@]}}" "$@"
"""

def _go_test_impl(ctx):
    embed = ctx.attr.embed[GoInfo] if ctx.attr.embed else None
    if embed:
        importpath = embed.importpath
    else:
        importpath = _MODULE + "/" + ctx.label.package
    directory = _directory(importpath)
    deps = ctx.attr.deps + ([ctx.attr.embed] if embed else [])
    info = _collect(ctx, importpath, _staged(ctx, directory), deps)
    binary = ctx.actions.declare_file(ctx.label.name + ".bin")
    arguments = ["test", "-c"] + (["-race"] if ctx.attr.race else []) + ctx.attr.goflags
    cgo = ctx.attr.race or ctx.attr.cgo
    _go(ctx, info, directory, [binary], "GoTestBuild", arguments, cgo)

    script = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.write(script, is_executable = True, content = _TEST.format(
        binary = binary.short_path,
        package = ctx.label.package,
        workspace = ctx.workspace_name,
    ))
    runfiles = _runfiles(ctx, [binary])
    if ctx.attr.embed:
        runfiles = runfiles.merge(ctx.attr.embed[DefaultInfo].default_runfiles)
    return [DefaultInfo(
        executable = script,
        files = depset([script, binary]),
        runfiles = runfiles,
    )]

def _go_c(ctx, mode, extension):
    """Builds a C library from a Go main package; returns it, its header and its GoInfo."""
    directory = _main_directory(ctx)
    info = _collect(ctx, _MODULE + "/" + directory, _staged(ctx, directory), ctx.attr.deps)

    # go names the header after the library.
    library = ctx.actions.declare_file("lib" + ctx.label.name + extension)
    lib_header = ctx.actions.declare_file("lib" + ctx.label.name + ".h")
    arguments = ["build", "-buildmode=" + mode] + ctx.attr.goflags
    _go(ctx, info, directory, [library, lib_header], "GoBuild", arguments, True)
    return library, lib_header, info

def _cc_info(ctx, header, info, **library):
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    linked = cc_common.create_library_to_link(
        actions = ctx.actions,
        cc_toolchain = toolchain,
        feature_configuration = features,
        **library
    )
    own = CcInfo(
        compilation_context = cc_common.create_compilation_context(headers = depset([header])),
        linking_context = cc_common.create_linking_context(linker_inputs = depset([
            cc_common.create_linker_input(
                owner = ctx.label,
                libraries = depset([linked]),
                user_link_flags = depset(["-pthread"]),
            ),
        ])),
    )
    if "static_library" in library:
        # Go leaves the C code that its packages use out of an archive.
        return cc_common.merge_cc_infos(direct_cc_infos = [own], cc_infos = [info.cc])
    return own

def _go_c_archive_impl(ctx):
    library, header, info = _go_c(ctx, "c-archive", ".a")
    return [
        DefaultInfo(files = depset([library, header]), runfiles = _runfiles(ctx)),
        _cc_info(ctx, header, info, static_library = library),
    ]

def _go_c_shared_impl(ctx):
    library, header, info = _go_c(ctx, "c-shared", ".so")
    return [
        DefaultInfo(files = depset([library, header]), runfiles = _runfiles(ctx, [library])),
        _cc_info(ctx, header, info, dynamic_library = library),
    ]

_SOURCES = {
    "cdeps": attr.label_list(providers = [CcInfo], doc = "C libraries that cgo code uses"),
    "data": attr.label_list(allow_files = True, doc = "files needed at run time"),
    "deps": attr.label_list(providers = [GoInfo], doc = "go_library targets"),
    "embedsrcs": attr.label_list(allow_files = True, doc = "files for //go:embed"),
    "srcs": attr.label_list(allow_files = [".go", ".s", ".h", ".c"]),
}

_BUILD = dict(
    _SOURCES,
    goarch = attr.string(doc = "what to build for, as amd64 or arm64; default: this machine"),
    goenv = attr.string_dict(doc = "more environment of the go command, as GOAMD64"),
    goflags = attr.string_list(doc = "more flags of the go command, as -tags=a,b"),
    _go_env = attr.label(default = "@local_go//:env.sh", allow_single_file = True),
    _go_mod = attr.label(default = "//:go.mod", allow_single_file = True),
    _runner = attr.label(
        default = "//tools/bazel:go_run.sh",
        allow_single_file = True,
        cfg = "exec",
        executable = True,
    ),
)

_C = dict(
    _BUILD,
    _cc_toolchain = attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
)

_CC_TOOLCHAINS = ["@bazel_tools//tools/cpp:toolchain_type"]

# A package. `importpath` defaults to ringcall/<folder of the BUILD file>.
go_library = rule(
    implementation = _go_library_impl,
    attrs = dict(_SOURCES, importpath = attr.string()),
    provides = [GoInfo],
)

# A program. `pure` (CGO_ENABLED=0) is how workers are built.
go_binary = rule(
    implementation = _go_binary_impl,
    attrs = dict(_BUILD, pure = attr.bool(default = True)),
    executable = True,
)

# The tests of a package: `embed` is its go_library, `srcs` the _test.go files.
go_test = rule(
    implementation = _go_test_impl,
    attrs = dict(
        _BUILD,
        cgo = attr.bool(default = False),
        embed = attr.label(providers = [GoInfo]),
        race = attr.bool(default = False, doc = "under the race detector, with checkptr"),
    ),
    test = True,
)

# A Go main package with //export functions for C programs, as `deps` of C rules: libNAME.a and
# libNAME.h, which they include as "folder/libNAME.h".
go_c_archive = rule(
    implementation = _go_c_archive_impl,
    attrs = _C,
    fragments = ["cpp"],
    toolchains = _CC_TOOLCHAINS,
)

# The same as libNAME.so, to link against or to load at run time (name it in `data` then).
go_c_shared = rule(
    implementation = _go_c_shared_impl,
    attrs = _C,
    fragments = ["cpp"],
    toolchains = _CC_TOOLCHAINS,
)

def _go_sources_impl(ctx):
    sources = depset(transitive = [dep[GoInfo].staged for dep in ctx.attr.deps])
    files = [entry.file for entry in sources.to_list()]
    return [DefaultInfo(files = depset(files), runfiles = ctx.runfiles(files))]

# The sources of packages and of all that they import, as files.
go_sources = rule(
    implementation = _go_sources_impl,
    attrs = {"deps": attr.label_list(providers = [GoInfo])},
)

def go_test_with_race(name, tags = [], **kwargs):
    """Declares `name` and `name`_race: the same tests without and with the race detector."""
    go_test(name = name, tags = tags, **kwargs)
    go_test(name = name + "_race", race = True, tags = tags + ["race"], **kwargs)

def sh_test_with_go(name, src, args = [], data = [], tags = [], **kwargs):
    """Declares a shell test that finds the go command on its path.

    Args:
      name: of the test.
      src: the script.
      args: its arguments.
      data: files it needs.
      tags: as of any test.
      **kwargs: of sh_test.
    """
    native.sh_test(
        name = name,
        srcs = ["//tools/bazel:with_go.sh"],
        args = ["$(rootpath @local_go//:env.sh)", "$(rootpath %s)" % src] + args,
        data = data + ["@local_go//:env.sh", src],
        # Go's cache lies outside of the sandbox.
        tags = tags + ["no-sandbox"],
        **kwargs
    )

def go_package(
        name,
        deps = [],
        test_deps = [],
        test_data = [],
        test_cgo = False,
        importpath = None,
        **kwargs):
    """Declares the package in this folder, and NAME_test and NAME_test_race if it has tests.

    NAME_files are its sources as files, and NAME_test_files those of its tests, for tests that run
    Go themselves.

    Args:
      name: of the go_library.
      deps: what the package imports.
      test_deps: what its tests import besides.
      test_data: files that the tests read.
      test_cgo: whether the tests are built with cgo; with the race detector they always are.
      importpath: default ringcall/<folder>.
      **kwargs: of go_library.
    """
    sources = native.glob(
        ["*.go", "*.s", "*.h", "*.c"],
        exclude = ["*_test.go", "*_test.c"],
    )
    tests = native.glob(["*_test.go"])
    native.filegroup(
        name = name + "_files",
        srcs = sources,
        visibility = ["//:__subpackages__"],
    )
    go_library(
        name = name,
        srcs = sources,
        importpath = importpath,
        deps = deps,
        **kwargs
    )
    if tests:
        native.filegroup(
            name = name + "_test_files",
            testonly = True,
            srcs = tests,
            visibility = ["//:__subpackages__"],
        )
        go_test_with_race(
            name = name + "_test",
            size = "small",
            srcs = tests,
            cgo = test_cgo,
            data = test_data,
            embed = ":" + name,
            deps = test_deps,
        )
