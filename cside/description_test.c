/* SPDX-License-Identifier: MIT */
/* description_test.c - that two descriptions are compared as a person would, and named so. */
#include "description.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define TYPES                                                                                      \
	"enum color 4\n"                                                                           \
	" RED 0\n"                                                                                 \
	" BLUE 4\n"                                                                                \
	"enum mood 4\n"                                                                            \
	" GOOD 0\n"                                                                                \
	"struct user 24 8\n"                                                                       \
	" name string 0 16\n"                                                                      \
	" color enum:color 16 4\n"                                                                 \
	"struct node 32 8\n"                                                                       \
	" mood [2]enum:mood 0 8\n"                                                                 \
	" children []struct:node 8 24\n"                                                           \
	"struct people.get 32 8\n"                                                                 \
	" user struct:user 0 24\n"                                                                 \
	" deep bool 24 1\n"
#define METHODS                                                                                    \
	"service people 1\n"                                                                       \
	" method get request=people.get reply=[]struct:node oneway=0 idempotent=0\n"               \
	" method ping request=- reply=- oneway=0 idempotent=0\n"
#define LATER " method later request=- reply=u32 oneway=0 idempotent=0\n"

static const char base[] = "ringcall 1\n" TYPES METHODS;

/* Compares; returns what it says. */
static const char *compare(const char *ours, const char *theirs, uint32_t methods)
{
	static char text[256];
	int status = rc__description_compare(ours, theirs, methods, text, sizeof(text));

	cr_assert_eq(status, *text ? -EPROTO : 0, "%d: %s", status, text);
	return text;
}

/* base with `from`, which it holds, replaced. */
static const char *changed(const char *from, const char *to)
{
	static char all[4096];
	const char *at = strstr(base, from);

	cr_assert_not_null(at, "base does not hold %s", from);
	snprintf(all, sizeof(all), "%.*s%s%s", (int)(at - base), base, to, at + strlen(from));
	return all;
}

/* What is said when their text, or ours, differs from base so. */
static void expect(const char *from, const char *to, const char *there, const char *here)
{
	cr_assert_str_eq(compare(base, changed(from, to), 2), there);
	cr_assert_str_eq(compare(changed(from, to), base, 2), here);
}

Test(description, same_text_fits)
{
	cr_assert_str_eq(compare(base, base, 2), "");
}

Test(description, field_of_a_struct_is_named_with_both_sides)
{
	expect(" color enum:color 16 4\n", " color enum:color 20 4\n",
	       "struct user: field \"color\" is at byte 16 here and at byte 20 there",
	       "struct user: field \"color\" is at byte 20 here and at byte 16 there");
	expect(" color enum:color 16 4\n", " color u32 16 4\n",
	       "struct user: field \"color\" is enum:color here and u32 there",
	       "struct user: field \"color\" is u32 here and enum:color there");
	expect(" color enum:color 16 4\n", " old enum:color 16 4\n",
	       "struct user: has field \"color\" here where it has \"old\" there",
	       "struct user: has field \"old\" here where it has \"color\" there");
	expect(" color enum:color 16 4\n", " color enum:color 16 8\n",
	       "struct user: field \"color\" has 4 bytes here and 8 bytes there",
	       "struct user: field \"color\" has 8 bytes here and 4 bytes there");
	expect(" color enum:color 16 4\n", "", "struct user: field \"color\" is only here",
	       "struct user: field \"color\" is only there");
	expect(" color enum:color 16 4\n", " color enum:color 16 4\n more u32 20 4\n",
	       "struct user: field \"more\" is only there",
	       "struct user: field \"more\" is only here");
	expect("struct user 24 8\n", "struct user 32 8\n",
	       "struct user has 24 bytes here and 32 bytes there",
	       "struct user has 32 bytes here and 24 bytes there");
	expect("[2]enum:mood 0 8", "[2]enum:color 0 8",
	       "struct node: field \"mood\" is [2]enum:mood here and [2]enum:color there",
	       "struct node: field \"mood\" is [2]enum:color here and [2]enum:mood there");
}

