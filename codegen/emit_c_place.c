/* SPDX-License-Identifier: MIT */
/*
 * emit_c_place.c - generated C that calls Go code of its own process with the caller's values.
 *
 * Go sees them where they lie, so they have to be what Go may see: what measuring refuses in a
 * message is refused, and a bool, slice or optional that Go cannot take as it is makes the call go
 * by a message, whose copy is good. Measuring comes first: lengths and depths are right after it.
 */
#include <inttypes.h>

#include "emit.h"

static bool is_looked_at(const struct type *type);

static bool holds_looked_at(const struct structure *structure)
{
	for (const struct field *i = structure->fields; i; i = i->next)
		if (is_looked_at(i->type))
			return true;
	return false;
}

/* Whether Go may not take every such value that measuring lets pass. */
static bool is_looked_at(const struct type *type)
{
	switch (type->kind) {
	case TYPE_BOOL:
	case TYPE_SLICE:
		return true;
	case TYPE_OPTIONAL:
		return type->element->align > 1 || is_looked_at(type->element);
	case TYPE_ARRAY:
		return is_looked_at(type->element);
	case TYPE_STRUCT:
		return holds_looked_at(type->structure);
	default:
		return false;
	}
}

static void unless(struct text *out, int depth, const char *condition, const char *refusal)
{
	text_line(out, depth, "if (!%s)", condition);
	text_line(out, depth + 1, "%s;", refusal);
}

/* `refusal` is the statement for a value that Go cannot take. */
static void look_at(struct text *out, int depth, const struct type *type, const char *value,
		    const char *refusal)
{
	const char *index = emit_index(depth - 1);
	const char *end = memory_print("%s.len", value), *list = memory_print("%s.ptr", value);
	const struct type *element = type->element;

	if (!is_looked_at(type))
		return;
	if (type->kind == TYPE_BOOL) {
		unless(out, depth, memory_print("rc__place_bool(%s)", emit_address(value)),
		       refusal);
		return;
	}
	if (type->kind == TYPE_STRUCT) {
		unless(out, depth,
		       memory_print("%s__in_place(%s)", type->structure->name, emit_address(value)),
		       refusal);
		return;
	}
	if (type->kind == TYPE_OPTIONAL) {
		if (element->align > 1)
			unless(out, depth,
			       memory_print("rc__place_is_aligned(%s, %" PRIu64 ")", value,
					    element->align),
			       refusal);
		if (!is_looked_at(element))
			return;
		text_line(out, depth, "if (%s) {", value);
		look_at(out, depth + 1, element, memory_print("(*%s)", value), refusal);
		text_line(out, depth, "}");
		return;
	}
	if (type->kind == TYPE_SLICE)
		unless(out, depth,
		       memory_print("rc__place_slice(%s, %s, %s.cap, %" PRIu64 ")", list, end,
				    value, element->align),
		       refusal);
	else
		end = memory_print("%" PRIu64, type->count), list = value;
	if (!is_looked_at(element))
		return;
	text_line(out, depth, "for (size_t %s = 0; %s < %s; %s++) {", index, index, end, index);
	look_at(out, depth + 1, element, memory_print("%s[%s]", list, index), refusal);
	text_line(out, depth, "}");
}

static void mark(const struct type *type)
{
	if (type->element)
		mark(type->element);
	if (type->kind != TYPE_STRUCT || type->structure->mark == VISIT_DONE)
		return;
	type->structure->mark = VISIT_DONE;
	for (const struct field *i = type->structure->fields; i; i = i->next)
		mark(i->type);
}

/* Marks what the inputs of methods hold that can be called in place. */
static void mark_inputs(const struct model *model)
{
	for (struct structure *i = model->in_order; i; i = i->next_in_order)
		i->mark = VISIT_NEW;
	for (const struct service *service = model->services; service; service = service->next)
		for (const struct method *i = service->methods; i; i = i->next)
			for (const struct parameter *j = i->parameters; j; j = j->next)
				if (!service->is_host && !j->is_output &&
				    !(i->annotations.known & ANNOTATION_ONE_WAY))
					mark(j->value);
}

