/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/rate.h"

#include "base/buf.h"
#include "base/clock.h"
#include "model/sock.h"

/*
 * Two readings may be next to each other, when a key asked for one at once.  What came between them says little about a
 * second: the rate before stands until there is a better one, and the next one counts from here.
 */
#define LEAST_NS (50 * NS_PER_MS)

static uint64_t per_second(uint64_t before, uint64_t now, uint64_t passed_ns)
{
	return (uint64_t)((double)(now - before) * (double)NS_PER_S / (double)passed_ns + 0.5);
}

static void keep(struct sock_info *fresh, const struct sock_info *before)
{
	fresh->have |= before->have & INFO_RATES;
	fresh->in_rate = before->in_rate;
	fresh->out_rate = before->out_rate;
}

void rate_follow(struct sock_info *fresh, const struct sock_info *before)
{
	bool both = (fresh->have & before->have & INFO_BYTES) != 0;
	uint64_t passed_ns = fresh->read_ns - before->read_ns;

	if (!both || fresh->read_ns < before->read_ns || fresh->received_bytes < before->received_bytes ||
	    fresh->acked_bytes < before->acked_bytes)
		return;
	if (passed_ns < LEAST_NS) {
		keep(fresh, before);
		return;
	}
	fresh->have |= INFO_RATES;
	fresh->in_rate = per_second(before->received_bytes, fresh->received_bytes, passed_ns);
	fresh->out_rate = per_second(before->acked_bytes, fresh->acked_bytes, passed_ns);
}

void rate_format(struct buf *out, uint64_t bytes_per_s)
{
	static const char units[] = " kMGTPE";
	uint64_t unit = 1;
	const char *name = units;

	for (; bytes_per_s / unit >= 1000; unit *= 1000)
		name++;
	unsigned whole = (unsigned)(bytes_per_s / unit), thousandths = unit > 1 ? (unsigned)(bytes_per_s % unit / (unit / 1000)) : 0;

	if (unit == 1)
		buf_uint(out, bytes_per_s);
	else if (whole >= 100)
		buf_printf(out, "%u%c", whole, *name);
	else if (whole >= 10)
		buf_printf(out, "%u.%u%c", whole, thousandths / 100, *name);
	else
		buf_printf(out, "%u.%02u%c", whole, thousandths / 10, *name);
}
