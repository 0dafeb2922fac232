/* SPDX-License-Identifier: MIT */
/*
 * parse_type.c - from libclang's types and declarations to the model's.
 *
 * Nothing is judged here: a type that ringcall cannot carry gets a kind of its own, and check.c
 * refuses it.
 */
#include "parse_type.h"

#include <string.h>

#include "name.h"

struct type_list {
	struct type *type;
	struct type_list *next;
};

const char *parse_string(CXString string)
{
	const char *text = clang_getCString(string);
	const char *copy = text ? memory_copy(text, strlen(text)) : "";

	clang_disposeString(string);
	return copy;
}

/* The place in a file: for what a macro makes, where its argument or the macro stands. */
struct place parse_place(CXCursor cursor)
{
	struct place place = { "", 1, 1 };
	CXFile file = NULL;

	clang_getFileLocation(clang_getCursorLocation(cursor), &file, &place.line, &place.column,
			      NULL);
	if (file)
		place.file = parse_string(clang_getFileName(file));
	return place;
}

bool parse_is_main(const struct parser *parser, CXCursor cursor)
{
	CXFile file = NULL;

	clang_getFileLocation(clang_getCursorLocation(cursor), &file, NULL, NULL, NULL);
	return file && clang_File_isEqual(file, parser->main_file);
}

static bool is_inner(CXCursor declaration)
{
	enum CXCursorKind kind = clang_getCursorKind(clang_getCursorLexicalParent(declaration));

	return kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl;
}

const char *parse_doc(CXCursor cursor)
{
	return doc_clean(parse_string(clang_Cursor_getRawCommentText(cursor)));
}

/*
 * Whether the earlier declaration's comment stands behind the later one, on the same line: libclang
 * gives it to both. In `double x, y; // both`, which begin at the same place, it is for both.
 */
static bool shares_comment(CXCursor earlier, CXCursor later)
{
	unsigned comment, start, earlier_start;
	CXFile file;

	clang_getFileLocation(clang_getRangeStart(clang_Cursor_getCommentRange(earlier)), &file,
			      NULL, NULL, &comment);
	if (!file)
		return false;
	clang_getFileLocation(clang_getRangeStart(clang_getCursorExtent(later)), NULL, NULL, NULL,
			      &start);
	clang_getFileLocation(clang_getRangeStart(clang_getCursorExtent(earlier)), NULL, NULL, NULL,
			      &earlier_start);
	return comment > start && start > earlier_start;
}

static enum CXChildVisitResult visit_annotation(CXCursor cursor, CXCursor parent, CXClientData data)
{
	static const struct {
		const char *text;
		enum annotation annotation;
	} words[] = {
		{ "ringcall:service", ANNOTATION_SERVICE },
		{ "ringcall:host-service", ANNOTATION_HOST_SERVICE },
		{ "ringcall:slice", ANNOTATION_SLICE },
		{ "ringcall:oneway", ANNOTATION_ONE_WAY },
		{ "ringcall:inline", ANNOTATION_INLINE },
		{ "ringcall:idempotent", ANNOTATION_IDEMPOTENT },
		{ "ringcall:leaf", ANNOTATION_LEAF },
		{ "ringcall:by-value", ANNOTATION_BY_VALUE },
		{ "ringcall:map", ANNOTATION_MAP },
	};
	struct annotations *annotations = data;
	const char *text;

	(void)parent;
	if (clang_getCursorKind(cursor) != CXCursor_AnnotateAttr)
		return CXChildVisit_Continue;
	text = parse_string(clang_getCursorSpelling(cursor));
	if (text_begins(text, "ringcall:tag:")) {
		annotations->known |= ANNOTATION_TAG;
		annotations->has_more_tags = annotations->tag != NULL;
		annotations->tag = text + strlen("ringcall:tag:");
		return CXChildVisit_Continue;
	}
	if (text_begins(text, "ringcall:transport:")) {
		annotations->known |= ANNOTATION_TRANSPORT;
		annotations->has_more_transports = annotations->transport != NULL;
		annotations->transport = text + strlen("ringcall:transport:");
		return CXChildVisit_Continue;
	}
	if (text_begins(text, "ringcall:version:")) {
		annotations->known |= ANNOTATION_VERSION;
		annotations->version = text + strlen("ringcall:version:");
		return CXChildVisit_Continue;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(text, words[i].text)) {
			annotations->known |= (unsigned)words[i].annotation;
			return CXChildVisit_Continue;
		}
	}
	if (!annotations->unknown)
		annotations->unknown = text;
	return CXChildVisit_Continue;
}

