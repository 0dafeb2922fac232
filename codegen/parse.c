/* SPDX-License-Identifier: MIT */
/*
 * parse.c - the walk over a header: which declarations count, services and their methods.
 *
 * All structs, unions and enums of the header itself count, used or not; of the headers that it
 * includes, only what is used. Functions, variables and macros are the host's own.
 */
#define _POSIX_C_SOURCE 200809L

#include "parse.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "name.h"
#include "parse_type.h"

void strings_add(struct strings *strings, const char *item)
{
	const char **items = memory_take((size_t)(strings->count + 2) * sizeof(*items));

	if (strings->count)
		memcpy(items, strings->items, (size_t)strings->count * sizeof(*items));
	items[strings->count++] = item;
	strings->items = items;
}

struct parameter_walk {
	struct parser *parser;
	struct method *method;
};

static enum CXChildVisitResult visit_parameter(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct parameter_walk *walk = data;
	struct parameter *parameter;
	CXType canonical;

	(void)parent;
	if (clang_getCursorKind(cursor) != CXCursor_ParmDecl)
		return CXChildVisit_Continue;
	canonical = clang_getCanonicalType(clang_getCursorType(cursor));
	parameter = memory_take(sizeof(*parameter));
	parameter->name = parse_string(clang_getCursorSpelling(cursor));
	parameter->place = parse_place(cursor);
	parameter->annotations = parse_annotations(cursor);
	parameter->type = parse_type(walk->parser, clang_getCursorType(cursor));
	parameter->value = parameter->type;
	if (type_is_pointer(parameter->type)) {
		parameter->is_pointer = true;
		parameter->value = parameter->type->element;
	}
	parameter->is_array = canonical.kind == CXType_ConstantArray ||
			      canonical.kind == CXType_IncompleteArray ||
			      parameter->type->kind == TYPE_ARRAY ||
			      parameter->type->kind == TYPE_OPEN_ARRAY;
	LIST_APPEND(walk->method->parameters, parameter);
	return CXChildVisit_Continue;
}

struct method_walk {
	struct parser *parser;
	struct service *service;
	unsigned methods;
};

static enum CXChildVisitResult visit_method(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct method_walk *walk = data;
	struct parameter_walk parameters = { walk->parser, NULL };
	CXType type = clang_getCursorType(cursor);
	struct method *method;
	CXType function;

	(void)parent;
	if (clang_getCursorKind(cursor) != CXCursor_FieldDecl)
		return CXChildVisit_Continue;
	method = memory_take(sizeof(*method));
	method->name = parse_string(clang_getCursorSpelling(cursor));
	method->doc = parse_doc(cursor);
	method->place = parse_place(cursor);
	method->annotations = parse_annotations(cursor);
	method->type = parse_type(walk->parser, type);
	method->index = walk->methods++;
	LIST_APPEND(walk->service->methods, method);
	if (method->type->kind != TYPE_POINTER || method->type->element->kind != TYPE_FUNCTION)
		return CXChildVisit_Continue;
	method->is_typedef = type.kind == CXType_Typedef || type.kind == CXType_Elaborated ||
			     clang_getPointeeType(type).kind == CXType_Typedef;
	function = clang_getCanonicalType(clang_getPointeeType(clang_getCanonicalType(type)));
	method->is_variadic =
		clang_isFunctionTypeVariadic(function) && function.kind == CXType_FunctionProto;
	method->is_unprototyped = function.kind == CXType_FunctionNoProto;
	method->result = parse_type(walk->parser, clang_getResultType(function));
	parameters.method = method;
	clang_visitChildren(cursor, visit_parameter, &parameters);
	return CXChildVisit_Continue;
}

static void parse_service(struct parser *parser, CXCursor cursor, bool is_host)
{
	struct service *service = memory_take(sizeof(*service));
	struct method_walk walk = { parser, service, 0 };

	service->name = parse_string(clang_getCursorSpelling(cursor));
	service->doc = parse_doc(cursor);
	service->place = parse_place(cursor);
	service->annotations = parse_annotations(cursor);
	service->is_host = is_host;
	LIST_APPEND(parser->model->services, service);
	clang_visitChildren(cursor, visit_method, &walk);
}

static void parse_identifier(struct parser *parser, CXCursor cursor)
{
	struct identifier *identifier = memory_take(sizeof(*identifier));

	identifier->name = parse_string(clang_getCursorSpelling(cursor));
	identifier->place = parse_place(cursor);
	identifier->annotations = parse_annotations(cursor);
	LIST_APPEND(parser->model->identifiers, identifier);
}

static enum CXChildVisitResult visit_top(CXCursor cursor, CXCursor parent, CXClientData data)
{
	enum CXCursorKind kind = clang_getCursorKind(cursor);
	struct parser *parser = data;
	unsigned known;

	(void)parent;
	if (!parse_is_main(parser, cursor))
		return CXChildVisit_Continue;
	if (kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl) {
		if (!clang_isCursorDefinition(cursor))
			return CXChildVisit_Continue;
		known = parse_annotations(cursor).known;
		parse_structure(parser, cursor);
		if (known & (ANNOTATION_SERVICE | ANNOTATION_HOST_SERVICE))
			parse_service(parser, cursor, known & ANNOTATION_HOST_SERVICE);
	} else if (kind == CXCursor_EnumDecl) {
		if (clang_isCursorDefinition(cursor))
			parse_enumeration(parser, cursor);
	} else if (kind == CXCursor_TypedefDecl || kind == CXCursor_FunctionDecl ||
		   kind == CXCursor_VarDecl) {
		parse_identifier(parser, cursor);
	}
	return CXChildVisit_Continue;
}

