"""What the build uses of the host: Go, liburing, Criterion, libclang, and others to compare with.

Each is a repository rule that looks where the host keeps such things, as Bazel looks for the C
compiler, and fails with a sentence that says what to do. None of them downloads anything.
"""

_REMEDY = "run ./bazelw in place of bazel once: it installs what is missing"

# Debian's versioned packages do not put their `go` on the path, nor does the upstream tarball, nor
# do bazelw and `go install golang.org/dl/...`, which have releases in ~/sdk.
_GO_PLACES = ["/usr/local/go/bin", "/usr/lib/go/bin"] + [
    "/usr/lib/go-1.%d/bin" % minor
    for minor in range(39, 22, -1)
]

_GO_MINOR_MIN = 23

def _go_minor(ctx, go):
    """Returns the 23 of "go1.23.5", or 0 when `go` does not run."""
    run = ctx.execute(
        [go, "env", "GOVERSION"],
        environment = {"GOTOOLCHAIN": "local", "GOENV": "off", "HOME": str(ctx.path("."))},
    )
    version = run.stdout.strip()
    if run.return_code or not version.startswith("go1."):
        return 0
    digits = version[len("go1."):].split(".")[0].split("rc")[0].split("beta")[0]
    return int(digits) if digits.isdigit() else 0

def _find_go(ctx):
    """Returns the first Go that is new enough: the one on the path goes before all others."""
    found = [ctx.which("go")] + [ctx.path(place + "/go") for place in _GO_PLACES]
    fetched = ctx.path(ctx.os.environ.get("HOME", "/root") + "/sdk")
    if fetched.exists:
        releases = sorted([str(release) for release in fetched.readdir()])
        found += [ctx.path(release + "/bin/go") for release in releases]
    for go in found:
        if go and go.exists and _go_minor(ctx, go) >= _GO_MINOR_MIN:
            return go
    fail(("found no Go of version 1.%d or later on the path, in /usr/local/go, /usr/lib/go-* or " +
          "~/sdk; %s") % (_GO_MINOR_MIN, _REMEDY))

_GO_ENV = """\
# {version}. Nothing of the user's own settings, and no network.
export PATH="{root}/bin:/usr/local/bin:/usr/bin:/bin"
export HOME="{cache}" GOCACHE="{cache}/build" GOPATH="{cache}/path"
export GOENV=off GOWORK=off GO111MODULE=on GOPROXY=off GOSUMDB=off GOTOOLCHAIN=local
export GOFLAGS='-mod=mod -trimpath -buildvcs=false'
"""

def _local_go_impl(ctx):
    go = _find_go(ctx)
    run = ctx.execute(
        [go, "env", "GOROOT", "GOVERSION"],
        environment = {"GOTOOLCHAIN": "local", "GOENV": "off", "HOME": str(ctx.path("."))},
    )
    root, version = run.stdout.strip().split("\n")

    # Go's build cache has to outlive an action, and to be gone after `bazel clean --expunge`. So
    # it lies in the output base, two folders above this repository.
    cache = str(ctx.path(".").dirname.dirname) + "/ringcall-go-cache"
    ctx.file("BUILD", 'exports_files(["env.sh"])\n')
    ctx.file("env.sh", _GO_ENV.format(cache = cache, root = root, version = version))

# @local_go//:env.sh makes the go command usable in a shell. It is an input of every Go action, so
# another version of Go has everything built anew. `local`: it is looked for at each server start.
local_go = repository_rule(
    implementation = _local_go_impl,
    configure = True,
    environ = ["HOME", "PATH"],
    local = True,
)

def _compiler(ctx):
    named = ctx.os.environ.get("CC", "")
    for name in [named, "cc", "gcc", "clang"]:
        compiler = ctx.which(name) if name else None
        if compiler:
            return compiler
    fail("found no C compiler on the path; " + _REMEDY)

_SYSTEM_LIBRARY = """\
cc_library(
    name = "{name}",
    linkopts = {linkopts},
    visibility = ["//visibility:public"],
)
"""