Test(description, renamed_struct_is_named_where_it_is_used)
{
	expect("struct user 24 8\n name string 0 16\n color enum:color 16 4\n",
	       "struct person 24 8\n name string 0 16\n color enum:color 16 4\n",
	       "struct user is only here", "");
	cr_assert_str_eq(
		compare(base,
			"ringcall 1\n"
			"enum color 4\n RED 0\n BLUE 4\nenum mood 4\n GOOD 0\n"
			"struct person 24 8\n name string 0 16\n color enum:color 16 4\n"
			"struct node 32 8\n mood [2]enum:mood 0 8\n"
			" children []struct:node 8 24\n"
			"struct people.get 32 8\n user struct:person 0 24\n"
			" deep bool 24 1\n" METHODS,
			2),
		"people.get: parameter \"user\" is struct:user here and struct:person there");
}

Test(description, parameter_is_named_with_its_method)
{
	expect(" deep bool 24 1\n", " deep u8 24 1\n",
	       "people.get: parameter \"deep\" is bool here and u8 there",
	       "people.get: parameter \"deep\" is u8 here and bool there");
	expect(" deep bool 24 1\n", "", "people.get: parameter \"deep\" is only here",
	       "people.get: parameter \"deep\" is only there");
}

Test(description, enum_that_is_sent_may_have_more_constants_at_the_worker)
{
	expect(" BLUE 4\n", " BLUE 4\n GREEN 5\n", "",
	       "enum color: \"GREEN\" is only here, and the worker would refuse it");
	expect(" BLUE 4\n", " WHITE 2\n BLUE 4\n", "",
	       "enum color: \"WHITE\" is only here, and the worker would refuse it");
	expect(" BLUE 4\n", " AZURE 4\n",
	       "enum color: \"BLUE\" is only here, and the worker would refuse it",
	       "enum color: \"AZURE\" is only here, and the worker would refuse it");
}

Test(description, enum_that_is_received_may_have_more_constants_at_the_host)
{
	expect(" GOOD 0\n", " GOOD 0\n BAD 1\n",
	       "enum mood: \"BAD\" is only there, and this program would refuse it", "");
	expect(" GOOD 0\n", " BAD 1\n GOOD 0\n",
	       "enum mood: \"BAD\" is only there, and this program would refuse it", "");
}

Test(description, enum_that_goes_both_ways_has_the_same_constants)
{
	static const char both[] = "ringcall 1\nenum color 4\n RED 0\n"
				   "struct s.set 4 4\n color enum:color 0 4\nservice s 1\n"
				   " method set request=s.set reply=enum:color oneway=0\n";
	static const char more[] = "ringcall 1\nenum color 4\n RED 0\n BLUE 1\n"
				   "struct s.set 4 4\n color enum:color 0 4\nservice s 1\n"
				   " method set request=s.set reply=enum:color oneway=0\n";

	cr_assert_str_eq(compare(both, both, 1), "");
	cr_assert_str_eq(compare(both, more, 1),
			 "enum color: \"BLUE\" is only there, and this program would refuse it");
	cr_assert_str_eq(compare(more, both, 1),
			 "enum color: \"BLUE\" is only here, and the worker would refuse it");
}

Test(description, changed_constant_of_an_enum_is_named)
{
	expect(" BLUE 4\n", " BLUE 5\n", "enum color: \"BLUE\" is 4 here and 5 there",
	       "enum color: \"BLUE\" is 5 here and 4 there");
	expect(" GOOD 0\n", " GOOD 5\n", "enum mood: \"GOOD\" is 0 here and 5 there",
	       "enum mood: \"GOOD\" is 5 here and 0 there");
	expect(" RED 0\n BLUE 4\n", " BLUE 4\n RED 0\n",
	       "enum color: \"BLUE\" is elsewhere in the list there",
	       "enum color: \"RED\" is elsewhere in the list there");
	expect("enum mood 4\n", "enum mood 8\n", "enum mood has 4 bytes here and 8 bytes there",
	       "enum mood has 8 bytes here and 4 bytes there");
}

Test(description, methods_may_be_added_at_the_end_and_nowhere_else)
{
	cr_assert_str_eq(compare(base, "ringcall 1\n" TYPES METHODS LATER, 3), "");
	cr_assert_str_eq(compare("ringcall 1\n" TYPES METHODS LATER, base, 2), "");
	expect(" method ping ", " method later ",
	       "method 2 is \"ping\" here and \"later\" there, and methods can be added at the end "
	       "only",
	       "method 2 is \"later\" here and \"ping\" there, and methods can be added at the end "
	       "only");
	cr_assert_str_eq(
		compare(base, changed(" method get", LATER " method get"), 3),
		"method 1 is \"get\" here and \"later\" there, and methods can be added at "
		"the end only");
}

