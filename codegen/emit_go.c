/* SPDX-License-Identifier: MIT */
/* emit_go.c - the generated Go package: interfaces, handlers and constructors. */
#include <inttypes.h>
#include <string.h>

#include "emit.h"
#include "name.h"
#include "ring/layout.h"

/* "pools, " where helpers take the pools; set by emit_go(). */
static const char *pools_argument = "";

const char *emit_go_pools_argument(void)
{
	return pools_argument;
}

static bool is_by_value(const struct method *method)
{
	return method->annotations.known & ANNOTATION_BY_VALUE;
}

/* Whether Go gets a pointer to the input: it is a struct, unless RC_BY_VALUE. */
bool emit_go_is_pointer(const struct method *method, const struct parameter *parameter)
{
	return parameter->is_output ||
	       (parameter->value->kind == TYPE_STRUCT && !is_by_value(method));
}

void emit_go_signature(struct text *out, const struct method *method)
{
	text_add(out, "(ctx context.Context");
	for (struct parameter *i = method->parameters; i; i = i->next)
		text_add(out, ", %s %s%s", i->go_name, emit_go_is_pointer(method, i) ? "*" : "",
			 go_type(i->value));
	text_add(out, ") error");
}

void emit_go_method_doc(struct text *out, int depth, const struct service *service,
			const struct method *method)
{
	const char *full = emit_c_method_name(service, method);
	bool is_full = method->doc && text_begins(method->doc, full);

	doc_add_go(out, depth, method->go_name, is_full ? full : method->name, method->doc, NULL);
}

static void emit_interface(struct text *out, const struct service *service)
{
	text_add(out, "\n");
	doc_add_go(out, 0, service->interface_name, service->name, service->doc,
		   memory_print("%s is service %s.", service->interface_name, service->name));
	text_add(out, "type %s interface {\n", service->interface_name);
	for (struct method *i = service->methods; i; i = i->next) {
		emit_go_method_doc(out, 1, service, i);
		text_add(out, "\t%s", i->go_name);
		emit_go_signature(out, i);
		text_add(out, "\n");
	}
	text_add(out, "}\n");
}

const char *emit_go_method_name(const struct service *service, const struct method *method)
{
	return memory_print("%s%s", service->go_name, method->go_name);
}

static bool is_moved(const struct method *method, const struct parameter *parameter)
{
	return emit_go_is_moved(parameter->value->bytes, parameter->offset_bytes,
				method->root_bytes);
}

void emit_go_root_struct(struct text *out, const struct service *service,
			 const struct method *method)
{
	struct grid grid = { 0 };
	uint64_t at = 0;

	if (!method->has_inputs)
		return;
	text_add(out, "\n// args%s is the root of a request of %s.%s.\n",
		 emit_go_method_name(service, method), service->name, method->name);
	text_add(out, "type args%s struct {\n", emit_go_method_name(service, method));
	for (struct parameter *i = method->parameters; i; i = i->next)
		if (!i->is_output && is_moved(method, i))
			grid_add(&grid, i->go_field, go_wire_type(i->value), NULL);
	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output || is_moved(method, i))
			continue;
		emit_go_padding(&grid, &at, i->offset_bytes);
		grid_add(&grid, i->go_field, go_wire_type(i->value), NULL);
		at += i->value->bytes;
	}
	emit_go_padding(&grid, &at, method->root_bytes);
	grid_flush(&grid, out, 1);
	text_add(out, "}\n");
}

void emit_go_root_asserts(struct text *out, const struct service *service)
{
	bool is_open = false;

	for (struct method *i = service->methods; i; i = i->next) {
		const char *name = memory_print("args%s", emit_go_method_name(service, i));

		if (!i->has_inputs)
			continue;
		text_add(out, is_open ? "" : "\nconst (\n");
		is_open = true;
		text_add(out, "\t_ = -(unsafe.Sizeof(%s{}) ^ %" PRIu64 ")\n", name, i->root_bytes);
		for (struct parameter *j = i->parameters; j; j = j->next)
			if (!j->is_output && !is_moved(i, j))
				text_add(out, "\t_ = -(unsafe.Offsetof(%s{}.%s) ^ %" PRIu64 ")\n",
					 name, j->go_field, j->offset_bytes);
	}
	text_add(out, is_open ? ")\n" : "");
}

