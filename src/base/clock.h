/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only place where a clock is read.  Everything else is handed a time, so that tests and replays hand in theirs.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

/* Nanoseconds of CLOCK_MONOTONIC (only differences mean something) and of CLOCK_REALTIME (since 1970, UTC). */
uint64_t clock_mono_ns(void);
uint64_t clock_real_ns(void);

#endif
