/* SPDX-License-Identifier: MIT */
/* output.c - see output.h. */
#define _GNU_SOURCE

#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct text *output_add(struct output_list *outputs, const char *path)
{
	struct output *output = memory_take(sizeof(*output));

	output->path = path;
	LIST_APPEND(outputs->first, output);
	return &output->text;
}

struct text *output_add_once(struct output_list *outputs, const char *path)
{
	struct text *text = output_add(outputs, path);
	struct output *last = outputs->first;

	while (last->next)
		last = last->next;
	last->is_once = true;
	return text;
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
	/* An included header that is gone is no error of make: the rule runs and finds out. */
	for (int i = 0; i < dependencies->count; i++) {
		text_add(&rule, "\n");
		add_path(&rule, dependencies->items[i]);
		text_add(&rule, ":\n");
	}
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

static int fail(const char *path, const char *why)
{
	fprintf(stderr, "ringgen: %s: cannot be written: %s\n", path, why);
	return 1;
}

/* Whether two paths are one file, now or once it is written. */
static bool is_same_file(const char *one, const char *other)
{
	struct stat a, b;

	if (!strcmp(one, other))
		return true;
	return !stat(one, &a) && !stat(other, &b) && S_ISREG(a.st_mode) && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* What forbids to write any of the files. */
static int check_paths(const struct output_list *outputs, const char *source)
{
	for (const struct output *i = outputs->first; i; i = i->next) {
		if (is_same_file(i->path, source))
			return fail(i->path, "it is the header");
		for (const struct output *j = i->next; j; j = j->next)
			if (is_same_file(i->path, j->path))
				return fail(i->path, "two outputs have this name");
		if (i->is_once && !access(i->path, F_OK))
			return fail(i->path, "it exists, and a skeleton is written once; "
					     "remove it, or give another name");
	}
	return 0;
}

static int write_text(const struct output *output, int file)
{
	const char *text = text_get(&output->text);
	size_t left = output->text.used;

	while (left) {
		ssize_t written = write(file, text, left);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		text += written;
		left -= (size_t)written;
	}
	return 0;
}

/*
 * Writes the text beside the file that it is to replace, or, where that is a device or a pipe,
 * right into it.
 */
static int write_scratch(struct output *output)
{
	struct stat status;
	bool exists = !stat(output->path, &status);
	char *target;
	int failed;
	int file;

	if (exists && !S_ISREG(status.st_mode)) {
		file = open(output->path, O_WRONLY | O_CLOEXEC);
	} else if (exists && access(output->path, W_OK)) {
		return fail(output->path, strerror(errno));
	} else {
		target = exists ? realpath(output->path, NULL) : NULL; /* keeps a link a link */
		if (target)
			output->path = memory_copy(target, strlen(target));
		free(target);
		output->scratch = memory_print("%s.%ld", output->path, (long)getpid());
		file = open(output->scratch, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	}
	if (file < 0) {
		output->scratch = NULL;
		return fail(output->path, strerror(errno));
	}
	failed = write_text(output, file) ? errno : 0;
	if (close(file) && !failed)
		failed = errno;
	return failed ? fail(output->path, strerror(failed)) : 0;
}

static int write_files(struct output_list *outputs)
{
	int status = 0;

	for (struct output *i = outputs->first; i && !status; i = i->next)
		status = write_scratch(i);
	for (struct output *i = outputs->first; i; i = i->next) {
		if (!status && i->scratch && rename(i->scratch, i->path))
			status = fail(i->path, strerror(errno));
		else if (!status)
			i->scratch = NULL;
		if (i->scratch)
			unlink(i->scratch);
	}
	return status;
}

static int compare_files(const struct output_list *outputs)
{
	int status = 0;

	for (const struct output *i = outputs->first; i; i = i->next) {
		if (is_current(i))
			continue;
		fprintf(stderr, "ringgen: %s: is not what its header gives; run ringgen again\n",
			i->path);
		status = 1;
	}
	return status;
}

int output_finish(struct output_list *outputs, const char *source, bool is_check)
{
	if (is_check)
		return compare_files(outputs);
	return check_paths(outputs, source) ? 1 : write_files(outputs);
}

void output_fini(struct output_list *outputs)
{
	for (struct output *i = outputs->first; i; i = i->next)
		text_fini(&i->text);
}
