/* SPDX-License-Identifier: MIT */
/* host.c - a C program with plug-ins, that knows neither Go nor ringcall. */
#include <dlfcn.h>
#include <err.h>
#include <stdio.h>

#include "examples/plugin/plugin.h"

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "examples/plugin/plugin.so";
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const struct plugin *plugin = library ? dlsym(library, "plugin") : NULL;
	char description[100];

	if (!plugin)
		errx(1, "%s", dlerror());
	if (plugin->start() ||
	    plugin->describe("Gr\xc3\xbc\xc3\x9f Gott", description, sizeof(description)) ||
	    plugin->stop())
		errx(1, "%s", plugin->reason());
	puts(description);
	if (dlclose(library))
		errx(1, "%s", dlerror());
	return 0;
}
