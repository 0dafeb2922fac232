/* SPDX-License-Identifier: MIT */
/* name_test.c - what C names become in Go, and how comments are carried over. */
#include <criterion/criterion.h>

#include "name.h"

/* `prefix` is the Go package's name. */
static void expect_exported(const char *c_name, const char *prefix, const char *go_name)
{
	const char *found = name_exported(c_name, prefix);

	cr_assert(found ? go_name && !strcmp(found, go_name) : !go_name, "%s became %s, not %s",
		  c_name, found ? found : "nothing", go_name ? go_name : "nothing");
}

Test(name, words_begin_upper_case)
{
	expect_exported("item", NULL, "Item");
	expect_exported("item_slice", NULL, "ItemSlice");
	expect_exported("item_2d", NULL, "Item2d");
	expect_exported("_item__slice_", NULL, "ItemSlice");
	expect_exported("itemSlice", NULL, "ItemSlice");
	expect_exported("ITEM_SLICE", NULL, "ItemSlice");
	expect_exported("kv_ITEM", NULL, "KvITEM");
}

Test(name, initialisms_are_upper_case)
{
	expect_exported("user_id", NULL, "UserID");
	expect_exported("http_url", NULL, "HTTPURL");
	expect_exported("HTTP_PORT", NULL, "HTTPPort");
	expect_exported("idle", NULL, "Idle");
	expect_exported("user_ids", NULL, "UserIDs");
	expect_exported("USER_IDS", NULL, "UserIDs");
	expect_exported("base_urls_of", NULL, "BaseURLsOf");
	expect_exported("https_dns_css", NULL, "HTTPSDNSCSS");
	expect_exported("gas_s_passes", NULL, "GasSPasses");
	expect_exported("kv_ids", "kv", "IDs");
}

Test(name, package_prefix_is_dropped_once)
{
	expect_exported("kv_item", "kv", "Item");
	expect_exported("KV_DISK", "kv", "Disk");
	expect_exported("kv_kv_item", "kv", "KvItem");
	expect_exported("kvitem", "kv", "Kvitem");
	expect_exported("kv", "kv", "Kv");
	expect_exported("kv_", "kv", "Kv");
	expect_exported("kv_2", "kv", "Kv2");
}

Test(name, nothing_is_exported_without_a_letter)
{
	expect_exported("_1", NULL, NULL);
	expect_exported("___", NULL, NULL);
}

Test(name, parameters_begin_lower_case)
{
	cr_assert_str_eq(name_parameter("key"), "key");
	cr_assert_str_eq(name_parameter("unix_ns"), "unixNs");
	cr_assert_str_eq(name_parameter("id"), "id");
	cr_assert_str_eq(name_parameter("id_list"), "idList");
	cr_assert_str_eq(name_parameter("user_id"), "userID");
	cr_assert_str_eq(name_parameter("URL"), "url");
	cr_assert_str_eq(name_parameter("ids"), "ids");
	cr_assert_str_eq(name_parameter("user_ids"), "userIDs");
	cr_assert_str_eq(name_parameter("_2"), "p2");
}

Test(name, keywords_of_go_are_known)
{
	cr_assert(name_is_go_keyword("type"));
	cr_assert(name_is_go_keyword("range"));
	cr_assert(!name_is_go_keyword("Type"));
	cr_assert(!name_is_go_keyword("string"));
}

Test(doc, markers_are_dropped)
{
	cr_assert_str_eq(doc_clean("/* one */"), "one\n");
	cr_assert_str_eq(doc_clean("/** one */"), "one\n");
	cr_assert_str_eq(doc_clean("/**< one */"), "one\n");
	cr_assert_str_eq(doc_clean("// one\n\t// two"), "one\ntwo\n");
	cr_assert_str_eq(doc_clean("/// one"), "one\n");
	cr_assert_str_eq(doc_clean("/*\n * one\n *\n *  two\n */"), "one\n\n two\n");
	cr_assert_str_eq(doc_clean("/* one\n   two */"), "one\ntwo\n");
}

Test(doc, what_is_not_utf8_is_replaced)
{
	cr_assert_str_eq(doc_clean("/* gr\xfc\xdf */"), "gr\uFFFD\uFFFD\n");
	cr_assert_str_eq(doc_clean("/* \u00fc \u20ac \U0001f600 */"), "\u00fc \u20ac \U0001f600\n");
	cr_assert_str_eq(doc_clean("/* \xc0\xaf \xed\xa0\x80 */"),
			 "\uFFFD\uFFFD \uFFFD\uFFFD\uFFFD\n");
	cr_assert_str_eq(doc_clean("/* \uFEFFone\xe2\x82 */"), "one\uFFFD\uFFFD\n");
}

Test(doc, empty_comments_are_none)
{
	cr_assert_null(doc_clean(""));
	cr_assert_null(doc_clean(NULL));
	cr_assert_null(doc_clean("/**/"));
	cr_assert_null(doc_clean("/* */"));
	cr_assert_null(doc_clean("//"));
	cr_assert_null(doc_clean("/*\n *\n */"));
}

static void expect_go(const char *name, const char *c_name, const char *doc, const char *expected)
{
	struct text text = { 0 };

	doc_add_go(&text, 0, name, c_name, doc, "fallback");
	cr_assert_str_eq(text_get(&text), expected);
	text_fini(&text);
}

Test(doc, go_comment_begins_with_the_name)
{
	expect_go("Item", "kv_item", "A value.\n", "// Item: A value.\n");
	expect_go("Item", "kv_item", "kv_item - a value.\n", "// Item - a value.\n");
	expect_go("Item", "kv_item", "kv_items are many.\n", "// Item: kv_items are many.\n");
	expect_go(NULL, NULL, "A value.\n\n  More.\n", "// A value.\n//\n// More.\n");
	expect_go("Item", "kv_item", NULL, "// fallback\n");
}

Test(doc, c_comment_cannot_be_closed_from_inside)
{
	struct text text = { 0 };

	doc_add_c(&text, 0, "one */ two /* three\n");
	cr_assert_str_eq(text_get(&text), " * one * / two / * three\n");
	text_fini(&text);
}
