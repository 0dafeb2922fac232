"""Rules for our own C code: Bazel's, with our standard and our warnings."""

# Warnings are errors for our own code only, so these are not in .bazelrc, which would put them on
# everything. `-D_GNU_SOURCE=` is what `#define _GNU_SOURCE` says, so a file may say so as well.
RC_COPTS = [
    "-std=c17",
    "-D_GNU_SOURCE=",
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Werror",
]

# For code that ringgen wrote: it has to please the compilers of others, too.
RC_GENERATED_COPTS = [
    "-std=c17",
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Wpedantic",
    "-Werror",
]

# Criterion, or what stands in for it where it does not work.
_CRITERION = select({
    "//tools/bazel:criterion_stand_in": ["//tools/bazel/criterion_stand_in"],
    "//conditions:default": ["//tools/bazel:criterion"],
})

# Everything is linked statically: a library is compiled once, and tests run what programs run.

def c_library(name, copts = [], **kwargs):
    native.cc_library(name = name, copts = RC_COPTS + copts, linkstatic = True, **kwargs)

def c_binary(name, copts = [], **kwargs):
    native.cc_binary(name = name, copts = RC_COPTS + copts, **kwargs)

def c_test(name, copts = [], size = "small", **kwargs):
    """Declares a test whose exit status tells."""
    native.cc_test(name = name, copts = RC_COPTS + copts, linkstatic = True, size = size, **kwargs)

def criterion_test(name, srcs = None, deps = [], tags = [], **kwargs):
    """Declares a test written with Criterion, which brings the main function. `srcs` is NAME.c."""
    c_test(
        name = name,
        srcs = srcs or [name + ".c"],
        # Criterion names a socket and shared memory after its process ids. In the sandbox all
        # tests have the same small ids, so two that run at once would meet.
        tags = tags + ["no-sandbox"],
        deps = deps + _CRITERION,
        **kwargs
    )

def criterion_tests(srcs, **kwargs):
    """Declares a Criterion test for each file: park_test.c becomes :park_test."""
    for source in srcs:
        criterion_test(name = source[:-len(".c")], srcs = [source], **kwargs)
