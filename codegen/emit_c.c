/* SPDX-License-Identifier: MIT */
/* emit_c.c - the generated C header and source: prototypes, asserts, calls and the tables. */
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "emit.h"
#include "name.h"

/* ISO C promises string literals up to this; beyond, -Wpedantic warns. */
#define LITERAL_BYTES_MAX 4095

bool c_is_one_way(const struct method *method)
{
	return method->annotations.known & ANNOTATION_ONE_WAY;
}

static bool reply_has_pointers(const struct method *method)
{
	return method->output && type_has_pointers(method->output->value);
}

const char *emit_c_method_name(const struct service *service, const struct method *method)
{
	return memory_print("%s_%s", service->name, method->name);
}

/* Adds a declaration, broken behind commas where it would pass 100 columns. */
void c_add_wrapped(struct text *out, const char *declaration)
{
	const size_t tab_columns = 8;
	const char *pointer = strstr(declaration, ")(");
	size_t start =
		pointer ? (size_t)(pointer - declaration) + 2 : strcspn(declaration, "(") + 1;
	size_t before = *declaration == '\t' ? tab_columns - 1 : 0;
	size_t indent = start + before;
	size_t column = 0;

	while (*declaration) {
		size_t bytes = strcspn(declaration, ",");

		bytes += declaration[bytes] == ',';
		if (column && column + bytes > 99) {
			text_add(out, "\n");
			for (size_t i = 0; i < indent / 8; i++)
				text_add(out, "\t");
			text_add(out, "%*s", (int)(indent % 8), "");
			column = indent;
			declaration++; /* the blank behind the comma */
			bytes--;
		}
		text_append(out, declaration, bytes);
		column += bytes + before;
		before = 0;
		declaration += bytes;
	}
}

/* The parameters of a generated function, between the client and the rest. */
void emit_c_inputs(struct text *out, const struct method *method)
{
	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output)
			continue;
		text_add(out, i->is_pointer ? ", const %s *%s" : ", %s %s", i->value->c_name,
			 i->c_name);
	}
}

/* Where the caller wants the output. */
static void add_output(struct text *out, const struct method *method)
{
	const struct parameter *output = method->output;

	if (output)
		text_add(out, reply_has_pointers(method) ? ", const %s **%s" : ", %s *%s",
			 output->value->c_name, output->c_name);
}

void c_add_sync_signature(struct text *out, const struct service *service,
			  const struct method *method, const char *end)
{
	struct text line = { 0 };

	text_add(&line, "int %s_%s(struct rc_client *client", service->name, method->name);
	emit_c_inputs(&line, method);
	add_output(&line, method);
	text_add(&line, ")%s\n", end);
	c_add_wrapped(out, text_get(&line));
	text_fini(&line);
}

void c_add_async_signature(struct text *out, const struct service *service,
			   const struct method *method, const char *end)
{
	struct text line = { 0 };

	text_add(&line, "int %s_%s_async(struct rc_client *client", service->name, method->name);
	emit_c_inputs(&line, method);
	text_add(&line, ", %s_%s_done *done, void *context, struct rc_call *call)%s\n",
		 service->name, method->name, end);
	c_add_wrapped(out, text_get(&line));
	text_fini(&line);
}

void c_add_wait_signature(struct text *out, const struct service *service,
			  const struct method *method, const char *end)
{
	struct text line = { 0 };

	text_add(&line, "int %s_wait(struct rc_call *call", emit_c_method_name(service, method));
	add_output(&line, method);
	text_add(&line, ", uint64_t deadline_ns)%s\n", end);
	c_add_wrapped(out, text_get(&line));
	text_fini(&line);
}

static void add_submit_signature(struct text *out, const struct service *service,
				 const struct method *method)
{
	struct text line = { 0 };

	text_add(out, "__attribute__((flatten))\n");
	text_add(&line, "static int %s_%s__submit(struct rc_client *client", service->name,
		 method->name);
	emit_c_inputs(&line, method);
	text_add(&line, ", struct rc_send *send)\n");
	c_add_wrapped(out, text_get(&line));
	text_fini(&line);
}

