/* SPDX-License-Identifier: MIT */
/* check_method.c - refuses services, methods and parameters that ringcall cannot carry. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../ring/layout.h"
#include "check.h"

#define METHOD_ANNOTATIONS                                                                         \
	(ANNOTATION_ONE_WAY | ANNOTATION_INLINE | ANNOTATION_IDEMPOTENT | ANNOTATION_LEAF |        \
	 ANNOTATION_BY_VALUE)

#define SERVICE_ANNOTATIONS (ANNOTATION_SERVICE | ANNOTATION_HOST_SERVICE | ANNOTATION_VERSION)

/* The last parameter, when it is a pointer to something that can be written. */
static void find_output(struct method *method)
{
	for (struct parameter *i = method->parameters; i; i = i->next)
		i->is_output = !i->next && i->is_pointer && !i->value->is_const;
}

static void check_input_pointer(const struct parameter *parameter, bool has_output,
				const char *what)
{
	const char *type = parameter->value->c_name;

	if (parameter->value->is_const)
		return;
	if (has_output)
		report_error(&parameter->place,
			     "%s is a second output, and a method has one, the "
			     "last parameter; write const %s *%s for an input, or one struct "
			     "for all outputs, instead",
			     what, type, parameter->name);
	else
		report_error(&parameter->place,
			     "%s is a pointer to non-const, and only the last "
			     "parameter can be the output; write const %s *%s instead",
			     what, type, parameter->name);
}

static void check_parameter(struct model *model, const struct service *service,
			    const struct method *method, const struct parameter *parameter,
			    bool has_output)
{
	const char *what = memory_print("parameter \"%s\" of %s.%s", parameter->name, service->name,
					method->name);
	const struct place *place = &parameter->place;
	const struct type *value = parameter->value;
	enum type_kind kind = value->kind;

	check_annotations(&parameter->annotations, 0, place, "a parameter");
	if (!*parameter->name) {
		report_error(place,
			     "a parameter of %s.%s has no name, and Go needs one; "
			     "write TYPE NAME instead",
			     service->name, method->name);
		return;
	}
	if (parameter->is_array || kind == TYPE_ARRAY) {
		report_error(place,
			     "%s is an array, of which C passes the address alone; "
			     "write a struct that holds it, or RC_SLICE, instead",
			     what);
		return;
	}
	if (parameter->is_pointer && (kind == TYPE_CHAR || kind == TYPE_VOID ||
				      kind == TYPE_FUNCTION || type_is_pointer(value))) {
		check_type(model, parameter->type, place, what);
		return;
	}
	if (parameter->is_pointer && !parameter->is_output)
		check_input_pointer(parameter, has_output, what);
	if (parameter->type->is_volatile && parameter->is_pointer)
		report_error(place,
			     "%s is volatile, which a message cannot be; "
			     "write it without volatile instead",
			     what);
	check_type(model, value, place, what);
}

static void check_result(const struct service *service, const struct method *method)
{
	const struct type *result = method->result;

	if (result->kind == TYPE_INTEGER && result->is_signed && result->bytes == sizeof(int) &&
	    !result->is_volatile)
		return;
	report_error(&method->place,
		     "%s.%s returns %s, and a method returns its status; "
		     "write int, and a last parameter for the result, instead",
		     service->name, method->name,
		     result->kind == TYPE_VOID ? "void" : result->c_name);
}

