/* SPDX-License-Identifier: MIT */
/*
 * emit_go_host.c - host services in generated Go: a client with a method for each of the host's.
 *
 * A method encodes its arguments as a handler encodes its output, and reads its result as a
 * handler reads its request. A leaf is called in place where that can be: its arguments lie in a
 * struct that C has, too.
 */
#include <inttypes.h>
#include <string.h>

#include "emit.h"
#include "name.h"

static void emit_client(struct text *out, const struct service *service)
{
	const char *name = service->interface_name;

	text_add(out, "\n");
	doc_add_go(out, 0, name, service->name, service->doc,
		   memory_print("%s calls %s, which the host implements.", name, service->name));
	text_add(out, "//\n// Several goroutines may use one at once. The host's errors are "
		      "*ringcall.HostError, those of\n// the way to it *ringcall.CallError.\n");
	text_add(out, "type %s struct {\n\tclient rt.HostClient\n", name);
	if (emit_go_has_leaves(service))
		text_add(out, "\tleaves *leaves%s\n", service->go_name);
	text_add(out, "}\n");
	emit_go_leaves_struct(out, service);
	text_add(out,
		 "\n// New%s returns a client of the host whose call ctx belongs to; of a ctx that "
		 "belongs to\n// none, of the only host that there is.\n",
		 name);
	text_add(out, "func New%s(ctx context.Context) *%s {\n", name, name);
	if (!emit_go_has_leaves(service)) {
		text_add(out, "\treturn &%s{rt.NewHostClient(ctx, &service%s)}\n}\n", name,
			 service->go_name);
		return;
	}
	text_add(out, "\tclient := rt.NewHostClient(ctx, &service%s)\n", service->go_name);
	text_add(out, "\treturn &%s{client, (*leaves%s)(client.Leaves())}\n}\n", name,
		 service->go_name);
}

static void emit_signature(struct text *out, const struct service *service,
			   const struct method *method, const char *prefix)
{
	const char *separator = "";

	text_add(out, "func (c *%s) %s%s(", service->interface_name, prefix, method->go_name);
	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output)
			continue;
		text_add(out, "%s%s %s%s", separator, i->go_name,
			 emit_go_is_pointer(method, i) ? "*" : "", go_type(i->value));
		separator = ", ";
	}
	if (method->output)
		text_add(out, ") (%s %s, err error) {\n", method->output->go_name,
			 go_type(method->output->value));
	else
		text_add(out, ") (err error) {\n");
}

/* "return value, ERROR" */
static const char *return_of(const struct method *method, const char *error)
{
	if (!method->output)
		return memory_print("return %s", error);
	return memory_print("return %s, %s", method->output->go_name, error);
}

static void emit_return_error(struct text *out, int depth, const struct method *method)
{
	text_line(out, depth, "if err != nil {");
	text_line(out, depth + 1, "%s", return_of(method, "err"));
	text_line(out, depth, "}");
}

/* What Go has of an input, as an lvalue. */
static const char *value_of(const struct method *method, const struct parameter *parameter)
{
	return memory_print(emit_go_is_pointer(method, parameter) ? "*%s" : "%s",
			    parameter->go_name);
}

/* Writes the inputs where `root` is. */
static void emit_arguments(struct text *out, const struct service *service,
			   const struct method *method, const char *root)
{
	text_line(out, 1, "args := (*args%s)(%s)", emit_go_method_name(service, method), root);
	for (struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output)
			emit_go_write(out, 1, i->value, value_of(method, i),
				      memory_print("args.%s", i->go_field));
}

static void emit_request(struct text *out, const struct service *service,
			 const struct method *method)
{
	if (method_has_input(method, type_is_measured)) {
		text_line(out, 1, "measure := call.Measure(%" PRIu64 ")", method->root_bytes);
		for (struct parameter *i = method->parameters; i; i = i->next)
			if (!i->is_output)
				emit_go_measure(out, 1, i->value, value_of(method, i),
						emit_label(service, method, i));
		text_line(out, 1, "writer, err := call.Encode()");
		emit_return_error(out, 1, method);
	} else {
		text_line(out, 1, "%scall.Plain(%" PRIu64 ")",
			  method->has_inputs ? "writer := " : "", method->root_bytes);
	}
	if (method->has_inputs)
		emit_arguments(out, service, method,
			       memory_print("writer.Root(%" PRIu64 ")", method->root_bytes));
}

static bool uses_pools(const struct type *type)
{
	struct text lines = { 0 };
	bool uses;

	emit_go_read(&lines, 1, type, "*root", "to", "");
	uses = strstr(text_get(&lines), "pools") != NULL;
	text_fini(&lines);
	return uses;
}

