/* SPDX-License-Identifier: MIT */
/*
 * emit_c_host.c - host services in generated C: a struct of functions for the user to fill in, and
 * for each method what the library runs it by: check, invoke, measure, write, and the leaf.
 */
#include <inttypes.h>

#include "emit.h"
#include "name.h"

static void emit_function_doc(struct text *out, const struct service *service,
			      const struct method *method)
{
	const char *name = emit_c_method_name(service, method);

	if (!method->doc)
		return;
	text_add(out, "\t/*\n");
	doc_add_c(out, 1,
		  text_begins(method->doc, name)
			  ? method->doc
			  : memory_print("%s - %s", method->name, method->doc));
	text_add(out, "\t */\n");
}

static void emit_functions(struct text *out, const struct service *service)
{
	text_add(out, "\n/*\n");
	if (service->doc)
		doc_add_c(out, 0, service->doc);
	else
		text_add(out, " * What the host offers to Go as %s.\n", service->name);
	text_add(out, " *\n * All have to be set. `context` is that of %s_serve().\n */\n",
		 service->name);
	text_add(out, "struct %s_functions {\n", service->name);
	for (struct method *i = service->methods; i; i = i->next) {
		struct text line = { 0 };

		emit_function_doc(out, service, i);
		text_add(&line, "\tint (*%s)(void *context", i->name);
		emit_c_inputs(&line, i);
		if (i->output)
			text_add(&line, ", %s *%s", i->output->value->c_name, i->output->c_name);
		text_add(&line, ");\n");
		c_add_wrapped(out, text_get(&line));
		text_fini(&line);
	}
	text_add(out, "};\n");
}

static const char *serve_signature(const struct service *service)
{
	return memory_print("int %s_serve(struct rc_peer *peer, const struct %s_functions "
			    "*functions, void *context)",
			    service->name, service->name);
}

void emit_c_host_prototypes(struct text *out, const struct service *service)
{
	bool is_for_c = false;

	for (struct method *i = service->methods; i; i = i->next)
		is_for_c |= c_has_hidden_types(i);
	text_add(out, "%s", is_for_c ? FOR_C_BEGIN : "");
	emit_functions(out, service);
	text_add(out, "\n/*\n * %s_serve - lets the Go side of a peer call these functions.\n *\n",
		 service->name);
	text_add(out,
		 " * They return 0, or what Go gets as the error's code: see rc_host_fail().\n"
		 " * What they get is read-only, and gone when they return. The output is zeroed;\n"
		 " * what it points to has to outlast them: rc_host_alloc() gives such memory.\n"
		 " * From a Go side in this process they run on threads of Go, several at once.\n"
		 " *\n"
		 " * functions and context are used until rc_close().\n"
		 " * Returns 0; -EINVAL for a function that is NULL; -EEXIST when the peer has\n"
		 " * such a service; -E2BIG when it has too many; rc_error_last() says more.\n"
		 " */\n");
	c_add_wrapped(out, memory_print("%s;\n", serve_signature(service)));
	text_add(out, "%s", is_for_c ? FOR_C_END : "");
}

static void emit_request_check(struct text *out, const struct service *service,
			       const struct method *method)
{
	if (!method_has_input(method, type_is_checked))
		return;
	text_add(out, "\nstatic bool %s__request_check(struct rc_reader *reader, void *root)\n{\n",
		 emit_c_method_name(service, method));
	text_add(out, "\tstruct %s__%s_args *args = root;\n", service->name, method->name);
	text_add(out, method_has_input(method, emit_c_check_needs_part) ? "\tconst void *part;\n\n"
									: "\n");
	for (struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output)
			emit_c_check(out, 1, i->value, memory_print("args->%s", i->c_name),
				     emit_label(service, method, i));
	text_add(out, "\treturn true;\n}\n");
}

static void emit_invoke(struct text *out, const struct service *service,
			const struct method *method)
{
	text_add(out,
		 "\nstatic int %s__invoke(const void *functions, void *context, const void *root, "
		 "void *reply)\n{\n",
		 emit_c_method_name(service, method));
	text_add(out, "\tconst struct %s_functions *table = functions;\n", service->name);
	if (method->has_inputs)
		text_add(out, "\tconst struct %s__%s_args *args = root;\n", service->name,
			 method->name);
	text_add(out, "\n%s%s", method->has_inputs ? "" : "\t(void)root;\n",
		 method->output ? "" : "\t(void)reply;\n");
	text_add(out, "\treturn table->%s(context", method->name);
	for (struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output)
			text_add(out, i->is_pointer ? ", &args->%s" : ", args->%s", i->c_name);
	text_add(out, "%s);\n}\n", method->output ? ", reply" : "");
}

static void emit_reply(struct text *out, const struct service *service, const struct method *method)
{
	const struct type *type = method->output->value;
	const char *name = emit_c_method_name(service, method);

	if (type_is_measured(type)) {
		text_add(out,
			 "\nstatic uint64_t %s__reply_measure(struct rc_measure *measure, "
			 "const void *reply)\n{\n\tconst %s *output = reply;\n"
			 "\tuint64_t measured = sizeof(%s);\n\n",
			 name, type->c_name, type->c_name);
		emit_c_measure(out, 1, type, "(*output)",
			       emit_label(service, method, method->output));
		text_add(out, "\treturn measured;\n}\n");
	}
	if (type_is_copied(type))
		return;
	text_add(out,
		 "\nstatic void %s__reply_write(const struct rc_writer *writer, const void *reply, "
		 "void *root)\n{\n\tconst %s *output = reply;\n\t%s *to = root;\n",
		 name, type->c_name, type->c_name);
	text_add(out,
		 type_has_pointers(type) ? "\tuint64_t written = sizeof(%s);\n\n"
					 : "\n\t(void)writer;\n",
		 type->c_name);
	emit_c_write(out, 1, type, "(*output)", "(*to)");
	text_add(out, "}\n");
}