struct annotations parse_annotations(CXCursor cursor)
{
	struct annotations annotations = { 0 };

	clang_visitChildren(cursor, visit_annotation, &annotations);
	return annotations;
}

/* A tag's name, or that of its typedef, or "". `c_name` gets it with the keyword, if C needs it. */
static const char *tag_name(CXCursor cursor, const char *keyword, const char **c_name)
{
	const char *name = parse_string(clang_getCursorSpelling(cursor));
	const char *type = parse_string(clang_getTypeSpelling(clang_getCursorType(cursor)));

	if (*name && !strchr(name, '(') && !clang_Cursor_isAnonymous(cursor) &&
	    text_begins(type, keyword)) {
		*c_name = memory_print("%s %s", keyword, name);
		return name;
	}
	if (strchr(type, '(') || strchr(type, ' ')) {
		*c_name = "";
		return "";
	}
	*c_name = type;
	return type;
}

struct enumerator_walk {
	struct enumeration *enumeration;
	struct enumerator *last;
	CXCursor last_cursor;
};

static enum CXChildVisitResult visit_enumerator(CXCursor cursor, CXCursor parent, CXClientData data)
{
	struct enumerator_walk *walk = data;
	struct enumeration *enumeration = walk->enumeration;
	struct enumerator *enumerator;

	(void)parent;
	if (clang_getCursorKind(cursor) != CXCursor_EnumConstantDecl)
		return CXChildVisit_Continue;
	enumerator = memory_take(sizeof(*enumerator));
	enumerator->name = parse_string(clang_getCursorSpelling(cursor));
	enumerator->doc = parse_doc(cursor);
	enumerator->place = parse_place(cursor);
	enumerator->value = clang_getEnumConstantDeclValue(cursor);
	if (!enumeration->is_signed && enumeration->bytes < 8)
		enumerator->value &= (INT64_C(1) << enumeration->bytes * 8) - 1;
	for (struct enumerator *i = enumeration->enumerators; i; i = i->next)
		enumerator->is_twin |= i->value == enumerator->value;
	if (walk->last && shares_comment(walk->last_cursor, cursor))
		walk->last->doc = NULL;
	walk->last = enumerator;
	walk->last_cursor = cursor;
	LIST_APPEND(enumeration->enumerators, enumerator);
	return CXChildVisit_Continue;
}

static bool is_signed_kind(enum CXTypeKind kind)
{
	return kind == CXType_SChar || kind == CXType_Char_S || kind == CXType_Short ||
	       kind == CXType_Int || kind == CXType_Long || kind == CXType_LongLong;
}

struct enumeration *parse_enumeration(struct parser *parser, CXCursor declaration)
{
	CXCursor definition = clang_getCursorDefinition(declaration);
	const char *usr = parse_string(clang_getCursorUSR(declaration));
	struct enumeration *enumeration = parser->model->enumerations;
	struct enumerator_walk walk = { NULL, NULL, clang_getNullCursor() };
	CXType integer;

	for (; enumeration; enumeration = enumeration->next)
		if (!strcmp(enumeration->usr, usr))
			return enumeration;
	if (clang_Cursor_isNull(definition))
		return NULL;
	integer = clang_getEnumDeclIntegerType(definition);
	enumeration = memory_take(sizeof(*enumeration));
	enumeration->usr = usr;
	enumeration->name = tag_name(definition, "enum", &enumeration->c_name);
	enumeration->doc = parse_doc(definition);
	enumeration->place = parse_place(definition);
	enumeration->annotations = parse_annotations(definition);
	enumeration->bytes = (uint64_t)clang_Type_getSizeOf(integer);
	enumeration->is_signed = is_signed_kind(clang_getCanonicalType(integer).kind);
	enumeration->is_main = parse_is_main(parser, definition);
	enumeration->is_inner = is_inner(definition);
	LIST_APPEND(parser->model->enumerations, enumeration);
	walk.enumeration = enumeration;
	clang_visitChildren(definition, visit_enumerator, &walk);
	return enumeration;
}

