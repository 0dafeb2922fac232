/* SPDX-License-Identifier: MIT */
/*
 * emit_go_map.c - generated Go of maps: slices of key and value that look like a map.
 */
#include "emit.h"
#include "name.h"

/* A comparison for slices.SortFunc. */
static const char *compare(const struct field *key)
{
	const char *name = key->go_name;

	if (key->type->kind == TYPE_BOOL)
		return memory_print("{\n\t\tif a.%s == b.%s {\n\t\t\treturn 0\n\t\t}\n"
				    "\t\tif b.%s {\n\t\t\treturn -1\n\t\t}\n\t\treturn 1\n\t}",
				    name, name, name);
	return memory_print("{ return cmp.Compare(a.%s, b.%s) }", name, name);
}

static void emit_get(struct text *out, const char *name, const struct field *key,
		     const struct field *value)
{
	text_add(out,
		 "\n// Get returns the value of a key, of several the first, in linear time.\n");
	text_add(out, "func (m %s) Get(key %s) (%s, bool) {\n", name, go_type(key->type),
		 go_type(value->type));
	text_add(out, "\tfor i := range m {\n\t\tif m[i].%s == key {\n", key->go_name);
	text_add(out, "\t\t\treturn m[i].%s, true\n\t\t}\n\t}\n", value->go_name);
	text_add(out, "\tvar none %s\n\treturn none, false\n}\n", go_type(value->type));
}

static void emit_all(struct text *out, const char *name, const struct field *key,
		     const struct field *value)
{
	const char *types = memory_print("%s, %s", go_type(key->type), go_type(value->type));

	text_add(out, "\n// All returns an iterator over the keys and values, in their order.\n");
	text_add(out, "func (m %s) All() iter.Seq2[%s] {\n", name, types);
	text_add(out, "\treturn func(yield func(%s) bool) {\n", types);
	text_add(out, "\t\tfor i := range m {\n\t\t\tif !yield(m[i].%s, m[i].%s) {\n", key->go_name,
		 value->go_name);
	text_add(out, "\t\t\t\treturn\n\t\t\t}\n\t\t}\n\t}\n}\n");
}

static void emit_of(struct text *out, const struct structure *map, const char *entry,
		    const struct field *key, const struct field *value)
{
	const char *name = map->go_name;

	text_add(out, "\n// %sOf makes a %s of a Go map, sorted by the keys.\n", name, name);
	text_add(out, "func %sOf(from map[%s]%s) %s {\n", name, go_type(key->type),
		 go_type(value->type), name);
	text_add(out, "\tentries := make(%s, 0, len(from))\n", name);
	text_add(out, "\tfor key, value := range from {\n");
	text_add(out, "\t\tentries = append(entries, %s{%s: key, %s: value})\n\t}\n", entry,
		 key->go_name, value->go_name);
	text_add(out, "\tslices.SortFunc(entries, func(a, b %s) int %s)\n", entry, compare(key));
	text_add(out, "\treturn entries\n}\n");
}

static void emit_map(struct text *out, const struct structure *map)
{
	const struct structure *entry = map->fields->type->element->structure;
	const struct field *key = entry->fields;
	const char *name = map->go_name;

	emit_get(out, name, key, key->next);
	emit_all(out, name, key, key->next);
	text_add(out, "\n// Clone copies m and all that it points to, to the Go heap.\n");
	text_add(out, "func (m %s) Clone() %s {\n\tclone := slices.Clone(m)\n", name, name);
	if (entry->has_pointers)
		text_add(out, "\tfor i := range clone {\n\t\town%s(&clone[i])\n\t}\n",
			 entry->go_name);
	text_add(out, "\treturn clone\n}\n");
	emit_of(out, map, entry->go_name, key, key->next);
}

void emit_go_maps(const struct model *model, struct text *out)
{
	for (const struct structure *i = model->structures; i; i = i->next)
		if (i->is_used && structure_is_map(i))
			emit_map(out, i);
}

void emit_go_map_types(const struct model *model, struct text *out)
{
	for (const struct structure *i = model->structures; i; i = i->next) {
		const char *entry;

		if (!i->is_used || !structure_is_map(i))
			continue;
		entry = i->fields->type->element->structure->go_name;
		text_add(out, "\n");
		doc_add_go(out, 0, i->go_name, i->name, i->doc,
			   memory_print("%s is %s: keys and values in the order in which they are "
					"sent.",
					i->go_name, i->shown));
		text_add(out, "type %s []%s\n", i->go_name, entry);
	}
}