/* Whether decoding the input needs the pools: a checked slice is somewhere in it. */
static bool uses_pools(const struct model *model, const struct method *method)
{
	struct text lines = { 0 };
	bool uses;

	emit_go_pools_reset(&lines, model, method);
	uses = lines.used > 0;
	text_fini(&lines);
	if (!*pools_argument)
		return false;
	for (struct parameter *i = method->parameters; i; i = i->next)
		uses |= !i->is_output && i->value->kind == TYPE_STRUCT && type_is_checked(i->value);
	return uses;
}

/* Whether the handler is a rt.SmallHandler: both messages are roots alone, fit slots, and hold
 * nothing that has to be checked. */
static bool serves_small(const struct method *method)
{
	const struct parameter *output = method->output;

	return method_fits_slots(method) && !method_has_input(method, type_is_checked) &&
	       !(output && (type_has_pointers(output->value) || type_is_measured(output->value)));
}

/* Whether Go gets the address of an input in its small request. */
static bool is_lent(const struct method *method, const struct parameter *parameter)
{
	const struct type *type = parameter->value;

	return serves_small(method) && emit_go_is_pointer(method, parameter) &&
	       !is_moved(method, parameter) && strcmp(go_type(type), go_wire_type(type)) == 0;
}

static void emit_handler_struct(struct text *out, const struct model *model,
				const struct service *service, const struct method *method)
{
	struct grid grid = { 0 };

	text_add(out, "\n// handler%s serves %s.%s, one call at a time.\n",
		 emit_go_method_name(service, method), service->name, method->name);
	text_add(out, "type handler%s struct {\n", emit_go_method_name(service, method));
	grid_add(&grid, "impl", service->interface_name, NULL);
	if (uses_pools(model, method))
		grid_add(&grid, "pools", "pools", NULL);
	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output)
			grid_add(&grid, "out", go_type(i->value), NULL);
		else if (emit_go_is_pointer(method, i) && !is_lent(method, i))
			grid_add(&grid, memory_print("arg%s", i->go_field), go_type(i->value),
				 NULL);
	}
	grid_flush(&grid, out, 1);
	text_add(out, "}\n");
}

/* Reads the inputs that Go gets as they are in `args`. */
static void emit_inputs(struct text *out, const struct service *service,
			const struct method *method)
{
	for (struct parameter *i = method->parameters; i; i = i->next) {
		const char *from = memory_print("args.%s", i->go_field);
		const char *label = emit_label(service, method, i);
		const char *to = memory_print("arg%s", i->go_field);

		if (i->is_output || is_lent(method, i))
			continue;
		if (emit_go_is_pointer(method, i))
			emit_go_read(out, 1, i->value, from, memory_print("h.%s", to), label);
		else
			emit_go_read_new(out, 1, i->value, from, to, label);
	}
}

static void emit_decode(struct text *out, const struct model *model, const struct service *service,
			const struct method *method)
{
	const char *name = emit_go_method_name(service, method);
	if (!method->has_inputs)
		return;
	text_add(out, "\treader := call.Reader()\n");
	text_add(out, "\targs := (*args%s)(reader.Root(unsafe.Sizeof(args%s{})))\n", name, name);
	text_add(out, "\tif args == nil {\n\t\treturn reader.Err()\n\t}\n");
	if (uses_pools(model, method))
		text_add(out, "\tpools := &h.pools\n");
	emit_go_pools_reset(out, model, method);
	emit_inputs(out, service, method);
	if (method_has_input(method, type_is_checked))
		text_add(out, "\tif err := reader.Err(); err != nil {\n\t\treturn err\n\t}\n");
}

static const char *zero_of(const struct type *type)
{
	switch (type->kind) {
	case TYPE_STRUCT:
		return memory_print("%s{}", go_type(type));
	case TYPE_BOOL:
		return "false";
	case TYPE_STRING:
		return "\"\"";
	case TYPE_SLICE:
		return "nil";
	default:
		return "0";
	}
}

/* A value that lies in the host's memory, as an argument. */
static const char *placed_value(const struct method *method, const struct parameter *parameter,
				unsigned index)
{
	return memory_print("%s(*%s)(frame.Argument(%u))",
			    emit_go_is_pointer(method, parameter) ? "" : "*",
			    go_type(parameter->value), index);
}

/* What a function that serves does with an `err`. */
static const char *failure(bool in_place)
{
	return in_place ? "\t\tsite.Fail(frame, err)\n\t\treturn\n" : "\t\treturn err\n";
}

