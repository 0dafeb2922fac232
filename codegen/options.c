/* SPDX-License-Identifier: MIT */
/* options.c - see options.h. */
#include "options.h"

#include <stdio.h>
#include <string.h>

#include "name.h"
#include "tag.h"

#define VERSION "0.1.0"

static const char help[] =
	"usage: ringgen --src FILE.h [option]...\n"
	"\n"
	"  --src FILE         the header that declares the interface\n"
	"  --c-header FILE    write the C prototypes\n"
	"  --c-source FILE    write the C client\n"
	"  --go FILE          write the Go package\n"
	"  --go-package NAME  the Go package's name; default: the header's, without .h\n"
	"  --go-import PATH   the Go package's import path, for the skeleton\n"
	"  --go-layout        types and constants alone, of a header without a service\n"
	"  --skeleton FILE    write a Go implementation to start from, unless FILE exists\n"
	"  --with-main        with a main function, so that the skeleton is a worker\n"
	"  --tags KEY,...     tag Go's fields with their C names, as in --tags json\n"
	"  --include PATH     what generated C includes the header by; default: --src\n"
	"  --depfile FILE     write a Makefile rule of what the output depends on\n"
	"  --check            write nothing; fail when a file is not what it would be\n"
	"  --describe[=json]  print layouts, methods and digests\n"
	"  --target TRIPLE    lay out for that machine, as aarch64-linux-gnu\n"
	"  -I DIR, -isystem DIR, -iquote DIR, -include FILE, -D NAME[=VALUE], -U NAME,\n"
	"  -std=NAME, --sysroot=DIR, -f..., -m...  as for a C compiler\n"
	"  --version, --help\n";

static int refuse(const char *why, const char *what)
{
	fprintf(stderr, "ringgen: %s%s; see ringgen --help\n", why, what);
	return 2;
}

/* Where the value of an option is put, or NULL when it takes none. */
static const char **value_option(struct options *options, const char *name, size_t bytes)
{
	const struct {
		const char *name;
		const char **value;
	} names[] = {
		{ "--src", &options->source },
		{ "--c-header", &options->c_header },
		{ "--c-source", &options->c_source },
		{ "--go", &options->go },
		{ "--go-package", &options->go_package },
		{ "--go-import", &options->go_import },
		{ "--skeleton", &options->skeleton },
		{ "--tags", &options->tags },
		{ "--include", &options->include },
		{ "--depfile", &options->depfile },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == bytes && !strncmp(name, names[i].name, bytes))
			return names[i].value;
	return NULL;
}

/* Options without a value. Returns whether it is one. */
static bool flag_option(struct options *options, const char *name)
{
	if (!strcmp(name, "--go-layout"))
		options->is_layout = true;
	else if (!strcmp(name, "--with-main"))
		options->has_main = true;
	else if (!strcmp(name, "--check"))
		options->is_check = true;
	else if (!strcmp(name, "--describe"))
		options->describe = DESCRIBE_TABLE;
	else if (!strcmp(name, "--describe=json"))
		options->describe = DESCRIBE_JSON;
	else
		return false;
	return true;
}

/* How many arguments the compiler's option takes, or 0 when it is none. */
static int compiler_option(const char *name)
{
	static const char *const separate[] = { "-I",      "-D",       "-U",       "-isystem",
						"-iquote", "-include", "--sysroot" };
	static const char *const joined[] = { "-I", "-D", "-U",        "-std=",
					      "-f", "-m", "--target=", "--sysroot=" };

	for (size_t i = 0; i < sizeof(separate) / sizeof(separate[0]); i++)
		if (!strcmp(name, separate[i]))
			return 2;
	for (size_t i = 0; i < sizeof(joined) / sizeof(joined[0]); i++)
		if (text_begins(name, joined[i]))
			return 1;
	return 0;
}