static void emit_result(struct text *out, const struct service *service,
			const struct method *method)
{
	const struct parameter *output = method->output;

	if (output && type_is_checked(output->value)) {
		text_line(out, 1, "reader := call.Reader()");
		text_line(out, 1, "root := (*%s)(call.Root())", go_wire_type(output->value));
		if (uses_pools(output->value))
			text_line(out, 1, "pools := new(pools)");
		emit_go_read(out, 1, output->value, "*root", output->go_name,
			     emit_label(service, method, output));
		text_line(out, 1, "%s", return_of(method, "call.EndRead()"));
		return;
	}
	if (output)
		text_line(out, 1, "%s = *(*%s)(call.Root())", output->go_name,
			  go_type(output->value));
	text_line(out, 1, "call.End()");
	text_line(out, 1, "%s", return_of(method, "nil"));
}

/* Enums are the one thing that Go can get wrong in what it passes in place. */
static bool holds_enums(const struct type *type)
{
	return type_has_enums(type->kind == TYPE_SLICE ? type->element : type);
}

static void emit_leaf_check(struct text *out, const struct service *service,
			    const struct method *method)
{
	if (!method_has_input(method, holds_enums))
		return;
	text_line(out, 2, "measure := &rt.Measure{}");
	text_line(out, 2, "measure.Begin(0)");
	for (struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output && holds_enums(i->value))
			emit_go_measure(out, 2, i->value, value_of(method, i),
					emit_label(service, method, i));
	text_line(out, 2, "if measure.Err() != nil {");
	text_line(out, 3, "%s",
		  return_of(method,
			    memory_print("c.client.ArgumentError(%u, measure)", method->index)));
	text_line(out, 2, "}");
}

/* What goes into the field of an input. */
static const char *leaf_value(const struct method *method, const struct parameter *parameter)
{
	const char *name = parameter->go_name;

	if (parameter_is_by_address(parameter))
		return emit_go_is_pointer(method, parameter) ? name : memory_print("&%s", name);
	if (parameter->value->kind == TYPE_STRING)
		return memory_print("rt.LeafString(%s)", name);
	if (parameter->value->kind == TYPE_SLICE)
		return memory_print("rt.LeafSlice(%s)", name);
	return name;
}

static void emit_leaf_result(struct text *out, const struct service *service,
			     const struct method *method)
{
	const struct parameter *output = method->output;
	const char *from;

	if (!output) {
		text_line(out, 2, "return nil");
		return;
	}
	from = memory_print("args.%s", output->go_field);
	if (!type_is_checked(output->value)) {
		text_line(out, 2, "return %s, nil", from);
		return;
	}
	text_line(out, 2, "reader := &rt.Reader{}");
	if (uses_pools(output->value))
		text_line(out, 2, "pools := (*pools)(nil)"); /* which it has no use for */
	emit_go_read(out, 2, output->value, from, output->go_name,
		     emit_label(service, method, output));
	text_line(out, 2, "if reader.Err() != nil {");
	text_line(out, 3, "%s",
		  return_of(method,
			    memory_print("c.client.ReplyError(%u, reader)", method->index)));
	text_line(out, 2, "}");
	text_line(out, 2, "%s", return_of(method, "nil"));
}

static void emit_leaf_call(struct text *out, const struct service *service,
			   const struct method *method)
{
	bool has_pointers = false;

	if (!method_has_leaf(method))
		return;
	text_line(out, 1, "if leaf := c.client.Leaf(%u); leaf != nil {", method->index);
	emit_leaf_check(out, service, method);
	if (method->leaf_bytes)
		text_line(out, 2, "var args leaf%s", emit_go_method_name(service, method));
	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output)
			continue;
		text_line(out, 2, "args.%s = %s", i->go_field, leaf_value(method, i));
		has_pointers |= parameter_is_by_address(i) || i->value->kind == TYPE_STRING ||
				i->value->kind == TYPE_SLICE;
	}
	text_line(out, 2, "result := leaf.Call(%s)",
		  method->leaf_bytes ? "unsafe.Pointer(&args)" : "nil");
	if (has_pointers)
		text_line(out, 2, "runtime.KeepAlive(&args)");
	text_line(out, 2, "if result != 0 {");
	text_line(out, 3, "%s",
		  return_of(method, memory_print("c.client.LeafError(%u, result)", method->index)));
	text_line(out, 2, "}");
	emit_leaf_result(out, service, method);
	text_line(out, 1, "}");
}

static const char *leaf_field_type(const struct parameter *parameter)
{
	if (parameter_is_by_address(parameter))
		return memory_print("*%s", go_type(parameter->value));
	if (parameter->is_output && type_is_checked(parameter->value))
		return go_wire_type(parameter->value);
	return go_type(parameter->value);
}

static void emit_leaf_struct(struct text *out, const struct service *service,
			     const struct method *method)
{
	const uint64_t pointer_bytes = 8;
	struct grid grid = { 0 };
	uint64_t at = 0;

	if (!method_has_leaf(method) || !method->leaf_bytes)
		return;
	text_add(out, "\n// leaf%s is what %s.%s gets when it is called in place.\n",
		 emit_go_method_name(service, method), service->name, method->name);
	text_add(out, "type leaf%s struct {\n", emit_go_method_name(service, method));
	for (struct parameter *i = method->parameters; i; i = i->next) {
		emit_go_padding(&grid, &at, i->leaf_offset_bytes);
		grid_add(&grid, i->go_field, leaf_field_type(i), NULL);
		at += parameter_is_by_address(i) ? pointer_bytes : i->value->bytes;
	}
	emit_go_padding(&grid, &at, method->leaf_bytes);
	grid_flush(&grid, out, 1);
	text_add(out, "}\n");
}

