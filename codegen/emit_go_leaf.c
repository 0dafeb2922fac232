/* SPDX-License-Identifier: MIT */
/*
 * emit_go_leaf.c - leaf functions that Go calls as func values, in generated clients of the host.
 *
 * C takes the arguments of such a function in registers, in the order in which Go has those of a
 * call of a func value; see goside/rt/leaf_unsafe.go. So the client's method, short enough to be
 * inlined, is one such call: of what leads to C, or of a function here, which makes the call in
 * any other way, by the method that emit_go_host.c wrote.
 */
#include "emit.h"

static const char *method_name(const struct service *service, const struct method *method)
{
	return memory_print("%s%s", service->go_name, method->go_name);
}

bool emit_go_has_leaves(const struct service *service)
{
	for (const struct method *i = service->methods; i; i = i->next)
		if (method_has_leaf_value(i))
			return true;
	return false;
}

/* With words instead of addresses; see leafcall.Bind. */
static const char *function_type(const struct method *method)
{
	const char *type = "func(uintptr";

	for (const struct parameter *i = method->parameters; i; i = i->next)
		type = memory_print("%s, %s", type,
				    i->value->kind == TYPE_FLOAT && !i->is_output
					    ? go_type(i->value)
					    : "uintptr");
	return memory_print("%s) error", type);
}

void emit_go_leaves_struct(struct text *out, const struct service *service)
{
	struct grid grid = { 0 };

	if (!emit_go_has_leaves(service))
		return;
	text_add(out, "\n// leaves%s are func values, by method, that call leaf functions.\n",
		 service->go_name);
	text_add(out, "type leaves%s struct {\n", service->go_name);
	for (const struct method *i = service->methods; i; i = i->next)
		if (method_has_leaf_value(i))
			grid_add(&grid, i->go_name, function_type(i), NULL);
		else
			grid_add(&grid, "_", "func()", NULL);
	grid_flush(&grid, out, 1);
	text_add(out, "}\n");
}

/* The address of an argument. */
static const char *address_of(const struct method *method, const struct parameter *parameter)
{
	bool is_pointer = !parameter->is_output && emit_go_is_pointer(method, parameter);

	return memory_print(is_pointer ? "%s" : "&%s", parameter->go_name);
}

static bool is_address(const struct parameter *parameter)
{
	return parameter->is_output || parameter_is_by_address(parameter);
}

void emit_go_leaf_method(struct text *out, const struct method *method)
{
	text_add(out, "\terr = c.leaves.%s(uintptr(unsafe.Pointer(c))", method->go_name);
	for (const struct parameter *i = method->parameters; i; i = i->next) {
		if (is_address(i))
			text_add(out, ", uintptr(unsafe.Pointer(%s))", address_of(method, i));
		else if (i->value->kind == TYPE_FLOAT)
			text_add(out, ", %s", i->go_name);
		else
			text_add(out, ", uintptr(%s)", i->go_name);
	}
	text_add(out, ")\n\truntime.KeepAlive(c)\n");
	for (const struct parameter *i = method->parameters; i; i = i->next)
		if (parameter_is_by_address(i))
			text_add(out, "\truntime.KeepAlive(%s)\n", address_of(method, i));
	text_add(out, "\treturn\n}\n");
}

/* What the parameter of a slow function is for the method that it calls. */
static const char *argument_of(const struct method *method, const struct parameter *parameter)
{
	if (parameter_is_by_address(parameter))
		return memory_print(emit_go_is_pointer(method, parameter) ? "%s" : "*%s",
				    parameter->go_name);
	if (parameter->value->kind == TYPE_FLOAT)
		return parameter->go_name;
	return memory_print("%s(%s)", go_type(parameter->value), parameter->go_name);
}

void emit_go_leaf_slow(struct text *out, const struct service *service, const struct method *method)
{
	const char *separator = "";

	text_add(out, "\n// slow%s calls %s.%s where that cannot be called as a func value.\n",
		 method_name(service, method), service->name, method->name);
	text_add(out, "func slow%s(c *%s", method_name(service, method), service->interface_name);
	for (const struct parameter *i = method->parameters; i; i = i->next) {
		const char *type = go_type(i->value);

		if (is_address(i))
			type = memory_print("*%s", type);
		else if (i->value->kind != TYPE_FLOAT)
			type = "uintptr";
		text_add(out, ", %s %s", i->go_name, type);
	}
	text_add(out, ") (err error) {\n");
	if (method->output)
		text_add(out, "\t*%s, err = c.slow%s(", method->output->go_name, method->go_name);
	else
		text_add(out, "\treturn c.slow%s(", method->go_name);
	for (const struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output)
			continue;
		text_add(out, "%s%s", separator, argument_of(method, i));
		separator = ", ";
	}
	text_add(out, method->output ? ")\n\treturn err\n}\n" : ")\n}\n");
}

void emit_go_leaves_table(struct text *out, const struct service *service)
{
	if (!emit_go_has_leaves(service))
		return;
	text_add(out, "\tLeaves: []rt.LeafFunc{\n");
	for (const struct method *i = service->methods; i; i = i->next)
		if (method_has_leaf_value(i))
			text_add(out, "\t\trt.FuncOf(slow%s),\n", method_name(service, i));
		else
			text_add(out, "\t\tnil,\n");
	text_add(out, "\t},\n");
}
