"""Lets Debian's Bazel build without a network.

Bazel's own workspace suffix declares rules_cc, rules_java, platforms and remote_coverage_tools as
downloads, each only if the workspace has not declared it. Debian builds its Bazel without a network
and packages two of the four; the other two are the small shims beside this file. An upstream Bazel
has a network to use, so there its defaults stay as they are.
"""

_DEBIAN_BAZEL = "/usr/share/bazel/"

def _bazel_origin_impl(ctx):
    # @bazel_tools is a link into the installation of the Bazel that is running: below the output
    # base with an upstream one, below /usr/share with Debian's.
    tools = str(ctx.path(Label("@bazel_tools//tools:BUILD")).realpath)
    ctx.file("BUILD", "")
    ctx.file(
        "origin.bzl",
        "BAZEL_IS_DEBIANS = %s\n" % tools.startswith(_DEBIAN_BAZEL),
    )

# Finds out which Bazel runs: @bazel_origin//:origin.bzl has BAZEL_IS_DEBIANS. `configure` and
# `local` make it look again whenever the server starts, so that a change of Bazel is noticed.
bazel_origin = repository_rule(
    implementation = _bazel_origin_impl,
    configure = True,
    local = True,
)

def offline_repositories(bazel_is_debians):
    """Declares local stand-ins for Bazel's downloads, under Debian's Bazel only.

    Args:
      bazel_is_debians: from @bazel_origin//:origin.bzl.
    """
    if not bazel_is_debians:
        return
    native.local_repository(
        name = "rules_cc",
        path = "tools/bazel/shims/rules_cc",
    )
    native.local_repository(
        name = "remote_coverage_tools",
        path = "tools/bazel/shims/remote_coverage_tools",
    )
    native.local_repository(
        name = "rules_java",
        path = _DEBIAN_BAZEL + "rules/java",
    )
    native.local_repository(
        name = "platforms",
        path = _DEBIAN_BAZEL + "tools/platforms",
    )
