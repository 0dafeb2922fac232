/* SPDX-License-Identifier: MIT */
/*
 * emit_go_enum.c - enums in Go: a type of the enum's own integer, its constants, and String().
 *
 * A layout has the constants alone.
 */
#include "emit.h"
#include "name.h"

/*
 * The name of a value, for logs. Of several constants with one value the first is its name, as in C
 * it is the one that the others were set to.
 */
static void emit_string(struct text *out, const struct enumeration *enumeration)
{
	const char *name = enumeration->go_name;
	bool is_signed = enumeration->is_signed;

	text_add(out, "\n// String returns the name of the constant, or \"%s(17)\" without one.\n",
		 name);
	text_add(out, "func (value %s) String() string {\n\tswitch value {\n", name);
	for (struct enumerator *i = enumeration->enumerators; i; i = i->next)
		if (!i->is_twin)
			text_add(out, "\tcase %s:\n\t\treturn \"%s\"\n", i->go_name, i->go_name);
	text_add(out, "\t}\n\treturn \"%s(\" + strconv.Format%s(%s(value), 10) + \")\"\n}\n", name,
		 is_signed ? "Int" : "Uint", is_signed ? "int64" : "uint64");
}

static void emit_enumeration(const struct model *model, struct text *out,
			     const struct enumeration *enumeration)
{
	bool is_typed = *enumeration->name && !model->is_layout;
	const char *name = enumeration->go_name;
	struct grid grid = { 0 };

	text_add(out, "\n");
	if (is_typed) {
		doc_add_go(out, 0, name, enumeration->name, enumeration->doc,
			   memory_print("%s is %s.", name, enumeration->c_name));
		text_add(out, "type %s %s\n\n", name,
			 go_integer(enumeration->bytes, enumeration->is_signed));
		text_add(out, "// Values of %s.\n", name);
	} else {
		doc_add_go(out, 0, NULL, NULL, enumeration->doc, NULL);
	}
	text_add(out, "const (\n");
	for (struct enumerator *i = enumeration->enumerators; i; i = i->next) {
		const char *value = emit_integer(i->value, enumeration->is_signed, "");

		if (i->doc) {
			grid_flush(&grid, out, 1);
			doc_add_go(out, 1, i->go_name, i->name, i->doc, NULL);
		}
		if (is_typed)
			grid_add(&grid, i->go_name, name, memory_print("= %s", value));
		else
			grid_add(&grid, i->go_name, memory_print("= %s", value), NULL);
	}
	grid_flush(&grid, out, 1);
	text_add(out, ")\n");
	if (is_typed)
		emit_string(out, enumeration);
}

void emit_go_constants(const struct model *model, struct text *out)
{
	for (struct enumeration *i = model->enumerations; i; i = i->next)
		if (i->is_used)
			emit_enumeration(model, out, i);
}

bool emit_go_has_enums(const struct model *model)
{
	for (struct enumeration *i = model->enumerations; i; i = i->next)
		if (i->is_used && *i->name)
			return true;
	return false;
}
