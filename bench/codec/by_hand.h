/* SPDX-License-Identifier: MIT */
/*
 * by_hand.h - what a C programmer would write to copy the same bytes: the yardstick.
 */
#ifndef RINGCALL_BENCH_CODEC_BY_HAND_H
#define RINGCALL_BENCH_CODEC_BY_HAND_H

#include "bench/codec/lists.h"

/* Writes the message of the batch to `to`, which is large enough. Returns its bytes. */
uint64_t by_hand_encode(const struct lists_batch *batch, unsigned char *to);

#endif
