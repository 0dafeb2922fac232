/* SPDX-License-Identifier: MIT */
/*
 * emit_go_type.c - Go types with C's layout, and asserts of it that fail to compile.
 *
 * A struct that holds pointers, bools or enums has a second Go type, wireX: the same bytes with
 * integers in their place, as they lie in a message.
 */
#include <inttypes.h>
#include <string.h>

#include "emit.h"
#include "name.h"
#include "tag.h"

const char *go_integer(uint64_t bytes, bool is_signed)
{
	return memory_print("%sint%" PRIu64, is_signed ? "" : "u", bytes * 8);
}

/* "kv." in code that imports the generated package, else "". */
static const char *qualifier = "";

void go_type_qualify(const char *package)
{
	qualifier = package ? memory_print("%s.", package) : "";
}

const char *go_type(const struct type *type)
{
	switch (type->kind) {
	case TYPE_INTEGER:
		if (type->is_native)
			return type->is_signed ? "int" : "uint";
		return go_integer(type->bytes, type->is_signed);
	case TYPE_FLOAT:
		return memory_print("float%" PRIu64, type->bytes * 8);
	case TYPE_BOOL:
		return "bool";
	case TYPE_RUNE:
		return "rune";
	case TYPE_STRING:
		return "string";
	case TYPE_ENUM:
		if (!*type->enumeration->name)
			return go_integer(type->bytes, type->is_signed);
		return memory_print("%s%s", qualifier, type->enumeration->go_name);
	case TYPE_STRUCT:
		return memory_print("%s%s", qualifier, type->structure->go_name);
	case TYPE_OPTIONAL:
		return memory_print("*%s", go_type(type->element));
	case TYPE_SLICE:
		if (structure_is_map(type->structure))
			return memory_print("%s%s", qualifier, type->structure->go_name);
		if (type->element->kind == TYPE_INTEGER && type->element->bytes == 1 &&
		    !type->element->is_signed)
			return "[]byte";
		return memory_print("[]%s", go_type(type->element));
	default:
		return memory_print("[%" PRIu64 "]%s", type->count, go_type(type->element));
	}
}

const char *go_wire_type(const struct type *type)
{
	if (!type_is_checked(type))
		return go_type(type);
	switch (type->kind) {
	case TYPE_BOOL:
		return "uint8";
	case TYPE_STRING:
		return "rt.WireString";
	case TYPE_SLICE:
		return "rt.WireSlice";
	case TYPE_OPTIONAL:
		return "rt.WireOptional";
	case TYPE_ENUM:
		return go_integer(type->bytes, type->is_signed);
	case TYPE_STRUCT:
		return memory_print("wire%s", type->structure->go_name);
	default:
		return memory_print("[%" PRIu64 "]%s", type->count, go_wire_type(type->element));
	}
}

void emit_go_padding(struct grid *grid, uint64_t *at, uint64_t offset)
{
	if (offset > *at)
		grid_add(grid, "_", memory_print("[%" PRIu64 "]byte", offset - *at), NULL);
	*at = offset;
}

/* How Go aligns a type on machines of 64 bits. */
static uint64_t go_align(const struct type *type)
{
	uint64_t largest = 1;

	while (type->kind == TYPE_ARRAY)
		type = type->element;
	if (type->kind != TYPE_STRUCT)
		return type->bytes < 8 ? type->bytes : 8;
	for (const struct field *i = type->structure->fields; i; i = i->next) {
		uint64_t align = go_align(i->type);

		largest = align > largest ? align : largest;
	}
	return largest;
}

/*
 * Padding of a struct that people see: only what Go would not add by itself. A field of padding
 * would be printed by %+v and compared by reflect.DeepEqual(), and its bytes are whatever the C
 * side had there.
 */
static void emit_padding(struct grid *grid, uint64_t *at, uint64_t align, uint64_t offset)
{
	uint64_t natural = (*at + align - 1) / align * align;

	if (natural == offset)
		*at = offset;
	emit_go_padding(grid, at, offset);
}

static const char *field_type(const struct model *model, const struct type *type)
{
	if (!model->is_layout)
		return go_type(type);
	if (type->kind == TYPE_ENUM)
		return go_integer(type->bytes, type->is_signed);
	if (type->kind == TYPE_ARRAY)
		return memory_print("[%" PRIu64 "]%s", type->count,
				    field_type(model, type->element));
	return go_type(type);
}

bool emit_go_is_moved(uint64_t field_bytes, uint64_t offset, uint64_t bytes)
{
	return field_bytes == 0 && offset == bytes && bytes > 0;
}

