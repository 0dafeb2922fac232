/* SPDX-License-Identifier: MIT */
/* show_table.c - what --describe prints: digests, methods, and where each field lies. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "emit.h"

#define COLUMNS 5

/* A table whose columns are as wide as their widest cell. The first two hold numbers. */
struct table {
	const char *cells[COLUMNS];
	struct table *next;
};

static void add_row(struct table **rows, const char *first, const char *second, const char *third,
		    const char *fourth, const char *fifth)
{
	struct table *row = memory_take(sizeof(*row));

	*row = (struct table){ { first, second, third, fourth, fifth }, NULL };
	LIST_APPEND(*rows, row);
}

static void print_rows(const struct table *rows, struct text *out)
{
	int widths[COLUMNS] = { 0 };

	for (const struct table *row = rows; row; row = row->next)
		for (int i = 0; i < COLUMNS; i++)
			if (widths[i] < (int)strlen(row->cells[i]))
				widths[i] = (int)strlen(row->cells[i]);
	for (const struct table *row = rows; row; row = row->next) {
		struct text line = { 0 };
		size_t used = 0;

		for (int i = 0; i < COLUMNS; i++) {
			text_add(&line, i < 2 ? "  %*s" : "  %-*s", widths[i], row->cells[i]);
			used = *row->cells[i] ? line.used : used;
		}
		while (used && text_get(&line)[used - 1] == ' ')
			used--;
		text_add(out, "%.*s\n", (int)used, text_get(&line));
		text_fini(&line);
	}
}

static const char *number(uint64_t value)
{
	return memory_print("%" PRIu64, value);
}

/* A row for the bytes up to `offset` that no field has. */
static void add_gap(struct table **rows, uint64_t at, uint64_t offset)
{
	if (offset > at)
		add_row(rows, number(at), number(offset - at), "-", "", "");
}

static void show_structure(const struct structure *structure, struct text *out)
{
	struct table *rows = NULL;
	uint64_t at = 0;

	text_add(out, "\n%s, %" PRIu64 " bytes, aligned to %" PRIu64 ", in Go %s\n",
		 structure->c_name, structure->bytes, structure->align, structure->go_name);
	add_row(&rows, "offset", "bytes", "field", "C", "Go");
	for (const struct field *i = structure->fields; i; i = i->next) {
		add_gap(&rows, at, i->offset_bytes);
		add_row(&rows, number(i->offset_bytes), number(i->type->bytes), i->name,
			i->type->c_name, memory_print("%s %s", i->go_name, go_type(i->type)));
		at = i->offset_bytes + i->type->bytes;
	}
	add_gap(&rows, at, structure->bytes);
	print_rows(rows, out);
}

static void show_enumeration(const struct enumeration *enumeration, struct text *out)
{
	struct table *rows = NULL;
	bool is_named = *enumeration->name;

	text_add(out, "\n%s, %" PRIu64 " bytes", is_named ? enumeration->c_name : "constants",
		 enumeration->bytes);
	text_add(out, is_named ? ", in Go %s\n" : "\n", enumeration->go_name);
	add_row(&rows, "", "value", "constant", "", "Go");
	for (const struct enumerator *i = enumeration->enumerators; i; i = i->next)
		add_row(&rows, "", emit_integer(i->value, enumeration->is_signed, ""), i->name, "",
			i->go_name);
	print_rows(rows, out);
}

/* The root of a request, whose fields are the parameters. */
static void show_request(const struct service *service, const struct method *method,
			 struct text *out)
{
	struct table *rows = NULL;
	uint64_t at = 0;

	if (!method->has_inputs)
		return;
	text_add(out, "\nrequest of %s.%s, %" PRIu64 " bytes\n", service->name, method->name,
		 method->root_bytes);
	add_row(&rows, "offset", "bytes", "parameter", "C", "Go");
	for (const struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output)
			continue;
		add_gap(&rows, at, i->offset_bytes);
		add_row(&rows, number(i->offset_bytes), number(i->value->bytes), i->name,
			i->value->c_name, memory_print("%s %s", i->go_name, go_type(i->value)));
		at = i->offset_bytes + i->value->bytes;
	}
	add_gap(&rows, at, method->root_bytes);
	print_rows(rows, out);
}

static const char *words_of(const struct method *method)
{
	static const struct {
		unsigned annotation;
		const char *word;
	} words[] = {
		{ ANNOTATION_ONE_WAY, " one-way" },       { ANNOTATION_INLINE, " inline" },
		{ ANNOTATION_IDEMPOTENT, " idempotent" }, { ANNOTATION_LEAF, " leaf" },
		{ ANNOTATION_BY_VALUE, " by-value" },
	};
	const char *text = "";

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (method->annotations.known & words[i].annotation)
			text = memory_print("%s%s", text, words[i].word);
	return *text ? text + 1 : text;
}

static void show_service(const struct service *service, struct text *out)
{
	struct table *rows = NULL;

	text_add(out, "%s %s, version %" PRIu32 ", digest %016" PRIx64 ", in Go %s\n",
		 service->is_host ? "host service" : "service", service->name, service->version,
		 service->digest, service->interface_name);
	add_row(&rows, "request", "reply", "method", "Go", "");
	for (const struct method *i = service->methods; i; i = i->next)
		add_row(&rows, i->has_inputs ? number(i->root_bytes) : "-",
			i->output ? number(i->output->value->bytes) : "-", i->name, i->go_name,
			words_of(i));
	print_rows(rows, out);
	for (const struct method *i = service->methods; i; i = i->next)
		show_request(service, i, out);
}

void show_table(const struct model *model, struct text *out)
{
	for (const struct service *i = model->services; i; i = i->next) {
		text_add(out, i == model->services ? "" : "\n");
		show_service(i, out);
	}
	for (const struct structure *i = model->in_order; i; i = i->next_in_order)
		show_structure(i, out);
	for (const struct enumeration *i = model->enumerations; i; i = i->next)
		if (i->is_used)
			show_enumeration(i, out);
}
