/* SPDX-License-Identifier: MIT */
/* name.c - see name.h. */
#include "name.h"

#include <ctype.h>
#include <string.h>

/* Words that Go writes in one case: those that its linters know, and a few of C's. */
static const char *const initialisms[] = {
	"acl",  "amqp", "api",  "ascii", "cpu",  "crc",   "css",  "db",   "dns",
	"eof",  "gid",  "guid", "html",  "http", "https", "id",   "ip",   "json",
	"lhs",  "pid",  "qps",  "ram",   "rhs",  "rpc",   "rtp",  "sip",  "sla",
	"smtp", "sql",  "ssh",  "tcp",   "tls",  "ttl",   "udp",  "ui",   "uid",
	"uri",  "url",  "utf8", "uuid",  "vm",   "xml",   "xmpp", "xsrf", "xss",
};

static const char *const go_keywords[] = {
	"break",  "case",        "chan", "const",   "continue", "default", "defer",
	"else",   "fallthrough", "for",  "func",    "go",       "goto",    "if",
	"import", "interface",   "map",  "package", "range",    "return",  "select",
	"struct", "switch",      "type", "var",
};

static bool same_letters(const char *word, size_t bytes, const char *lower)
{
	if (strlen(lower) != bytes)
		return false;
	for (size_t i = 0; i < bytes; i++)
		if (tolower((unsigned char)word[i]) != lower[i])
			return false;
	return true;
}

static bool is_initialism(const char *word, size_t bytes)
{
	for (size_t i = 0; i < sizeof(initialisms) / sizeof(initialisms[0]); i++)
		if (same_letters(word, bytes, initialisms[i]))
			return true;
	return false;
}

/* How many letters of the word are of an initialism: all of "id", all but the last of "ids". */
static size_t initial_bytes(const char *word, size_t bytes)
{
	if (is_initialism(word, bytes))
		return bytes;
	if (bytes && tolower((unsigned char)word[bytes - 1]) == 's' &&
	    is_initialism(word, bytes - 1))
		return bytes - 1;
	return 0;
}

bool name_is_go_keyword(const char *name)
{
	for (size_t i = 0; i < sizeof(go_keywords) / sizeof(go_keywords[0]); i++)
		if (!strcmp(name, go_keywords[i]))
			return true;
	return false;
}

static bool has_lower(const char *name)
{
	for (; *name; name++)
		if (islower((unsigned char)*name))
			return true;
	return false;
}

/* The name without "<prefix>_", unless what is left could not begin a name. */
static const char *drop_prefix(const char *name, const char *prefix)
{
	size_t bytes = prefix ? strlen(prefix) : 0;

	if (!bytes || strlen(name) < bytes + 2 || name[bytes] != '_')
		return name;
	for (size_t i = 0; i < bytes; i++)
		if (tolower((unsigned char)name[i]) != tolower((unsigned char)prefix[i]))
			return name;
	for (const char *rest = name + bytes; *rest; rest++)
		if (*rest != '_')
			return isalpha((unsigned char)*rest) ? rest : name;
	return name;
}

/* Joins the words; `shout` lowers the rest of words, which C writes in capitals. */
static char *join_words(const char *name, bool first_upper)
{
	bool shout = !has_lower(name);
	struct text text = { 0 };
	bool first = true;
	char *joined;

	while (*name) {
		size_t bytes = strcspn(name, "_");
		bool upper = !first || first_upper;
		size_t initials = initial_bytes(name, bytes);

		for (size_t i = 0; i < bytes; i++) {
			int letter = (unsigned char)name[i];

			if (upper && (i == 0 || i < initials))
				letter = toupper(letter);
			else if (shout || initials || (!upper && i == 0))
				letter = tolower(letter);
			text_add(&text, "%c", letter);
		}
		first = first && bytes == 0;
		name += bytes + (name[bytes] == '_');
	}
	joined = memory_copy(text_get(&text), text.used);
	text_fini(&text);
	return joined;
}

char *name_exported(const char *c_name, const char *prefix)
{
	char *joined = join_words(drop_prefix(c_name, prefix), true);

	return isupper((unsigned char)joined[0]) ? joined : NULL;
}

char *name_parameter(const char *c_name)
{
	char *joined = join_words(c_name, false);

	return isalpha((unsigned char)joined[0]) ? joined : memory_print("p%s", joined);
}

/* Skips what opens a comment, or a comment's line. */
static const char *skip_marker(const char *line, bool first)
{
	static const char *const openers[] = { "/**<", "/**",  "/*!<", "/*!", "/*", "///<",
					       "///",  "//!<", "//!",  "//<", "//" };

	while (*line == ' ' || *line == '\t')
		line++;
	if (!strcmp(line, "/**/"))
		return line + 2;
	for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]); i++)
		if (text_begins(line, openers[i]) && (first || line[1] == '/'))
			return line + strlen(openers[i]);
	if (!first && line[0] == '*' && line[1] != '/')
		return line + 1;
	return line;
}