/* Takes the option at arguments[0] and its value. Returns how many it took, or 0: refused. */
static int take_option(struct options *options, int left, char **arguments)
{
	const char *name = arguments[0];
	const size_t bytes = strcspn(name, "=");
	const char **value = value_option(options, name, bytes);
	bool is_target = !strcmp(name, "--target");
	int taken = is_target ? 2 : compiler_option(name);

	if (flag_option(options, name))
		return 1;
	if (*name != '-') {
		refuse("the header is given by --src: ", name);
		return 0;
	}
	if (!value && !taken) {
		refuse("unknown option ", name);
		return 0;
	}
	if (value && *value) {
		refuse("two values for ", memory_copy(name, bytes));
		return 0;
	}
	if ((value || taken == 2) && !name[bytes] && left < 2) {
		refuse("no value after ", name);
		return 0;
	}
	if (value) {
		*value = name[bytes] ? name + bytes + 1 : arguments[1];
		return name[bytes] ? 1 : 2;
	}
	if (is_target) {
		strings_add(&options->compiler, memory_print("--target=%s", arguments[1]));
		return 2;
	}
	for (int i = 0; i < taken; i++)
		strings_add(&options->compiler, arguments[i]);
	return taken;
}

/* "path/kv.h" gives "kv". */
static const char *default_package(const char *source)
{
	const char *base = text_base_name(source);

	return memory_copy(base, strcspn(base, "."));
}

static bool is_package_name(const char *name)
{
	if (*name < 'a' || *name > 'z' || name_is_go_keyword(name) || !strcmp(name, "init"))
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

/* What Go allows in an import path, and what all its tools take. */
static bool is_import_path(const char *path)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";

	return *path && *path != '/' && !text_ends(path, "/") &&
	       strspn(path, letters) == strlen(path);
}

static int check_skeleton(const struct options *options)
{
	if (options->has_main && !options->skeleton)
		return refuse("--with-main needs --skeleton", "");
	if (options->go_import && !is_import_path(options->go_import))
		return refuse("not an import path of Go: ", options->go_import);
	if (!options->skeleton)
		return -1;
	if (!options->go_import)
		return refuse("--skeleton needs --go-import, as it imports the Go package", "");
	if (options->is_layout)
		return refuse("--go-layout has nothing to implement", "");
	if (options->is_check)
		return refuse("--check cannot compare a skeleton, which is yours to edit", "");
	return -1;
}

/* Whether the options fit together. */
static int check_options(const struct options *options)
{
	bool writes = options->c_header || options->c_source || options->go;

	if (!options->source)
		return refuse("no --src", "");
	if (options->is_layout && (options->c_header || options->c_source))
		return refuse("--go-layout writes no C", "");
	if (options->tags && !tag_keys_are_good(options->tags))
		return refuse("not keys of tags with commas between them: ", options->tags);
	if (options->c_source && !options->c_header)
		return refuse("--c-source needs --c-header", "");
	if ((options->go || options->skeleton) && !is_package_name(options->go_package))
		return refuse("not the name of a Go package: ", options->go_package);
	if (options->depfile && !writes)
		return refuse("--depfile needs a file that depends on the header", "");
	if (!writes && !options->skeleton && !options->is_check && !options->describe)
		return refuse("nothing to do without --go, --c-header, --skeleton, --check or "
			      "--describe",
			      "");
	return check_skeleton(options);
}

int options_parse(int count, char **arguments, struct options *options)
{
	for (int i = 1; i < count;) {
		int taken;

		if (!strcmp(arguments[i], "--help")) {
			fputs(help, stdout);
			return 0;
		}
		if (!strcmp(arguments[i], "--version")) {
			puts("ringgen " VERSION);
			return 0;
		}
		taken = take_option(options, count - i, arguments + i);
		if (!taken)
			return 2;
		i += taken;
	}
	if (options->source && !options->go_package)
		options->go_package = default_package(options->source);
	return check_options(options);
}
