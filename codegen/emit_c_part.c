/* SPDX-License-Identifier: MIT */
/*
 * emit_c_part.c - generated C that measures, writes and checks values.
 *
 * Each struct that is more than a copy has helpers: __measure and __write for requests, __check
 * for replies. Statements for other values are written in place. How many bytes a message has so
 * far is in locals, `measured` and `written`.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "emit.h"

/* Levels of loops around a statement, by its depth: one tab is the function's own. */
static int level_of(int depth)
{
	return depth - 1;
}

const char *emit_label(const struct service *service, const struct method *method,
		       const struct parameter *parameter)
{
	return memory_print("%s.%s.%s", service->name, method->name, parameter->name);
}

const char *emit_index(int level)
{
	static const char *const names[] = { "i", "j", "k", "l" };

	return level < 4 ? names[level] : memory_print("i%d", level);
}

const char *emit_address(const char *lvalue)
{
	size_t bytes = strlen(lvalue);

	if (text_begins(lvalue, "*"))
		return lvalue + 1;
	if (text_begins(lvalue, "(*") && strchr(lvalue, ')') == lvalue + bytes - 1)
		return memory_copy(lvalue + 2, bytes - 3);
	return memory_print("&%s", lvalue);
}

const char *emit_integer(int64_t bits, bool is_signed, const char *unsigned_suffix)
{
	if (!is_signed)
		return memory_print("%" PRIu64 "%s", (uint64_t)bits, unsigned_suffix);
	return memory_print("%" PRId64, bits);
}

static const char *element_of(const char *list, const char *index)
{
	return memory_print("%s[%s]", list, index);
}

static void open_loop(struct text *out, int depth, const char *index, const char *end)
{
	text_line(out, depth, "for (size_t %s = 0; %s < %s; %s++) {", index, index, end, index);
}

static const char *count_of(const struct type *array)
{
	return memory_print("%" PRIu64, array->count);
}

static const char *enum_integer(const struct type *type)
{
	return memory_print("%sint%" PRIu64 "_t", type->is_signed ? "" : "u", type->bytes * 8);
}

static const char *helper_of(const struct type *type, const char *suffix)
{
	const char *name =
		type->kind == TYPE_ENUM ? type->enumeration->name : type->structure->name;

	return memory_print("%s__%s", name, suffix);
}

static const char *why_not_declared(const struct type *type)
{
	return memory_print("is not a value of %s", type->enumeration->c_name);
}

/* "T *", of an optional "const T **". */
static const char *pointer_to(const struct type *type)
{
	return memory_print(type->kind == TYPE_OPTIONAL ? "%s*" : "%s *", type->c_name);
}

const char *c_pointer_to_const(const struct type *type)
{
	if (type->kind == TYPE_OPTIONAL)
		return memory_print("%sconst *", type->c_name);
	return memory_print("const %s *", type->c_name);
}

/* What an element takes in a message: never nothing, so that its size bounds their number. */
static const char *bytes_of(const struct type *element)
{
	return element->bytes ? memory_print("sizeof(%s)", element->c_name) : "1";
}

/* Elements that hold nothing to be looked at. */
static void measure_plain(struct text *out, int depth, const struct type *element, const char *list,
			  const char *length, const char *label)
{
	if (element->bytes)
		text_line(out, depth,
			  "rc__measure_plain(measure, &measured, %s, %s, sizeof(%s), %" PRIu64
			  ", \"%s\");",
			  list, length, element->c_name, element->align, label);
	else
		text_line(out, depth,
			  "rc__measure_empty(measure, &measured, %s, %s, %" PRIu64 ", \"%s\");",
			  list, length, element->align, label);
}

static void measure_slice(struct text *out, int depth, const struct type *type, const char *from,
			  const char *label)
{
	const struct type *element = type->element;
	const char *list = memory_print("%s.ptr", from);
	const char *length = memory_print("%s.len", from);
	const char *index = emit_index(level_of(depth));

	if (!type_is_checked(element)) {
		measure_plain(out, depth, element, list, length, label);
		return;
	}
	text_line(out, depth,
		  "if (rc__measure_array(measure, &measured, %s, %s, sizeof(%s), %" PRIu64
		  ", \"%s\")) {",
		  list, length, element->c_name, element->align, label);
	if (type_is_measured(element)) {
		open_loop(out, depth + 1, index, length);
		emit_c_measure(out, depth + 2, element, element_of(list, index), label);
		text_line(out, depth + 1, "}");
	}
	text_line(out, depth + 1, "rc__measure_leave(measure);");
	text_line(out, depth, "}");
}

