/* SPDX-License-Identifier: MIT */
/*
 * emit_c_map.c - generated C that looks keys of maps up.
 *
 * The functions are inline and guarded: two generated headers may know the same map.
 */
#include "emit.h"

static const char *key_equals(const struct type *key)
{
	if (key->kind == TYPE_STRING)
		return "map.ptr[i].key.len == key.len &&\n"
		       "\t\t    (!key.len || !memcmp(map.ptr[i].key.ptr, key.ptr, key.len))";
	return "map.ptr[i].key == key";
}

static void emit_map(struct text *out, const struct structure *map)
{
	const struct field *key = map->fields->type->element->structure->fields;
	bool is_float = key->type->kind == TYPE_FLOAT;
	const char *name = map->name;

	text_add(out, "\n#ifndef RC__MAP_%s\n#define RC__MAP_%s\n", name, name);
	if (is_float)
		text_add(out, "#pragma GCC diagnostic push\n"
			      "#pragma GCC diagnostic ignored \"-Wfloat-equal\"\n");
	text_add(out, "/* The value of a key in the map, of several the first; NULL: none. */\n");
	text_add(out, "static inline %s%s_get(%s map, %s key)\n{\n",
		 c_pointer_to_const(key->next->type), name, map->c_name, key->type->c_name);
	text_add(out, "\tfor (size_t i = 0; i < map.len; i++)\n");
	text_add(out, "\t\tif (%s)\n", key_equals(key->type));
	text_add(out, "\t\t\treturn &map.ptr[i].value;\n");
	text_add(out, "\treturn NULL;\n}\n");
	text_add(out, "%s", is_float ? "#pragma GCC diagnostic pop\n" : "");
	text_add(out, "#endif\n");
}

void emit_c_maps(const struct model *model, struct text *out)
{
	for (const struct structure *i = model->structures; i; i = i->next)
		if (i->is_used && structure_is_map(i))
			emit_map(out, i);
}

bool emit_c_has_maps(const struct model *model)
{
	for (const struct structure *i = model->structures; i; i = i->next)
		if (i->is_used && structure_is_map(i))
			return true;
	return false;
}
