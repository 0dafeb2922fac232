/* SPDX-License-Identifier: MIT */
/*
 * model.c - what follows from a checked model: what types hold, which struct is emitted after
 * which, and the layout of the methods' roots.
 */
#include "model.h"

#include "ring/layout.h"

bool structure_is_service(const struct structure *structure)
{
	return structure->annotations.known & (ANNOTATION_SERVICE | ANNOTATION_HOST_SERVICE);
}

bool structure_is_slice(const struct structure *structure)
{
	return structure->annotations.known & (ANNOTATION_SLICE | ANNOTATION_MAP);
}

bool structure_is_map(const struct structure *structure)
{
	return structure->annotations.known & ANNOTATION_MAP;
}

bool structure_is_cloned(const struct structure *structure)
{
	return structure->is_used && structure->has_pointers && *structure->name &&
	       !structure->holder && !structure_is_slice(structure);
}

bool type_has_pointers(const struct type *type)
{
	if (type->kind == TYPE_ARRAY)
		return type_has_pointers(type->element);
	if (type->kind == TYPE_STRUCT)
		return type->structure->has_pointers;
	return type->kind == TYPE_STRING || type->kind == TYPE_SLICE || type->kind == TYPE_OPTIONAL;
}

bool type_has_bools(const struct type *type)
{
	if (type->kind == TYPE_ARRAY)
		return type_has_bools(type->element);
	if (type->kind == TYPE_STRUCT)
		return type->structure->has_bools;
	return type->kind == TYPE_BOOL;
}

bool type_has_enums(const struct type *type)
{
	if (type->kind == TYPE_ARRAY)
		return type_has_enums(type->element);
	if (type->kind == TYPE_STRUCT)
		return type->structure->has_enums;
	return type->kind == TYPE_ENUM;
}

bool type_is_pointer(const struct type *type)
{
	return type->kind == TYPE_OPTIONAL || type->kind == TYPE_POINTER;
}

bool type_is_checked(const struct type *type)
{
	return type_has_pointers(type) || type_has_bools(type) || type_has_enums(type);
}

bool type_is_measured(const struct type *type)
{
	return type_has_pointers(type) || type_has_enums(type);
}

bool type_is_copied(const struct type *type)
{
	return !type_has_pointers(type) && !type_has_bools(type);
}

bool parameter_is_by_address(const struct parameter *parameter)
{
	return !parameter->is_output && parameter->value->kind == TYPE_STRUCT;
}

bool method_has_leaf(const struct method *method)
{
	return (method->annotations.known & ANNOTATION_LEAF) &&
	       (!method->output || method->output->value->bytes);
}

bool method_has_leaf_value(const struct method *method)
{
	enum {
		WORDS_MAX = 5, /* beside the context; see leafcall.Bind */
		FLOATS_MAX = 8
	};
	unsigned words = 0, floats = 0;

	for (const struct parameter *i = method->parameters; i; i = i->next) {
		enum type_kind kind = i->value->kind;

		if (kind == TYPE_FLOAT && !i->is_output && !i->is_pointer)
			floats++;
		else if (i->is_output    ? !type_is_checked(i->value)
			 : i->is_pointer ? kind == TYPE_STRUCT && !type_has_enums(i->value)
					 : kind == TYPE_INTEGER || kind == TYPE_RUNE)
			words++;
		else
			return false;
	}
	return method_has_leaf(method) && words <= WORDS_MAX && floats <= FLOATS_MAX;
}

bool method_has_input(const struct method *method, bool (*is_such)(const struct type *))
{
	for (const struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output && is_such(i->value))
			return true;
	return false;
}

bool method_fits_slots(const struct method *method)
{
	if (method->annotations.known & ANNOTATION_ONE_WAY)
		return false;
	return method->root_bytes <= RC_BODY_BYTES &&
	       (!method->output || method->output->value->bytes <= RC_BODY_BYTES);
}

/* By value C has no recursion. */
static void flag_structure(struct structure *structure)
{
	if (structure->is_flagged)
		return;
	structure->is_flagged = true;
	for (struct field *field = structure->fields; field; field = field->next) {
		const struct type *type = field->type;

		while (type->kind == TYPE_ARRAY)
			type = type->element;
		if (type->kind == TYPE_STRUCT)
			flag_structure(type->structure);
		structure->has_pointers |= type_has_pointers(type);
		structure->has_bools |= type_has_bools(type);
		structure->has_enums |= type_has_enums(type);
	}
}