static void emit_call(struct text *out, const struct method *method, bool in_place)
{
	bool returns = !method->output && !in_place;
	unsigned index = 0;

	if (method->output)
		text_add(out, "\th.out = %s\n", zero_of(method->output->value));
	if (method->output && type_has_pointers(method->output->value))
		text_add(out, "\t%s%" PRIu64 ")\n",
			 in_place ? "site.Call().OpenRoom(frame, " : "call.OpenReply(",
			 method->output->value->bytes);
	text_add(out, "\t%sh.impl.%s(%s.Context()",
		 returns ? "return " : "if err := ", method->go_name, in_place ? "site" : "call");
	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output)
			text_add(out, ", &h.out");
		else if (in_place)
			text_add(out, ", %s", placed_value(method, i, index++));
		else if (emit_go_is_pointer(method, i))
			text_add(out, ", &h.arg%s", i->go_field);
		else
			text_add(out, ", arg%s", i->go_field);
	}
	text_add(out, returns ? ")\n" : "); err != nil {\n%s\t}\n", failure(in_place));
}

/* Whether a struct is small and of scalars only. */
static bool is_small(const struct type *type)
{
	if (type->kind != TYPE_STRUCT || type->bytes == 0 || type->bytes > RC_BODY_BYTES)
		return false;
	for (const struct field *i = type->structure->fields; i; i = i->next)
		if (i->type->kind == TYPE_STRUCT || i->type->kind == TYPE_ARRAY)
			return false;
	return true;
}

/*
 * Copies an output without pointers to where the reply goes. A small struct is copied by its
 * fields, as the handler has just stored them: a wider load would wait until those stores have left
 * the CPU.
 */
static void emit_copy(struct text *out, const struct type *type, const char *to)
{
	if (!is_small(type)) {
		text_add(out, "\t*(*%s)(%s) = h.out\n", go_type(type), to);
		return;
	}
	text_add(out, "\troot := (*%s)(%s)\n", go_type(type), to);
	for (const struct field *i = type->structure->fields; i; i = i->next)
		text_add(out, "\troot.%s = h.out.%s\n", i->go_name, i->go_name);
}

static void emit_measure_output(struct text *out, const struct service *service,
				const struct method *method, bool in_place)
{
	const struct type *type = method->output->value;

	if (!type_is_measured(type))
		return;
	text_add(out, "\tmeasure := &rt.Measure{}\n");
	text_add(out,
		 type_has_pointers(type) ? "\tcall.Measure(measure, %" PRIu64 ")\n"
					 : "\tmeasure.Begin(%" PRIu64 ")\n",
		 type->bytes);
	emit_go_measure(out, 1, type, "h.out", emit_label(service, method, method->output));
	if (!type_has_pointers(type))
		text_add(out, "\tif err := measure.Err(); err != nil {\n%s\t}\n",
			 failure(in_place));
}

/* Of an output with pointers: the same by a message and in place. */
static void emit_encode(struct text *out, const struct service *service,
			const struct method *method)
{
	const struct type *type = method->output->value;

	text_add(out, "\n// Encode encodes what %s has put out.\n", method->go_name);
	text_add(out, "func (h *handler%s) Encode(call *rt.Call) error {\n",
		 emit_go_method_name(service, method));
	emit_measure_output(out, service, method, false);
	text_add(out, "\twriter, err := call.Encode(measure)\n"
		      "\tif err != nil {\n\t\treturn err\n\t}\n");
	text_add(out, "\troot := (*%s)(writer.Root(%" PRIu64 "))\n", go_wire_type(type),
		 type->bytes);
	emit_go_write(out, 1, type, "h.out", "*root");
	text_add(out, "\treturn writer.Err()\n}\n");
}

/* Ends a method that serves a call. */
static void emit_reply(struct text *out, const struct service *service, const struct method *method)
{
	const struct type *type = method->output->value;

	if (type_has_pointers(type)) {
		text_add(out, "\treturn h.Encode(call)\n");
		return;
	}
	emit_measure_output(out, service, method, false);
	if (type->bytes <= RC_BODY_BYTES) {
		emit_copy(out, type, memory_print("call.SmallReply(%" PRIu64 ")", type->bytes));
	} else {
		text_add(out,
			 "\twriter, err := call.Reply(%" PRIu64 ")\n"
			 "\tif err != nil {\n\t\treturn err\n\t}\n",
			 type->bytes);
		emit_copy(out, type, memory_print("writer.Root(%" PRIu64 ")", type->bytes));
	}
	text_add(out, "\treturn nil\n");
}

static void emit_reply_in_place(struct text *out, const struct service *service,
				const struct method *method)
{
	const struct type *type = method->output->value;

	if (type_has_pointers(type)) {
		text_add(out, "\tif err := site.Call().EncodeRoom(frame, h); err != nil {\n%s\t}\n",
			 failure(true));
		return;
	}
	emit_measure_output(out, service, method, true);
	emit_copy(out, type, "frame.Reply()");
}