static void measure_optional(struct text *out, int depth, const struct type *type, const char *from,
			     const char *label)
{
	const struct type *target = type->element;
	const char *source = memory_print("source_%s", emit_index(level_of(depth)));

	if (!type_is_checked(target)) {
		measure_plain(out, depth, target, from, memory_print("%s != NULL", from), label);
		return;
	}
	text_line(out, depth,
		  "if (rc__measure_array(measure, &measured, %s, %s != NULL, sizeof(%s), %" PRIu64
		  ", \"%s\")) {",
		  from, from, target->c_name, target->align, label);
	if (type_is_measured(target)) {
		text_line(out, depth + 1, "%s%s = %s;", c_pointer_to_const(target), source, from);
		text_append(out, "\n", 1);
		emit_c_measure(out, depth + 1, target, memory_print("(*%s)", source), label);
	}
	text_line(out, depth + 1, "rc__measure_leave(measure);");
	text_line(out, depth, "}");
}

void emit_c_measure(struct text *out, int depth, const struct type *type, const char *from,
		    const char *label)
{
	const char *index = emit_index(level_of(depth));

	if (!type_is_measured(type))
		return;
	if (type->kind == TYPE_ENUM) {
		text_line(out, depth, "if (!%s((%s)%s))", helper_of(type, "valid"),
			  enum_integer(type), from);
		text_line(out, depth + 1, "rc__measure_fault(measure, \"%s\", \"%s\");", label,
			  why_not_declared(type));
	} else if (type->kind == TYPE_STRING) {
		text_line(out, depth,
			  "rc__measure_plain(measure, &measured, %s.ptr, %s.len, 1, 1, \"%s\");",
			  from, from, label);
	} else if (type->kind == TYPE_SLICE) {
		measure_slice(out, depth, type, from, label);
	} else if (type->kind == TYPE_OPTIONAL) {
		measure_optional(out, depth, type, from, label);
	} else if (type->kind == TYPE_STRUCT) {
		text_line(out, depth,
			  type_has_pointers(type) ? "measured = %s(measure, measured, %s);"
						  : "%s(measure, %s);",
			  helper_of(type, "measure"), emit_address(from));
	} else {
		open_loop(out, depth, index, count_of(type));
		emit_c_measure(out, depth + 1, type->element, element_of(from, index), label);
		text_line(out, depth, "}");
	}
}

/* The call that writes a plain part, and gives the pointer to store. */
static const char *plain_part(const struct type *element, const char *list, const char *length)
{
	if (!element->bytes)
		return memory_print("rc__write_empty(writer, &written, %s, %" PRIu64 ")", length,
				    element->align);
	return memory_print("rc__write_plain(writer, &written, %s, %s, sizeof(%s), %" PRIu64 ")",
			    list, length, element->c_name, element->align);
}

static void write_slice(struct text *out, int depth, const struct type *type, const char *from,
			const char *to)
{
	const struct type *element = type->element;
	const char *index = emit_index(level_of(depth));
	const char *list = memory_print("elements_%s", index);
	const char *pointer = memory_print("pointer_%s", index);

	if (!type_is_checked(element)) {
		text_line(out, depth, "%s.ptr = (%s)(uintptr_t)%s;", to,
			  c_pointer_to_const(element),
			  plain_part(element, memory_print("%s.ptr", from),
				     memory_print("%s.len", from)));
		text_line(out, depth, "%s.len = %s.len;", to, from);
		text_line(out, depth, "%s.cap = %s.len;", to, from);
		return;
	}
	text_line(out, depth, "{");
	text_line(out, depth + 1, "uint64_t %s;", pointer);
	text_line(out, depth + 1,
		  "%s%s = rc__write_array(writer, &written, %s.len, sizeof(*%s), %" PRIu64
		  ", &%s);",
		  pointer_to(element), list, from, list, element->align, pointer);
	text_append(out, "\n", 1);
	open_loop(out, depth + 1, index, memory_print("%s.len", from));
	emit_c_write(out, depth + 2, element, element_of(memory_print("%s.ptr", from), index),
		     element_of(list, index));
	text_line(out, depth + 1, "}");
	text_line(out, depth + 1, "%s.ptr = (%s)(uintptr_t)%s;", to, c_pointer_to_const(element),
		  pointer);
	text_line(out, depth + 1, "%s.len = %s.len;", to, from);
	text_line(out, depth + 1, "%s.cap = %s.len;", to, from);
	text_line(out, depth, "}");
}