void model_flag(struct model *model)
{
	for (struct structure *i = model->structures; i; i = i->next)
		flag_structure(i);
}

static void order_structure(struct model *model, struct structure *structure);

static void order_type(struct model *model, const struct type *type)
{
	if (type->kind == TYPE_STRUCT)
		order_structure(model, type->structure);
	else if (type->element)
		order_type(model, type->element);
}

/* Depth first, through slices and optionals too: there a struct may be found while it is open. */
static void order_structure(struct model *model, struct structure *structure)
{
	if (structure->mark == VISIT_OPEN)
		structure->is_forward = true;
	if (structure->mark != VISIT_NEW)
		return;
	structure->mark = VISIT_OPEN;
	for (struct field *field = structure->fields; field; field = field->next)
		order_type(model, field->type);
	structure->mark = VISIT_DONE;
	for (struct structure **end = &model->in_order;; end = &(*end)->next_in_order) {
		if (!*end) {
			*end = structure;
			break;
		}
	}
}

/* Marks what a message to Go, or from it, may hold. */
static void mark_type(const struct type *type, bool is_reply)
{
	bool *flag;

	if (type->element) {
		mark_type(type->element, is_reply);
	} else if (type->kind == TYPE_ENUM) {
		flag = is_reply ? &type->enumeration->in_reply : &type->enumeration->in_request;
		*flag = true;
	} else if (type->kind == TYPE_STRUCT) {
		flag = is_reply ? &type->structure->in_reply : &type->structure->in_request;
		if (*flag)
			return;
		*flag = true;
		for (struct field *field = type->structure->fields; field; field = field->next)
			mark_type(field->type, is_reply);
	}
}

static void mark_written(struct structure *structure);

/* Marks what C writes. */
static void mark_written_type(const struct type *type)
{
	if (type->element)
		mark_written_type(type->element);
	else if (type->kind == TYPE_ENUM)
		type->enumeration->is_written = true;
	else if (type->kind == TYPE_STRUCT)
		mark_written(type->structure);
}

static void mark_written(struct structure *structure)
{
	if (structure->is_written)
		return;
	structure->is_written = true;
	for (struct field *field = structure->fields; field; field = field->next)
		mark_written_type(field->type);
}

static uint64_t round_up(uint64_t value, uint64_t align)
{
	return (value + align - 1) / align * align;
}

/* The request's root: a struct of the inputs in their order, laid out as C does. */
static void lay_out_root(struct method *method)
{
	uint64_t end = 0;

	method->root_align = 1;
	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output)
			continue;
		method->has_inputs = true;
		i->offset_bytes = round_up(end, i->value->align);
		end = i->offset_bytes + i->value->bytes;
		if (i->value->align > method->root_align)
			method->root_align = i->value->align;
	}
	method->root_bytes = round_up(end, method->root_align);
}

/* The arguments of a leaf function and behind them its output, laid out as C does. */
static void lay_out_leaf(struct method *method)
{
	const uint64_t pointer_bytes = 8;
	uint64_t align = 1, end = 0;

	for (struct parameter *i = method->parameters; i; i = i->next) {
		bool is_pointer = parameter_is_by_address(i);
		uint64_t own_align = is_pointer ? pointer_bytes : i->value->align;

		i->leaf_offset_bytes = round_up(end, own_align);
		end = i->leaf_offset_bytes + (is_pointer ? pointer_bytes : i->value->bytes);
		align = own_align > align ? own_align : align;
	}
	method->leaf_bytes = round_up(end, align);
}

static void finish_service(struct model *model, struct service *service)
{
	for (struct method *method = service->methods; method; method = method->next) {
		for (struct parameter *i = method->parameters; i; i = i->next) {
			order_type(model, i->value);
			mark_type(i->value, i->is_output != service->is_host);
			if (i->is_output == service->is_host)
				mark_written_type(i->value);
			if (i->is_output)
				method->output = i;
		}
		lay_out_root(method);
		lay_out_leaf(method);
	}
}

void model_finish(struct model *model)
{
	for (struct structure *i = model->structures; i; i = i->next)
		if (i->is_main && i->is_used && !structure_is_slice(i))
			order_structure(model, i);
	for (struct service *service = model->services; service; service = service->next)
		finish_service(model, service);
	for (struct structure *i = model->in_order; i; i = i->next_in_order)
		if (structure_is_cloned(i))
			mark_written(i);
}
