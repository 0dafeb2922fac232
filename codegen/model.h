/* SPDX-License-Identifier: MIT */
/*
 * model.h - what a header declares, as the compiler sees it.
 *
 * parse.c fills the model with everything it finds, good and bad; check.c refuses what ringcall
 * cannot carry; the emitters see only models that passed. Lists are in the order of the source.
 * Everything lives until memory_free_all().
 */
#ifndef RINGGEN_MODEL_H
#define RINGGEN_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "report.h"

enum type_kind {
	/* What a message can hold. */
	TYPE_INTEGER,
	TYPE_FLOAT,
	TYPE_BOOL,
	TYPE_RUNE,
	TYPE_ENUM,
	TYPE_STRING,
	TYPE_SLICE,
	TYPE_OPTIONAL, /* a pointer to a const value of the kinds here */
	TYPE_ARRAY,
	TYPE_STRUCT,

	/* What check.c refuses. */
	TYPE_POINTER,
	TYPE_FUNCTION,
	TYPE_VOID,
	TYPE_CHAR,
	TYPE_WCHAR,
	TYPE_LONG_DOUBLE,
	TYPE_INT128,
	TYPE_COMPLEX,
	TYPE_ATOMIC,
	TYPE_VECTOR,
	TYPE_OPEN_ARRAY,
	TYPE_INCOMPLETE,
	TYPE_UNION,
	TYPE_SERVICE,
	TYPE_OTHER
};

struct type {
	enum type_kind kind;
	const char *c_name; /* unqualified, as the source spells it: "kv_id", "struct kv_key" */
	uint64_t bytes;
	uint64_t align;
	bool is_const;
	bool is_volatile;
	bool is_signed;       /* integers, and enums by their integer */
	bool is_native;       /* size_t and ptrdiff_t: as wide as a pointer */
	uint64_t count;       /* arrays */
	struct type *element; /* arrays, slices, optionals, pointers */
	struct enumeration *enumeration;
	struct structure *structure; /* structs, unions, and the struct that is a slice */
};

/* RC_… annotations, as bits. */
enum annotation {
	ANNOTATION_SERVICE = 1 << 0,
	ANNOTATION_HOST_SERVICE = 1 << 1,
	ANNOTATION_SLICE = 1 << 2,
	ANNOTATION_ONE_WAY = 1 << 3,
	ANNOTATION_INLINE = 1 << 4,
	ANNOTATION_IDEMPOTENT = 1 << 5,
	ANNOTATION_LEAF = 1 << 6,
	ANNOTATION_BY_VALUE = 1 << 7,
	ANNOTATION_MAP = 1 << 8,
	ANNOTATION_TAG = 1 << 9,
	ANNOTATION_VERSION = 1 << 10,
	ANNOTATION_TRANSPORT = 1 << 11
};

/* The annotations of one declaration. */
struct annotations {
	unsigned known;
	const char *unknown;      /* the first one that is none of these, or NULL */
	const char *tag;          /* what RC_TAG() says, or NULL */
	bool has_more_tags;       /* and another RC_TAG() says more */
	const char *version;      /* what RC_VERSION holds, or NULL */
	const char *transport;    /* what RC_TRANSPORT() says, or NULL */
	bool has_more_transports; /* and another RC_TRANSPORT() says more */
};

struct enumerator {
	const char *name;
	const char *go_name;
	const char *doc;
	struct place place;
	int64_t value; /* the bits, whatever the sign */
	bool is_twin;  /* an earlier one has the same value */
	struct enumerator *next;
};

struct enumeration {
	const char *usr;     /* the compiler's key of the declaration */
	const char *name;    /* "kv_durability"; "" when it has none */
	const char *c_name;  /* "enum kv_durability"; of a nameless field's "enum kv_item.kind" */
	const char *go_name; /* "" when it has no name */
	const char *doc;
	struct place place;
	struct annotations annotations;
	uint64_t bytes;
	bool is_signed;
	bool is_nameless; /* and called by its field */
	bool is_main;     /* declared in the header itself, not in one that it includes */
	bool is_inner;    /* declared inside a struct, where C++ has it under another name */
	bool is_used;     /* set by check_model(): of the header itself, or reached */
	bool is_described;
	bool in_request; /* that C sends and Go receives: of a service, or a host service's reply */
	bool in_reply;   /* that Go sends and C receives */
	bool is_written; /* by C: in a message or a clone */
	struct enumerator *enumerators;
	struct enumeration *next;
};

struct field {
	const char *name;
	const char *go_name;
	const char *doc;
	struct place place;
	struct annotations annotations;
	struct type *type;
	uint64_t offset_bytes;
	bool is_bit_field;
	struct field *next;
};

/* Marks of a walk over structs. */
enum visit {
	VISIT_NEW,
	VISIT_OPEN,
	VISIT_DONE
};

struct structure {
	const char *usr;
	const char *name; /* "kv_key"; of a nameless field's "kv_item_inner"; "" when it has none */
	const char *c_name; /* what C declares it by: "struct kv_key", "__typeof__(...)" */
	const char *shown;  /* what people call it: "struct kv_key", "struct kv_item.inner" */
	const char *path;   /* "kv_key", "kv_item.inner" */
	const struct structure
		*holder;         /* of a nameless one: the struct with a name that holds it */
	const char *holder_path; /* and where: "inner.deep[0]" */
	const char *go_name;
	const char *doc;
	struct place place;
	struct annotations annotations;
	uint64_t bytes;
	uint64_t align;
	bool is_main;
	bool is_inner; /* declared inside another struct */
	bool is_union;
	bool is_packed;
	bool is_complete;
	bool has_nameless_union;
	struct place nameless_place;
	struct field *fields;

