/* SPDX-License-Identifier: MIT */
/*
 * emit_go_part.c - generated Go that reads, measures, writes and clones values.
 *
 * Each struct that is more than a copy has helpers: read for requests, measure and write for
 * replies, own for Clone. Statements for other values are written in place. A wire value in
 * shared memory is read exactly once, by the statement that checks it.
 */
#include <inttypes.h>
#include <string.h>

#include "emit.h"
#include "name.h"

static int level_of(int depth)
{
	return depth - 1;
}

static const char *element_of(const char *list, const char *index)
{
	return memory_print(*list == '*' ? "(%s)[%s]" : "%s[%s]", list, index);
}

/* A part of a pool's name. Go names have no underscores, so these cannot meet them. */
static const char *mangle(const struct type *type)
{
	switch (type->kind) {
	case TYPE_STRUCT:
		return type->structure->go_name;
	case TYPE_ENUM:
		if (*type->enumeration->name)
			return type->enumeration->go_name;
		return memory_print("_%s", go_type(type));
	case TYPE_SLICE:
		if (structure_is_map(type->structure))
			return type->structure->go_name;
		return memory_print("_slice%s", mangle(type->element));
	case TYPE_OPTIONAL:
		return memory_print("_optional%s", mangle(type->element));
	case TYPE_ARRAY:
		return memory_print("_array%" PRIu64 "%s", type->count, mangle(type->element));
	default:
		return memory_print("_%s", go_type(type));
	}
}

/* The pools of a walk through what Go receives: element types of checked slices and optionals, each
 * once. */
struct pool_walk {
	const struct type *types[4096];
	int count;
	bool is_deep; /* goes into structs, which stay marked */
};

static void add_pools(struct pool_walk *walk, const struct type *type)
{
	if (type->kind == TYPE_STRUCT && walk->is_deep && type->structure->mark != VISIT_OPEN) {
		type->structure->mark = VISIT_OPEN;
		for (struct field *field = type->structure->fields; field; field = field->next)
			add_pools(walk, field->type);
	}
	if (!type->element)
		return;
	add_pools(walk, type->element);
	if (type->kind == TYPE_ARRAY || !type_is_checked(type->element))
		return;
	for (int i = 0; i < walk->count; i++)
		if (!strcmp(mangle(walk->types[i]), mangle(type->element)))
			return;
	if (walk->count < (int)(sizeof(walk->types) / sizeof(walk->types[0])))
		walk->types[walk->count++] = type->element;
}

static struct pool_walk *pools_of(const struct model *model)
{
	struct pool_walk *walk = memory_take(sizeof(*walk));

	for (struct structure *i = model->in_order; i; i = i->next_in_order)
		for (struct field *field = i->fields; field && i->in_request; field = field->next)
			add_pools(walk, field->type);
	for (struct service *service = model->services; service; service = service->next)
		for (struct method *i = service->methods; i; i = i->next)
			for (struct parameter *j = i->parameters; j; j = j->next)
				if (j->is_output == service->is_host)
					add_pools(walk, j->value);
	return walk;
}

bool emit_go_has_pools(const struct model *model)
{
	return pools_of(model)->count > 0;
}

void emit_go_pools(const struct model *model, struct text *out)
{
	struct pool_walk *walk = pools_of(model);
	struct grid grid = { 0 };

	if (!walk->count)
		return;
	text_add(out, "\n// pools hold a request's slices and optionals of checked elements.\n");
	text_add(out, "type pools struct {\n");
	for (int i = 0; i < walk->count; i++)
		grid_add(&grid, memory_print("of%s", mangle(walk->types[i])),
			 memory_print("rt.Pool[%s]", go_type(walk->types[i])), NULL);
	grid_flush(&grid, out, 1);
	text_add(out, "}\n");
}

void emit_go_pools_reset(struct text *out, const struct model *model, const struct method *method)
{
	struct pool_walk *walk = memory_take(sizeof(*walk));

	walk->is_deep = true;
	for (struct structure *i = model->in_order; i; i = i->next_in_order)
		i->mark = VISIT_DONE;
	for (struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output)
			add_pools(walk, i->value);
	for (int i = 0; i < walk->count; i++)
		text_line(out, 1, "pools.of%s.Reset()", mangle(walk->types[i]));
}

