/* SPDX-License-Identifier: MIT */
/* report.c - see report.h. */
#include "report.h"

#include <stdlib.h>
#include <string.h>

struct report {
	struct place place;
	const char *text;
	struct report *next;
};

static struct report *reports;
static unsigned reports_count;

static bool same(const struct report *a, const struct report *b)
{
	return a->place.line == b->place.line && a->place.column == b->place.column &&
	       !strcmp(a->place.file, b->place.file) && !strcmp(a->text, b->text);
}

void report_error(const struct place *place, const char *format, ...)
{
	struct report *report = memory_take(sizeof(*report));
	struct text text = { 0 };
	struct report **end = &reports;
	va_list arguments;

	va_start(arguments, format);
	text_add_list(&text, format, arguments);
	va_end(arguments);
	report->place = *place;
	report->text = memory_copy(text_get(&text), text.used);
	text_fini(&text);
	for (; *end; end = &(*end)->next)
		if (same(*end, report))
			return;
	*end = report;
	reports_count++;
}

unsigned report_count(void)
{
	return reports_count;
}

/* Whether a is to be printed before b. */
static bool before(const struct report *a, const struct report *b, const char *first_file)
{
	int order = strcmp(a->place.file, b->place.file);

	if (order) {
		if (!strcmp(a->place.file, first_file))
			return true;
		if (!strcmp(b->place.file, first_file))
			return false;
		return order < 0;
	}
	if (a->place.line != b->place.line)
		return a->place.line < b->place.line;
	return a->place.column < b->place.column;
}

void report_print(FILE *out, const char *first_file)
{
	struct report *sorted = NULL;

	while (reports) {
		struct report *report = reports;
		struct report **at = &sorted;

		reports = report->next;
		while (*at && !before(report, *at, first_file))
			at = &(*at)->next;
		report->next = *at;
		*at = report;
	}
	for (; sorted; sorted = sorted->next)
		fprintf(out, "%s:%u:%u: error: %s\n", sorted->place.file, sorted->place.line,
			sorted->place.column, sorted->text);
}