static void report_diagnostics(CXTranslationUnit unit, const char *source)
{
	unsigned count = clang_getNumDiagnostics(unit);

	for (unsigned i = 0; i < count; i++) {
		CXDiagnostic diagnostic = clang_getDiagnostic(unit, i);
		struct place place = { source, 1, 1 };
		const char *file_name;
		CXFile file;

		if (clang_getDiagnosticSeverity(diagnostic) >= CXDiagnostic_Error) {
			clang_getFileLocation(clang_getDiagnosticLocation(diagnostic), &file,
					      &place.line, &place.column, NULL);
			file_name = file ? parse_string(clang_getFileName(file)) : NULL;
			if (file_name && *file_name)
				place.file = file_name;
			else
				place.line = place.column = 1;
			report_error(&place, "%s",
				     parse_string(clang_getDiagnosticSpelling(diagnostic)));
		}
		clang_disposeDiagnostic(diagnostic);
	}
}

struct inclusion_walk {
	CXTranslationUnit unit;
	struct strings *dependencies;
};

static void visit_inclusion(CXFile file, CXSourceLocation *stack, unsigned depth, CXClientData data)
{
	struct inclusion_walk *walk = data;
	CXSourceLocation start = clang_getLocation(walk->unit, file, 1, 1);

	(void)stack;
	if (depth == 0 || clang_Location_isInSystemHeader(start))
		return;
	strings_add(walk->dependencies, parse_string(clang_getFileName(file)));
}

/*
 * Where the compiler's own headers are, <stddef.h> and its like: what the build says, or else what
 * the clang of libclang's release says.
 */
static const char *resource_folder(void)
{
#ifdef LIBCLANG_RESOURCE_DIR
	return LIBCLANG_RESOURCE_DIR;
#else
	FILE *pipe = popen("clang-14 -print-resource-dir 2>&- || clang -print-resource-dir", "r");
	char line[4096] = "";

	if (pipe && !fgets(line, sizeof(line), pipe))
		line[0] = '\0';
	if (pipe)
		pclose(pipe);
	return memory_copy(line, strcspn(line, "\n"));
#endif
}

/* Where ringcall's headers lie when they are installed with this program, else NULL. */
static const char *installed_headers(void)
{
	char program[4096];
	ssize_t bytes = readlink("/proc/self/exe", program, sizeof(program));
	const char *folder;

	if (bytes <= 0 || (size_t)bytes == sizeof(program))
		return NULL;
	while (bytes > 0 && program[bytes - 1] != '/')
		bytes--;
	folder = memory_print("%.*s../include", (int)bytes, program);
	return access(memory_print("%s/ringcall/idl.h", folder), R_OK) ? NULL : folder;
}

static CXTranslationUnit open_unit(CXIndex index, const struct model *model,
				   const struct strings *arguments)
{
	struct strings all = { 0 };
	const char *headers = installed_headers();
	CXTranslationUnit unit = NULL;

	strings_add(&all, "-xc");
	strings_add(&all, "-std=gnu17");
	strings_add(&all, "-fparse-all-comments");
	strings_add(&all, "-ferror-limit=0");
	strings_add(&all, "-Werror=implicit-int");
	strings_add(&all, "-resource-dir");
	strings_add(&all, resource_folder());
	for (int i = 0; i < arguments->count; i++)
		strings_add(&all, arguments->items[i]);
	if (headers) {
		strings_add(&all, "-isystem");
		strings_add(&all, headers);
	}
	if (clang_parseTranslationUnit2(index, model->source, all.items, all.count, NULL, 0,
					CXTranslationUnit_SkipFunctionBodies, &unit))
		return NULL;
	return unit;
}

static bool check_target(CXTranslationUnit unit, const char *source)
{
	CXTargetInfo target = clang_getTranslationUnitTargetInfo(unit);
	int bits = clang_TargetInfo_getPointerWidth(target);
	struct place place = { source, 1, 1 };

	if (bits != 64)
		report_error(&place,
			     "the target has %d-bit pointers; write for a 64-bit target instead",
			     bits);
	clang_TargetInfo_dispose(target);
	return bits == 64;
}

void parse_header(struct model *model, const struct strings *arguments,
		  struct strings *dependencies)
{
	struct place place = { model->source, 1, 1 };
	struct inclusion_walk inclusions = { NULL, dependencies };
	struct parser parser = { model, NULL, NULL };
	CXIndex index = clang_createIndex(0, 0);
	CXTranslationUnit unit = open_unit(index, model, arguments);

	if (!unit) {
		report_error(&place, "the header cannot be read as C");
		clang_disposeIndex(index);
		return;
	}
	if (check_target(unit, model->source))
		report_diagnostics(unit, model->source);
	if (!report_count()) {
		parser.main_file = clang_getFile(unit, model->source);
		inclusions.unit = unit;
		clang_visitChildren(clang_getTranslationUnitCursor(unit), visit_top, &parser);
		parse_slices_finish(&parser);
		parse_nameless_finish(model);
		clang_getInclusions(unit, visit_inclusion, &inclusions);
	}
	clang_disposeTranslationUnit(unit);
	clang_disposeIndex(index);
}
