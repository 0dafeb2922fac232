/* SPDX-License-Identifier: MIT */
/* description_test.c - that two descriptions are compared as a person would, and named so. */
#include <criterion/criterion.h>

#include "internal.h"

static const char base[] = "ringcall 1\n"
			   "enum color 4\n"
			   " RED 0\n"
			   " BLUE 4\n"
			   "struct user 24 8\n"
			   " name string 0 16\n"
			   " age u32 16 4\n"
			   "service people\n"
			   " method get request=user reply=user oneway=0\n";

/* Compares `theirs` with base; returns what it says. */
static const char *difference(const char *theirs)
{
	static char text[256];

	return rc__description_fits(base, theirs, text, sizeof(text)) ? "" : text;
}

Test(description, same_text_fits)
{
	cr_assert_str_eq(difference(base), "");
}

Test(description, moved_field_is_named_with_both_places)
{
	cr_assert_str_eq(
		difference("ringcall 1\nstruct user 24 8\n name string 0 16\n age u32 20 4\n"),
		"struct user: field \"age\" is at byte 16 here and at byte 20 there");
}

Test(description, changed_type_is_named_with_both_types)
{
	cr_assert_str_eq(
		difference("ringcall 1\nstruct user 24 8\n name string 0 16\n age i32 16 4\n"),
		"struct user: field \"age\" is u32 here and i32 there");
}

Test(description, renamed_field_is_named_with_both_names)
{
	cr_assert_str_eq(
		difference("ringcall 1\nstruct user 24 8\n name string 0 16\n old u32 16 4\n"),
		"struct user: has \"age\" here where it has \"old\" there");
}

Test(description, missing_field_is_named_with_its_side)
{
	cr_assert_str_eq(difference("ringcall 1\nstruct user 24 8\n name string 0 16\n"),
			 "struct user: \"age\" is only here");
	cr_assert_str_eq(difference(
				 "ringcall 1\nstruct user 24 8\n name string 0 16\n age u32 16 4\n"
				 " more u32 20 4\n"),
			 "struct user: \"more\" is only there");
}

Test(description, changed_enum_value_is_named)
{
	cr_assert_str_eq(difference("ringcall 1\nenum color 4\n RED 0\n BLUE 5\n"),
			 "enum color: \"BLUE\" is 4 here and 5 there");
}

Test(description, methods_may_be_added_at_the_end_and_no_elsewhere)
{
	cr_assert_str_eq(difference("ringcall 1\nservice people\n"
				    " method get request=user reply=user oneway=0\n"
				    " method put request=user reply= oneway=1\n"),
			 "");
	cr_assert_str_neq(difference("ringcall 1\nservice people\n"
				     " method put request=user reply= oneway=1\n"
				     " method get request=user reply=user oneway=0\n"),
			  "");
}

Test(description, text_of_a_hostile_worker_is_only_text)
{
	cr_assert_str_neq(difference(""), "");
	cr_assert_str_neq(difference("\n\n\n"), "");
	cr_assert_str_neq(difference("ringcall 2\n"), "");
	difference("ringcall 1\n \n  \nstruct\nstruct \nstruct user\n name\n");
	difference("ringcall 1\nstruct user 24 8\n \n");
	difference("ringcall 1\nstruct user 24 8\n name string\n age");
}
