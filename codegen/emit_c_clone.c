/* SPDX-License-Identifier: MIT */
/*
 * emit_c_clone.c - generated C that copies a struct with all that it points to.
 *
 * A clone is a message to this very process: sized and written by the same helpers, with addresses
 * where a message has offsets. Two generated headers may know the same struct, so the prototypes
 * are guarded and the functions weak.
 */
#include "emit.h"

static void emit_prototype(struct text *out, const struct structure *structure)
{
	const char *name = structure->name;

	text_add(out, "%s", structure->is_inner ? FOR_C_BEGIN : "");
	text_add(out, "\n#ifndef RC__CLONE_%s\n#define RC__CLONE_%s\n", name, name);
	text_add(out,
		 "/*\n * %s_clone - copies value and all that it points to, to memory of its own.\n"
		 " *\n"
		 " * Returns one block, for free(). NULL on failure: rc_error_last() says why.\n"
		 " */\n",
		 name);
	text_add(out, "%s *%s_clone(const %s *value);\n#endif\n", structure->c_name, name,
		 structure->c_name);
	text_add(out, "%s", structure->is_inner ? FOR_C_END : "");
}

void emit_c_clone_prototypes(const struct model *model, struct text *out)
{
	for (const struct structure *i = model->in_order; i; i = i->next_in_order)
		if (structure_is_cloned(i))
			emit_prototype(out, i);
}

static void emit_function(struct text *out, const struct structure *structure)
{
	const char *name = structure->name;

	text_add(out, "\n__attribute__((weak)) %s *%s_clone(const %s *value)\n{\n",
		 structure->c_name, name, structure->c_name);
	text_add(out,
		 "\tstruct rc_writer writer = { 0 };\n\tstruct rc_measure measure;\n"
		 "\tuint64_t measured;\n\t%s *clone;\n\n",
		 structure->c_name);
	text_add(out, "\tif (!rc__clone_begin(\"%s_clone\", value, &measure))\n\t\treturn NULL;\n",
		 name);
	text_add(out, "\tmeasured = %s__measure(&measure, sizeof(*value), value);\n", name);
	text_add(out,
		 "\tclone = rc__clone_measured(\"%s_clone\", &measure, measured);\n"
		 "\tif (clone)\n"
		 "\t\t%s__write(&writer, (uintptr_t)clone + sizeof(*clone), value, clone);\n"
		 "\treturn clone;\n}\n",
		 name, name);
}

void emit_c_clones(const struct model *model, struct text *out)
{
	for (const struct structure *i = model->in_order; i; i = i->next_in_order)
		if (structure_is_cloned(i))
			emit_function(out, i);
}