/* Adds a line as Go's compiler takes it: UTF-8 alone, and no byte order mark. */
static void add_clean_line(struct text *text, const char *line)
{
	while (*line) {
		size_t bytes = text_character_bytes(line);
		bool is_mark = text_begins(line, "\xef\xbb\xbf");

		if (bytes && !is_mark)
			text_append(text, line, bytes);
		else if (!is_mark)
			text_add(text, "\xef\xbf\xbd"); /* what stands for an unknown character */
		line += bytes ? bytes : 1;
	}
	text_add(text, "\n");
}

char *doc_clean(const char *raw)
{
	struct text text = { 0 };
	bool first = true;
	size_t kept = 0;
	char *clean;

	while (raw && *raw) {
		size_t bytes = strcspn(raw, "\n");
		char *copy = memory_copy(raw, bytes);
		const char *line = skip_marker(copy, first);
		char *end = copy + bytes;

		raw += bytes + (raw[bytes] == '\n');
		if (!*raw && end - line >= 2 && text_ends(line, "*/"))
			end -= 2;
		while (end > line && isspace((unsigned char)end[-1]))
			end--;
		*end = '\0';
		if (*line == ' ')
			line++;
		if (*line || text.used)
			add_clean_line(&text, line);
		if (*line)
			kept = text.used;
		first = false;
	}
	clean = kept ? memory_copy(text_get(&text), kept) : NULL;
	text_fini(&text);
	return clean;
}

/* What follows when the doc begins with the declaration's C name, as in "kv_get - get a value". */
static const char *after_name(const char *doc, const char *c_name)
{
	size_t bytes = c_name ? strlen(c_name) : 0;

	if (!bytes || strncmp(doc, c_name, bytes))
		return NULL;
	if (isalnum((unsigned char)doc[bytes]) || doc[bytes] == '_')
		return NULL;
	return doc + bytes;
}

/*
 * A line of a Go comment, so that gofmt leaves it: it has its own quotes, and takes a line that
 * begins with +build for a constraint of the file.
 */
static void add_go_line(struct text *text, const char *line, size_t bytes)
{
	if (bytes >= 6 && !strncmp(line, "+build", 6)) {
		text_add(text, "+ ");
		line++;
		bytes--;
	}
	for (; bytes; line++, bytes--) {
		bool is_pair = bytes > 1 && line[0] == line[1] && (*line == '`' || *line == '\'');

		if (!is_pair) {
			text_append(text, line, 1);
			continue;
		}
		text_add(text, "%s", *line == '`' ? "\u201c" : "\u201d");
		line++;
		bytes--;
	}
	text_add(text, "\n");
}

void doc_add_go(struct text *text, int depth, const char *name, const char *c_name, const char *doc,
		const char *fallback)
{
	const char *rest = doc ? after_name(doc, c_name) : NULL;
	const char *lead = "";
	bool is_blank = false;

	if (!doc) {
		if (fallback)
			text_line(text, depth, "// %s", fallback);
		return;
	}
	if (name && rest) {
		lead = name;
		doc = rest;
	} else if (name) {
		lead = memory_print("%s: ", name);
	}
	while (*doc) {
		size_t bytes = strcspn(doc, "\n");
		const char *line = doc;

		doc += bytes + (doc[bytes] == '\n');
		while (!*lead && bytes && isspace((unsigned char)*line)) {
			line++;
			bytes--;
		}
		if (bytes || *lead) {
			text_indent(text, depth);
			text_add(text, "// %s", lead);
			add_go_line(text, line, bytes);
		} else if (!is_blank) {
			text_line(text, depth, "//");
		}
		is_blank = !bytes && !*lead; /* gofmt leaves one blank line of several */
		lead = "";
	}
}

/* What would open or close a comment. */
static bool is_mark(const char *text)
{
	return (text[0] == '*' && text[1] == '/') || (text[0] == '/' && text[1] == '*');
}

void doc_add_c(struct text *text, int depth, const char *doc)
{
	while (*doc) {
		size_t bytes = strcspn(doc, "\n");

		for (int i = 0; i < depth; i++)
			text_add(text, "\t");
		text_add(text, bytes ? " * " : " *");
		for (size_t i = 0; i < bytes; i++)
			text_add(text, is_mark(doc + i) ? "%c " : "%c", doc[i]);
		text_add(text, "\n");
		doc += bytes + (doc[bytes] == '\n');
	}
}