/* How a leaf function's arguments lie: those of the C function in place, structs by address. */
static void emit_leaf_struct(struct text *out, const struct service *service,
			     const struct method *method)
{
	const char *name = memory_print("struct %s__%s_leaf", service->name, method->name);

	if (!method->leaf_bytes)
		return;
	text_add(out, "\n%s {\n", name);
	for (struct parameter *i = method->parameters; i; i = i->next)
		text_add(out, parameter_is_by_address(i) ? "\tconst %s *%s;\n" : "\t%s %s;\n",
			 i->value->c_name, i->c_name);
	text_add(out, "};\n\nstatic_assert(sizeof(%s) == %" PRIu64 ", \"\");\n", name,
		 method->leaf_bytes);
	for (struct parameter *i = method->parameters; i; i = i->next)
		text_add(out, "static_assert(offsetof(%s, %s) == %" PRIu64 ", \"\");\n", name,
			 i->c_name, i->leaf_offset_bytes);
}

static void emit_leaf(struct text *out, const struct service *service, const struct method *method)
{
	if (!method_has_leaf(method))
		return;
	emit_leaf_struct(out, service, method);
	text_add(out, "\nstatic int32_t %s__leaf(void *serving, void *arguments)\n{\n",
		 emit_c_method_name(service, method));
	text_add(out, "\tconst struct rc_host_serving *host = serving;\n");
	text_add(out, "\tconst struct %s_functions *table = host->functions;\n", service->name);
	if (method->leaf_bytes)
		text_add(out, "\tstruct %s__%s_leaf *args = arguments;\n\n", service->name,
			 method->name);
	else
		text_add(out, "\n\t(void)arguments;\n");
	text_add(out, "\treturn table->%s(host->context", method->name);
	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (parameter_is_by_address(i))
			text_add(out, i->is_pointer ? ", args->%s" : ", *args->%s", i->c_name);
		else
			text_add(out, i->is_pointer ? ", &args->%s" : ", args->%s", i->c_name);
	}
	text_add(out, ");\n}\n");
}

/* Whether a request may hold arrays of checked elements, which are copied. */
static bool holds_arrays(const struct type *type)
{
	if (type->kind == TYPE_SLICE || type->kind == TYPE_OPTIONAL)
		return type_is_checked(type->element);
	if (type->kind == TYPE_ARRAY)
		return holds_arrays(type->element);
	if (type->kind == TYPE_STRUCT)
		for (const struct field *i = type->structure->fields; i; i = i->next)
			if (holds_arrays(i->type))
				return true;
	return false;
}

static void emit_entry(struct text *out, const struct service *service, const struct method *method)
{
	const char *name = emit_c_method_name(service, method);

	text_add(out, "\t{\n\t\t.name = \"%s.%s\",\n\t\t.flags = 0", service->name, method->name);
	if (method->annotations.known & ANNOTATION_ONE_WAY)
		text_add(out, " | RC_METHOD_ONE_WAY");
	if (method->output)
		text_add(out, " | RC_METHOD_REPLY");
	text_add(out, "%s,\n", method_has_input(method, holds_arrays) ? " | RC_METHOD_ARRAYS" : "");
	if (method->has_inputs)
		text_add(out, "\t\t.request_bytes = sizeof(struct %s__%s_args),\n", service->name,
			 method->name);
	if (method->output)
		text_add(out, "\t\t.reply_bytes = sizeof(%s),\n", method->output->value->c_name);
	if (method_has_input(method, type_is_checked))
		text_add(out, "\t\t.request_check = %s__request_check,\n", name);
	text_add(out, "\t\t.invoke = %s__invoke,\n", name);
	if (method->output && type_is_measured(method->output->value))
		text_add(out, "\t\t.reply_measure = %s__reply_measure,\n", name);
	if (method->output && !type_is_copied(method->output->value))
		text_add(out, "\t\t.reply_write = %s__reply_write,\n", name);
	if (method_has_leaf(method))
		text_add(out, "\t\t.leaf = %s__leaf,\n", name);
	text_add(out, "\t},\n");
}

static void emit_service(struct text *out, const struct service *service)
{
	const char *name = service->name;

	text_add(out, "\nstatic const struct rc_host_method %s__methods[] = {\n", name);
	for (struct method *i = service->methods; i; i = i->next)
		emit_entry(out, service, i);
	text_add(out, "};\n\n");
	text_add(out,
		 "static_assert(sizeof(struct %s_functions) == sizeof(%s__methods) / "
		 "sizeof(%s__methods[0]) * sizeof(void (*)(void)),\n\t      \"\");\n",
		 name, name, name);
	c_emit_description(out, service);
	text_add(out, "\nstatic const struct rc_host_service %s__service = {\n", name);
	c_emit_service_fields(out, service);
	text_add(out, "};\n\n");
	c_add_wrapped(out, memory_print("%s\n", serve_signature(service)));
	text_add(out, "{\n\treturn rc__host_serve(peer, &%s__service, functions, context);\n}\n",
		 name);
}

void emit_c_host_source(struct text *out, const struct service *service)
{
	for (struct method *i = service->methods; i; i = i->next)
		c_emit_root_struct(out, service, i);
	for (struct method *i = service->methods; i; i = i->next) {
		emit_request_check(out, service, i);
		emit_invoke(out, service, i);
		if (i->output)
			emit_reply(out, service, i);
		emit_leaf(out, service, i);
	}
	emit_service(out, service);
}