/* What is passed in place has to be the same on both sides, and what comes back without memory. */
static void check_leaf(const struct service *service, const struct method *method)
{
	if (method->annotations.known & ANNOTATION_ONE_WAY)
		report_error(&method->place,
			     "%s.%s is RC_LEAF and RC_ONEWAY, and a leaf is called on the spot; "
			     "write one of them instead",
			     service->name, method->name);
	for (const struct parameter *i = method->parameters; i; i = i->next) {
		const struct type *type = i->value;

		if (!i->is_output && type->kind == TYPE_SLICE)
			type = type->element;
		if (!type_has_pointers(type) ||
		    (!i->is_output && type == i->value && type->kind == TYPE_STRING))
			continue;
		report_error(&i->place,
			     i->is_output ? "parameter \"%s\" of %s.%s points to memory, and of a "
					    "RC_LEAF method no reply is left that it could be in; "
					    "write the method without RC_LEAF instead"
					  : "parameter \"%s\" of %s.%s holds pointers within, and "
					    "a RC_LEAF method gets Go's memory as it is; "
					    "write the method without RC_LEAF instead",
			     i->name, service->name, method->name);
	}
}

/* A host's method runs in C, on the spot; a call of it is never repeated. */
static void check_host_annotations(const struct service *service, const struct method *method)
{
	unsigned known = method->annotations.known;

	if (!service->is_host && (known & ANNOTATION_LEAF))
		report_error(&method->place,
			     "%s.%s is RC_LEAF, which is for host services; "
			     "write RC_INLINE instead",
			     service->name, method->name);
	if (service->is_host && (known & ANNOTATION_LEAF))
		check_leaf(service, method);
	if (service->is_host && (known & ANNOTATION_INLINE))
		report_error(&method->place,
			     "%s.%s is RC_INLINE, which is for handlers in Go; "
			     "write RC_LEAF instead",
			     service->name, method->name);
	if (service->is_host && (known & ANNOTATION_IDEMPOTENT))
		report_error(&method->place,
			     "%s.%s is RC_IDEMPOTENT, and a call of the host is never repeated; "
			     "write it without RC_IDEMPOTENT instead",
			     service->name, method->name);
}

static void check_method_annotations(const struct service *service, const struct method *method)
{
	unsigned known = method->annotations.known;
	bool has_output = false;
	bool has_struct = false;

	check_annotations(&method->annotations, METHOD_ANNOTATIONS, &method->place, "a method");
	for (const struct parameter *i = method->parameters; i; i = i->next) {
		has_output |= i->is_output;
		has_struct |= !i->is_output && i->value->kind == TYPE_STRUCT;
	}
	check_host_annotations(service, method);
	if ((known & ANNOTATION_ONE_WAY) && has_output)
		report_error(&method->place,
			     "%s.%s is RC_ONEWAY and has an output, which would "
			     "never come; write it without one of them instead",
			     service->name, method->name);
	if ((known & ANNOTATION_BY_VALUE) && !has_struct)
		report_error(&method->place,
			     "%s.%s is RC_BY_VALUE and has no struct to pass; "
			     "write it without RC_BY_VALUE instead",
			     service->name, method->name);
}

/* Whether check_type() has reported the size. */
static bool has_large_array(const struct type *type)
{
	if (type->kind == TYPE_ARRAY)
		return type->bytes > RC_PAYLOAD_BYTES_MAX;
	if (type->kind == TYPE_STRUCT)
		for (const struct field *i = type->structure->fields; i; i = i->next)
			if (has_large_array(i->type))
				return true;
	return false;
}

