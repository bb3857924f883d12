/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"

#include <time.h>

static uint64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time); /* cannot fail for these two clocks (clock_gettime(2)) */
	return (uint64_t)time.tv_sec * NS_PER_S + (uint64_t)time.tv_nsec;
}

uint64_t clock_mono_ns(void)
{
	return now(CLOCK_MONOTONIC);
}

uint64_t clock_real_ns(void)
{
	return now(CLOCK_REALTIME);
}
