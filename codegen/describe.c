/* SPDX-License-Identifier: MIT */
/*
 * describe.c - the description of a service: its types, layouts and methods as lines of text.
 *
 * Both sides embed it and compare it when they meet, so that a difference can be named.
 */
#include <inttypes.h>

#include "emit.h"

static void add_type(struct text *out, const struct type *type)
{
	switch (type->kind) {
	case TYPE_INTEGER:
		if (type->is_native)
			text_add(out, type->is_signed ? "isize" : "usize");
		else
			text_add(out, "%c%" PRIu64, type->is_signed ? 'i' : 'u', type->bytes * 8);
		return;
	case TYPE_FLOAT:
		text_add(out, "f%" PRIu64, type->bytes * 8);
		return;
	case TYPE_BOOL:
		text_add(out, "bool");
		return;
	case TYPE_RUNE:
		text_add(out, "rune");
		return;
	case TYPE_STRING:
		text_add(out, "string");
		return;
	case TYPE_ENUM:
		text_add(out, "enum:%s", type->enumeration->name);
		return;
	case TYPE_STRUCT:
		text_add(out, "struct:%s", type->structure->name);
		return;
	case TYPE_SLICE:
		text_add(out, structure_is_map(type->structure) ? "map[]" : "[]");
		break;
	case TYPE_OPTIONAL:
		text_add(out, "*");
		break;
	default:
		text_add(out, "[%" PRIu64 "]", type->count);
		break;
	}
	add_type(out, type->element);
}

static void describe_type(struct text *out, const struct type *type);

static void describe_enumeration(struct text *out, struct enumeration *enumeration)
{
	if (enumeration->is_described)
		return;
	enumeration->is_described = true;
	text_add(out, "enum %s %" PRIu64 "\n", enumeration->name, enumeration->bytes);
	for (struct enumerator *i = enumeration->enumerators; i; i = i->next)
		text_add(out, " %s %s\n", i->name,
			 emit_integer(i->value, enumeration->is_signed, ""));
}

static void describe_structure(struct text *out, struct structure *structure)
{
	if (structure->is_described)
		return;
	structure->is_described = true;
	for (struct field *field = structure->fields; field; field = field->next)
		describe_type(out, field->type);
	text_add(out, "struct %s %" PRIu64 " %" PRIu64 "\n", structure->name, structure->bytes,
		 structure->align);
	for (struct field *field = structure->fields; field; field = field->next) {
		text_add(out, " %s ", field->name);
		add_type(out, field->type);
		text_add(out, " %" PRIu64 " %" PRIu64 "\n", field->offset_bytes,
			 field->type->bytes);
	}
}

static void describe_type(struct text *out, const struct type *type)
{
	if (type->kind == TYPE_ENUM)
		describe_enumeration(out, type->enumeration);
	else if (type->kind == TYPE_STRUCT)
		describe_structure(out, type->structure);
	else if (type->element)
		describe_type(out, type->element);
}

static void describe_root(struct text *out, const struct service *service,
			  const struct method *method)
{
	if (!method->has_inputs)
		return;
	text_add(out, "struct %s.%s %" PRIu64 " %" PRIu64 "\n", service->name, method->name,
		 method->root_bytes, method->root_align);
	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output)
			continue;
		text_add(out, " %s ", i->name);
		add_type(out, i->value);
		text_add(out, " %" PRIu64 " %" PRIu64 "\n", i->offset_bytes, i->value->bytes);
	}
}

static void describe_method(struct text *out, const struct service *service,
			    const struct method *method)
{
	text_add(out, " method %s request=", method->name);
	if (method->has_inputs)
		text_add(out, "%s.%s", service->name, method->name);
	else
		text_add(out, "-");
	text_add(out, " reply=");
	if (method->output)
		add_type(out, method->output->value);
	else
		text_add(out, "-");
	/* What both sides act upon. RC_INLINE and RC_BY_VALUE are the worker's own affair. */
	text_add(out, " oneway=%d idempotent=%d\n",
		 (method->annotations.known & ANNOTATION_ONE_WAY) != 0,
		 (method->annotations.known & ANNOTATION_IDEMPOTENT) != 0);
}

/* FNV-1a, 64 bits. */
static uint64_t digest_of(const char *text)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		digest = (digest ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return digest;
}

static void describe_service(struct model *model, struct service *service)
{
	struct text out = { 0 };

	for (struct enumeration *i = model->enumerations; i; i = i->next)
		i->is_described = false;
	for (struct structure *i = model->structures; i; i = i->next)
		i->is_described = false;
	text_add(&out, "ringcall 1\n");
	for (struct method *i = service->methods; i; i = i->next)
		for (struct parameter *j = i->parameters; j; j = j->next)
			describe_type(&out, j->value);
	for (struct method *i = service->methods; i; i = i->next)
		describe_root(&out, service, i);
	text_add(&out, "service %s %" PRIu32 "\n", service->name, service->version);
	for (struct method *i = service->methods; i; i = i->next)
		describe_method(&out, service, i);
	service->description = memory_copy(text_get(&out), out.used);
	service->digest = digest_of(service->description);
	text_fini(&out);
}

void describe_services(struct model *model)
{
	for (struct service *service = model->services; service; service = service->next)
		describe_service(model, service);
}
