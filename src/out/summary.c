/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/summary.h"

#include <string.h>

#include "base/buf.h"
#include "model/listing.h"
#include "model/proto.h"
#include "model/query.h"
#include "model/table.h"
#include "out/sink.h"

static const uint8_t order[] = {
	STATE_LISTEN, STATE_BOUND, STATE_UNCONN, STATE_SYN_SENT, STATE_SYN_RECV, STATE_ESTABLISHED, STATE_FIN_WAIT1,
	STATE_FIN_WAIT2, STATE_CLOSE_WAIT, STATE_LAST_ACK, STATE_CLOSING, STATE_TIME_WAIT, STATE_CLOSE, STATE_COUNT,
};

enum { STATES = sizeof(order) / sizeof(order[0]) };

_Static_assert((int)STATES == (int)STATE_COUNT, "each state is there once: none has the number 0, and the unknown ones have STATE_COUNT");

void summary_make(struct summary *summary, const struct table *table, const struct listing *listing,
		  const struct query *query)
{
	memset(summary, 0, sizeof(*summary));
	summary->protos = query->protos;
	for (size_t i = 0; i < listing->count; i++) {
		const struct sock *sock = &table->rows[listing->rows[i]].sock;

		summary->counts[sock->proto][sock->state < STATE_COUNT ? sock->state : STATE_COUNT][sock->family]++;
	}
}

static bool is_inet(unsigned proto)
{
	return (proto_entries[proto].families & FAMILIES_INET) != 0;
}

static void add(struct summary_line *line, const size_t counts[FAMILY_COUNT])
{
	for (unsigned family = 0; family < FAMILY_COUNT; family++) {
		line->of[family] += counts[family];
		line->total += counts[family];
	}
}

bool summary_next(const struct summary *summary, unsigned *at, struct summary_line *line)
{
	while (*at < PROTO_COUNT * STATES) {
		unsigned proto = *at / STATES, state = order[*at % STATES];

		++*at;
		*line = (struct summary_line){
			.proto = proto_name(proto),
			.state = state < STATE_COUNT ? state_name(state) : "other",
			.inet = is_inet(proto),
		};
		add(line, summary->counts[proto][state]);
		if (line->total > 0)
			return true;
	}
	return false;
}

struct summary_line summary_total(const struct summary *summary, unsigned proto)
{
	struct summary_line line = { .proto = proto < PROTO_COUNT ? proto_name(proto) : "all", .state = "total" };

	line.inet = proto == PROTO_COUNT || is_inet(proto);
	for (unsigned one = 0; one < PROTO_COUNT; one++) {
		for (unsigned state = 0; state <= STATE_COUNT && (proto == one || proto == PROTO_COUNT); state++)
			add(&line, summary->counts[one][state]);
	}
	return line;
}

/* Names are cut short by nobody, so the longest that may come makes the first column. */
static int name_width(const struct summary *summary)
{
	size_t width = sizeof("udplite") - 1;

	for (unsigned proto = 0; proto < PROTO_COUNT; proto++) {
		if ((summary->protos >> proto & 1) != 0 && strlen(proto_name(proto)) > width)
			width = strlen(proto_name(proto));
	}
	return (int)width;
}

static void write_line(struct sink *sink, int width, const struct summary_line *line)
{
	buf_printf(&sink->buf, "%-*s %-11s %8zu", width, line->proto, line->state, line->total);
	if (line->inet)
		buf_printf(&sink->buf, " %8zu %8zu\n", line->of[FAMILY_INET], line->of[FAMILY_INET6]);
	else
		buf_printf(&sink->buf, " %8s %8s\n", "-", "-");
}

void summary_write(struct sink *sink, const struct summary *summary, bool header)
{
	const int width = name_width(summary);
	struct summary_line line;
	unsigned at = 0;

	if (header)
		buf_printf(&sink->buf, "%-*s %-11s %8s %8s %8s\n", width, "Proto", "State", "Total", "IPv4", "IPv6");
	while (summary_next(summary, &at, &line))
		write_line(sink, width, &line);
	for (unsigned proto = 0; proto <= PROTO_COUNT; proto++) {
		line = summary_total(summary, proto);
		if (proto == PROTO_COUNT || (summary->protos >> proto & 1) != 0)
			write_line(sink, width, &line);
	}
}

static void add_counts(struct sink *sink, const struct summary_line *line)
{
	buf_printf(&sink->buf, "\"total\":%zu,\"inet\":%zu,\"inet6\":%zu", line->total, line->of[FAMILY_INET],
		   line->of[FAMILY_INET6]);
}

void summary_write_json(struct sink *sink, const struct summary *summary, const char *time)
{
	struct summary_line line = summary_total(summary, PROTO_COUNT);
	unsigned at = 0;

	buf_printf(&sink->buf, "{\"schema\":1,\"time\":\"%s\",", time);
	add_counts(sink, &line);
	buf_puts(&sink->buf, ",\"states\":[");
	for (const char *before = "\n"; summary_next(summary, &at, &line); before = ",\n") {
		buf_printf(&sink->buf, "%s{\"proto\":\"%s\",\"state\":\"%s\",", before, line.proto, line.state);
		add_counts(sink, &line);
		buf_putc(&sink->buf, '}');
	}
	buf_puts(&sink->buf, "\n]}\n");
}
