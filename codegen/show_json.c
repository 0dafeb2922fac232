/* SPDX-License-Identifier: MIT */
/* show_json.c - what --describe=json prints: the same as the table, for programs. */
#include <inttypes.h>
#include <string.h>

#include "emit.h"

/* JSON under construction: what stands between two members, and how deep they are. */
struct json {
	struct text *out;
	int depth;
	bool has_members;
};

static void add_string(struct json *json, const char *string)
{
	text_add(json->out, "\"");
	while (*string) {
		size_t bytes = text_character_bytes(string);

		if (*string == '"' || *string == '\\')
			text_add(json->out, "\\%c", *string);
		else if ((unsigned char)*string < ' ')
			text_add(json->out, "\\u%04x", *string);
		else if (bytes)
			text_append(json->out, string, bytes);
		else
			text_add(json->out, "\\ufffd");
		string += bytes ? bytes : 1;
	}
	text_add(json->out, "\"");
}

/* Begins a member, or with NULL an element. */
static void begin_member(struct json *json, const char *name)
{
	text_add(json->out, json->has_members ? ",\n" : "\n");
	text_indent(json->out, json->depth);
	json->has_members = true;
	if (!name)
		return;
	add_string(json, name);
	text_add(json->out, ": ");
}

static void open_group(struct json *json, const char *name, const char *bracket)
{
	begin_member(json, name);
	text_add(json->out, "%s", bracket);
	json->depth++;
	json->has_members = false;
}

static void close_group(struct json *json, const char *bracket)
{
	json->depth--;
	if (json->has_members) {
		text_add(json->out, "\n");
		text_indent(json->out, json->depth);
	}
	text_add(json->out, "%s", bracket);
	json->has_members = true;
}

static void add_text(struct json *json, const char *name, const char *value)
{
	begin_member(json, name);
	add_string(json, value);
}

static void add_number(struct json *json, const char *name, uint64_t value)
{
	begin_member(json, name);
	text_add(json->out, "%" PRIu64, value);
}

static void add_bool(struct json *json, const char *name, bool value)
{
	begin_member(json, name);
	text_add(json->out, value ? "true" : "false");
}

static void add_enumeration(struct json *json, const struct enumeration *enumeration)
{
	open_group(json, NULL, "{");
	add_text(json, "name", enumeration->name);
	add_text(json, "c", enumeration->c_name);
	add_text(json, "go", *enumeration->name ? enumeration->go_name : "");
	add_number(json, "bytes", enumeration->bytes);
	add_bool(json, "signed", enumeration->is_signed);
	open_group(json, "constants", "[");
	for (const struct enumerator *i = enumeration->enumerators; i; i = i->next) {
		open_group(json, NULL, "{");
		add_text(json, "name", i->name);
		add_text(json, "go", i->go_name);
		begin_member(json, "value");
		text_add(json->out, "%s", emit_integer(i->value, enumeration->is_signed, ""));
		close_group(json, "}");
	}
	close_group(json, "]");
	close_group(json, "}");
}

/* A field or parameter; `key` is NULL in a list. */
static void add_place(struct json *json, const char *key, const char *name, const struct type *type,
		      const char *go_name, uint64_t offset)
{
	open_group(json, key, "{");
	add_text(json, "name", name);
	add_text(json, "go", go_name);
	add_text(json, "c_type", type->c_name);
	add_text(json, "go_type", go_type(type));
	add_number(json, "offset", offset);
	add_number(json, "bytes", type->bytes);
	close_group(json, "}");
}

static void add_structure(struct json *json, const struct structure *structure)
{
	open_group(json, NULL, "{");
	add_text(json, "name", structure->name);
	add_text(json, "c", structure->c_name);
	add_text(json, "go", structure->go_name);
	add_number(json, "bytes", structure->bytes);
	add_number(json, "align", structure->align);
	open_group(json, "fields", "[");
	for (const struct field *i = structure->fields; i; i = i->next)
		add_place(json, NULL, i->name, i->type, i->go_name, i->offset_bytes);
	close_group(json, "]");
	close_group(json, "}");
}

static void add_method(struct json *json, const struct method *method)
{
	unsigned known = method->annotations.known;

	open_group(json, NULL, "{");
	add_text(json, "name", method->name);
	add_text(json, "go", method->go_name);
	add_bool(json, "oneway", known & ANNOTATION_ONE_WAY);
	add_bool(json, "inline", known & ANNOTATION_INLINE);
	add_bool(json, "idempotent", known & ANNOTATION_IDEMPOTENT);
	add_bool(json, "leaf", known & ANNOTATION_LEAF);
	add_bool(json, "by_value", known & ANNOTATION_BY_VALUE);
	add_number(json, "request_bytes", method->root_bytes);
	open_group(json, "inputs", "[");
	for (const struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output)
			add_place(json, NULL, i->name, i->value, i->go_name, i->offset_bytes);
	close_group(json, "]");
	if (method->output)
		add_place(json, "output", method->output->name, method->output->value,
			  method->output->go_name, 0);
	close_group(json, "}");
}

static void add_service(struct json *json, const struct service *service)
{
	open_group(json, NULL, "{");
	add_text(json, "name", service->name);
	add_text(json, "go", service->interface_name);
	add_bool(json, "host", service->is_host);
	add_number(json, "version", service->version);
	if (service->annotations.transport)
		add_text(json, "transport", service->annotations.transport);
	add_text(json, "digest", memory_print("%016" PRIx64, service->digest));
	add_text(json, "description", service->description);
	open_group(json, "methods", "[");
	for (const struct method *i = service->methods; i; i = i->next)
		add_method(json, i);
	close_group(json, "]");
	close_group(json, "}");
}

void show_json(const struct model *model, struct text *out)
{
	struct json json = { out, 1, false };

	text_add(out, "{");
	add_text(&json, "source", model->source);
	add_text(&json, "go_package", model->go_package);
	open_group(&json, "services", "[");
	for (const struct service *i = model->services; i; i = i->next)
		add_service(&json, i);
	close_group(&json, "]");
	open_group(&json, "structs", "[");
	for (const struct structure *i = model->in_order; i; i = i->next_in_order)
		add_structure(&json, i);
	close_group(&json, "]");
	open_group(&json, "enums", "[");
	for (const struct enumeration *i = model->enumerations; i; i = i->next)
		if (i->is_used)
			add_enumeration(&json, i);
	close_group(&json, "]");
	text_add(out, "\n}\n");
}
