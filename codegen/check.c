/* SPDX-License-Identifier: MIT */
/*
 * check.c - refuses types that ringcall cannot carry. Methods are in check_method.c.
 *
 * Each message says why, and what to write instead; testdata/reject has a header for each.
 */
#include "check.h"

#include <inttypes.h>
#include <string.h>

#include "../ring/layout.h"
#include "tag.h"

static void check_structure(struct model *model, struct structure *structure);

void check_annotations(const struct annotations *annotations, unsigned allowed,
		       const struct place *place, const char *where)
{
	static const struct {
		unsigned annotation;
		const char *name;
		const char *home;
	} names[] = {
		{ ANNOTATION_SERVICE, "RC_SERVICE", "a struct of function pointers" },
		{ ANNOTATION_HOST_SERVICE, "RC_HOST_SERVICE", "a struct of function pointers" },
		{ ANNOTATION_SLICE, "RC_SLICE", "a type of its own" },
		{ ANNOTATION_MAP, "RC_MAP", "a type of its own" },
		{ ANNOTATION_ONE_WAY, "RC_ONEWAY", "a method" },
		{ ANNOTATION_INLINE, "RC_INLINE", "a method" },
		{ ANNOTATION_IDEMPOTENT, "RC_IDEMPOTENT", "a method" },
		{ ANNOTATION_LEAF, "RC_LEAF", "a method of a host service" },
		{ ANNOTATION_BY_VALUE, "RC_BY_VALUE", "a method" },
		{ ANNOTATION_TAG, "RC_TAG", "a field of a struct" },
		{ ANNOTATION_VERSION, "RC_VERSION", "a service" },
		{ ANNOTATION_TRANSPORT, "RC_TRANSPORT", "a service that Go implements" },
	};

	if (annotations->unknown)
		report_error(place,
			     "annotation \"%s\" on %s is not known to this ringgen; write "
			     "one that docs/idl.md lists instead",
			     annotations->unknown, where);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (annotations->known & ~allowed & names[i].annotation)
			report_error(place, "%s means nothing on %s; write it on %s instead",
				     names[i].name, where, names[i].home);
}

static void refuse_pointer(struct model *model, const struct type *type, const struct place *place,
			   const char *what)
{
	const struct type *target = type->element;

	if (target->kind == TYPE_CHAR)
		report_error(place,
			     "%s is a pointer to char, whose length nobody knows; "
			     "write struct rc_str instead",
			     what);
	else if (target->kind == TYPE_VOID)
		report_error(place,
			     "%s is a pointer to void, whose length nobody knows; "
			     "write struct rc_bytes instead",
			     what);
	else if (target->kind == TYPE_FUNCTION)
		report_error(place,
			     "%s is a pointer to a function, which has no meaning in "
			     "another process; write a method of a service instead",
			     what);
	else if (type_is_pointer(target))
		report_error(place,
			     "%s is a pointer to a pointer, and only a value can be absent; "
			     "write the value itself, or RC_SLICE for several, instead",
			     what);
	else if (target->kind == TYPE_ARRAY)
		report_error(place,
			     "%s is a pointer to an array; "
			     "write a struct that holds the array, or RC_SLICE, instead",
			     what);
	else if (!target->is_const)
		report_error(place,
			     "%s is a pointer to non-const, and what it points to is not "
			     "shared; write const T * for a value that may be absent, the value "
			     "itself, or RC_SLICE for several, instead",
			     what);
	else
		check_type(model, target, place, what);
}

/* Why a kind of type is refused, and what to write instead. */
static const struct {
	enum type_kind kind;
	const char *why;
	const char *instead;
} refusals[] = {
	{ TYPE_FUNCTION, "is a function", "a method of a service" },
	{ TYPE_VOID, "is void, which has no size", "uint8_t, or struct rc_bytes" },
	{ TYPE_CHAR, "is a plain char, which is signed on some machines only",
	  "int8_t, uint8_t, or struct rc_str for text" },
	{ TYPE_WCHAR, "is wchar_t, whose size differs between systems", "char32_t" },
	{ TYPE_LONG_DOUBLE, "is a floating-point type that Go does not have", "double" },
	{ TYPE_INT128, "is a 128-bit integer, which Go does not have", "two fields of uint64_t" },
	{ TYPE_COMPLEX, "is a complex number", "a struct of two fields" },
	{ TYPE_ATOMIC, "is atomic, which a message cannot be", "the plain type" },
	{ TYPE_VECTOR, "is a vector", "a fixed array" },
	{ TYPE_OPEN_ARRAY, "is a flexible array, whose length nobody knows", "RC_SLICE" },
	{ TYPE_UNION, "is a union, which does not say what it holds",
	  "a struct with an enum that does" },
	{ TYPE_SERVICE, "is a service", "a plain struct" },
	{ TYPE_OTHER, "is of a type that Go does not have",
	  "a fixed-width integer, float or double" },
};

