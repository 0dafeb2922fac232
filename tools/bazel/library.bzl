"""installed_library: a C library as one file that programs outside of Bazel link."""

def _installed_library_impl(ctx):
    archives = []
    for linker_input in ctx.attr.library[CcInfo].linking_context.linker_inputs.to_list():
        for library in linker_input.libraries:
            # Position independent where there is a choice: it can go into shared libraries, too.
            archives.append(library.pic_static_library or library.static_library)
    if len(archives) != 1:
        fail("%s consists of %d archives, one can be installed: %s" %
             (ctx.attr.library.label, len(archives), archives))
    output = ctx.actions.declare_file(ctx.label.name + ".a")
    ctx.actions.symlink(output = output, target_file = archives[0])
    return [DefaultInfo(files = depset([output]), runfiles = ctx.runfiles([output]))]

# NAME.a, from the objects of a cc_library whose deps have headers alone.
installed_library = rule(
    implementation = _installed_library_impl,
    attrs = {"library": attr.label(mandatory = True, providers = [CcInfo])},
)