static void write_optional(struct text *out, int depth, const struct type *type, const char *from,
			   const char *to)
{
	const struct type *target = type->element;
	const char *index = emit_index(level_of(depth));
	const char *value = memory_print("target_%s", index);
	const char *source = memory_print("source_%s", index);
	const char *pointer = memory_print("pointer_%s", index);

	if (!type_is_checked(target)) {
		text_line(out, depth, "%s = (%s)(uintptr_t)%s;", to, c_pointer_to_const(target),
			  plain_part(target, from, memory_print("%s != NULL", from)));
		return;
	}
	text_line(out, depth, "{");
	text_line(out, depth + 1, "uint64_t %s;", pointer);
	text_line(out, depth + 1, "%s%s = %s;", c_pointer_to_const(target), source, from);
	text_line(out, depth + 1,
		  "%s *%s = rc__write_array(writer, &written, %s != NULL, sizeof(*%s), %" PRIu64
		  ", &%s);",
		  target->c_name, value, source, value, target->align, pointer);
	text_append(out, "\n", 1);
	text_line(out, depth + 1, "if (%s) {", value);
	emit_c_write(out, depth + 2, target, memory_print("(*%s)", source),
		     memory_print("(*%s)", value));
	text_line(out, depth + 1, "}");
	text_line(out, depth + 1, "%s = (%s)(uintptr_t)%s;", to, c_pointer_to_const(target),
		  pointer);
	text_line(out, depth, "}");
}

void emit_c_write(struct text *out, int depth, const struct type *type, const char *from,
		  const char *to)
{
	const char *index = emit_index(level_of(depth));

	if (type_is_copied(type) && type->kind == TYPE_ARRAY) {
		text_line(out, depth, "memcpy(%s, %s, sizeof(%s));", to, from, to);
	} else if (type_is_copied(type)) {
		text_line(out, depth, "%s = %s;", to, from);
	} else if (type->kind == TYPE_BOOL) {
		text_line(out, depth, "rc__write_bool(%s, %s);", emit_address(to),
			  emit_address(from));
	} else if (type->kind == TYPE_STRING) {
		text_line(out, depth,
			  "%s.ptr = (const char *)(uintptr_t)rc__write_plain(writer, &written, "
			  "%s.ptr, %s.len, 1, 1);",
			  to, from, from);
		text_line(out, depth, "%s.len = %s.len;", to, from);
	} else if (type->kind == TYPE_SLICE) {
		write_slice(out, depth, type, from, to);
	} else if (type->kind == TYPE_OPTIONAL) {
		write_optional(out, depth, type, from, to);
	} else if (type->kind == TYPE_STRUCT) {
		text_line(out, depth,
			  type_has_pointers(type) ? "written = %s(writer, written, %s, %s);"
						  : "%s(%s, %s);",
			  helper_of(type, "write"), emit_address(from), emit_address(to));
	} else {
		open_loop(out, depth, index, count_of(type));
		emit_c_write(out, depth + 1, type->element, element_of(from, index),
			     element_of(to, index));
		text_line(out, depth, "}");
	}
}

bool emit_c_check_needs_part(const struct type *type)
{
	if (type->kind == TYPE_STRING)
		return true;
	if (type->kind == TYPE_SLICE || type->kind == TYPE_OPTIONAL)
		return !type_is_checked(type->element) || emit_c_check_needs_part(type->element);
	return type->kind == TYPE_ARRAY && emit_c_check_needs_part(type->element);
}

/* Before C23, a pointer to an array takes no const by itself. */
static const char *array_cast(const struct type *element)
{
	return element->kind == TYPE_ARRAY
		       ? memory_print("(const %s *)(uintptr_t)", element->c_name)
		       : "";
}

