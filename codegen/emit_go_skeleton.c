/* SPDX-License-Identifier: MIT */
/*
 * emit_go_skeleton.c - a Go implementation of each service to start from: it compiles, and each
 * method says that it is not implemented.
 *
 * It is `package main`, because the worker is what implements a service.
 */
#include <string.h>

#include "emit.h"
#include "name.h"

#define RUNTIME_PATH "ringcall/goside"

/* A name that no parameter has, which would hide it. */
static const char *unused_name(const char *name, const struct method *method)
{
	for (const struct parameter *i = method->parameters; i; i = i->next)
		if (!strcmp(i->go_name, name))
			return unused_name(memory_print("%s_", name), method);
	return name;
}

/* The same for all methods: a name in Go ends with an underscore only where a keyword's does. */
static const char *helper_name(const struct model *model)
{
	const char *name = "notImplemented";

	for (const struct service *service = model->services; service; service = service->next)
		for (const struct method *i = service->methods; i; i = i->next)
			name = unused_name(name, i);
	return name;
}

/* The name that the generated package is imported by. */
static const char *package_name(const struct model *model)
{
	static const char *const taken[] = { "context", "errors", "ringcall", "main" };

	for (size_t i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (!strcmp(model->go_package, taken[i]))
			return memory_print("%s_", model->go_package);
	return model->go_package;
}

static const char *import_line(const char *name, const char *path)
{
	if (!strcmp(name, text_base_name(path)))
		return memory_print("\t\"%s\"\n", path);
	return memory_print("\t%s \"%s\"\n", name, path);
}

static void emit_imports(const char *package, const struct emit_names *names, struct text *out)
{
	const char *own = import_line(package, names->go_import);
	const char *runtime = names->has_main ? import_line("ringcall", RUNTIME_PATH) : "";
	bool is_behind = strcmp(names->go_import, RUNTIME_PATH) > 0;

	text_add(out, "import (\n\t\"context\"\n\t\"errors\"\n\n");
	text_add(out, "%s%s)\n", is_behind ? runtime : own, is_behind ? own : runtime);
}

static void emit_method(struct text *out, const struct service *service,
			const struct method *method, const char *helper)
{
	text_add(out, "\n");
	emit_go_method_doc(out, 0, service, method);
	text_add(out, "func (%s *%s) %s", unused_name("s", method), service->interface_name,
		 method->go_name);
	emit_go_signature(out, method);
	text_add(out, " {\n\treturn %s(\"%s.%s\")\n}\n", helper, service->name, method->name);
}

static void emit_service(struct text *out, const char *package, const char *helper,
			 const struct service *service)
{
	const char *name = service->interface_name;

	text_add(out, "\n// %s implements %s.%s. Calls of several clients run at the same time.\n",
		 name, package, name);
	text_add(out, "type %s struct{}\n\n", name);
	text_add(out, "var _ %s.%s = (*%s)(nil)\n", package, name, name);
	for (const struct method *i = service->methods; i; i = i->next)
		emit_method(out, service, i, helper);
}

static void emit_main(const struct model *model, const char *package, struct text *out)
{
	text_add(out, "\nfunc init() {\n");
	for (const struct service *i = model->services; i; i = i->next)
		if (!i->is_host)
			text_add(out, "\tringcall.Register(%s.New%s(&%s{}))\n", package,
				 i->interface_name, i->interface_name);
	text_add(out, "}\n\nfunc main() { ringcall.Main() }\n");
}

void emit_go_skeleton(const struct model *model, const struct emit_names *names, struct text *out)
{
	const char *package = package_name(model);
	const char *helper = helper_name(model);

	go_type_qualify(package);
	text_add(out, "// This program serves what %s declares.\n//\n", names->source);
	text_add(out, "// Written once by ringgen as a start; it is yours to edit.\n");
	text_add(out, "package main\n\n");
	emit_imports(package, names, out);
	for (const struct service *i = model->services; i; i = i->next)
		if (!i->is_host)
			emit_service(out, package, helper, i);
	go_type_qualify(NULL);
	text_add(out, "\nfunc %s(method string) error {\n", helper);
	text_add(out, "\treturn errors.New(method + \" is not implemented\")\n}\n");
	if (names->has_main)
		emit_main(model, package, out);
}
