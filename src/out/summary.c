/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/summary.h"

#include <string.h>

#include "base/buf.h"
#include "model/listing.h"
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

	for (unsigned one = 0; one < PROTO_COUNT; one++) {
		for (unsigned state = 0; state <= STATE_COUNT && (proto == one || proto == PROTO_COUNT); state++)
			add(&line, summary->counts[one][state]);
	}
	return line;
}

static void write_line(struct sink *sink, const struct summary_line *line)
{
	buf_printf(&sink->buf, "%-7s %-11s %8zu %8zu %8zu\n", line->proto, line->state, line->total, line->of[FAMILY_INET],
		   line->of[FAMILY_INET6]);
}

static void write_total(struct sink *sink, const struct summary *summary, unsigned proto)
{
	struct summary_line total = summary_total(summary, proto);

	write_line(sink, &total);
}

void summary_write(struct sink *sink, const struct summary *summary, bool header)
{
	struct summary_line line;
	unsigned at = 0;

	if (header)
		buf_printf(&sink->buf, "%-7s %-11s %8s %8s %8s\n", "Proto", "State", "Total", "IPv4", "IPv6");
	while (summary_next(summary, &at, &line))
		write_line(sink, &line);
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++) {
		if (summary->protos >> proto & 1)
			write_total(sink, summary, proto);
	}
	write_total(sink, summary, PROTO_COUNT);
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