static const char *why_not_declared(const struct type *type)
{
	return memory_print("is not a value of %s", type->enumeration->c_name);
}

/* Values that one statement reads. `assign`: "=" or ":=". Returns whether type is such. */
static bool read_at_once(struct text *out, int depth, const struct type *type, const char *from,
			 const char *to, const char *assign, const char *label)
{
	if (!type_is_checked(type)) {
		text_line(out, depth, "%s %s %s", to, assign, from);
	} else if (type->kind == TYPE_BOOL) {
		text_line(out, depth, "%s %s reader.Bool(%s, \"%s\")", to, assign, from, label);
	} else if (type->kind == TYPE_ENUM) {
		text_line(out, depth, "%s %s %s(%s)", to, assign, go_type(type), from);
		text_line(out, depth, "if !valid%s(%s) {", type->enumeration->go_name, to);
		text_line(out, depth + 1, "reader.Fail(\"%s\", \"%s\")", label,
			  why_not_declared(type));
		text_line(out, depth, "}");
	} else if (type->kind == TYPE_STRING) {
		text_line(out, depth, "%s %s reader.String(%s, \"%s\")", to, assign, from, label);
	} else if (type->kind == TYPE_SLICE && !type_is_checked(type->element)) {
		text_line(out, depth, "%s %s rt.Slice[%s](reader, %s, %" PRIu64 ", \"%s\")", to,
			  assign, go_type(type->element), from, type->element->align, label);
	} else if (type->kind == TYPE_OPTIONAL && !type_is_checked(type->element)) {
		text_line(out, depth, "%s %s rt.Optional[%s](reader, %s, %" PRIu64 ", \"%s\")", to,
			  assign, go_type(type->element), from, type->element->align, label);
	} else {
		return false;
	}
	return true;
}

static void read_array(struct text *out, int depth, const struct type *type, const char *from,
		       const char *to, const char *label)
{
	const struct type *element = type->element;
	const char *index = emit_index(level_of(depth));
	const char *wires = memory_print("wires%d", depth);
	const char *values = memory_print("values%d", depth);

	text_line(out, depth,
		  "%s, %s := rt.Array[%s](reader, &pools.of%s, %s, %" PRIu64 ", \"%s\")", wires,
		  values, go_wire_type(element), mangle(element), from, element->align, label);
	text_line(out, depth, "if %s != nil {", wires);
	text_line(out, depth + 1, "for %s := range %s {", index, wires);
	emit_go_read(out, depth + 2, element, element_of(wires, index), element_of(values, index),
		     label);
	text_line(out, depth + 1, "}");
	text_line(out, depth + 1, "reader.Leave()");
	text_line(out, depth, "}");
	text_line(out, depth, "%s = %s", to, values);
}

static void read_optional(struct text *out, int depth, const struct type *type, const char *from,
			  const char *to, const char *label)
{
	const struct type *target = type->element;
	const char *wire = memory_print("wire%d", depth);
	const char *value = memory_print("value%d", depth);

	text_line(out, depth, "%s, %s := rt.One[%s](reader, &pools.of%s, %s, %" PRIu64 ", \"%s\")",
		  wire, value, go_wire_type(target), mangle(target), from, target->align, label);
	text_line(out, depth, "if %s != nil {", wire);
	emit_go_read(out, depth + 1, target, memory_print("*%s", wire), memory_print("*%s", value),
		     label);
	text_line(out, depth + 1, "reader.Leave()");
	text_line(out, depth, "}");
	text_line(out, depth, "%s = %s", to, value);
}

void emit_go_read(struct text *out, int depth, const struct type *type, const char *from,
		  const char *to, const char *label)
{
	const char *index = emit_index(level_of(depth));

	if (read_at_once(out, depth, type, from, to, "=", label))
		return;
	if (type->kind == TYPE_SLICE) {
		text_line(out, depth, "{");
		read_array(out, depth + 1, type, from, to, label);
		text_line(out, depth, "}");
	} else if (type->kind == TYPE_OPTIONAL) {
		text_line(out, depth, "{");
		read_optional(out, depth + 1, type, from, to, label);
		text_line(out, depth, "}");
	} else if (type->kind == TYPE_STRUCT) {
		text_line(out, depth, "read%s(reader, %s%s, %s)", type->structure->go_name,
			  emit_go_pools_argument(), emit_address(from), emit_address(to));
	} else {
		text_line(out, depth, "for %s := range %s {", index, to);
		emit_go_read(out, depth + 1, type->element, element_of(from, index),
			     element_of(to, index), label);
		text_line(out, depth, "}");
	}
}

