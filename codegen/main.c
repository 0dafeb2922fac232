/* SPDX-License-Identifier: MIT */
/*
 * main.c - ringgen: reads a header, checks it, writes what was asked for.
 *
 * Exit status: 0; 1 for errors in the header, or of files, or a --check that found a difference;
 * 2 for a wrong command line.
 */
#define _POSIX_C_SOURCE 200809L

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "emit.h"
#include "options.h"
#include "output.h"
#include "parse.h"

static struct emit_names names_of(const struct options *options)
{
	struct emit_names names = {
		.source = text_base_name(options->source),
		.include = options->include,
		.c_header = options->c_header ? text_base_name(options->c_header) : "",
		.go_import = options->go_import,
		.has_main = options->has_main,
	};

	if (!names.include)
		names.include = *options->source == '/' ? names.source : options->source;
	return names;
}

static void add_outputs(const struct options *options, const struct model *model,
			const struct strings *dependencies, struct output_list *outputs)
{
	struct emit_names names = names_of(options);

	if (options->c_header)
		emit_c_header(model, &names, output_add(outputs, options->c_header));
	if (options->c_source)
		emit_c_source(model, &names, output_add(outputs, options->c_source));
	if (options->go && options->is_layout)
		emit_go_layout(model, &names, output_add(outputs, options->go));
	else if (options->go)
		emit_go(model, &names, output_add(outputs, options->go));
	if (options->depfile && !options->is_check)
		output_depfile(outputs, options->depfile, options->source, dependencies);
	if (options->skeleton)
		emit_go_skeleton(model, &names, output_add_once(outputs, options->skeleton));
}

static void describe(const struct options *options, const struct model *model)
{
	struct text text = { 0 };

	if (options->describe == DESCRIBE_JSON)
		show_json(model, &text);
	else
		show_table(model, &text);
	fputs(text_get(&text), stdout);
	text_fini(&text);
}

/* Go has to have something to implement. */
static void check_skeleton(const struct model *model)
{
	struct place start = { model->source, 1, 1 };

	for (const struct service *i = model->services; i; i = i->next)
		if (!i->is_host)
			return;
	if (!report_count())
		report_error(&start, "the header declares host services alone, which Go calls; "
				     "write RC_SERVICE(NAME) { ... };, or no --skeleton, instead");
}

static int generate(const struct options *options)
{
	struct output_list outputs = { 0 };
	struct model model = {
		.source = options->source,
		.go_package = options->go_package,
		.tag_keys = options->tags,
		.is_layout = options->is_layout,
	};
	struct strings dependencies = { 0 };
	int status;

	parse_header(&model, &options->compiler, &dependencies);
	if (!report_count()) {
		model_flag(&model);
		check_model(&model);
		rename_model(&model);
	}
	if (options->skeleton)
		check_skeleton(&model);
	if (report_count()) {
		report_print(stderr, options->source);
		return 1;
	}
	model_finish(&model);
	describe_services(&model);
	add_outputs(options, &model, &dependencies, &outputs);
	status = output_finish(&outputs, options->source, options->is_check);
	if (!status && options->describe)
		describe(options, &model);
	output_fini(&outputs);
	return status;
}

/* Why the header cannot be read, or NULL. */
static const char *unreadable(const char *path)
{
	struct stat status;

	if (stat(path, &status))
		return strerror(errno);
	if (S_ISDIR(status.st_mode))
		return strerror(EISDIR);
	return access(path, R_OK) ? strerror(errno) : NULL;
}

int main(int count, char **arguments)
{
	struct options options = { 0 };
	int status = options_parse(count, arguments, &options);
	const char *why = status < 0 ? unreadable(options.source) : NULL;

	if (why) {
		fprintf(stderr,
			"%s:1:1: error: the header cannot be read: %s; write its path instead\n",
			options.source, why);
		status = 1;
	}
	if (status < 0)
		status = generate(&options);
	if (fflush(stdout) && !status) {
		fprintf(stderr, "ringgen: standard output cannot be written: %s\n",
			strerror(errno));
		status = 1;
	}
	memory_free_all();
	return status;
}