static void add_done_typedef(struct text *out, const struct service *service,
			     const struct method *method)
{
	struct text line = { 0 };

	text_add(&line, "typedef void %s_%s_done(void *context, int status", service->name,
		 method->name);
	if (method->output)
		text_add(&line, ", const %s *%s", method->output->value->c_name,
			 method->output->c_name);
	text_add(&line, ");\n");
	c_add_wrapped(out, text_get(&line));
	text_fini(&line);
}

static void emit_prototype_doc(struct text *out, const struct service *service,
			       const struct method *method)
{
	const char *name = emit_c_method_name(service, method);

	text_add(out, "\n/*\n");
	if (method->doc && text_begins(method->doc, name))
		doc_add_c(out, 0, method->doc);
	else if (method->doc)
		doc_add_c(out, 0, memory_print("%s - %s", name, method->doc));
	else
		text_add(out, " * %s - calls %s.%s.\n", name, service->name, method->name);
	text_add(out, " *\n");
	if (c_is_one_way(method))
		text_add(out, " * Returns 0 when it is sent, or a negative errno. "
			      "There is no reply.\n");
	else
		text_add(out, " * Returns 0 or a negative errno; rc_error_last() says more.\n");
	if (reply_has_pointers(method))
		text_add(out, " * On success *%s is valid until rc_release(client, *%s).\n",
			 method->output->c_name, method->output->c_name);
	text_add(out, " */\n");
}

/* Whether C++ has the type under another name, as that of a struct inside a struct. */
static bool is_hidden(const struct type *type)
{
	while (type->kind == TYPE_ARRAY || type->kind == TYPE_OPTIONAL)
		type = type->element;
	if (type->kind == TYPE_ENUM)
		return type->enumeration->is_inner;
	return type->kind == TYPE_STRUCT && type->structure->is_inner && !type->structure->holder;
}

bool c_has_hidden_types(const struct method *method)
{
	bool has = false;

	for (const struct parameter *i = method->parameters; i; i = i->next)
		has |= is_hidden(i->value);
	return has;
}

static void emit_prototypes(struct text *out, const struct service *service,
			    const struct method *method)
{
	const char *name = emit_c_method_name(service, method);
	bool is_for_c = c_has_hidden_types(method);

	text_add(out, "%s", is_for_c ? FOR_C_BEGIN : "");
	emit_prototype_doc(out, service, method);
	c_add_sync_signature(out, service, method, ";");
	if (c_is_one_way(method)) {
		text_add(out, "%s", is_for_c ? FOR_C_END : "");
		return;
	}
	text_add(out, "\n/* What %s_async() calls with the outcome.", name);
	if (reply_has_pointers(method))
		text_add(out, " On success %s is valid until rc_release().",
			 method->output->c_name);
	else if (method->output)
		text_add(out, " %s is valid during the call, NULL on failure.",
			 method->output->c_name);
	text_add(out, " */\n");
	add_done_typedef(out, service, method);
	text_add(out,
		 "\n/* %s without the wait: rc_poll() or rc_wait() runs done. "
		 "done and call may be NULL. */\n",
		 name);
	c_add_async_signature(out, service, method, ";");
	text_add(out, "\n/* rc_call_wait() for a call that %s_async() made without done.%s */\n",
		 name,
		 method->output ? memory_print(" %s may be NULL.", method->output->c_name) : "");
	c_add_wait_signature(out, service, method, ";");
	text_add(out, "%s", is_for_c ? FOR_C_END : "");
}

static void emit_struct_asserts(struct text *out, const struct structure *structure)
{
	const char *name = structure->c_name;
	bool is_for_c = structure->is_inner && !structure->holder;

	text_add(out, "%s", is_for_c ? FOR_C_BEGIN : "");
	text_add(out, "\nstatic_assert(sizeof(%s) == %" PRIu64 ", \"%s %s\");\n", name,
		 structure->bytes, structure->shown,
		 structure->bytes ? "has another size than ringgen saw"
				  : "is empty: 0 bytes in C, 1 in C++; for both, write a field");
	for (struct field *field = structure->fields; field; field = field->next)
		text_add(out,
			 "static_assert(offsetof(%s, %s) == %" PRIu64
			 ", \"%s.%s is not where ringgen saw it\");\n",
			 name, field->name, field->offset_bytes, structure->path, field->name);
	text_add(out, "%s", is_for_c ? FOR_C_END : "");
}

