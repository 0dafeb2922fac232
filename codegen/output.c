/* SPDX-License-Identifier: MIT */
/* output.c - see output.h. */
#include "output.h"

#include <errno.h>
#include <string.h>

struct text *output_add(struct output_list *outputs, const char *path)
{
	struct output *output = memory_take(sizeof(*output));

	output->path = path;
	LIST_APPEND(outputs->first, output);
	return &output->text;
}

/* A path as make reads it. */
static void add_path(struct text *text, const char *path)
{
	for (; *path; path++)
		text_add(text,
			 *path == ' ' || *path == '#' ? "\\%c"
			 : *path == '$'               ? "$%c"
						      : "%c",
			 *path);
}

void output_depfile(struct output_list *outputs, const char *path, const char *source,
		    const struct strings *dependencies)
{
	struct text rule = { 0 };
	struct text *text;

	for (struct output *i = outputs->first; i; i = i->next) {
		add_path(&rule, i->path);
		text_add(&rule, i->next ? " " : "");
	}
	text_add(&rule, ": ");
	add_path(&rule, source);
	for (int i = 0; i < dependencies->count; i++) {
		text_add(&rule, " \\\n  ");
		add_path(&rule, dependencies->items[i]);
	}
	text_add(&rule, "\n");
	text = output_add(outputs, path);
	*text = rule;
}

static bool is_current(const struct output *output)
{
	FILE *file = fopen(output->path, "rb");
	const char *text = text_get(&output->text);
	size_t at = 0;
	int letter;

	if (!file)
		return false;
	while ((letter = getc(file)) != EOF) {
		if (at == output->text.used || (unsigned char)text[at] != letter)
			break;
		at++;
	}
	fclose(file);
	return letter == EOF && at == output->text.used;
}

static int write_file(const struct output *output)
{
	FILE *file = fopen(output->path, "wb");
	bool is_written;

	if (!file) {
		fprintf(stderr, "ringgen: %s: cannot be written: %s\n", output->path,
			strerror(errno));
		return 1;
	}
	is_written =
		fwrite(text_get(&output->text), 1, output->text.used, file) == output->text.used;
	is_written = !fclose(file) && is_written;
	if (!is_written)
		fprintf(stderr, "ringgen: %s: cannot be written: %s\n", output->path,
			strerror(errno));
	return !is_written;
}

int output_finish(struct output_list *outputs, bool is_check)
{
	int status = 0;

	for (struct output *i = outputs->first; i; i = i->next) {
		if (!is_check) {
			status |= write_file(i);
			continue;
		}
		if (is_current(i))
			continue;
		fprintf(stderr, "ringgen: %s: is not what its header gives; run ringgen again\n",
			i->path);
		status = 1;
	}
	return status;
}

void output_fini(struct output_list *outputs)
{
	for (struct output *i = outputs->first; i; i = i->next)
		text_fini(&i->text);
}
