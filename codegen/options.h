/* SPDX-License-Identifier: MIT */
/*
 * options.h - the command line of ringgen. docs/ringgen.1 describes it; a test compares the two.
 */
#ifndef RINGGEN_OPTIONS_H
#define RINGGEN_OPTIONS_H

#include "parse.h"

enum describe {
	DESCRIBE_NO,
	DESCRIBE_TABLE,
	DESCRIBE_JSON
};

struct options {
	const char *source;
	const char *c_header;
	const char *c_source;
	const char *go;
	const char *go_package; /* never NULL once parsed */
	const char *go_import;
	const char *skeleton;
	const char *tags;
	const char *include;
	const char *depfile;
	enum describe describe;
	bool has_main;
	bool is_layout;
	bool is_check;
	struct strings compiler; /* what goes to the compiler as it is */
};

/*
 * Reads the command line. Returns an exit status when the program ends with that: 0 for --help and
 * --version, 2 for a wrong one, whose reason is printed; or -1 to go on.
 */
int options_parse(int count, char **arguments, struct options *options);

#endif