void emit_go_read_new(struct text *out, int depth, const struct type *type, const char *from,
		      const char *to, const char *label)
{
	if (read_at_once(out, depth, type, from, to, ":=", label))
		return;
	text_line(out, depth, "var %s %s", to, go_type(type));
	emit_go_read(out, depth, type, from, to, label);
}

/* What an element takes in a message: never nothing, so that its size bounds their number. */
static uint64_t bytes_of(const struct type *element)
{
	return element->bytes ? element->bytes : 1;
}

static void measure_optional(struct text *out, int depth, const struct type *type, const char *from,
			     const char *label)
{
	const struct type *target = type->element;

	if (!type_is_checked(target)) {
		text_line(out, depth, "if %s != nil {", from);
		text_line(out, depth + 1, "measure.Plain(1, %" PRIu64 ", %" PRIu64 ")",
			  bytes_of(target), target->align);
	} else {
		text_line(out, depth,
			  "if %s != nil && measure.Array(1, %" PRIu64 ", %" PRIu64 ", \"%s\") {",
			  from, target->bytes, target->align, label);
		emit_go_measure(out, depth + 1, target, memory_print("*%s", from), label);
		text_line(out, depth + 1, "measure.Leave()");
	}
	text_line(out, depth, "}");
}

void emit_go_measure(struct text *out, int depth, const struct type *type, const char *from,
		     const char *label)
{
	const char *index = emit_index(level_of(depth));
	const struct type *element = type->element;

	if (!type_is_measured(type))
		return;
	if (type->kind == TYPE_ENUM) {
		text_line(out, depth, "if !valid%s(%s) {", type->enumeration->go_name, from);
		text_line(out, depth + 1, "measure.Fail(\"%s\", \"%s\")", label,
			  why_not_declared(type));
		text_line(out, depth, "}");
	} else if (type->kind == TYPE_STRING) {
		text_line(out, depth, "measure.String(%s)", from);
	} else if (type->kind == TYPE_SLICE && !type_is_checked(element)) {
		text_line(out, depth, "rt.MeasureSlice(measure, %s, %" PRIu64 ")", from,
			  element->align);
	} else if (type->kind == TYPE_SLICE) {
		text_line(out, depth,
			  "if measure.Array(len(%s), %" PRIu64 ", %" PRIu64 ", \"%s\") {", from,
			  element->bytes, element->align, label);
		if (type_is_measured(element)) {
			text_line(out, depth + 1, "for %s := range %s {", index, from);
			emit_go_measure(out, depth + 2, element, element_of(from, index), label);
			text_line(out, depth + 1, "}");
		}
		text_line(out, depth + 1, "measure.Leave()");
		text_line(out, depth, "}");
	} else if (type->kind == TYPE_OPTIONAL) {
		measure_optional(out, depth, type, from, label);
	} else if (type->kind == TYPE_STRUCT) {
		text_line(out, depth, "measure%s(measure, %s)", type->structure->go_name,
			  emit_address(from));
	} else {
		text_line(out, depth, "for %s := range %s {", index, from);
		emit_go_measure(out, depth + 1, element, element_of(from, index), label);
		text_line(out, depth, "}");
	}
}

static void write_array(struct text *out, int depth, const struct type *type, const char *from,
			const char *to)
{
	const char *index = emit_index(level_of(depth));
	const char *wires = memory_print("wires%d", depth);
	const char *list = memory_print("list%d", depth);
	const char *part = memory_print("part%d", depth);

	text_line(out, depth, "%s := %s", list, from);
	text_line(out, depth, "%s, %s := rt.WriteArray[%s](writer, len(%s), %" PRIu64 ")", wires,
		  part, go_wire_type(type->element), list, type->element->align);
	text_line(out, depth, "for %s := range %s {", index, wires);
	emit_go_write(out, depth + 1, type->element, element_of(list, index),
		      element_of(wires, index));
	text_line(out, depth, "}");
	text_line(out, depth, "%s = %s", to, part);
}

