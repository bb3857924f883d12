/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/clock.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/text.h"

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

void clock_wait(struct clock *clock, struct pollfd *polled, size_t count, uint64_t due_ns)
{
	uint64_t now = clock_now_ns(clock), wait = due_ns > now ? due_ns - now : 0;

	if (clock->kind == CLOCK_STILL) {
		clock_advance(clock, due_ns);
		wait = 0;
	}
	/* An hour at most, which an int has room for: whoever waits looks again then. */
	wait = wait < 3600 * NS_PER_S ? wait : 3600 * NS_PER_S;
	poll(polled, count, (int)((wait + NS_PER_MS - 1) / NS_PER_MS));
}

/* The offset from UTC at the end: "Z", "+01:00". */
static bool parse_offset(const char *text, int *seconds)
{
	int hours, minutes, end = 0;

	*seconds = 0;
	if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
		return true;
	if (strlen(text) != 6 || sscanf(text + 1, "%2d:%2d%n", &hours, &minutes, &end) != 2 || end != 5 || minutes > 59)
		return false;
	*seconds = (hours * 3600 + minutes * 60) * (text[0] == '-' ? -1 : 1);
	return text[0] == '+' || text[0] == '-';
}

static bool parse_date(const char *text, uint64_t *day_ns)
{
	struct tm date = { .tm_isdst = 0 };
	unsigned long nanoseconds = 0;
	int end = 0, offset;

	if (sscanf(text, "%4d-%2d-%2dT%2d:%2d:%2d%n", &date.tm_year, &date.tm_mon, &date.tm_mday, &date.tm_hour, &date.tm_min,
		   &date.tm_sec, &end) != 6 || end != 19)
		return false;
	text += end;
	if (*text == '.') {
		unsigned long unit = NS_PER_S;

		for (text++; *text >= '0' && *text <= '9'; text++) {
			unit /= 10;
			nanoseconds += (unsigned long)(*text - '0') * unit;
		}
	}
	date.tm_year -= 1900;
	date.tm_mon--;
	const struct tm meant = date;
	time_t seconds = timegm(&date);
	/* The 31st of February is none: timegm(3) makes another day of it. */
	if (!parse_offset(text, &offset) || seconds - offset < 0 || date.tm_mday != meant.tm_mday ||
	    date.tm_mon != meant.tm_mon || date.tm_hour != meant.tm_hour || date.tm_min != meant.tm_min)
		return false;
	*day_ns = (uint64_t)(seconds - offset) * NS_PER_S + nanoseconds;
	return true;
}

bool clock_parse(const char *text, uint64_t *day_ns)
{
	double seconds;

	if (!text_number(text, 0, 4e9, &seconds))
		return parse_date(text, day_ns);
	*day_ns = (uint64_t)(seconds * 1000 + 0.5) * NS_PER_MS;
	return true;
}

void clock_format(struct buf *out, uint64_t day_ns)
{
	time_t seconds = (time_t)(day_ns / NS_PER_S);
	struct tm utc;
	char text[32];

	gmtime_r(&seconds, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	buf_printf(out, "%s.%03uZ", text, (unsigned)(day_ns % NS_PER_S / NS_PER_MS));
}
