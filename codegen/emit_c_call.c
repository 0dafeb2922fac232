/* SPDX-License-Identifier: MIT */
/*
 * emit_c_call.c - generated C of the functions that make a call.
 *
 * A call whose request and reply fit slots and need no check is small: the library makes it in one
 * step, from the request's root. The only input is passed where the caller has it; of several the
 * root is put together first.
 */
#include "emit.h"

bool c_is_small(const struct method *method)
{
	const struct parameter *output = method->output;

	return method_fits_slots(method) && !method_has_input(method, type_is_checked) &&
	       !(output && type_has_pointers(output->value));
}

/* The only input, or NULL. */
static const struct parameter *only_input(const struct method *method)
{
	const struct parameter *only = NULL;

	for (const struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output)
			continue;
		if (only)
			return NULL;
		only = i;
	}
	return only;
}

static bool emit_small_locals(struct text *out, const struct service *service,
			      const struct method *method)
{
	const char *name = memory_print("struct %s__%s_args", service->name, method->name);

	if (!method->has_inputs || only_input(method))
		return false;
	text_add(out, "\t%s root;\n\t%s *args = &root;\n", name, name);
	return true;
}

static const char *message_of(const struct method *method)
{
	const struct parameter *only = only_input(method);

	if (!method->has_inputs)
		return "NULL";
	if (!only)
		return "args";
	return memory_print(only->is_pointer ? "%s" : "&%s", only->c_name);
}

static void emit_small_call(struct text *out, const struct service *service,
			    const struct method *method, const char *function, const char *rest)
{
	struct text line = { 0 };

	emit_c_refuse_null(out, service, method);
	for (const struct parameter *i = method->parameters; i && !only_input(method); i = i->next)
		if (!i->is_output)
			emit_c_write(out, 1, i->value, emit_c_value_of(i),
				     memory_print("args->%s", i->c_name));
	text_add(&line, "\treturn %s(client, %s, %s, &%s__methods[%u]);\n", function,
		 message_of(method), rest, service->name, method->index);
	c_add_wrapped(out, text_get(&line));
	text_fini(&line);
}

/* The inputs as arguments of a call. */
static void add_input_names(struct text *out, const struct method *method)
{
	for (struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output)
			text_add(out, ", %s", i->c_name);
}

void c_emit_sync(struct text *out, const struct service *service, const struct method *method)
{
	const struct parameter *output = method->output;
	bool is_small = c_is_small(method);

	text_add(out, "\n");
	c_add_sync_signature(out, service, method, "");
	text_add(out, "{\n");
	if (is_small)
		emit_small_locals(out, service, method);
	else
		text_add(out, "\tstruct rc_send send;\n");
	text_add(out, "\tint status;\n\n");
	if (output) {
		text_add(out, "\tif (!%s)\n", output->c_name);
		text_add(out, "\t\treturn rc__argument_null(&%s__methods[%u], \"%s\");\n",
			 service->name, method->index, output->name);
	}
	if (!c_is_one_way(method)) {
		text_add(out, "\tif (rc__is_direct(client)) {\n\t\tstatus = %s_%s__direct(client",
			 service->name, method->name);
		add_input_names(out, method);
		if (output)
			text_add(out, ", %s", output->c_name);
		text_add(out, ");\n\t\tif (status != RC_BY_MESSAGE)\n"
			      "\t\t\treturn status;\n\t}\n");
	}
	if (is_small) {
		emit_small_call(out, service, method, "rc__small_sync",
				output ? output->c_name : "NULL");
		text_add(out, "}\n");
		return;
	}
	text_add(out, "\tstatus = %s_%s__submit(client", service->name, method->name);
	add_input_names(out, method);
	text_add(out, ", &send);\n\tif (status)\n\t\treturn status;\n");
	if (c_is_one_way(method))
		text_add(out, "\treturn rc__call_oneway(&send);\n}\n");
	else
		text_add(out, "\treturn rc__call_sync(&send, %s);\n}\n",
			 output ? output->c_name : "NULL");
}

void c_emit_async(struct text *out, const struct service *service, const struct method *method)
{
	text_add(out, "\n");
	c_add_async_signature(out, service, method, "");
	if (c_is_small(method)) {
		text_add(out, "{\n");
		if (emit_small_locals(out, service, method))
			text_add(out, "\n");
		emit_small_call(out, service, method, "rc__small_async",
				"(rc__done *)done, context, call");
		text_add(out, "}\n");
		return;
	}
	text_add(out, "{\n\tstruct rc_send send;\n\tint status;\n\n");
	text_add(out, "\tstatus = %s_%s__submit(client", service->name, method->name);
	add_input_names(out, method);
	text_add(out, ", &send);\n\tif (status)\n\t\treturn status;\n");
	text_add(out, "\treturn rc__call_async(&send, (rc__done *)done, context, call);\n}\n");
}

void c_emit_wait(struct text *out, const struct service *service, const struct method *method)
{
	text_add(out, "\n");
	c_add_wait_signature(out, service, method, "");
	text_add(out, "{\n\treturn rc_call_wait(call, %s, deadline_ns);\n}\n",
		 method->output ? method->output->c_name : "NULL");
}
