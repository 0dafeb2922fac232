/* SPDX-License-Identifier: MIT */
/*
 * emit.h - from a finished model to generated text. All output depends on the model alone, so it
 * is the same on every machine.
 */
#ifndef RINGGEN_EMIT_H
#define RINGGEN_EMIT_H

#include "model.h"

/* Around what C++ cannot say: a struct or enum inside a struct has another name there. */
#define FOR_C_BEGIN "\n#ifndef __cplusplus"
#define FOR_C_END "#endif\n"

/* How generated files call each other. */
struct emit_names {
	const char *source;    /* the header's base name */
	const char *include;   /* what generated C includes it by */
	const char *c_header;  /* base name of the generated header */
	const char *go_import; /* import path of the generated package; for the skeleton */
	bool has_main;         /* the skeleton is a program */
};

/* Sets each service's description, which both sides embed and compare, and its digest. */
void describe_services(struct model *model);

void emit_c_header(const struct model *model, const struct emit_names *names, struct text *out);
void emit_c_source(const struct model *model, const struct emit_names *names, struct text *out);
void emit_go(const struct model *model, const struct emit_names *names, struct text *out);
void emit_go_layout(const struct model *model, const struct emit_names *names, struct text *out);

/* emit_go_skeleton.c: an implementation of each service, to be edited. */
void emit_go_skeleton(const struct model *model, const struct emit_names *names, struct text *out);

/* show_table.c, show_json.c: the layouts and methods, for people and for programs. */
void show_table(const struct model *model, struct text *out);
void show_json(const struct model *model, struct text *out);

/* emit_c.c: what services of both kinds have in C. */
const char *emit_c_method_name(const struct service *service, const struct method *method);
void c_add_wrapped(struct text *out, const char *declaration); /* within 100 columns */
bool c_has_hidden_types(const struct method *method);          /* C++ has them under another name */
void c_emit_root_struct(struct text *out, const struct service *service,
			const struct method *method);
void c_emit_description(struct text *out, const struct service *service);
void c_emit_service_fields(struct text *out, const struct service *service); /* of its table */

/* emit_c_host.c: services that the host implements. */
void emit_c_host_prototypes(struct text *out, const struct service *service);
void emit_c_host_source(struct text *out, const struct service *service);

/* emit_c_part.c: helpers of one struct, and statements for one value, in generated C. */
void emit_c_helpers(const struct model *model, struct text *out);
void emit_c_measure(struct text *out, int depth, const struct type *type, const char *from,
		    const char *label);
void emit_c_write(struct text *out, int depth, const struct type *type, const char *from,
		  const char *to);
void emit_c_check(struct text *out, int depth, const struct type *type, const char *value,
		  const char *label);
bool emit_c_check_needs_part(const struct type *type);

/* emit_c.c: pieces of what calls a method. */
void emit_c_inputs(struct text *out, const struct method *method);
bool c_is_one_way(const struct method *method);
/* `end` follows: ";" of a prototype, or nothing. */
void c_add_sync_signature(struct text *out, const struct service *service,
			  const struct method *method, const char *end);
void c_add_async_signature(struct text *out, const struct service *service,
			   const struct method *method, const char *end);
void c_add_wait_signature(struct text *out, const struct service *service,
			  const struct method *method, const char *end);
/* The value of an input, whose parameter may be a pointer to it. */
const char *emit_c_value_of(const struct parameter *parameter);
void emit_c_refuse_null(struct text *out, const struct service *service,
			const struct method *method);
void emit_c_measure_inputs(struct text *out, const struct service *service,
			   const struct method *method);

/* emit_c_call.c: the functions that make a call. */
bool c_is_small(const struct method *method); /* the library makes it in one step */
void c_emit_sync(struct text *out, const struct service *service, const struct method *method);
void c_emit_async(struct text *out, const struct service *service, const struct method *method);
void c_emit_wait(struct text *out, const struct service *service, const struct method *method);

/* emit_c_place.c: a method's call without a message, and helpers of it for each struct. */
void emit_c_place_helpers(const struct model *model, struct text *out);
void emit_c_direct(struct text *out, const struct service *service, const struct method *method);

