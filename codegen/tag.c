/* SPDX-License-Identifier: MIT */
/* tag.c - see tag.h. */
#include "tag.h"

#include <ctype.h>
#include <string.h>

#include "text.h"

/* How many bytes belong to a key: no blanks, colons, quotes and control characters. */
static size_t key_bytes(const char *tag)
{
	size_t bytes = 0;

	while ((unsigned char)tag[bytes] > ' ' && tag[bytes] != ':' && tag[bytes] != '"' &&
	       tag[bytes] != 0x7f)
		bytes++;
	return bytes;
}

/* How many bytes an escape of a Go string has, or 0 when it is none. */
static size_t escape_bytes(const char *escape)
{
	size_t digits;

	if (escape[1] && strchr("abfnrtv\\\"", escape[1]))
		return 2;
	digits = escape[1] == 'x' ? 2 : escape[1] == 'u' ? 4 : 0;
	for (size_t i = 0; i < digits; i++)
		if (!isxdigit((unsigned char)escape[2 + i]))
			return 0;
	return digits ? 2 + digits : 0;
}

/* How many bytes a quoted value has, with its quotes, or 0 when it is none. */
static size_t value_bytes(const char *value)
{
	size_t bytes = 1;

	if (*value != '"')
		return 0;
	while (value[bytes] != '"') {
		size_t step = value[bytes] == '\\' ? escape_bytes(value + bytes) : 1;

		if (!value[bytes] || !step)
			return 0;
		bytes += step;
	}
	return bytes + 1;
}

/* How many bytes the pair at the tag's start has. */
static size_t pair_bytes(const char *tag)
{
	size_t key = key_bytes(tag);

	return key + 1 + value_bytes(tag + key + 1);
}

/* Whether one of the pairs, each known to be good, has the key. */
static bool has_key(const char *tag, const char *key, size_t bytes)
{
	while (*tag) {
		if (key_bytes(tag) == bytes && !strncmp(tag, key, bytes))
			return true;
		tag += pair_bytes(tag);
		tag += strspn(tag, " ");
	}
	return false;
}

const char *tag_fault(const char *tag)
{
	const char *pair = tag;

	for (const char *i = tag; *i; i++)
		if ((unsigned char)*i < ' ' || *i == 0x7f || *i == '`')
			return "has a control character or a backquote";
	for (const char *i = tag; *i; i += text_character_bytes(i))
		if (!text_character_bytes(i))
			return "is not UTF-8";
	if (!*tag)
		return "is empty";
	while (*pair) {
		size_t key = key_bytes(pair);
		size_t value = pair[key] == ':' ? value_bytes(pair + key + 1) : 0;
		const char *next = pair + key + 1 + value;

		if (!key)
			return "has a value without a key";
		if (!value)
			return "has a key without a quoted value";
		if (*next && (*next != ' ' || !next[1]))
			return "has no single blank between its pairs";
		next += *next == ' ';
		if (has_key(memory_copy(tag, (size_t)(pair - tag)), pair, key))
			return "has a key twice";
		pair = next;
	}
	return NULL;
}

bool tag_keys_are_good(const char *keys)
{
	struct text pairs = { 0 };
	bool is_good;

	for (const char *key = keys;; key += strcspn(key, ",") + 1) {
		size_t bytes = strcspn(key, ",");

		text_add(&pairs, "%s%.*s:\"\"", pairs.used ? " " : "", (int)bytes, key);
		if (!key[bytes])
			break;
	}
	is_good = !tag_fault(text_get(&pairs));
	text_fini(&pairs);
	return is_good;
}

const char *tag_make(const char *keys, const char *field, const char *tag)
{
	struct text text = { 0 };
	const char *made;

	while (keys && *keys) {
		size_t bytes = strcspn(keys, ",");

		if (!tag || !has_key(tag, keys, bytes))
			text_add(&text, "%s%.*s:\"%s\"", text.used ? " " : "", (int)bytes, keys,
				 field);
		keys += bytes + (keys[bytes] == ',');
	}
	if (tag)
		text_add(&text, "%s%s", text.used ? " " : "", tag);
	made = text.used ? memory_print("`%s`", text_get(&text)) : NULL;
	text_fini(&text);
	return made;
}