struct field_walk {
	struct parser *parser;
	struct structure *structure;
	CXType type; /* of the structure */
	struct field *last;
	CXCursor last_cursor;
};

static enum CXChildVisitResult visit_field(CXCursor cursor, CXCursor parent, CXClientData data);

/* The fields of a nameless struct are those of the struct that holds it. */
static enum CXChildVisitResult visit_nameless(struct field_walk *walk, CXCursor cursor)
{
	struct structure *structure = walk->structure;
	const char *unknown = parse_annotations(cursor).unknown;

	if (unknown)
		structure->annotations.unknown = unknown;
	if (clang_getCursorKind(cursor) == CXCursor_StructDecl) {
		clang_visitChildren(cursor, visit_field, walk);
	} else if (!structure->has_nameless_union) {
		structure->has_nameless_union = true;
		structure->nameless_place = parse_place(cursor);
	}
	return CXChildVisit_Continue;
}

static enum CXChildVisitResult visit_field(CXCursor cursor, CXCursor parent, CXClientData data)
{
	enum CXCursorKind kind = clang_getCursorKind(cursor);
	struct field_walk *walk = data;
	long long offset_bits;
	struct field *field;

	(void)parent;
	if (kind == CXCursor_PackedAttr)
		walk->structure->is_packed = true;
	if (kind == CXCursor_EnumDecl)
		parse_enumeration(walk->parser, cursor); /* its constants are the header's */
	if ((kind == CXCursor_StructDecl || kind == CXCursor_UnionDecl) &&
	    clang_Cursor_isAnonymousRecordDecl(cursor))
		return visit_nameless(walk, cursor);
	if (kind != CXCursor_FieldDecl)
		return CXChildVisit_Continue;
	field = memory_take(sizeof(*field));
	field->name = parse_string(clang_getCursorSpelling(cursor));
	offset_bits = clang_Type_getOffsetOf(walk->type, field->name);
	field->doc = parse_doc(cursor);
	field->place = parse_place(cursor);
	field->annotations = parse_annotations(cursor);
	field->type = parse_type(walk->parser, clang_getCursorType(cursor));
	field->offset_bytes = offset_bits < 0 ? 0 : (uint64_t)offset_bits / 8;
	field->is_bit_field = clang_Cursor_isBitField(cursor);
	if (walk->last && shares_comment(walk->last_cursor, cursor))
		walk->last->doc = NULL;
	walk->last = field;
	walk->last_cursor = cursor;
	LIST_APPEND(walk->structure->fields, field);
	return CXChildVisit_Continue;
}

struct structure *parse_structure(struct parser *parser, CXCursor declaration)
{
	CXCursor definition = clang_getCursorDefinition(declaration);
	const char *usr = parse_string(clang_getCursorUSR(declaration));
	struct structure *structure = parser->model->structures;
	struct field_walk walk = { .parser = parser, .last_cursor = clang_getNullCursor() };
	CXType type;

	for (; structure; structure = structure->next)
		if (!strcmp(structure->usr, usr))
			return structure;
	if (clang_Cursor_isNull(definition))
		definition = declaration;
	type = clang_getCursorType(definition);
	structure = memory_take(sizeof(*structure));
	structure->usr = usr;
	structure->is_union = clang_getCursorKind(definition) == CXCursor_UnionDecl;
	structure->name =
		tag_name(definition, structure->is_union ? "union" : "struct", &structure->c_name);
	structure->shown = structure->c_name;
	structure->path = structure->name;
	structure->doc = parse_doc(definition);
	structure->place = parse_place(definition);
	structure->annotations = parse_annotations(definition);
	structure->is_complete = clang_isCursorDefinition(definition);
	structure->is_main = parse_is_main(parser, definition);
	structure->is_inner = is_inner(definition);
	LIST_APPEND(parser->model->structures, structure);
	if (!structure->is_complete)
		return structure;
	structure->bytes = (uint64_t)clang_Type_getSizeOf(type);
	structure->align = (uint64_t)clang_Type_getAlignOf(type);
	walk.structure = structure;
	walk.type = type;
	if (!structure_is_service(structure))
		clang_visitChildren(definition, visit_field, &walk);
	return structure;
}

