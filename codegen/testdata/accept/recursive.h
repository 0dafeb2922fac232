/* SPDX-License-Identifier: MIT */
/* recursive.h - types that hold themselves, through slices. */
#ifndef RECURSIVE_H
#define RECURSIVE_H

#include <ringcall/idl.h>

struct recursive_tree;
RC_SLICE(recursive_forest, struct recursive_tree);

/* A node and what is below it. */
struct recursive_tree {
	struct rc_str name;
	struct recursive_forest children;
};

/* Two that hold each other. */
struct recursive_person;
RC_SLICE(recursive_people, struct recursive_person);
struct recursive_house {
	bool empty;
	struct recursive_people people;
};
RC_SLICE(recursive_houses, struct recursive_house);
struct recursive_person {
	struct recursive_house home;
	struct recursive_houses others;
};

RC_SERVICE(recursive) {
	int (*mirror)(const struct recursive_tree *tree, struct recursive_tree *mirrored);
	int (*plant)(struct recursive_forest forest, uint64_t *trees);
	int (*move)(const struct recursive_person *person, struct recursive_house *house);
};

#endif
