/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The only place where a clock is read.  Everything else is handed a time, so that tests and replays hand in theirs.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

/* Nanoseconds of CLOCK_MONOTONIC (only differences mean something) and of CLOCK_REALTIME (since 1970, UTC). */
uint64_t clock_mono_ns(void);
uint64_t clock_real_ns(void);

enum clock_kind {
	CLOCK_SYSTEM, /* the system's */
	CLOCK_RUNNING, /* goes as fast, from a time of its own */
	CLOCK_STILL,  /* goes on only where clock_advance says so */
};

/* What the live program lives by. */
struct clock {
	enum clock_kind kind;
	bool held;         /* it does not go on for now, whatever its kind */
	uint64_t mono_ns;  /* what it shows, in differences; of one that runs: at since_ns */
	uint64_t day_ns;   /* the time of day, since 1970, that belongs to it */
	uint64_t since_ns; /* of CLOCK_MONOTONIC */
};

/* Sets it; a clock of zeros is the system's. */
void clock_set(struct clock *clock, enum clock_kind kind, uint64_t mono_ns, uint64_t day_ns);

/* What it shows: to be compared with itself, and since 1970. */
uint64_t clock_now_ns(const struct clock *clock);
uint64_t clock_day_ns(const struct clock *clock);

/* Stops it, or lets it go on from there.  The system's cannot be stopped. */
void clock_hold(struct clock *clock, bool held);

/*
 * Waits as poll(2) does, until the clock shows due_ns at the latest.  One that stands still jumps there instead, and what is
 * polled is only looked at.
 */
struct pollfd;
void clock_wait(struct clock *clock, struct pollfd *polled, size_t count, uint64_t due_ns);

/* Reads a time of day: "2026-11-20T14:02:11Z", with a fraction and another offset if need be, or seconds since 1970. */
bool clock_parse(const char *text, uint64_t *day_ns);

/* Appends a time since 1970 the same way, in UTC and to the millisecond: "2026-11-20T14:02:11.000Z" (RFC 3339). */
struct buf;
void clock_format(struct buf *out, uint64_t day_ns);

/* Lets one that stands still, and is not held, jump to a time that is not before what it shows. */
void clock_advance(struct clock *clock, uint64_t mono_ns);

#endif