static bool is_moved(const struct structure *structure, const struct field *field)
{
	return emit_go_is_moved(field->type->bytes, field->offset_bytes, structure->bytes);
}

static void emit_field(const struct model *model, struct text *out, struct grid *grid,
		       const struct field *field)
{
	if (field->doc) {
		grid_flush(grid, out, 1);
		doc_add_go(out, 1, field->go_name, field->name, field->doc, NULL);
	}
	grid_add(grid, field->go_name, field_type(model, field->type),
		 tag_make(model->tag_keys, field->name, field->annotations.tag));
}

static void emit_struct(const struct model *model, struct text *out,
			const struct structure *structure)
{
	struct grid grid = { 0 };
	uint64_t largest_align = 1;
	uint64_t at = 0;

	text_add(out, "\n");
	doc_add_go(out, 0, structure->go_name, structure->name, structure->doc,
		   memory_print("%s is %s.", structure->go_name, structure->shown));
	text_add(out, "type %s struct {\n", structure->go_name);
	for (struct field *field = structure->fields; field; field = field->next)
		if (is_moved(structure, field))
			emit_field(model, out, &grid, field);
	for (struct field *field = structure->fields; field; field = field->next) {
		uint64_t align = go_align(field->type);

		if (is_moved(structure, field))
			continue;
		emit_padding(&grid, &at, align, field->offset_bytes);
		largest_align = align > largest_align ? align : largest_align;
		emit_field(model, out, &grid, field);
		at += field->type->bytes;
	}
	emit_padding(&grid, &at, largest_align, structure->bytes);
	grid_flush(&grid, out, 1);
	text_add(out, "}\n");
}

static bool is_checked(const struct structure *structure)
{
	return structure->has_pointers || structure->has_bools || structure->has_enums;
}

static void emit_wire_struct(struct text *out, const struct structure *structure)
{
	struct grid grid = { 0 };
	uint64_t at = 0;

	text_add(out, "\n// wire%s is %s in a message.\n", structure->go_name, structure->shown);
	text_add(out, "type wire%s struct {\n", structure->go_name);
	for (struct field *field = structure->fields; field; field = field->next)
		if (is_moved(structure, field))
			grid_add(&grid, field->go_name, go_wire_type(field->type), NULL);
	for (struct field *field = structure->fields; field; field = field->next) {
		if (is_moved(structure, field))
			continue;
		emit_go_padding(&grid, &at, field->offset_bytes);
		grid_add(&grid, field->go_name, go_wire_type(field->type), NULL);
		at += field->type->bytes;
	}
	emit_go_padding(&grid, &at, structure->bytes);
	grid_flush(&grid, out, 1);
	text_add(out, "}\n");
}

void emit_go_types(const struct model *model, struct text *out)
{
	for (struct structure *i = model->in_order; i; i = i->next_in_order)
		emit_struct(model, out, i);
	emit_go_map_types(model, out);
	if (model->is_layout)
		return;
	for (struct structure *i = model->in_order; i; i = i->next_in_order)
		if (is_checked(i))
			emit_wire_struct(out, i);
}

static void emit_struct_asserts(struct text *out, const struct structure *structure,
				const char *name)
{
	text_add(out, "\t_ = -(unsafe.Sizeof(%s{}) ^ %" PRIu64 ")\n", name, structure->bytes);
	for (struct field *field = structure->fields; field; field = field->next)
		if (!is_moved(structure, field))
			text_add(out, "\t_ = -(unsafe.Offsetof(%s{}.%s) ^ %" PRIu64 ")\n", name,
				 field->go_name, field->offset_bytes);
}

void emit_go_asserts(const struct model *model, struct text *out)
{
	if (!model->in_order)
		return;
	text_add(out, "\n// Go's layout is C's: a difference is a constant that overflows.\n");
	text_add(out, "const (\n");
	for (struct structure *i = model->in_order; i; i = i->next_in_order) {
		emit_struct_asserts(out, i, i->go_name);
		if (is_checked(i) && !model->is_layout)
			emit_struct_asserts(out, i, memory_print("wire%s", i->go_name));
	}
	text_add(out, ")\n");
}

void emit_go_layout(const struct model *model, const struct emit_names *names, struct text *out)
{
	text_add(out, "// Code generated by ringgen from %s. DO NOT EDIT.\n\n", names->source);
	text_add(out, "// Package %s is what %s declares, for Go.\n", model->go_package,
		 names->source);
	text_add(out, "package %s\n", model->go_package);
	if (model->in_order)
		text_add(out, "\nimport \"unsafe\"\n");
	emit_go_constants(model, out);
	emit_go_types(model, out);
	emit_go_asserts(model, out);
}