/* "examples/kv/kv.h" gives EXAMPLES_KV_KV_RC_H: two headers of one name can meet. */
static const char *guard_of(const char *include)
{
	size_t bytes = strlen(include) - (text_ends(include, ".h") ? 2 : 0);
	char *guard = memory_print("%.*s_RC_H", (int)bytes, include);

	for (char *letter = guard; *letter; letter++)
		*letter = isalnum((unsigned char)*letter) ? (char)toupper((unsigned char)*letter)
							  : '_';
	while (*guard == '_')
		guard++;
	return isdigit((unsigned char)*guard) ? memory_print("RC_%s", guard) : guard;
}

void emit_c_header(const struct model *model, const struct emit_names *names, struct text *out)
{
	const char *guard = guard_of(names->include);

	text_add(out, "/* Generated by ringgen from %s. DO NOT EDIT. */\n", names->source);
	text_add(out, "#ifndef %s\n#define %s\n\n", guard, guard);
	text_add(out, "#ifdef __cplusplus\n#pragma GCC system_header\n#endif\n\n");
	text_add(out, "#include <assert.h>\n#include <stddef.h>\n");
	text_add(out, emit_c_has_maps(model) ? "#include <string.h>\n\n" : "\n");
	text_add(out, "#include <ringcall/ringcall.h>\n\n#include \"%s\"\n\n", names->include);
	text_add(out, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n");
	for (struct service *service = model->services; service; service = service->next) {
		for (struct method *i = service->methods; i && !service->is_host; i = i->next)
			emit_prototypes(out, service, i);
		if (service->is_host)
			emit_c_host_prototypes(out, service);
	}
	for (struct structure *i = model->in_order; i; i = i->next_in_order)
		emit_struct_asserts(out, i);
	emit_c_clone_prototypes(model, out);
	emit_c_maps(model, out);
	text_add(out, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
}

void c_emit_root_struct(struct text *out, const struct service *service,
			const struct method *method)
{
	const char *name = memory_print("struct %s__%s_args", service->name, method->name);

	if (!method->has_inputs)
		return;
	text_add(out, "\n%s {\n", name);
	for (struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output)
			text_add(out, "\t%s %s;\n", i->value->c_name, i->c_name);
	text_add(out, "};\n\nstatic_assert(sizeof(%s) == %" PRIu64 ", \"\");\n", name,
		 method->root_bytes);
	for (struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output)
			text_add(out, "static_assert(offsetof(%s, %s) == %" PRIu64 ", \"\");\n",
				 name, i->c_name, i->offset_bytes);
}

const char *emit_c_value_of(const struct parameter *parameter)
{
	return memory_print(parameter->is_pointer ? "(*%s)" : "%s", parameter->c_name);
}

void emit_c_measure_inputs(struct text *out, const struct service *service,
			   const struct method *method)
{
	for (struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output)
			emit_c_measure(out, 1, i->value, emit_c_value_of(i),
				       emit_label(service, method, i));
}

/* How a message gets its space: with a measure only where its inputs need one. */
static void emit_begin(struct text *out, const struct service *service, const struct method *method,
		       bool has_enums, bool has_pointers)
{
	const char *table = memory_print("&%s__methods[%u]", service->name, method->index);

	if (!has_enums && !has_pointers) {
		text_add(out, "\tstatus = rc__send_begin(client, %s, %s, send);\n", table,
			 method->has_inputs ? "sizeof(*args)" : "0");
		return;
	}
	if (has_pointers)
		text_add(out, "\trc__measure_begin(client, measure);\n");
	emit_c_measure_inputs(out, service, method);
	if (has_pointers) {
		text_add(out,
			 "\tstatus = rc__send_measured(client, %s, measure, measured, send);\n",
			 table);
		return;
	}
	text_add(out, "\tif (measure->fault.field)\n");
	text_add(out, "\t\treturn rc__send_measured(client, %s, measure, 0, send);\n", table);
	text_add(out, "\tstatus = rc__send_begin(client, %s, sizeof(*args), send);\n", table);
}

static void emit_submit_locals(struct text *out, const struct service *service,
			       const struct method *method, bool has_enums, bool has_pointers)
{
	if (has_pointers)
		text_add(out, "\tstruct rc_measure sizes;\n");
	else if (has_enums)
		text_add(out, "\tstruct rc_measure sizes = { 0 };\n");
	if (has_pointers || has_enums)
		text_add(out, "\tstruct rc_measure *measure = &sizes;\n");
	if (has_pointers)
		text_add(out, "\tstruct rc_writer parts;\n\tstruct rc_writer *writer = &parts;\n");
	if (method->has_inputs)
		text_add(out, "\tstruct %s__%s_args *args;\n", service->name, method->name);
	if (has_pointers)
		text_add(out, "\tuint64_t measured = sizeof(*args);\n"
			      "\tuint64_t written = sizeof(*args);\n");
	text_add(out, "\tint status;\n\n");
}

void emit_c_refuse_null(struct text *out, const struct service *service,
			const struct method *method)
{
	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output || !i->is_pointer)
			continue;
		text_add(out, "\tif (!%s)\n", i->c_name);
		text_add(out, "\t\treturn rc__argument_null(&%s__methods[%u], \"%s\");\n",
			 service->name, method->index, i->name);
	}
}