static void check_method(struct model *model, const struct service *service, struct method *method)
{
	uint64_t bytes = 0;
	uint64_t output_bytes = 0;
	bool is_reported = false; /* as check_type() does */
	bool has_output = false;

	if (!method->result) {
		report_error(&method->place,
			     "\"%s\" of service %s is not a method; "
			     "write int (*%s)(...), or move it to a struct, instead",
			     method->name, service->name, method->name);
		return;
	}
	if (method->is_typedef) {
		report_error(&method->place,
			     "%s.%s is declared by a typedef, which hides the "
			     "names of its parameters; write int (*%s)(...) instead",
			     service->name, method->name, method->name);
		return;
	}
	if (method->is_unprototyped)
		report_error(&method->place,
			     "%s.%s does not say its parameters; "
			     "write (void) instead",
			     service->name, method->name);
	if (method->is_variadic)
		report_error(&method->place,
			     "%s.%s takes any number of arguments; "
			     "write RC_SLICE for them instead",
			     service->name, method->name);
	check_result(service, method);
	find_output(method);
	for (struct parameter *i = method->parameters; i; i = i->next)
		has_output |= i->is_output;
	for (struct parameter *i = method->parameters; i; i = i->next) {
		check_parameter(model, service, method, i, has_output);
		*(i->is_output ? &output_bytes : &bytes) += i->value->bytes;
		is_reported |= has_large_array(i->value);
	}
	if ((bytes > RC_PAYLOAD_BYTES_MAX || output_bytes > RC_PAYLOAD_BYTES_MAX) && !is_reported)
		report_error(&method->place,
			     "%s.%s has a message of %" PRIu64 " bytes, and one has at most %d; "
			     "write RC_SLICE instead",
			     service->name, method->name,
			     bytes > output_bytes ? bytes : output_bytes, RC_PAYLOAD_BYTES_MAX);
	check_method_annotations(service, method);
}

/* A decimal number of 32 bits, without a sign. */
static void check_version(struct service *service)
{
	const char *version = service->annotations.version;
	char *end = NULL;
	uint64_t number;

	service->version = 1;
	if (!version)
		return;
	number = strtoull(version, &end, 10);
	if (*version < '1' || *version > '9' || *end || number > UINT32_MAX)
		report_error(&service->place,
			     "RC_VERSION of service %s is \"%s\"; "
			     "write a whole number from 1 to 4294967295 instead",
			     service->name, version);
	service->version = (uint32_t)number;
}

/* Whether it is an endpoint of rc_open(), and printable: it goes into a C string as it stands. */
static bool is_endpoint(const char *text)
{
	static const char *const transports[] = { "worker:", "ring:", "cgo:" };

	for (const char *i = text; *i; i++)
		if ((unsigned char)*i < ' ' || *i == 0x7f || *i == '"' || *i == '\\')
			return false;
	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++)
		if (text_begins(text, transports[i]))
			return i != 0 || text[strlen(transports[i])];
	return false;
}

static void check_transport(const struct service *service)
{
	const struct annotations *annotations = &service->annotations;

	if (annotations->has_more_transports)
		report_error(&service->place, "service %s has two RC_TRANSPORTs; write one instead",
			     service->name);
	else if (annotations->transport && !is_endpoint(annotations->transport))
		report_error(&service->place,
			     "RC_TRANSPORT of service %s is \"%s\", which is no endpoint; "
			     "write \"worker:PATH\", \"ring:\", \"ring:PATH.so\", \"cgo:\" or "
			     "\"cgo:PATH.so\" instead",
			     service->name, annotations->transport);
}

void check_service(struct model *model, struct service *service)
{
	unsigned methods = 0;

	check_annotations(&service->annotations,
			  service->is_host ? SERVICE_ANNOTATIONS
					   : SERVICE_ANNOTATIONS | ANNOTATION_TRANSPORT,
			  &service->place, service->is_host ? "a host service" : "a service");
	check_transport(service);
	check_version(service);
	if (strlen(service->name) >= RC_NAME_BYTES)
		report_error(&service->place,
			     "the name of service %s has more than %d bytes; "
			     "write a shorter one instead",
			     service->name, RC_NAME_BYTES - 1);
	for (struct method *method = service->methods; method; method = method->next) {
		check_method(model, service, method);
		methods++;
	}
	if (methods == 0)
		report_error(&service->place,
			     "service %s has no methods; "
			     "write int (*NAME)(...) into it instead",
			     service->name);
	if (methods > RC_METHODS_MAX)
		report_error(&service->place,
			     "service %s has %u methods, and a worker at most %d; "
			     "write several services instead",
			     service->name, methods, RC_METHODS_MAX);
}