Test(description, types_of_methods_that_one_side_lacks_may_differ)
{
	static const char more[] =
		"ringcall 1\n" TYPES "struct news 4 4\n number u32 0 4\n" METHODS
		" method news request=- reply=struct:news oneway=0 idempotent=0\n";

	cr_assert_str_eq(compare(more, base, 2), "");
	cr_assert_str_eq(compare(base, more, 3), "");
}

Test(description, an_enum_that_a_later_method_returns_is_judged_by_the_common_methods)
{
	static const char more[] =
		"ringcall 1\n" TYPES METHODS
		" method color request=- reply=enum:color oneway=0 idempotent=0\n";

	cr_assert_str_eq(compare(base, more, 3), "");
	cr_assert_str_eq(compare(changed(" BLUE 4\n", ""), more, 3), "");
}

Test(description, changed_method_is_named_with_what_changed)
{
	expect("ping request=- reply=-", "ping request=- reply=u32",
	       "method \"ping\" returns nothing here and u32 there",
	       "method \"ping\" returns u32 here and nothing there");
	expect("ping request=-", "ping request=people.ping",
	       "method \"ping\" has parameters there and none here",
	       "method \"ping\" has parameters here and none there");
	expect("ping request=- reply=- oneway=0", "ping request=- reply=- oneway=1",
	       "method \"ping\" is RC_ONEWAY only there", "method \"ping\" is RC_ONEWAY only here");
	expect("ping request=- reply=- oneway=0 idempotent=0",
	       "ping request=- reply=- oneway=0 idempotent=1",
	       "method \"ping\" is RC_IDEMPOTENT only there",
	       "method \"ping\" is RC_IDEMPOTENT only here");
	expect("service people 1\n", "service people 2\n", "has version 1 here and version 2 there",
	       "has version 2 here and version 1 there");
}

Test(description, text_of_a_hostile_worker_is_only_text)
{
	cr_assert_str_eq(compare(base, "", 2), "was generated by a ringgen of another kind");
	cr_assert_str_eq(compare(base, "\n\n\n", 2), "was generated by a ringgen of another kind");
	cr_assert_str_eq(compare(base, "ringcall 2\n", 2),
			 "was generated by a ringgen of another kind");
	cr_assert_str_eq(compare(base, "ringcall 1\n", 0),
			 "its description does not list its methods");
	cr_assert_str_eq(compare(base, "ringcall 1\n" METHODS, 2), "enum color is only here");
	cr_assert_str_eq(compare(base, base, 3), "its description does not list its methods");
	cr_assert_str_eq(compare(base, "ringcall 1\nservice people 1\n \n  \n", 2),
			 "method 1 is \"get\" here and \"\" there, and methods can be added at the "
			 "end only");
	cr_assert_str_eq(compare(base, changed(" name string 0 16\n", " \n"), 2),
			 "struct user: has field \"name\" here where it has \"\" there");
	cr_assert_str_eq(compare(base, changed(" name string 0", " \033[2J\x7f"), 2),
			 "struct user: has field \"name\" here where it has \"?[2J?\" there");
}

/* Every prefix, and every byte replaced: nothing is read beyond the end, nothing is taken for base
 * that is not. The copies have no byte to spare, for the address sanitizer. */
Test(description, text_that_is_cut_or_damaged_is_refused)
{
	for (size_t bytes = 0; bytes + 1 < sizeof(base); bytes++) {
		char *cut = strndup(base, bytes);

		/* Only the last newline may be missing. */
		cr_assert_eq(*compare(base, cut, 2) == '\0', bytes + 2 == sizeof(base), "%zu bytes",
			     bytes);
		free(cut);
	}
	for (size_t at = 0; at + 1 < sizeof(base); at++) {
		size_t good = (size_t)(strstr(base, " GOOD 0\n") - base);

		/* A constant less of an enum that is only received is none of our business. */
		if (at == good)
			at += strlen(" GOOD 0\n");
		for (const char *byte = "\n :=0x\xff\x01"; *byte; byte++) {
			char *damaged = strdup(base);

			damaged[at] = *byte;
			if (strcmp(damaged, base))
				cr_assert_neq(*compare(base, damaged, 2), '\0', "%s", damaged);
			free(damaged);
		}
	}
}