/* What cgo: calls; see goside/rt/frame_unsafe.go. All in one function: each call costs. */
static void emit_serve_in_place(struct text *out, const struct service *service,
				const struct method *method)
{
	const char *name = emit_go_method_name(service, method);

	text_add(out, "\n// InPlace returns inPlace%s, which cgo: calls.\n", name);
	text_add(out,
		 "func (h *handler%s) InPlace() (func(*rt.Frame), unsafe.Pointer) {\n"
		 "\treturn inPlace%s, unsafe.Pointer(h)\n}\n",
		 name, name);
	text_add(out, "\n// inPlace%s calls %s with the host's own values.\n", name,
		 method->go_name);
	text_add(out, "func inPlace%s(frame *rt.Frame) {\n\tsite := frame.Enter()\n", name);
	text_add(out, "\tdefer func() {\n\t\tif frame.Runs() {\n"
		      "\t\t\tframe.Rescue(recover())\n\t\t}\n\t}()\n");
	text_add(out, "\th := (*handler%s)(site.Handler)\n", name);
	emit_call(out, method, true);
	if (method->output)
		emit_reply_in_place(out, service, method);
	text_add(out, "\tsite.Done(frame)\n}\n");
}

static uint64_t output_bytes(const struct method *method)
{
	return method->output ? method->output->value->bytes : 0;
}

/* Of a rt.SmallHandler: the input and the output are used where they lie in the messages. */
static void emit_serve_small(struct text *out, const struct service *service,
			     const struct method *method)
{
	const char *name = emit_go_method_name(service, method);
	const struct parameter *output = method->output;

	text_add(out, "\n// ServeSmall calls %s with the messages where they lie.\n",
		 method->go_name);
	text_add(out,
		 "func (h *handler%s) ServeSmall(call *rt.Call, request, reply unsafe.Pointer) "
		 "error {\n",
		 name);
	if (method->has_inputs)
		text_add(out, "\targs := (*args%s)(request)\n", name);
	emit_inputs(out, service, method);
	if (output)
		text_add(out, "\tout := (*%s)(reply)\n\t*out = %s\n", go_type(output->value),
			 zero_of(output->value));
	text_add(out, "\treturn h.impl.%s(call.Context()", method->go_name);
	for (struct parameter *i = method->parameters; i; i = i->next) {
		if (i->is_output)
			text_add(out, ", out");
		else if (is_lent(method, i))
			text_add(out, ", &args.%s", i->go_field);
		else
			text_add(out, ", %sarg%s", emit_go_is_pointer(method, i) ? "&h." : "",
				 i->go_field);
	}
	text_add(out, ")\n}\n");
}

static void emit_handler(struct text *out, const struct model *model, const struct service *service,
			 const struct method *method)
{
	emit_go_root_struct(out, service, method);
	emit_handler_struct(out, model, service, method);
	text_add(out, "\n// Serve decodes the request, calls %s and encodes the reply.\n",
		 method->go_name);
	text_add(out, "func (h *handler%s) Serve(call *rt.Call) error {\n",
		 emit_go_method_name(service, method));
	if (serves_small(method)) {
		text_add(out, "\treturn call.ServeSmall(h, %" PRIu64 ", %" PRIu64 ")\n",
			 method->root_bytes, output_bytes(method));
	} else {
		emit_decode(out, model, service, method);
		emit_call(out, method, false);
		if (method->output)
			emit_reply(out, service, method);
	}
	text_add(out, "}\n");
	if (serves_small(method))
		emit_serve_small(out, service, method);
	if (!(method->annotations.known & ANNOTATION_ONE_WAY))
		emit_serve_in_place(out, service, method);
	if (method->output && type_has_pointers(method->output->value))
		emit_encode(out, service, method);
}