static bool has_helper(const struct structure *structure)
{
	return structure->mark == VISIT_DONE && holds_looked_at(structure);
}

static const char *signature_of(const struct structure *structure)
{
	return memory_print("static bool %s__in_place(const %s *value)", structure->name,
			    structure->c_name);
}

void emit_c_place_helpers(const struct model *model, struct text *out)
{
	mark_inputs(model);
	for (struct structure *i = model->in_order; i; i = i->next_in_order)
		if (i->is_forward && has_helper(i))
			text_add(out, "\n%s;\n", signature_of(i));
	for (struct structure *i = model->in_order; i; i = i->next_in_order) {
		if (!has_helper(i))
			continue;
		text_add(out, "\n%s\n{\n", signature_of(i));
		for (struct field *field = i->fields; field; field = field->next)
			look_at(out, 1, field->type, memory_print("value->%s", field->name),
				"return false");
		text_add(out, "\treturn true;\n}\n");
	}
}

static void add_signature(struct text *out, const struct service *service,
			  const struct method *method)
{
	struct text line = { 0 };

	text_add(&line, "static int %s_%s__direct(struct rc_client *client", service->name,
		 method->name);
	emit_c_inputs(&line, method);
	text_add(&line, method->output ? ", void *reply)\n" : ")\n");
	c_add_wrapped(out, text_get(&line));
	text_fini(&line);
}

/* The addresses of the inputs, for Go. */
static void add_arguments(struct text *out, const struct method *method)
{
	const char *separator = "";

	if (!method->has_inputs)
		return;
	text_add(out, "\tconst void *const args[] = { ");
	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output)
			continue;
		text_add(out, i->is_pointer ? "%s%s" : "%s&%s", separator, i->c_name);
		separator = ", ";
	}
	text_add(out, " };\n");
}

/* What measuring refuses is refused by the message, with its reason. */
static void add_measure(struct text *out, const struct service *service,
			const struct method *method, bool has_pointers)
{
	if (has_pointers)
		text_add(out, "\trc__measure_begin(client, measure);\n");
	emit_c_measure_inputs(out, service, method);
	text_add(out, "\tif (!rc__measure_is_good(measure, %s))\n\t\treturn RC_BY_MESSAGE;\n",
		 has_pointers ? "measured" : "0");
}

void emit_c_direct(struct text *out, const struct service *service, const struct method *method)
{
	bool has_pointers = method_has_input(method, type_has_pointers);
	bool has_enums = method_has_input(method, type_has_enums);

	text_add(out, "\n");
	add_signature(out, service, method);
	text_add(out, "{\n");
	add_arguments(out, method);
	if (has_pointers)
		text_add(out,
			 "\tstruct rc_measure sizes;\n\tstruct rc_measure *measure = &sizes;\n"
			 "\tuint64_t measured = %" PRIu64 ";\n",
			 method->root_bytes);
	else if (has_enums)
		text_add(out, "\tstruct rc_measure sizes = { 0 };\n"
			      "\tstruct rc_measure *measure = &sizes;\n");
	if (method->has_inputs)
		text_add(out, "\n");
	emit_c_refuse_null(out, service, method);
	if (has_pointers || has_enums)
		add_measure(out, service, method, has_pointers);
	for (struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output)
			look_at(out, 1, i->value,
				memory_print(i->is_pointer ? "(*%s)" : "%s", i->c_name),
				"return RC_BY_MESSAGE");
	text_add(out, "\treturn rc__call_in_place(client, &%s__methods[%u], ", service->name,
		 method->index);
	if (has_pointers)
		text_add(out, "measured");
	else
		text_add(out, "%" PRIu64, method->root_bytes);
	text_add(out, ", %s, %s);\n}\n", method->has_inputs ? "args" : "NULL",
		 method->output ? "reply" : "NULL");
}