/* Typedefs that mean more than the integer they name. */
static bool apply_typedef(struct type *type, const char *name)
{
	if (!strcmp(name, "size_t") || !strcmp(name, "ptrdiff_t"))
		type->is_native = true;
	else if (!strcmp(name, "char32_t"))
		type->kind = TYPE_RUNE;
	else if (!strcmp(name, "wchar_t"))
		type->kind = TYPE_WCHAR;
	else
		return false;
	return true;
}

/* Goes through typedefs to the type they name, and notes what is said on the way. */
static CXType resolve(struct type *type, CXType from)
{
	bool is_special = false;

	for (;;) {
		type->is_const |= clang_isConstQualifiedType(from) != 0;
		type->is_volatile |= clang_isVolatileQualifiedType(from) != 0;
		if (from.kind == CXType_Typedef) {
			const char *name = parse_string(clang_getTypedefName(from));

			is_special = is_special || apply_typedef(type, name);
			from = clang_getTypedefDeclUnderlyingType(clang_getTypeDeclaration(from));
		} else if (from.kind == CXType_Elaborated) {
			from = clang_Type_getNamedType(from);
		} else if (from.kind == CXType_Unexposed || from.kind == CXType_Attributed) {
			CXType canonical = clang_getCanonicalType(from);

			if (canonical.kind == from.kind)
				return from;
			from = canonical;
		} else {
			return from;
		}
	}
}

static enum type_kind scalar_kind(enum CXTypeKind kind)
{
	switch (kind) {
	case CXType_Void:
		return TYPE_VOID;
	case CXType_Bool:
		return TYPE_BOOL;
	case CXType_Char_S:
	case CXType_Char_U:
		return TYPE_CHAR;
	case CXType_SChar:
	case CXType_UChar:
	case CXType_Short:
	case CXType_UShort:
	case CXType_Int:
	case CXType_UInt:
	case CXType_Long:
	case CXType_ULong:
	case CXType_LongLong:
	case CXType_ULongLong:
		return TYPE_INTEGER;
	case CXType_Float:
	case CXType_Double:
		return TYPE_FLOAT;
	case CXType_LongDouble:
	case CXType_Float128:
		return TYPE_LONG_DOUBLE;
	case CXType_Int128:
	case CXType_UInt128:
		return TYPE_INT128;
	case CXType_Complex:
		return TYPE_COMPLEX;
	case CXType_Atomic:
		return TYPE_ATOMIC;
	case CXType_Vector:
	case CXType_ExtVector:
		return TYPE_VECTOR;
	case CXType_FunctionProto:
	case CXType_FunctionNoProto:
		return TYPE_FUNCTION;
	default:
		return TYPE_OTHER;
	}
}

static void fill_record(struct parser *parser, struct type *type, CXType from)
{
	struct structure *structure = parse_structure(parser, clang_getTypeDeclaration(from));
	struct type_list *slice;

	type->structure = structure;
	if (structure_is_service(structure)) {
		type->kind = TYPE_SERVICE;
	} else if (!structure->is_complete) {
		type->kind = TYPE_INCOMPLETE;
	} else if (structure->is_union) {
		type->kind = TYPE_UNION;
	} else if (!strcmp(structure->c_name, "struct rc_str")) {
		type->kind = TYPE_STRING;
	} else if (structure_is_slice(structure)) {
		type->kind = TYPE_SLICE;
		slice = memory_take(sizeof(*slice));
		slice->type = type;
		slice->next = parser->slices;
		parser->slices = slice;
	} else {
		type->kind = TYPE_STRUCT;
	}
}

/* The name as the source has it, without qualifiers, which come first where they matter. */
static const char *unqualified(const char *name)
{
	while (text_begins(name, "const ") || text_begins(name, "volatile "))
		name = strchr(name, ' ') + 1;
	return strcmp(name, "_Bool") ? name : "bool";
}

/* Whether the typedef's own type is const: then its name cannot declare what is written. */
static bool hides_const(CXType from)
{
	CXType under;

	if (from.kind != CXType_Typedef)
		return false;
	under = clang_getTypedefDeclUnderlyingType(clang_getTypeDeclaration(from));
	return clang_isConstQualifiedType(clang_getCanonicalType(under));
}

/* A pointer to a const value of a message stands for a value that may be absent. */
static void fill_pointer(struct parser *parser, struct type *type, CXType from)
{
	struct type *target = parse_type(parser, clang_getPointeeType(from));

	type->kind = TYPE_POINTER;
	type->element = target;
	if (!target->is_const || target->kind > TYPE_STRUCT || target->kind == TYPE_ARRAY ||
	    target->kind == TYPE_OPTIONAL)
		return;
	type->kind = TYPE_OPTIONAL;
	type->c_name = memory_print("const %s *", target->c_name);
}

