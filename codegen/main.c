/* SPDX-License-Identifier: MIT */
/*
 * main.c - the command line of ringgen: read a header, check it, write what was asked for.
 *
 * Exit status: 0; 1 for errors in the header, or of files, or a --check that found a difference;
 * 2 for a wrong command line.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "emit.h"
#include "name.h"
#include "output.h"
#include "parse.h"
#include "tag.h"

#define VERSION "0.1.0"

static const char usage[] =
	"usage: ringgen --src FILE.h [options]\n"
	"\n"
	"  --src FILE         the header that declares the interface\n"
	"  --c-header FILE    write the C prototypes\n"
	"  --c-source FILE    write the C client\n"
	"  --go FILE          write the Go package\n"
	"  --go-package NAME  the Go package's name; default: the header's, without .h\n"
	"  --tags KEY,...     tag Go's fields with their C names, as --tags json\n"
	"  --go-layout        types and constants alone, of a header without a service\n"
	"  --include PATH     what generated C includes the header by; default: --src\n"
	"  --depfile FILE     write a Makefile rule of what the output depends on\n"
	"  --check            write nothing; fail when a file is not what would be written\n"
	"  --describe         print the services' descriptions\n"
	"  -I DIR, -isystem DIR, -D NAME[=VALUE], -U NAME, -std=STANDARD, -m32, -m64,\n"
	"  --target=TRIPLE    as for a C compiler\n"
	"  --version, --help\n";

struct options {
	const char *source;
	const char *c_header;
	const char *c_source;
	const char *go;
	const char *go_package;
	const char *tags;
	const char *include;
	const char *depfile;
	bool is_layout;
	bool is_check;
	bool is_describe;
	struct strings compiler;
};

static int refuse_usage(const char *why, const char *what)
{
	fprintf(stderr, "ringgen: %s%s\n%s", why, what, usage);
	return 2;
}

/* Options with a value of their own. Returns where to put it, or NULL. */
static const char **value_option(struct options *options, const char *name)
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
		{ "--tags", &options->tags },
		{ "--include", &options->include },
		{ "--depfile", &options->depfile },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i].name))
			return names[i].value;
	return NULL;
}

static bool *flag_option(struct options *options, const char *name)
{
	if (!strcmp(name, "--go-layout"))
		return &options->is_layout;
	if (!strcmp(name, "--check"))
		return &options->is_check;
	if (!strcmp(name, "--describe"))
		return &options->is_describe;
	return NULL;
}

/* How many arguments the compiler's option takes, or 0 when it is none. */
static int compiler_option(const char *name)
{
	static const char *const separate[] = { "-I", "-D", "-U", "-isystem", "-iquote" };
	static const char *const joined[] = { "-I", "-D", "-U", "-std=", "--target=" };

	for (size_t i = 0; i < sizeof(separate) / sizeof(separate[0]); i++)
		if (!strcmp(name, separate[i]))
			return 2;
	for (size_t i = 0; i < sizeof(joined) / sizeof(joined[0]); i++)
		if (text_begins(name, joined[i]))
			return 1;
	return !strcmp(name, "-m32") || !strcmp(name, "-m64");
}

/* Returns an exit status, or -1 to go on. */
static int parse_options(int count, char **arguments, struct options *options)
{
	for (int i = 1; i < count; i++) {
		const char *name = arguments[i];
		const char **value = value_option(options, name);
		bool *flag = flag_option(options, name);
		int taken = compiler_option(name);

		if (!strcmp(name, "--help")) {
			fputs(usage, stdout);
			return 0;
		}
		if (!strcmp(name, "--version")) {
			puts("ringgen " VERSION);
			return 0;
		}
		if (!value && !flag && !taken)
			return refuse_usage("unknown option ", name);
		if ((value || taken == 2) && i + 1 == count)
			return refuse_usage("no value after ", name);
		if (value)
			*value = arguments[++i];
		if (flag)
			*flag = true;
		if (taken)
			strings_add(&options->compiler, name);
		if (taken == 2)
			strings_add(&options->compiler, arguments[++i]);
	}
	if (!options->source)
		return refuse_usage("no --src", "");
	if (options->is_layout && (options->c_header || options->c_source))
		return refuse_usage("--go-layout writes no C", "");
	if (options->tags && !tag_keys_are_good(options->tags))
		return refuse_usage("not keys of tags with commas between them: ", options->tags);
	if (options->c_source && !options->c_header)
		return refuse_usage("--c-source needs --c-header", "");
	return -1;
}

/* "path/kv.h" gives "kv". */
static const char *default_package(const char *source)
{
	const char *base = text_base_name(source);

	return memory_copy(base, strcspn(base, "."));
}

static bool is_package_name(const char *name)
{
	if (!*name || name_is_go_keyword(name) || (*name >= '0' && *name <= '9'))
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static void write_outputs(const struct options *options, struct model *model,
			  struct output_list *outputs)
{
	struct emit_names names = {
		.source = text_base_name(options->source),
		.include = options->include,
		.c_header = options->c_header ? text_base_name(options->c_header) : "",
	};

	if (!names.include)
		names.include = *options->source == '/' ? names.source : options->source;
	if (options->c_header)
		emit_c_header(model, &names, output_add(outputs, options->c_header));
	if (options->c_source)
		emit_c_source(model, &names, output_add(outputs, options->c_source));
	if (options->go && options->is_layout)
		emit_go_layout(model, &names, output_add(outputs, options->go));
	else if (options->go)
		emit_go(model, &names, output_add(outputs, options->go));
}

static int generate(const struct options *options)
{
	struct output_list outputs = { 0 };
	struct strings dependencies = { 0 };
	struct model model = {
		.source = options->source,
		.go_package = options->go_package ? options->go_package
						  : default_package(options->source),
		.tag_keys = options->tags,
		.is_layout = options->is_layout,
	};
	int status = 0;

	if (options->go && !is_package_name(model.go_package))
		return refuse_usage("not the name of a Go package: ", model.go_package);
	parse_header(&model, &options->compiler, &dependencies);
	if (!report_count()) {
		check_model(&model);
		rename_model(&model);
	}
	if (report_count()) {
		report_print(stderr, options->source);
		return 1;
	}
	model_finish(&model);
	describe_services(&model);
	if (options->is_describe)
		for (struct service *service = model.services; service; service = service->next)
			fputs(service->description, stdout);
	write_outputs(options, &model, &outputs);
	if (options->depfile && !options->is_check)
		output_depfile(&outputs, options->depfile, options->source, &dependencies);
	status = output_finish(&outputs, options->is_check);
	output_fini(&outputs);
	return status;
}

int main(int count, char **arguments)
{
	struct options options = { 0 };
	int status = parse_options(count, arguments, &options);

	if (status < 0 && access(options.source, R_OK)) {
		fprintf(stderr,
			"%s:1:1: error: cannot be read: %s; write a path that can instead\n",
			options.source, strerror(errno));
		status = 1;
	}
	if (status < 0)
		status = generate(&options);
	memory_free_all();
	return status;
}