static void emit_submit(struct text *out, const struct service *service,
			const struct method *method)
{
	bool has_enums = method_has_input(method, type_has_enums);
	bool has_pointers = method_has_input(method, type_has_pointers);

	text_add(out, "\n");
	add_submit_signature(out, service, method);
	text_add(out, "{\n");
	emit_submit_locals(out, service, method, has_enums, has_pointers);
	emit_c_refuse_null(out, service, method);
	emit_begin(out, service, method, has_enums, has_pointers);
	if (!method->has_inputs) {
		text_add(out, "\treturn status;\n}\n");
		return;
	}
	text_add(out, "\tif (status)\n\t\treturn status;\n\targs = send->message;\n");
	if (has_pointers)
		text_add(out, "\trc__writer_begin(send, writer);\n");
	for (struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output)
			emit_c_write(out, 1, i->value, emit_c_value_of(i),
				     memory_print("args->%s", i->c_name));
	text_add(out, "\treturn 0;\n}\n");
}

/* What the library calls with a reply: a check of its private copy, and the user's function. */
static void emit_reply_hooks(struct text *out, const struct service *service,
			     const struct method *method)
{
	const char *name = emit_c_method_name(service, method);
	const struct parameter *output = method->output;

	if (output && type_is_checked(output->value)) {
		text_add(out,
			 "\nstatic bool %s__reply_check(struct rc_reader *reader, void *root)\n"
			 "{\n\t%s *reply = root;\n",
			 name, output->value->c_name);
		if (emit_c_check_needs_part(output->value))
			text_add(out, "\tconst void *part;\n");
		text_add(out, "\n");
		emit_c_check(out, 1, output->value, "(*reply)",
			     emit_label(service, method, output));
		text_add(out, "\treturn true;\n}\n");
	}
	text_add(out,
		 "\nstatic void %s__complete(void *context, int status, const void *reply, "
		 "rc__done *done)\n{\n",
		 name);
	if (!output)
		text_add(out, "\t(void)reply;\n");
	text_add(out, "\t((%s_done *)done)(context, status%s);\n}\n", name,
		 output ? ", reply" : "");
}

static void emit_method_entry(struct text *out, const struct service *service,
			      const struct method *method)
{
	const struct parameter *output = method->output;
	unsigned known = method->annotations.known;
	const char *name = emit_c_method_name(service, method);

	text_add(out, "\t{\n\t\t.service = &%s__service,\n", service->name);
	text_add(out, "\t\t.name = \"%s.%s\",\n", service->name, method->name);
	text_add(out, "\t\t.index = %u,\n", method->index);
	text_add(out, "\t\t.flags = 0");
	if (known & ANNOTATION_ONE_WAY)
		text_add(out, " | RC_METHOD_ONE_WAY");
	if (known & ANNOTATION_IDEMPOTENT)
		text_add(out, " | RC_METHOD_IDEMPOTENT");
	if (output)
		text_add(out, " | RC_METHOD_REPLY");
	if (reply_has_pointers(method))
		text_add(out, " | RC_METHOD_REPLY_POINTERS");
	text_add(out, ",\n");
	if (output)
		text_add(out, "\t\t.reply_bytes = sizeof(%s),\n", output->value->c_name);
	if (c_is_small(method) && method->has_inputs)
		text_add(out, "\t\t.request_bytes = sizeof(struct %s__%s_args),\n", service->name,
			 method->name);
	if (output && type_is_checked(output->value))
		text_add(out, "\t\t.reply_check = %s__reply_check,\n", name);
	if (!(known & ANNOTATION_ONE_WAY))
		text_add(out, "\t\t.complete = %s__complete,\n", name);
	text_add(out, "\t},\n");
}

