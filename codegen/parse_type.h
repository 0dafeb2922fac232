/* SPDX-License-Identifier: MIT */
/* parse_type.h - from libclang's types and declarations to the model's. Used by parse.c. */
#ifndef RINGGEN_PARSE_TYPE_H
#define RINGGEN_PARSE_TYPE_H

#include <clang-c/Index.h>

#include "model.h"

struct parser {
	struct model *model;
	CXFile main_file;
	struct type_list *slices; /* their elements are known when all is parsed */
};

/* Copies a libclang string and disposes of it. */
const char *parse_string(CXString string);

struct place parse_place(CXCursor cursor);
bool parse_is_main(const struct parser *parser, CXCursor cursor);
struct annotations parse_annotations(CXCursor cursor);
const char *parse_doc(CXCursor cursor);

/* Types and declarations; the same declaration always gives the same object. */
struct type *parse_type(struct parser *parser, CXType from);
struct structure *parse_structure(struct parser *parser, CXCursor declaration);
struct enumeration *parse_enumeration(struct parser *parser, CXCursor declaration);

/* Gives every slice its element. */
void parse_slices_finish(struct parser *parser);

/* Names what has no name by the field that holds it: holders come before what they hold. */
void parse_nameless_finish(struct model *model);

#endif
