/* SPDX-License-Identifier: MIT */
/*
 * rename.c - the names of generated code, and the clashes that renaming makes.
 *
 * docs/idl.md has the naming rule as a table.
 */
#include <ctype.h>
#include <string.h>

#include "check.h"
#include "name.h"

/* The names of one scope, with what has them in the header. */
struct taken {
	const char *name;
	const char *owner;
	struct taken *next;
};

static const struct taken *find(const struct taken *scope, const char *name)
{
	for (; scope; scope = scope->next)
		if (!strcmp(scope->name, name))
			return scope;
	return NULL;
}

/* Takes a name for `owner`. Two owners of one name are an error at the second: false. */
static bool take(struct taken **scope, const char *name, const char *owner,
		 const struct place *place, const char *language)
{
	const struct taken *other = find(*scope, name);
	struct taken *taken;

	if (other) {
		report_error(place,
			     "%s and %s are both called %s in %s; "
			     "write another name for one of them instead",
			     other->owner, owner, name, language);
		return false;
	}
	taken = memory_take(sizeof(*taken));
	taken->name = name;
	taken->owner = owner;
	taken->next = *scope;
	*scope = taken;
	return true;
}

static const char *exported(const char *name, const char *prefix, const struct place *place)
{
	const char *go_name = name_exported(name, prefix);

	if (go_name)
		return go_name;
	report_error(place,
		     "\"%s\" does not begin with a letter, and Go would not export it; "
		     "write a name that does instead",
		     name);
	return "X";
}

static void rename_fields(struct structure *structure)
{
	struct taken *scope = NULL;

	take(&scope, "Clone", "the generated method Clone", &structure->place, "Go");
	for (struct field *field = structure->fields; field; field = field->next) {
		if (!*field->name)
			continue; /* a bit-field: refused by check.c */
		field->go_name = exported(field->name, NULL, &field->place);
		take(&scope, field->go_name,
		     memory_print("field \"%s\" of %s", field->name, structure->shown),
		     &field->place, "Go");
	}
}

/* What is generated for a map, beside its type. */
static void rename_map(const struct structure *map, struct taken **scope, struct taken **c_scope)
{
	const char *owner = memory_print("map %s", map->name);

	take(scope, memory_print("%sOf", map->go_name), owner, &map->place, "Go");
	take(c_scope, memory_print("%s_get", map->name), owner, &map->place, "C");
}

static void rename_types(struct model *model, struct taken **scope, struct taken **c_scope,
			 const char *prefix)
{
	for (struct enumeration *i = model->enumerations; i; i = i->next) {
		if (!i->is_used || !*i->name)
			continue;
		i->go_name = exported(i->name, prefix, &i->place);
		if (!model->is_layout)
			take(scope, i->go_name, i->c_name, &i->place, "Go");
	}
	for (struct structure *i = model->structures; i; i = i->next) {
		if (!i->is_used || !*i->name || (structure_is_slice(i) && !structure_is_map(i)))
			continue;
		i->go_name = exported(i->name, prefix, &i->place);
		take(scope, i->go_name, i->shown, &i->place, "Go");
		if (structure_is_cloned(i))
			take(c_scope, memory_print("%s_clone", i->name),
			     memory_print("the clone of %s", i->shown), &i->place, "C");
		if (structure_is_map(i))
			rename_map(i, scope, c_scope);
		else
			rename_fields(i);
	}
}

/* How many leading words two Go names share, in bytes. */
static size_t shared_words(const char *a, const char *b)
{
	size_t shared = 0;

	for (size_t i = 0; a[i] && a[i] == b[i]; i++)
		if (!(b[i + 1] >= 'a' && b[i + 1] <= 'z'))
			shared = i + 1;
	return shared;
}

/* In a layout, constants that are called as a type take their enum's name in front. */
static void rename_layout_constants(const struct enumeration *enumeration,
				    const struct taken *scope)
{
	bool clashes = false;

	for (struct enumerator *i = enumeration->enumerators; i; i = i->next)
		clashes |= find(scope, i->go_name) != NULL;
	if (!clashes || !*enumeration->name)
		return;
	for (struct enumerator *i = enumeration->enumerators; i; i = i->next) {
		size_t shared = shared_words(enumeration->go_name, i->go_name);

		i->go_name = memory_print("%s%s", enumeration->go_name, i->go_name + shared);
	}
}

static void rename_constants(struct model *model, struct taken **scope, const char *prefix)
{
	for (struct enumeration *i = model->enumerations; i; i = i->next) {
		if (!i->is_used)
			continue;
		for (struct enumerator *j = i->enumerators; j; j = j->next)
			j->go_name = exported(j->name, prefix, &j->place);
		if (model->is_layout)
			rename_layout_constants(i, *scope);
		for (struct enumerator *j = i->enumerators; j; j = j->next)
			take(scope, j->go_name, memory_print("constant %s", j->name), &j->place,
			     "Go");
	}
}

/* Names that generated C uses beside the parameters: its own, and those of loops. */
static bool is_reserved_c(const char *name)
{
	static const char *const reserved[] = {
		"client", "done",     "context", "call",        "send",   "status",
		"args",   "sizes",    "parts",   "measure",     "writer", "reply",
		"memcpy", "measured", "written", "deadline_ns",
	};

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (!strcmp(name, reserved[i]))
			return true;
	if (text_begins(name, "elements_") || text_begins(name, "pointer_") ||
	    text_begins(name, "source_") || text_begins(name, "target_"))
		name = strchr(name, '_') + 1;
	return strspn(name, "ijkl0123456789") == strlen(name);
}

/* Whether the name begins with the word, and goes on as a name of generated Go does. */
static bool has_first_word(const char *name, const char *word)
{
	size_t bytes = strlen(word);

	return !strncmp(name, word, bytes) && !islower((unsigned char)name[bytes]);
}

