/* SPDX-License-Identifier: MIT */
/*
 * inproc.c - a Go side in this process: linked with the program, or loaded now.
 *
 * Go's exported function rc_go_start() serves one control socket, as a worker's main does with its
 * own, so handshake, region and rings are those of a worker; direct.c says what cgo: adds. A linked
 * Go side is found by RC_LINK_GO in the program, or, in a shared library, by name. A loaded one
 * stays loaded for good: a Go runtime cannot be stopped.
 */
#define _GNU_SOURCE
#include <dlfcn.h>

#include "internal.h"
#include "sys.h"

/* What RC_LINK_GO defines. */
extern const struct rc_linked_go rc_linked_go __attribute__((weak));

/* Sets a pointer to a function from dlsym's, which ISO C has no conversion for. */
static bool find(void *library, const char *symbol, void *function, size_t function_bytes)
{
	void *found = dlsym(library, symbol);

	memcpy(function, &found, function_bytes);
	return found != NULL;
}

static bool find_all(void *library, struct rc_linked_go *go)
{
	return find(library, "rc_go_start", &go->start, sizeof(go->start)) &&
	       find(library, "rc_go_lane", &go->lane, sizeof(go->lane)) &&
	       find(library, "rc_go_call", &go->call, sizeof(go->call)) &&
	       find(library, "rc_go_site", &go->site, sizeof(go->site)) &&
	       find(library, "rc_go_call_in_place", &go->call_in_place, sizeof(go->call_in_place));
}

static int find_linked(struct rc_peer *peer)
{
	if (&rc_linked_go)
		peer->go = rc_linked_go;
	else if (!find_all(RTLD_DEFAULT, &peer->go))
		return rc__error_set(-ENOENT, RC_RAN_NO,
				     "ringcall: %s: this program is linked with no Go code; link "
				     "the c-archive and write RC_LINK_GO in one file, or name a "
				     "library, \"ring:PATH.so\"",
				     peer->name);
	return 0;
}

int rc__inproc_find(struct rc_peer *peer)
{
	void *library;

	if (!*peer->path)
		return find_linked(peer);
	library = dlopen(peer->path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
	if (!library)
		return rc__error_set(-ENOENT, RC_RAN_NO, "ringcall: %s cannot be loaded: %s",
				     peer->name, dlerror());
	if (find_all(library, &peer->go))
		return 0;
	return rc__error_set(-ENOEXEC, RC_RAN_NO,
			     "ringcall: %s lacks what goside/inproc of this version exports; does "
			     "its main package import ringcall/goside/inproc, and was it built "
			     "with cgo, from this version of ringcall?",
			     peer->name);
}
