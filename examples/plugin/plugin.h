/* SPDX-License-Identifier: MIT */
/* plugin.h - what the host asks of a plug-in: an interface as many C programs have one. */
#ifndef PLUGIN_H
#define PLUGIN_H

#include <stddef.h>

/* A plug-in exports one of these as `plugin`. Its functions return 0, or -1 with a reason. */
struct plugin {
	int (*start)(void);
	int (*describe)(const char *text, char *description, size_t bytes);
	int (*stop)(void);
	const char *(*reason)(void);
};

#endif