static void emit_leaf_asserts(struct text *out, const struct service *service)
{
	bool is_open = false;

	for (struct method *i = service->methods; i; i = i->next) {
		const char *name = memory_print("leaf%s", emit_go_method_name(service, i));

		if (!method_has_leaf(i) || !i->leaf_bytes)
			continue;
		text_add(out, is_open ? "" : "\nconst (\n");
		is_open = true;
		text_add(out, "\t_ = -(unsafe.Sizeof(%s{}) ^ %" PRIu64 ")\n", name, i->leaf_bytes);
		for (struct parameter *j = i->parameters; j; j = j->next)
			text_add(out, "\t_ = -(unsafe.Offsetof(%s{}.%s) ^ %" PRIu64 ")\n", name,
				 j->go_field, j->leaf_offset_bytes);
	}
	text_add(out, is_open ? ")\n" : "");
}

/* Whether both messages are roots alone, fit rt.Words, and hold nothing that has to be checked. */
static bool is_small(const struct method *method)
{
	const struct parameter *output = method->output;

	return method_fits_slots(method) && !method_has_input(method, type_is_measured) &&
	       !(output && type_is_checked(output->value));
}

static void emit_small_call(struct text *out, const struct service *service,
			    const struct method *method)
{
	const struct parameter *output = method->output;

	text_line(out, 1, "var words rt.Words");
	if (method->has_inputs)
		emit_arguments(out, service, method, "unsafe.Pointer(&words)");
	text_line(out, 1, "%s, err = c.client.CallSmall(%u, %" PRIu64 ", %" PRIu64 ", words)",
		  output ? "words" : "_", method->index, method->root_bytes,
		  output ? output->value->bytes : 0);
	if (!output) {
		text_line(out, 1, "return err");
		return;
	}
	emit_return_error(out, 1, method);
	text_line(out, 1, "return *(*%s)(unsafe.Pointer(&words)), nil", go_type(output->value));
}

static void emit_call(struct text *out, const struct service *service, const struct method *method)
{
	text_line(out, 1, "call, err := c.client.Begin(%u)", method->index);
	emit_return_error(out, 1, method);
	emit_request(out, service, method);
	text_line(out, 1, "if err := call.Run(); err != nil {");
	text_line(out, 2, "%s", return_of(method, "err"));
	text_line(out, 1, "}");
	emit_result(out, service, method);
}

static void emit_method(struct text *out, const struct service *service,
			const struct method *method)
{
	emit_go_root_struct(out, service, method);
	emit_leaf_struct(out, service, method);
	text_add(out, "\n");
	emit_go_method_doc(out, 0, service, method);
	if (method_has_leaf_value(method)) {
		emit_signature(out, service, method, "");
		emit_go_leaf_method(out, method);
		emit_go_leaf_slow(out, service, method);
		text_add(out, "\n");
		emit_signature(out, service, method, "slow");
	} else {
		emit_signature(out, service, method, "");
	}
	emit_leaf_call(out, service, method);
	if (is_small(method))
		emit_small_call(out, service, method);
	else
		emit_call(out, service, method);
	text_add(out, "}\n");
}

static void emit_table(struct text *out, const struct service *service)
{
	text_add(out, "\n// service%s is what its clients know of %s.\n", service->go_name,
		 service->name);
	text_add(out, "var service%s = rt.HostService{\n", service->go_name);
	text_add(out, "\tName: \"%s\", Digest: 0x%016" PRIx64 ", Description: description%s,\n",
		 service->name, service->digest, service->go_name);
	text_add(out, "\tMethods: []rt.HostMethod{\n");
	for (struct method *i = service->methods; i; i = i->next) {
		text_add(out, "\t\t{Name: \"%s.%s\"", service->name, i->name);
		if (i->annotations.known & ANNOTATION_ONE_WAY)
			text_add(out, ", OneWay: true");
		if (i->output)
			text_add(out, ", ReplyBytes: %" PRIu64, i->output->value->bytes);
		if (i->output && type_has_pointers(i->output->value))
			text_add(out, ", Keeps: true");
		text_add(out, "},\n");
	}
	text_add(out, "\t},\n");
	emit_go_leaves_table(out, service);
	text_add(out, "}\n");
}

void emit_go_host(const struct service *service, struct text *out)
{
	emit_client(out, service);
	for (struct method *i = service->methods; i; i = i->next)
		emit_method(out, service, i);
	emit_go_root_asserts(out, service);
	emit_leaf_asserts(out, service);
	emit_go_description(out, service);
	emit_table(out, service);
}