struct type *parse_type(struct parser *parser, CXType from)
{
	struct type *type = memory_take(sizeof(*type));
	bool is_named = from.kind == CXType_Typedef;
	CXType to;

	type->kind = TYPE_OTHER;
	type->c_name = parse_string(clang_getTypeSpelling(from));
	if (from.kind != CXType_Pointer)
		type->c_name = unqualified(type->c_name);
	to = resolve(type, from);
	if (hides_const(from))
		type->c_name = unqualified(parse_string(clang_getTypeSpelling(to)));
	type->bytes = clang_Type_getSizeOf(to) > 0 ? (uint64_t)clang_Type_getSizeOf(to) : 0;
	type->align = clang_Type_getAlignOf(from) > 0 ? (uint64_t)clang_Type_getAlignOf(from) : 1;
	type->is_signed = is_signed_kind(to.kind);
	if (type->kind != TYPE_OTHER)
		return type;
	if (to.kind == CXType_Enum) {
		type->enumeration = parse_enumeration(parser, clang_getTypeDeclaration(to));
		type->kind = type->enumeration ? TYPE_ENUM : TYPE_INCOMPLETE;
		if (type->enumeration)
			type->is_signed = type->enumeration->is_signed;
	} else if (to.kind == CXType_Record) {
		fill_record(parser, type, to);
		if (!is_named && *type->structure->c_name)
			type->c_name = type->structure->c_name;
	} else if (to.kind == CXType_Pointer) {
		fill_pointer(parser, type, to);
	} else if (to.kind == CXType_ConstantArray) {
		type->kind = TYPE_ARRAY;
		type->count = (uint64_t)clang_getArraySize(to);
		type->element = parse_type(parser, clang_getArrayElementType(to));
	} else if (to.kind == CXType_IncompleteArray) {
		type->kind = TYPE_OPEN_ARRAY;
	} else {
		type->kind = scalar_kind(to.kind);
	}
	return type;
}

void parse_slices_finish(struct parser *parser)
{
	for (struct type_list *slice = parser->slices; slice; slice = slice->next) {
		struct field *pointer = slice->type->structure->fields;

		if (pointer && type_is_pointer(pointer->type))
			slice->type->element = pointer->type->element;
	}
}

/* Names a struct or enum that has none by the first field of its type. */
static void name_by_field(struct structure *holder, const struct field *field)
{
	const char *path = field->name;
	struct type *type = field->type;
	struct structure *structure;

	while (type->kind == TYPE_ARRAY) {
		path = memory_print("%s[0]", path);
		type = type->element;
	}
	if (holder->holder)
		path = memory_print("%s.%s", holder->holder_path, path);
	structure = type->structure;
	if (type->kind == TYPE_ENUM && !*type->enumeration->name) {
		type->enumeration->name = memory_print("%s_%s", holder->name, field->name);
		type->enumeration->c_name = memory_print("enum %s.%s", holder->path, field->name);
		type->enumeration->is_nameless = true;
	} else if (type->kind == TYPE_STRUCT && !*structure->name) {
		structure->name = memory_print("%s_%s", holder->name, field->name);
		structure->path = memory_print("%s.%s", holder->path, field->name);
		structure->shown = memory_print("struct %s", structure->path);
		structure->holder = holder->holder ? holder->holder : holder;
		structure->holder_path = path;
		structure->c_name =
			memory_print("__typeof__(((%s *)0)->%s)", structure->holder->c_name, path);
	}
	if (type->kind == TYPE_STRUCT && structure->holder)
		type->c_name = structure->c_name;
	if (type->kind == TYPE_ENUM && type->enumeration->is_nameless)
		type->c_name =
			memory_print("__typeof__(((%s *)0)->%s)",
				     (holder->holder ? holder->holder : holder)->c_name, path);
}

void parse_nameless_finish(struct model *model)
{
	for (struct structure *i = model->structures; i; i = i->next)
		for (struct field *field = i->fields; field && *i->name; field = field->next)
			if (*field->name && !structure_is_slice(i))
				name_by_field(i, field);
}