def _system_library_impl(ctx):
    # The compiler finds both by itself; this only makes sure, to fail with a better text than its.
    compiler = _compiler(ctx)
    source = "try.cc" if ctx.attr.is_cxx else "try.c"
    ctx.file(source, "#include <%s>\nint main(void) { return 0; }\n" % ctx.attr.header)
    cxx = ["-lstdc++"] if ctx.attr.is_cxx else []
    run = ctx.execute([compiler, source, "-o", "try"] + ctx.attr.linkopts + cxx)
    if run.return_code:
        fail("cannot compile and link a program with <%s> and %s; %s (package %s).\n%s" % (
            ctx.attr.header,
            " ".join(ctx.attr.linkopts),
            _REMEDY,
            ctx.attr.package,
            run.stderr,
        ))
    ctx.file("BUILD", _SYSTEM_LIBRARY.format(
        name = ctx.name,
        linkopts = repr(ctx.attr.linkopts),
    ))

# A library that is installed where the C compiler looks by itself: @name is a cc_library.
system_library = repository_rule(
    implementation = _system_library_impl,
    attrs = {
        "header": attr.string(mandatory = True),
        "is_cxx": attr.bool(doc = "the header is C++"),
        "linkopts": attr.string_list(mandatory = True),
        "package": attr.string(mandatory = True, doc = "Debian's name of it"),
    },
    environ = ["CC", "PATH"],
    local = True,
)

_LIBCLANG = """\
cc_library(
    name = "libclang",
    hdrs = glob(["include/clang-c/*.h"]),
    defines = ['LIBCLANG_RESOURCE_DIR="\\\\"{resources}\\\\""'],
    includes = ["include"],
    linkopts = {linkopts},
    visibility = ["//visibility:public"],
)
"""

_LLVM_PLACES = ["/usr/lib/llvm-%d" % major for major in range(14, 30)]

def _libclang_impl(ctx):
    for place in _LLVM_PLACES:
        if not ctx.path(place + "/include/clang-c/Index.h").exists:
            continue

        # The headers that belong to the compiler (stddef.h …): lib/clang/14.0.6 or lib/clang/19.
        resources = [
            entry
            for entry in ctx.path(place + "/lib/clang").readdir()
            if ctx.path(str(entry) + "/include/stddef.h").exists
        ]
        if not resources:
            continue
        ctx.symlink(place + "/include/clang-c", "include/clang-c")
        ctx.file("BUILD", _LIBCLANG.format(
            resources = resources[0],
            linkopts = repr(["-L%s/lib" % place, "-lclang", "-Wl,-rpath,%s/lib" % place]),
        ))
        return
    fail("found no libclang of version 14 or later in /usr/lib/llvm-*; %s (package %s)" %
         (_REMEDY, "libclang-14-dev"))

# @libclang is a cc_library; LIBCLANG_RESOURCE_DIR names the folder for clang's -resource-dir.
libclang = repository_rule(
    implementation = _libclang_impl,
    local = True,
)

def host_repositories():
    """Declares what is looked for on the host, each on its first use."""
    local_go(name = "local_go")
    system_library(
        name = "liburing",
        header = "liburing.h",
        linkopts = ["-luring"],
        package = "liburing-dev",
    )
    system_library(
        name = "libuv",
        header = "uv.h",
        linkopts = ["-luv"],
        package = "libuv1-dev",
    )
    system_library(
        name = "criterion",
        header = "criterion/criterion.h",
        linkopts = ["-lcriterion"],
        package = "libcriterion-dev",
    )
    system_library(
        name = "flatbuffers",
        header = "flatbuffers/flatbuffers.h",
        is_cxx = True,
        linkopts = [],
        package = "libflatbuffers-dev",
    )
    system_library(
        name = "capnp",
        header = "capnp/message.h",
        is_cxx = True,
        linkopts = [
            "-lcapnp",
            "-lkj",
        ],
        package = "libcapnp-dev",
    )
    libclang(name = "libclang")