	/* Set by model_flag(). */
	bool has_pointers; /* strings, slices and optionals */
	bool has_bools;
	bool has_enums;
	bool is_flagged;

	/* Set by model_finish(). */
	bool in_request;
	bool in_reply;
	bool is_written; /* by C: in a request or a clone */
	bool is_used;    /* set by check_model() */
	bool is_forward; /* used by one that is emitted before it: a recursion */
	bool is_described;
	enum visit mark;
	struct structure *next;
	struct structure *next_in_order; /* see model.in_order */
};

struct parameter {
	const char *name;
	const char *c_name;  /* the name in generated C, where a few names are taken */
	const char *go_name; /* the name in Go: camelCase */
	const char *go_field;
	struct place place;
	struct annotations annotations;
	struct type *type; /* as declared; `value` is what is sent */
	struct type *value;
	bool is_pointer;
	bool is_array; /* declared with [] */
	bool is_output;
	uint64_t offset_bytes;      /* in the request's root */
	uint64_t leaf_offset_bytes; /* in the arguments of a leaf function */
	struct parameter *next;
};

struct method {
	const char *name;
	const char *go_name;
	const char *doc;
	struct place place;
	struct annotations annotations;
	struct type *type; /* of the field: a pointer to a function, if all is well */
	struct type *result;
	bool is_variadic;
	bool is_unprototyped; /* () instead of (void) */
	bool is_typedef;      /* declared by a typedef'd function type */
	unsigned index;
	struct parameter *parameters;
	struct parameter *output; /* NULL: none */
	bool has_inputs;
	uint64_t root_bytes; /* of the request; 0 without parameters */
	uint64_t root_align;
	uint64_t leaf_bytes; /* of the arguments of a leaf function; 0 without any */
	struct method *next;
};

struct service {
	const char *name;
	const char *go_name;        /* "" for the package's first service, else as "Admin" */
	const char *interface_name; /* "Service", "AdminService" */
	const char *doc;
	struct place place;
	struct annotations annotations;
	bool is_host;
	uint32_t version;
	struct method *methods;
	const char *description;
	uint64_t digest;
	struct service *next;
};

/* An ordinary identifier of the header: generated C must not declare it again. */
struct identifier {
	const char *name;
	struct place place;
	struct annotations annotations;
	struct identifier *next;
};

struct model {
	const char *source; /* the header's path as given */
	const char *go_package;
	const char *tag_keys; /* --tags: keys with commas between them; NULL: none */
	bool is_layout;       /* --go-layout */
	struct enumeration *enumerations;
	struct structure *structures;
	struct service *services;
	struct identifier *identifiers;
	struct structure *in_order; /* emitted structs, each behind those it uses */
};

/* What a type holds by value, that is not behind a slice or an optional. Needs model_flag(). */
bool type_has_pointers(const struct type *type);
bool type_has_bools(const struct type *type);
bool type_has_enums(const struct type *type);

/* Whether C has a pointer in its place, to be sent or not. */
bool type_is_pointer(const struct type *type);

/* Whether a receiver has to look at it. */
bool type_is_checked(const struct type *type);

/* Whether a sender has to look at it before it writes. */
bool type_is_measured(const struct type *type);

/* Pointers and bool, which is written as 0 or 1, are not copied as they are. */
bool type_is_copied(const struct type *type);

/* Whether a leaf function gets an input by its address: Go's own struct. */
bool parameter_is_by_address(const struct parameter *parameter);

/* Whether Go can call it in place: RC_LEAF, unless its output has no bytes. */
bool method_has_leaf(const struct method *method);

/* Whether some input is such a type. */
bool method_has_input(const struct method *method, bool (*is_such)(const struct type *));

/* Whether a request's root and its reply's each fit a slot. */
bool method_fits_slots(const struct method *method);

/* Whether C takes the arguments of its leaf function in registers, and neither they nor the output
 * need a check. */
bool method_has_leaf_value(const struct method *method);

/* Whether a struct is a service. */
bool structure_is_service(const struct structure *structure);
bool structure_is_map(const struct structure *structure);
bool structure_is_slice(const struct structure *structure); /* or a map */

/* Whether C gets a function that copies it with all that it points to. */
bool structure_is_cloned(const struct structure *structure);

/* Sets what structs hold: has_pointers, has_bools, has_enums. Before anything asks. */
void model_flag(struct model *model);

/* Lays out the methods' roots and computes what the emitters need. Needs a checked model. */
void model_finish(struct model *model);

/* Adds to the end of a list whose elements have `next`. */
#define LIST_APPEND(list, element)                                                                 \
	do {                                                                                       \
		__typeof__(list) *end = &(list);                                                   \
                                                                                                   \
		while (*end)                                                                       \
			end = &(*end)->next;                                                       \
		*end = (element);                                                                  \
	} while (0)

#endif