/* Whether the kind itself is one that a message can hold. */
static bool check_kind(struct model *model, const struct type *type, const struct place *place,
		       const char *what)
{
	if (type->kind == TYPE_POINTER) {
		refuse_pointer(model, type, place, what);
		return false;
	}
	if (type->kind == TYPE_INCOMPLETE) {
		report_error(place,
			     "%s is of type %s, which is declared but not defined; "
			     "write its definition above instead",
			     what, type->c_name);
		return false;
	}
	if (type->kind == TYPE_UNION && type->structure->is_main)
		return false; /* reported where it is declared */
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (type->kind == refusals[i].kind) {
			report_error(place, "%s %s; write %s instead", what, refusals[i].why,
				     refusals[i].instead);
			return false;
		}
	}
	if ((type->kind == TYPE_STRUCT && !*type->structure->name) ||
	    (type->kind == TYPE_ENUM && !*type->enumeration->name)) {
		report_error(place,
			     "%s is of a type without a name, which only a field itself can be; "
			     "write %s NAME { ... }; above and use that instead",
			     what, type->kind == TYPE_STRUCT ? "struct" : "enum");
		return false;
	}
	if (type->kind == TYPE_ARRAY && type->count == 0) {
		report_error(place, "%s is an array of no elements; write RC_SLICE instead", what);
		return false;
	}
	return true;
}

void check_type(struct model *model, const struct type *type, const struct place *place,
		const char *what)
{
	if (type->is_volatile)
		report_error(place,
			     "%s is volatile, which a message cannot be; "
			     "write it without volatile instead",
			     what);
	if (!check_kind(model, type, place, what))
		return;
	if (type->align > RC_PART_ALIGN_MAX && type->kind < TYPE_SLICE)
		report_error(place,
			     "%s is aligned to %" PRIu64 " bytes, and a message only to %d; "
			     "write it without the alignment instead",
			     what, type->align, RC_PART_ALIGN_MAX);
	if (type->bytes > RC_PAYLOAD_BYTES_MAX && type->kind == TYPE_ARRAY)
		report_error(place,
			     "%s has %" PRIu64 " bytes, and a message at most %d; "
			     "write a smaller array, or RC_SLICE, instead",
			     what, type->bytes, RC_PAYLOAD_BYTES_MAX);
	if (type->kind == TYPE_ARRAY || type->kind == TYPE_OPTIONAL)
		check_type(model, type->element, place, what);
	else if (type->kind == TYPE_STRUCT || type->kind == TYPE_SLICE)
		check_structure(model, type->structure);
	else if (type->kind == TYPE_ENUM)
		type->enumeration->is_used = true;
}

/* Whether both languages can look such a key up. What no message can hold is reported elsewhere. */
static bool is_key(const struct type *type)
{
	return type->kind <= TYPE_STRING || type->kind > TYPE_STRUCT;
}

/* RC_MAP made it, unless somebody wrote the annotation by hand. */
static void check_map(struct structure *structure)
{
	const struct type *element = structure->fields->type->element;
	const struct field *key = element->kind == TYPE_STRUCT ? element->structure->fields : NULL;

	if (!key || !key->next || key->next->next || strcmp(key->name, "key") ||
	    strcmp(key->next->name, "value"))
		report_error(&structure->place,
			     "%s is not laid out as a map; "
			     "write RC_MAP(NAME, KEY, VALUE); instead",
			     structure->shown);
	else if (!is_key(key->type))
		report_error(&structure->place,
			     "the key of %s is no scalar, enum or string, and only those are "
			     "looked up alike in C and Go; write one of them, or RC_SLICE of a "
			     "struct of key and value, instead",
			     structure->shown);
}

/* Whether a slice holds itself with no struct between, so that it holds nothing in the end. */
static bool holds_only_itself(const struct structure *slice)
{
	const struct type *type = slice->fields->type->element;

	/* More levels than types have: a cycle in which others stand. */
	for (int level = 0; type && level < 1000; level++) {
		if (type->kind == TYPE_SLICE && type->structure == slice)
			return true;
		type = type->element;
	}
	return false;
}

/* RC_SLICE or RC_MAP made it, unless somebody wrote the annotation by hand. */
static void check_slice(struct model *model, struct structure *structure)
{
	const struct field *pointer = structure->fields;
	const struct field *length = pointer ? pointer->next : NULL;
	const struct field *capacity = length ? length->next : NULL;

	check_annotations(&structure->annotations,
			  structure_is_map(structure) ? ANNOTATION_MAP : ANNOTATION_SLICE,
			  &structure->place, "a slice");
	if (!capacity || capacity->next || structure->bytes != 24 ||
	    !type_is_pointer(pointer->type)) {
		report_error(&structure->place,
			     structure_is_map(structure) ? "%s is not laid out as a map; "
							   "write RC_MAP(NAME, KEY, VALUE); instead"
							 : "%s is not laid out as a slice; "
							   "write RC_SLICE(NAME, TYPE); instead",
			     structure->shown);
		return;
	}
	if (holds_only_itself(structure)) {
		report_error(&structure->place,
			     "%s holds nothing but itself; "
			     "write RC_SLICE of a struct that holds it instead",
			     structure->shown);
		return;
	}
	if (structure_is_map(structure))
		check_map(structure);
	check_type(model, pointer->type->element, &structure->place,
		   memory_print("an element of %s", structure->shown));
}

