/* SPDX-License-Identifier: MIT */
/*
 * tag.h - tags of Go struct fields: what RC_TAG() says, and what --tags asks for.
 *
 * A tag is `key:"value" key:"value"`, as reflect.StructTag reads it; each value is a Go string.
 */
#ifndef RINGGEN_TAG_H
#define RINGGEN_TAG_H

#include <stdbool.h>

/* Why the text is not a tag, as "has a key without a value"; NULL when it is one. */
const char *tag_fault(const char *tag);

/* Whether the list of --tags is one: keys with commas between them, each once. */
bool tag_keys_are_good(const char *keys);

/*
 * The tag of a field as it stands in Go, with its quotes; NULL for none.
 *
 * keys  of --tags: each gets the field's name, unless the tag itself has that key. NULL: none.
 * tag   of RC_TAG(), which passed tag_fault(); NULL: none.
 */
const char *tag_make(const char *keys, const char *field, const char *tag);

#endif
