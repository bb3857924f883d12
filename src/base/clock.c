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

void clock_set(struct clock *clock, enum clock_kind kind, uint64_t mono_ns, uint64_t day_ns)
{
	*clock = (struct clock){ .kind = kind, .mono_ns = mono_ns, .day_ns = day_ns, .since_ns = clock_mono_ns() };
}

/* How far one that runs has come since it was set or held. */
static uint64_t passed_ns(const struct clock *clock)
{
	return clock->kind == CLOCK_RUNNING && !clock->held ? clock_mono_ns() - clock->since_ns : 0;
}

uint64_t clock_now_ns(const struct clock *clock)
{
	return clock->kind == CLOCK_SYSTEM ? clock_mono_ns() : clock->mono_ns + passed_ns(clock);
}

uint64_t clock_day_ns(const struct clock *clock)
{
	return clock->kind == CLOCK_SYSTEM ? clock_real_ns() : clock->day_ns + passed_ns(clock);
}

static void move(struct clock *clock, uint64_t ns)
{
	clock->mono_ns += ns;
	clock->day_ns += ns;
}

void clock_hold(struct clock *clock, bool held)
{
	if (held == clock->held)
		return;
	move(clock, passed_ns(clock));
	clock->since_ns = clock_mono_ns();
	clock->held = held;
}

void clock_advance(struct clock *clock, uint64_t mono_ns)
{
	if (clock->kind == CLOCK_STILL && !clock->held && mono_ns > clock->mono_ns)
		move(clock, mono_ns - clock->mono_ns);
}