/* What the field's type needs on its own, without aligned or packed. */
static uint64_t natural_align(const struct type *type)
{
	while (type->kind == TYPE_ARRAY)
		type = type->element;
	if (type->kind == TYPE_STRUCT)
		return type->structure->align;
	if (type->kind == TYPE_STRING || type->kind == TYPE_SLICE)
		return 8;
	return type->bytes ? type->bytes : 1;
}

static bool has_packed_field(const struct structure *structure)
{
	for (const struct field *field = structure->fields; field; field = field->next) {
		uint64_t align = natural_align(field->type);

		if (field->type->kind > TYPE_STRUCT || field->is_bit_field)
			continue;
		if (structure->align % align || field->offset_bytes % align)
			return true;
	}
	return false;
}

/* Whether a field's type is why the struct is aligned as it is. */
static bool has_aligned_field(const struct structure *structure)
{
	for (const struct field *field = structure->fields; field; field = field->next)
		if (field->type->align > RC_PART_ALIGN_MAX)
			return true;
	return false;
}

static void check_tag(const struct field *field, const char *what)
{
	const char *fault = tag_fault(field->annotations.tag);

	if (field->annotations.has_more_tags)
		report_error(&field->place,
			     "%s has two tags; write one RC_TAG with both texts instead", what);
	else if (fault)
		report_error(&field->place,
			     "the tag of %s %s; "
			     "write RC_TAG(\"KEY:\\\"VALUE\\\" KEY:\\\"VALUE\\\"\") instead",
			     what, fault);
}

static void check_field(struct model *model, const struct structure *structure,
			const struct field *field)
{
	const char *what = memory_print("field \"%s\" of %s", field->name, structure->shown);
	const struct type *type = field->type;

	check_annotations(&field->annotations, ANNOTATION_TAG, &field->place, "a field");
	if (field->annotations.tag)
		check_tag(field, what);
	if (field->is_bit_field) {
		report_error(&field->place,
			     "%s is a bit-field, whose place C does not say; "
			     "write a whole integer instead",
			     what);
		return;
	}
	while (type->kind == TYPE_ARRAY && !type->is_const)
		type = type->element;
	if (type->is_const)
		report_error(&field->place,
			     "%s is const, and could not be written; "
			     "write it without const instead",
			     what);
	check_type(model, field->type, &field->place, what);
}

static void check_structure(struct model *model, struct structure *structure)
{
	const struct place *place = &structure->place;
	const char *name = structure->shown;

	if (structure->is_used)
		return;
	structure->is_used = true;
	if (structure_is_slice(structure)) {
		check_slice(model, structure);
		return;
	}
	check_annotations(&structure->annotations, 0, place, "a struct");
	if (structure->is_union) {
		report_error(place,
			     "%s does not say what it holds; "
			     "write a struct with an enum that does instead",
			     *structure->shown ? structure->shown : "a union");
		return;
	}
	if (structure->has_nameless_union)
		report_error(&structure->nameless_place,
			     "%s holds a union, which does not say what it holds; "
			     "write a struct with an enum that does instead",
			     name);
	if (structure->align > RC_PART_ALIGN_MAX && !has_aligned_field(structure))
		report_error(place,
			     "%s is aligned to %" PRIu64 " bytes, and a message only to %d; "
			     "write it without the alignment instead",
			     name, structure->align, RC_PART_ALIGN_MAX);
	if (structure->is_packed || has_packed_field(structure))
		report_error(place,
			     "%s is packed, and Go cannot pack; "
			     "write it without packing, and with fields in order of size, instead",
			     name);
	for (struct field *field = structure->fields; field; field = field->next)
		check_field(model, structure, field);
}

void check_model(struct model *model)
{
	struct place start = { model->source, 1, 1 };

	for (struct enumeration *i = model->enumerations; i; i = i->next) {
		i->is_used |= i->is_main;
		check_annotations(&i->annotations, 0, &i->place, "an enum");
	}
	for (struct structure *i = model->structures; i; i = i->next)
		if (i->is_main && i->is_complete && !structure_is_service(i) &&
		    (*i->name || i->is_union))
			check_structure(model, i);
	for (struct identifier *i = model->identifiers; i; i = i->next)
		check_annotations(&i->annotations, 0, &i->place, "a declaration of its own");
	for (struct service *i = model->services; i; i = i->next)
		check_service(model, i);
	if (model->is_layout && model->services)
		report_error(&model->services->place,
			     "--go-layout is for types alone, and this is "
			     "a service; write it into a header of its own instead");
	if (!model->is_layout && !model->services)
		report_error(&start, "the header declares no service; "
				     "write RC_SERVICE(NAME) { ... }; instead");
}
