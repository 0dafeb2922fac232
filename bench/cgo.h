/* SPDX-License-Identifier: MIT */
/*
 * cgo.h - a bare call from C to Go inside one process: what cgo's //export costs.
 */
#ifndef RINGCALL_BENCH_CGO_H
#define RINGCALL_BENCH_CGO_H

#include <stdint.h>

struct cgo;

/* Starts the helper program at `path`. */
struct cgo *cgo_open(const char *path);

/* Times for slice_ns; returns nanoseconds a call. */
double cgo_slice_ns(struct cgo *cgo, uint64_t warm_ns, uint64_t slice_ns);

/* Ends the helper. */
void cgo_close(struct cgo *cgo);

#endif