static void write_optional(struct text *out, int depth, const struct type *type, const char *from,
			   const char *to)
{
	const char *wire = memory_print("wire%d", depth);
	const char *value = memory_print("value%d", depth);
	const char *part = memory_print("part%d", depth);

	text_line(out, depth, "%s := %s", value, from);
	text_line(out, depth, "%s, %s := rt.WriteOne[%s](writer, %s != nil, %" PRIu64 ")", wire,
		  part, go_wire_type(type->element), value, type->element->align);
	text_line(out, depth, "if %s != nil {", wire);
	emit_go_write(out, depth + 1, type->element, memory_print("*%s", value),
		      memory_print("*%s", wire));
	text_line(out, depth, "}");
	text_line(out, depth, "%s = %s", to, part);
}

void emit_go_write(struct text *out, int depth, const struct type *type, const char *from,
		   const char *to)
{
	const char *index = emit_index(level_of(depth));

	if (!type_is_checked(type)) {
		text_line(out, depth, "%s = %s", to, from);
	} else if (type->kind == TYPE_ENUM) {
		text_line(out, depth, "%s = %s(%s)", to, go_wire_type(type), from);
	} else if (!type_has_pointers(type)) {
		text_line(out, depth, "*(*%s)(unsafe.Pointer(%s)) = %s", go_type(type),
			  emit_address(to), from);
	} else if (type->kind == TYPE_STRING) {
		text_line(out, depth, "%s = writer.String(%s)", to, from);
	} else if (type->kind == TYPE_SLICE && !type_has_pointers(type->element)) {
		text_line(out, depth, "%s = rt.WriteSlice(writer, %s, %" PRIu64 ")", to, from,
			  type->element->align);
	} else if (type->kind == TYPE_SLICE) {
		text_line(out, depth, "{");
		write_array(out, depth + 1, type, from, to);
		text_line(out, depth, "}");
	} else if (type->kind == TYPE_OPTIONAL && !type_has_pointers(type->element)) {
		text_line(out, depth, "%s = rt.WriteOptional(writer, %s, %" PRIu64 ")", to, from,
			  type->element->align);
	} else if (type->kind == TYPE_OPTIONAL) {
		text_line(out, depth, "{");
		write_optional(out, depth + 1, type, from, to);
		text_line(out, depth, "}");
	} else if (type->kind == TYPE_STRUCT) {
		text_line(out, depth, "write%s(writer, %s, %s)", type->structure->go_name,
			  emit_address(from), emit_address(to));
	} else {
		text_line(out, depth, "for %s := range %s {", index, from);
		emit_go_write(out, depth + 1, type->element, element_of(from, index),
			      element_of(to, index));
		text_line(out, depth, "}");
	}
}

static void emit_own(struct text *out, int depth, const struct type *type, const char *value);

static void own_optional(struct text *out, int depth, const struct type *type, const char *value)
{
	const char *clone = memory_print("clone%d", depth);

	text_line(out, depth, "if %s != nil {", value);
	text_line(out, depth + 1, "%s := *%s", clone, value);
	emit_own(out, depth + 1, type->element, clone);
	text_line(out, depth + 1, "%s = &%s", value, clone);
	text_line(out, depth, "}");
}

/* Moves what a value points to to the Go heap. */
static void emit_own(struct text *out, int depth, const struct type *type, const char *value)
{
	const char *index = emit_index(level_of(depth));

	if (!type_has_pointers(type))
		return;
	if (type->kind == TYPE_STRING) {
		text_line(out, depth, "%s = strings.Clone(%s)", value, value);
		return;
	}
	if (type->kind == TYPE_STRUCT) {
		text_line(out, depth, "own%s(%s)", type->structure->go_name, emit_address(value));
		return;
	}
	if (type->kind == TYPE_OPTIONAL) {
		own_optional(out, depth, type, value);
		return;
	}
	if (type->kind == TYPE_SLICE)
		text_line(out, depth, "%s = slices.Clone(%s)", value, value);
	if (!type_has_pointers(type->element))
		return;
	text_line(out, depth, "for %s := range %s {", index, value);
	emit_own(out, depth + 1, type->element, element_of(value, index));
	text_line(out, depth, "}");
}

