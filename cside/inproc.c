/* SPDX-License-Identifier: MIT */
/*
 * inproc.c - a Go side in this process: linked with the program, or loaded now.
 *
 * Go's exported function rc_go_start() serves one control socket, as a worker's main does with its
 * own, so handshake, region and rings are those of a worker. A linked Go side is found by
 * RC_LINK_GO in the program, or, in a shared library, by name. A loaded one stays loaded for good:
 * a Go runtime cannot be stopped.
 */
#define _GNU_SOURCE
#include <dlfcn.h>

#include "internal.h"
#include "sys.h"

/* What RC_LINK_GO defines. */
extern const struct rc_linked_go rc_linked_go __attribute__((weak));

typedef int start_go(int control_fd);

static start_go *find_start(void *library)
{
	start_go *start;
	void *found = dlsym(library, "rc_go_start");

	/* ISO C has no conversion from an object's pointer to a function's. */
	memcpy(&start, &found, sizeof(start));
	return start;
}

static int find_linked(struct rc_peer *peer)
{
	if (&rc_linked_go)
		peer->start_go = rc_linked_go.start;
	else
		peer->start_go = find_start(RTLD_DEFAULT);
	if (peer->start_go)
		return 0;
	return rc__error_set(-ENOENT, RC_RAN_NO,
			     "ringcall: %s: this program is linked with no Go code; link the "
			     "c-archive and write RC_LINK_GO in one file, or name a library, "
			     "\"ring:PATH.so\"",
			     peer->name);
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
	peer->start_go = find_start(library);
	if (peer->start_go)
		return 0;
	return rc__error_set(-ENOEXEC, RC_RAN_NO,
			     "ringcall: %s has no rc_go_start; does its main package import "
			     "ringcall/goside/inproc, and was it built with cgo?",
			     peer->name);
}