static void check_plain(struct text *out, int depth, const struct type *element, const char *value,
			const char *label)
{
	const char *bytes = element ? bytes_of(element) : "1";
	uint64_t align = element ? element->align : 1;

	text_line(out, depth,
		  "if (!rc__read_plain(reader, (uintptr_t)%s.ptr, %s.len, %s, %" PRIu64
		  ", \"%s\", &part))",
		  value, value, bytes, align, label);
	text_line(out, depth + 1, "return false;");
	text_line(out, depth, "%s.ptr = %spart;", value, element ? array_cast(element) : "");
	if (element)
		text_line(out, depth, "%s.cap = %s.len;", value, value);
}

static void check_slice(struct text *out, int depth, const struct type *type, const char *value,
			const char *label)
{
	const struct type *element = type->element;
	const char *index = emit_index(level_of(depth));
	const char *list = memory_print("elements_%s", index);

	if (!type_is_checked(element)) {
		check_plain(out, depth, element, value, label);
		return;
	}
	text_line(out, depth, "{");
	text_line(out, depth + 1,
		  "%s%s = rc__read_array(reader, (uintptr_t)%s.ptr, %s.len, "
		  "sizeof(*%s), %" PRIu64 ", \"%s\");",
		  pointer_to(element), list, value, value, list, element->align, label);
	text_append(out, "\n", 1);
	text_line(out, depth + 1, "if (reader->fault.field)");
	text_line(out, depth + 2, "return false;");
	open_loop(out, depth + 1, index, memory_print("%s.len", value));
	emit_c_check(out, depth + 2, element, element_of(list, index), label);
	text_line(out, depth + 1, "}");
	text_line(out, depth + 1, "if (%s)", list);
	text_line(out, depth + 2, "rc__read_leave(reader);");
	text_line(out, depth + 1, "%s.ptr = %s%s;", value, array_cast(element), list);
	text_line(out, depth + 1, "%s.cap = %s.len;", value, value);
	text_line(out, depth, "}");
}

static void check_optional(struct text *out, int depth, const struct type *type, const char *value,
			   const char *label)
{
	const struct type *target = type->element;
	const char *copy = memory_print("target_%s", emit_index(level_of(depth)));

	if (!type_is_checked(target)) {
		text_line(out, depth,
			  "if (!rc__read_plain(reader, (uintptr_t)%s, %s != NULL, %s, %" PRIu64
			  ", \"%s\", &part))",
			  value, value, bytes_of(target), target->align, label);
		text_line(out, depth + 1, "return false;");
		text_line(out, depth, "%s = part;", value);
		return;
	}
	text_line(out, depth, "{");
	text_line(out, depth + 1,
		  "%s *%s = rc__read_array(reader, (uintptr_t)%s, %s != NULL, "
		  "sizeof(*%s), %" PRIu64 ", \"%s\");",
		  target->c_name, copy, value, value, copy, target->align, label);
	text_append(out, "\n", 1);
	text_line(out, depth + 1, "if (reader->fault.field)");
	text_line(out, depth + 2, "return false;");
	text_line(out, depth + 1, "if (%s) {", copy);
	emit_c_check(out, depth + 2, target, memory_print("(*%s)", copy), label);
	text_line(out, depth + 2, "rc__read_leave(reader);");
	text_line(out, depth + 1, "}");
	text_line(out, depth + 1, "%s = %s;", value, copy);
	text_line(out, depth, "}");
}

void emit_c_check(struct text *out, int depth, const struct type *type, const char *value,
		  const char *label)
{
	const char *index = emit_index(level_of(depth));

	if (!type_is_checked(type))
		return;
	if (type->kind == TYPE_BOOL) {
		text_line(out, depth, "if (!rc__read_bool(reader, %s, \"%s\"))",
			  emit_address(value), label);
		text_line(out, depth + 1, "return false;");
	} else if (type->kind == TYPE_ENUM) {
		text_line(out, depth, "if (!%s((%s)%s))", helper_of(type, "valid"),
			  enum_integer(type), value);
		text_line(out, depth + 1, "return rc__read_fault(reader, \"%s\", \"%s\");", label,
			  why_not_declared(type));
	} else if (type->kind == TYPE_STRING) {
		check_plain(out, depth, NULL, value, label);
	} else if (type->kind == TYPE_SLICE) {
		check_slice(out, depth, type, value, label);
	} else if (type->kind == TYPE_OPTIONAL) {
		check_optional(out, depth, type, value, label);
	} else if (type->kind == TYPE_STRUCT) {
		text_line(out, depth, "if (!%s(reader, %s))", helper_of(type, "check"),
			  emit_address(value));
		text_line(out, depth + 1, "return false;");
	} else {
		open_loop(out, depth, index, count_of(type));
		emit_c_check(out, depth + 1, type->element, element_of(value, index), label);
		text_line(out, depth, "}");
	}
}

