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

# For package(features = ...): nothing here goes into a shared library. Without it a build of all
# targets compiles each library twice, once with -fPIC, and links nothing of the latter.
NOT_SHARED = ["-supports_pic"]

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

def criterion_test(name, srcs = None, suites = [], deps = [], tags = [], **kwargs):
    """Declares a test written with Criterion, which brings the main function.

    Args:
      name: of the test.
      srcs: default NAME.c, unless there are suites.
      suites: libraries of criterion_tests, whose tests it runs.
      deps: what the sources use.
      tags: as of any test.
      **kwargs: of c_test.
    """
    c_test(
        name = name,
        srcs = srcs or ([] if suites else [name + ".c"]),
        # Criterion names a socket and shared memory after its process ids. In the sandbox all
        # tests have the same small ids, so two that run at once would meet.
        tags = tags + ["no-sandbox"],
        deps = deps + suites + _CRITERION,
        **kwargs
    )

def _criterion_suites(srcs, deps, visibility):
    for source in srcs:
        c_library(
            name = source[:-len(".c")] + "_suite",
            testonly = True,
            srcs = [source],
            # Tests are found by the section they are in; nothing refers to them by name.
            alwayslink = True,
            visibility = visibility,
            deps = deps + _CRITERION,
        )

def criterion_tests(srcs, deps = [], suite_visibility = None, **kwargs):
    """Declares a Criterion test for each file: park_test.c becomes :park_test.

    Each file is compiled once, as a library :park_test_suite, which other tests name in `suites` to
    run the same in another way.

    Args:
      srcs: the files.
      deps: what they use.
      suite_visibility: of the libraries.
      **kwargs: of criterion_test.
    """
    _criterion_suites(srcs, deps, suite_visibility)
    for source in srcs:
        name = source[:-len(".c")]
        criterion_test(name = name, suites = [":%s_suite" % name], **kwargs)