static void emit_constructor(struct text *out, const struct service *service)
{
	const char *name = service->interface_name;

	text_add(out, "\n// New%s makes impl callable: pass the result to ringcall.Register.\n",
		 name);
	text_add(out, "func New%s(impl %s) *rt.Service {\n", name, name);
	text_add(out,
		 "\tservice := &rt.Service{Name: \"%s\", Digest: 0x%016" PRIx64
		 ", Description: description%s}\n",
		 service->name, service->digest, service->go_name);
	text_add(out, "\tservice.Methods = []rt.Method{\n");
	for (struct method *i = service->methods; i; i = i->next) {
		unsigned known = i->annotations.known;
		const char *separator = "";

		text_add(out, "\t\t{Name: \"%s.%s\", Flags: ", service->name, i->name);
		if (known & ANNOTATION_ONE_WAY)
			text_add(out, "rt.MethodOneWay"), separator = " | ";
		if (known & ANNOTATION_INLINE)
			text_add(out, "%srt.MethodInline", separator), separator = " | ";
		if (known & ANNOTATION_IDEMPOTENT)
			text_add(out, "%srt.MethodIdempotent", separator), separator = " | ";
		text_add(out, *separator ? "" : "0");
		text_add(out, ", New: func() rt.Handler { return &handler%s{impl: impl} }",
			 emit_go_method_name(service, i));
		if (serves_small(i))
			text_add(out, ",\n\t\t\tRequestBytes: %" PRIu64 ", ReplyBytes: %" PRIu64,
				 i->root_bytes, output_bytes(i));
		text_add(out, "},\n");
	}
	text_add(out, "\t}\n\treturn service\n}\n");
}

void emit_go_description(struct text *out, const struct service *service)
{
	text_add(out, "\n// description%s is compared with the host's before the first call.\n",
		 service->go_name);
	text_add(out, "const description%s = ", service->go_name);
	for (const char *line = service->description; *line;) {
		size_t bytes = strcspn(line, "\n");

		text_add(out, "\"%.*s\\n\"", (int)bytes, line);
		line += bytes + 1;
		text_add(out, *line ? " +\n\t" : "\n");
	}
}

static bool needs_unsafe(const struct model *model)
{
	bool needs = model->in_order != NULL;

	for (struct service *service = model->services; service; service = service->next)
		for (struct method *i = service->methods; i; i = i->next)
			needs |= i->has_inputs || !(i->annotations.known & ANNOTATION_ONE_WAY);
	return needs;
}

static void emit_imports(const struct model *model, const struct text *methods,
			 const struct text *hosts, struct text *out)
{
	text_add(out, "\nimport (\n");
	if (strstr(text_get(methods), "cmp.Compare("))
		text_add(out, "\t\"cmp\"\n");
	text_add(out, "\t\"context\"\n");
	if (strstr(text_get(methods), "iter.Seq2["))
		text_add(out, "\t\"iter\"\n");
	if (strstr(text_get(hosts), "runtime.KeepAlive("))
		text_add(out, "\t\"runtime\"\n");
	if (strstr(text_get(methods), "slices."))
		text_add(out, "\t\"slices\"\n");
	if (emit_go_has_enums(model))
		text_add(out, "\t\"strconv\"\n");
	if (strstr(text_get(methods), "strings.Clone("))
		text_add(out, "\t\"strings\"\n");
	if (needs_unsafe(model) || strstr(text_get(hosts), "unsafe."))
		text_add(out, "\t\"unsafe\"\n");
	text_add(out, "\n\t\"ringcall/goside/rt\"\n)\n");
}

static void emit_service(struct text *out, const struct model *model, const struct service *service)
{
	for (struct method *i = service->methods; i; i = i->next)
		emit_handler(out, model, service, i);
	emit_go_root_asserts(out, service);
	emit_go_description(out, service);
	emit_constructor(out, service);
}

void emit_go(const struct model *model, const struct emit_names *names, struct text *out)
{
	struct text methods = { 0 };
	struct text hosts = { 0 };

	pools_argument = emit_go_has_pools(model) ? "pools, " : "";
	emit_go_maps(model, &methods);
	emit_go_clones(model, &methods);
	for (struct service *service = model->services; service; service = service->next)
		if (service->is_host)
			emit_go_host(service, &hosts);
	text_add(out, "// Code generated by ringgen from %s. DO NOT EDIT.\n\n", names->source);
	text_add(out, "// Package %s is the Go side of %s.\n", model->go_package, names->source);
	text_add(out, "package %s\n", model->go_package);
	emit_imports(model, &methods, &hosts, out);
	for (struct service *service = model->services; service; service = service->next)
		if (!service->is_host)
			emit_interface(out, service);
	emit_go_constants(model, out);
	emit_go_types(model, out);
	emit_go_asserts(model, out);
	text_append(out, text_get(&methods), methods.used);
	emit_go_pools(model, out);
	emit_go_helpers(model, out);
	for (struct service *service = model->services; service; service = service->next)
		if (!service->is_host)
			emit_service(out, model, service);
	text_append(out, text_get(&hosts), hosts.used);
	text_fini(&hosts);
	text_fini(&methods);
}