static void emit_valid(struct text *out, const struct enumeration *enumeration)
{
	text_add(out, "\nstatic bool %s__valid(%sint%" PRIu64 "_t value)\n{\n", enumeration->name,
		 enumeration->is_signed ? "" : "u", enumeration->bytes * 8);
	text_add(out, "\tswitch (value) {\n");
	for (struct enumerator *i = enumeration->enumerators; i; i = i->next)
		if (!i->is_twin)
			text_add(out, "\tcase %s:\n", i->name);
	text_add(out, "\t\treturn true;\n\tdefault:\n\t\treturn false;\n\t}\n}\n");
}

/* Of structs with pointers, the helpers take and return how many bytes there are so far. */
static const char *measure_signature(const struct structure *structure)
{
	return memory_print("static %s %s__measure(struct rc_measure *measure, %sconst %s *from)",
			    structure->has_pointers ? "uint64_t" : "void", structure->name,
			    structure->has_pointers ? "uint64_t measured, " : "",
			    structure->c_name);
}

static const char *write_signature(const struct structure *structure)
{
	return memory_print("static %s %s__write(%sconst %s *from, %s *to)",
			    structure->has_pointers ? "uint64_t" : "void", structure->name,
			    structure->has_pointers
				    ? "const struct rc_writer *writer, uint64_t written, "
				    : "",
			    structure->c_name, structure->c_name);
}

static const char *check_signature(const struct structure *structure)
{
	return memory_print("static bool %s__check(struct rc_reader *reader, %s *value)",
			    structure->name, structure->c_name);
}

static const char *label_of(const struct structure *structure, const struct field *field)
{
	return memory_print("%s.%s", structure->path, field->name);
}

static void emit_request_helpers(struct text *out, const struct structure *structure)
{
	if (structure->has_pointers || structure->has_enums) {
		text_add(out, "\n%s\n{\n", measure_signature(structure));
		for (struct field *field = structure->fields; field; field = field->next)
			emit_c_measure(out, 1, field->type, memory_print("from->%s", field->name),
				       label_of(structure, field));
		text_add(out, structure->has_pointers ? "\treturn measured;\n}\n" : "}\n");
	}
	if (structure->has_pointers || structure->has_bools) {
		text_add(out, "\n%s\n{\n", write_signature(structure));
		for (struct field *field = structure->fields; field; field = field->next)
			emit_c_write(out, 1, field->type, memory_print("from->%s", field->name),
				     memory_print("to->%s", field->name));
		text_add(out, structure->has_pointers ? "\treturn written;\n}\n" : "}\n");
	}
}

static void emit_reply_helper(struct text *out, const struct structure *structure)
{
	bool needs_part = false;

	text_add(out, "\n%s\n{\n", check_signature(structure));
	for (struct field *field = structure->fields; field; field = field->next)
		needs_part |= emit_c_check_needs_part(field->type);
	if (needs_part)
		text_add(out, "\tconst void *part;\n\n");
	for (struct field *field = structure->fields; field; field = field->next)
		emit_c_check(out, 1, field->type, memory_print("value->%s", field->name),
			     label_of(structure, field));
	text_add(out, "\treturn true;\n}\n");
}

void emit_c_helpers(const struct model *model, struct text *out)
{
	for (struct enumeration *i = model->enumerations; i; i = i->next)
		if (i->is_written || i->in_reply)
			emit_valid(out, i);
	for (struct structure *i = model->in_order; i; i = i->next_in_order) {
		if (!i->is_forward)
			continue;
		if (i->is_written)
			text_add(out, "\n%s;\n%s;\n", measure_signature(i), write_signature(i));
		if (i->in_reply)
			text_add(out, "\n%s;\n", check_signature(i));
	}
	for (struct structure *i = model->in_order; i; i = i->next_in_order) {
		if (!i->has_pointers && !i->has_bools && !i->has_enums)
			continue;
		if (i->is_written)
			emit_request_helpers(out, i);
		if (i->in_reply)
			emit_reply_helper(out, i);
	}
}