/* Names that generated Go clients of host services use beside the parameters. */
static bool is_reserved_go(const char *name)
{
	static const char *const reserved[] = {
		"c",       "call",  "client", "err",   "reader",  "writer", "measure", "pools",
		"root",    "leaf",  "result", "rt",    "runtime", "unsafe", "nil",     "len",
		"new",     "range", "string", "bool",  "context", "append", "float32", "byte",
		"float64", "rune",  "true",   "false", "uintptr",
	};
	static const char *const words[] = { "read",  "write", "measure", "valid", "wire",
					     "wires", "list",  "part",    "value", "values",
					     "args",  "leaf",  "int",     "uint",  "service" };

	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (!strcmp(name, reserved[i]))
			return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (has_first_word(name, words[i]))
			return true;
	return strspn(name, "ijkl0123456789") == strlen(name);
}

static bool has_parameter(const struct method *method, const char *name)
{
	for (const struct parameter *i = method->parameters; i; i = i->next)
		if (!strcmp(i->name, name))
			return true;
	return false;
}

static void rename_parameters(const struct service *service, struct method *method)
{
	struct taken *scope = NULL;

	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (!*i->name)
			continue; /* refused by check_method.c */
		i->c_name = i->name;
		while (is_reserved_c(i->c_name) ||
		       (i->c_name != i->name && has_parameter(method, i->c_name)))
			i->c_name = memory_print("%s_", i->c_name);
		i->go_name = name_parameter(i->name);
		i->go_field = exported(i->name, NULL, &i->place);
		take(&scope, i->go_field,
		     memory_print("parameter \"%s\" of %s.%s", i->name, service->name,
				  method->name),
		     &i->place, "Go");
		if (name_is_go_keyword(i->go_name) || !strcmp(i->go_name, "ctx") ||
		    (service->is_host && is_reserved_go(i->go_name)))
			i->go_name = memory_print("%s_", i->go_name);
	}
}

/* A host's methods have no functions in C. */
static bool has_c_function(const struct service *service, const struct method *method,
			   const char *suffix)
{
	return !service->is_host && (!*suffix || !(method->annotations.known & ANNOTATION_ONE_WAY));
}

static void rename_methods(struct service *service, struct taken **scope, struct taken **c_scope)
{
	static const char *const suffixes[] = { "", "_async", "_done", "_wait" };
	struct taken *methods = NULL;

	for (struct method *i = service->methods; i; i = i->next) {
		const char *owner = memory_print("method %s.%s", service->name, i->name);

		i->go_name = exported(i->name, NULL, &i->place);
		if (take(&methods, i->go_name, owner, &i->place, "Go"))
			take(scope, memory_print("handler%s%s", service->go_name, i->go_name),
			     owner, &i->place, "Go");
		for (size_t j = 0; j < sizeof(suffixes) / sizeof(suffixes[0]); j++)
			if (has_c_function(service, i, suffixes[j]))
				take(c_scope,
				     memory_print("%s_%s%s", service->name, i->name, suffixes[j]),
				     owner, &i->place, "C");
		rename_parameters(service, i);
	}
}

/* The service that is named as the package, or else the first of Go, is its Service. */
static const struct service *find_main_service(const struct model *model)
{
	const struct service *first = NULL;

	for (const struct service *i = model->services; i; i = i->next) {
		if (!strcmp(i->name, model->go_package))
			return i;
		if (!first && !i->is_host)
			first = i;
	}
	return first;
}

/* C calls a struct and a function by the service's name. */
static void rename_host(const struct model *model, const struct service *service,
			struct taken **c_scope)
{
	const char *functions = memory_print("%s_functions", service->name);
	const char *owner = memory_print("host service %s", service->name);
	struct taken *tags = NULL;

	take(c_scope, memory_print("%s_serve", service->name), owner, &service->place, "C");
	for (const struct structure *i = model->structures; i; i = i->next)
		if (i->is_main && !strcmp(i->name, functions)) {
			take(&tags, functions, i->shown, &i->place, "C");
			take(&tags, functions, owner, &service->place, "C");
		}
}

static void rename_services(struct model *model, struct taken **scope, struct taken **c_scope)
{
	const struct service *main_service = find_main_service(model);

	for (struct service *i = model->services; i; i = i->next) {
		const char *owner = memory_print("service %s", i->name);

		i->go_name = "";
		if (i != main_service)
			i->go_name = exported(i->name, model->go_package, &i->place);
		i->interface_name = memory_print(i->is_host ? "%sClient" : "%sService", i->go_name);
		if (i->is_host)
			rename_host(model, i, c_scope);
		take(scope, i->interface_name, owner, &i->place, "Go");
		take(scope, memory_print("New%s", i->interface_name), owner, &i->place, "Go");
		rename_methods(i, scope, c_scope);
	}
}

void rename_model(struct model *model)
{
	const char *prefix = model->is_layout ? "rc" : model->go_package;
	struct taken *c_scope = NULL;
	struct taken *scope = NULL;

	for (struct identifier *i = model->identifiers; i; i = i->next)
		if (!find(c_scope, i->name))
			take(&c_scope, i->name, memory_print("\"%s\"", i->name), &i->place, "C");
	for (struct enumeration *i = model->enumerations; i; i = i->next)
		for (struct enumerator *j = i->enumerators; j; j = j->next)
			if (i->is_main && !find(c_scope, j->name))
				take(&c_scope, j->name, memory_print("constant %s", j->name),
				     &j->place, "C");
	rename_types(model, &scope, &c_scope, prefix);
	rename_constants(model, &scope, prefix);
	rename_services(model, &scope, &c_scope);
}