void c_emit_description(struct text *out, const struct service *service)
{
	bool is_long = strlen(service->description) > LITERAL_BYTES_MAX;

	text_add(out, "\n");
	if (is_long)
		text_add(out, "#pragma GCC diagnostic push\n"
			      "#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n");
	text_add(out, "static const char %s__description[] =\n", service->name);
	for (const char *line = service->description; *line;) {
		size_t bytes = strcspn(line, "\n");

		text_add(out, "\t\"%.*s\\n\"", (int)bytes, line);
		line += bytes + 1;
		text_add(out, *line ? "\n" : ";\n");
	}
	if (is_long)
		text_add(out, "#pragma GCC diagnostic pop\n");
}

void c_emit_service_fields(struct text *out, const struct service *service)
{
	const char *name = service->name;

	text_add(out, "\t.name = \"%s\",\n", name);
	text_add(out, "\t.digest = UINT64_C(0x%016" PRIx64 "),\n", service->digest);
	text_add(out, "\t.description = %s__description,\n\t.methods = %s__methods,\n", name, name);
	text_add(out, "\t.method_count = sizeof(%s__methods) / sizeof(%s__methods[0]),\n", name,
		 name);
}

static void emit_tables(struct text *out, const struct service *service)
{
	const char *name = service->name;

	text_add(out, "\nstatic const struct rc_method %s__methods[] = {\n", name);
	for (struct method *i = service->methods; i; i = i->next)
		emit_method_entry(out, service, i);
	text_add(out, "};\n");
	c_emit_description(out, service);
	text_add(out, "\nstatic struct rc_service_link %s__link;\n", name);
	text_add(out, "\nstatic const struct rc_service %s__service = {\n", name);
	c_emit_service_fields(out, service);
	if (service->annotations.transport)
		text_add(out, "\t.endpoint = \"%s\",\n", service->annotations.transport);
	text_add(out, "\t.link = &%s__link,\n};\n", name);
	text_add(out,
		 "\n__attribute__((constructor)) static void %s__register(void)\n{\n"
		 "\trc__service_register(&%s__service);\n}\n",
		 name, name);
}

static void emit_service(struct text *out, const struct service *service)
{
	for (struct method *i = service->methods; i; i = i->next)
		c_emit_root_struct(out, service, i);
	for (struct method *i = service->methods; i; i = i->next)
		if (!c_is_one_way(i))
			emit_reply_hooks(out, service, i);
	text_add(out, "\nstatic const struct rc_service %s__service;\n", service->name);
	emit_tables(out, service);
	for (struct method *i = service->methods; i; i = i->next) {
		if (!c_is_small(i))
			emit_submit(out, service, i);
		if (!c_is_one_way(i))
			emit_c_direct(out, service, i);
		c_emit_sync(out, service, i);
		if (c_is_one_way(i))
			continue;
		c_emit_async(out, service, i);
		c_emit_wait(out, service, i);
	}
}

void emit_c_source(const struct model *model, const struct emit_names *names, struct text *out)
{
	text_add(out, "/* Generated by ringgen from %s. DO NOT EDIT. */\n", names->source);
	text_add(out, "#include \"%s\"\n\n#include <ringcall/generated.h>\n\n", names->c_header);
	text_add(out, "#pragma GCC diagnostic ignored \"-Wpadded\"\n");
	text_add(out, "#pragma GCC diagnostic ignored \"-Wc++-compat\"\n");
	emit_c_helpers(model, out);
	emit_c_place_helpers(model, out);
	for (struct service *service = model->services; service; service = service->next)
		(service->is_host ? emit_c_host_source : emit_service)(out, service);
	emit_c_clones(model, out);
}