static void emit_valid(struct text *out, const struct enumeration *enumeration)
{
	const char *name = enumeration->go_name;
	const char *separator = "";

	text_add(out, "\n// valid%s tells whether %s declares the value.\n", name,
		 enumeration->c_name);
	text_add(out, "func valid%s(value %s) bool {\n\tswitch value {\n\tcase ", name, name);
	for (struct enumerator *i = enumeration->enumerators; i; i = i->next) {
		if (i->is_twin)
			continue;
		text_add(out, "%s%s", separator, i->go_name);
		separator = ",\n\t\t";
	}
	text_add(out, ":\n\t\treturn true\n\t}\n\treturn false\n}\n");
}

static const char *label_of(const struct structure *structure, const struct field *field)
{
	return memory_print("%s.%s", structure->path, field->name);
}

static void emit_read_helper(struct text *out, const struct structure *structure)
{
	const char *name = structure->go_name;

	text_add(out, "\n// read%s checks a received %s and makes it a %s.\n", name,
		 structure->shown, name);
	text_add(out, "func read%s(reader *rt.Reader, %sfrom *wire%s, to *%s) {\n", name,
		 *emit_go_pools_argument() ? "pools *pools, " : "", name, name);
	for (struct field *field = structure->fields; field; field = field->next)
		emit_go_read(out, 1, field->type, memory_print("from.%s", field->go_name),
			     memory_print("to.%s", field->go_name), label_of(structure, field));
	text_add(out, "}\n");
}

static void emit_write_helpers(struct text *out, const struct structure *structure)
{
	const char *name = structure->go_name;

	if (structure->has_pointers || structure->has_enums) {
		text_add(out, "\n// measure%s checks a %s and sizes what it points to.\n", name,
			 name);
		text_add(out, "func measure%s(measure *rt.Measure, from *%s) {\n", name, name);
		for (struct field *field = structure->fields; field; field = field->next)
			emit_go_measure(out, 1, field->type,
					memory_print("from.%s", field->go_name),
					label_of(structure, field));
		text_add(out, "}\n");
	}
	if (!structure->has_pointers)
		return;
	text_add(out, "\n// write%s writes a measured %s into a message.\n", name, name);
	text_add(out, "func write%s(writer *rt.Writer, from *%s, to *wire%s) {\n", name, name,
		 name);
	for (struct field *field = structure->fields; field; field = field->next)
		emit_go_write(out, 1, field->type, memory_print("from.%s", field->go_name),
			      memory_print("to.%s", field->go_name));
	text_add(out, "}\n");
}

static void emit_clone(struct text *out, const struct structure *structure)
{
	const char *name = structure->go_name;

	text_add(out, "\n// Clone copies value and all that it points to, to the Go heap.\n");
	text_add(out,
		 "func (value *%s) Clone() *%s {\n\tclone := *value\n\town%s(&clone)\n"
		 "\treturn &clone\n}\n",
		 name, name, name);
	text_add(out, "\nfunc own%s(value *%s) {\n", name, name);
	for (struct field *field = structure->fields; field; field = field->next)
		emit_own(out, 1, field->type, memory_print("value.%s", field->go_name));
	text_add(out, "}\n");
}

void emit_go_clones(const struct model *model, struct text *out)
{
	for (struct structure *i = model->in_order; i; i = i->next_in_order)
		if (i->has_pointers)
			emit_clone(out, i);
}

void emit_go_helpers(const struct model *model, struct text *out)
{
	for (struct enumeration *i = model->enumerations; i; i = i->next)
		if (i->in_request || i->in_reply)
			emit_valid(out, i);
	for (struct structure *i = model->in_order; i; i = i->next_in_order) {
		if (!i->has_pointers && !i->has_bools && !i->has_enums)
			continue;
		if (i->in_request)
			emit_read_helper(out, i);
		if (i->in_reply)
			emit_write_helpers(out, i);
	}
}