/* "const T *", of an optional "const T *const *". */
const char *c_pointer_to_const(const struct type *type);

/* emit_c_clone.c: a function for each struct with pointers, for the header and the source. */
void emit_c_clone_prototypes(const struct model *model, struct text *out);
void emit_c_clones(const struct model *model, struct text *out);

/* emit_c_map.c: a function for each map, for the header. */
bool emit_c_has_maps(const struct model *model);
void emit_c_maps(const struct model *model, struct text *out);

/* emit_go.c: what a method of an interface takes and returns, and its comment. */
void emit_go_signature(struct text *out, const struct method *method);
void emit_go_method_doc(struct text *out, int depth, const struct service *service,
			const struct method *method);

/* The same for the parts of a service of either kind. */
const char *emit_go_method_name(const struct service *service, const struct method *method);
bool emit_go_is_pointer(const struct method *method, const struct parameter *parameter);
void emit_go_root_struct(struct text *out, const struct service *service,
			 const struct method *method);
void emit_go_root_asserts(struct text *out, const struct service *service);
void emit_go_description(struct text *out, const struct service *service);

/* emit_go_host.c: clients of services that the host implements. */
void emit_go_host(const struct service *service, struct text *out);

/* emit_go_leaf.c: what such a client needs for leaf functions that are func values. */
bool emit_go_has_leaves(const struct service *service);
void emit_go_leaves_struct(struct text *out, const struct service *service);
void emit_go_leaves_table(struct text *out, const struct service *service);
void emit_go_leaf_method(struct text *out, const struct method *method);
void emit_go_leaf_slow(struct text *out, const struct service *service,
		       const struct method *method);

/* emit_go_type.c: Go's types, and their asserts. */
const char *go_type(const struct type *type);
const char *go_wire_type(const struct type *type);
void go_type_qualify(const char *package); /* "package.Name" from now on; NULL: bare */
const char *go_integer(uint64_t bytes, bool is_signed);
void emit_go_types(const struct model *model, struct text *out);
void emit_go_asserts(const struct model *model, struct text *out);

/*
 * Whether a field stands first in Go: it has no bytes and stands at the end, where Go would make
 * the struct larger, so that a pointer to the field does not leave the struct.
 */
bool emit_go_is_moved(uint64_t field_bytes, uint64_t offset, uint64_t bytes);
void emit_go_padding(struct grid *grid, uint64_t *at, uint64_t offset);

/* emit_go_enum.c: enums. */
void emit_go_constants(const struct model *model, struct text *out);
bool emit_go_has_enums(const struct model *model); /* then strconv is imported */

/* emit_go_map.c: types of maps, and their methods. */
void emit_go_map_types(const struct model *model, struct text *out);
void emit_go_maps(const struct model *model, struct text *out);

/* emit_go_part.c: helpers of one struct, and statements for one value, in generated Go. */
bool emit_go_has_pools(const struct model *model);
void emit_go_pools(const struct model *model, struct text *out);
void emit_go_pools_reset(struct text *out, const struct model *model, const struct method *method);
void emit_go_clones(const struct model *model, struct text *out);
void emit_go_helpers(const struct model *model, struct text *out);
void emit_go_read(struct text *out, int depth, const struct type *type, const char *from,
		  const char *to, const char *label);
void emit_go_read_new(struct text *out, int depth, const struct type *type, const char *from,
		      const char *to, const char *label); /* declares `to` */
void emit_go_measure(struct text *out, int depth, const struct type *type, const char *from,
		     const char *label);
void emit_go_write(struct text *out, int depth, const struct type *type, const char *from,
		   const char *to);

/* "pools, " where helpers take the pools, else "". */
const char *emit_go_pools_argument(void);

/* What errors call a parameter: "kv.get.key". */
const char *emit_label(const struct service *service, const struct method *method,
		       const struct parameter *parameter);

/* The loop variable of a nesting level: i, j, k, l, i4, ... */
const char *emit_index(int level);

/* "&x", or p for "*p" and "(*p)". */
const char *emit_address(const char *lvalue);

/* The integer as both languages write it. */
const char *emit_integer(int64_t bits, bool is_signed, const char *unsigned_suffix);

#endif
