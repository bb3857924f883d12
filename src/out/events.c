/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/events.h"

#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "model/column.h"
#include "model/history.h"
#include "model/table.h"

/* As the time between two lists, and to the millisecond. */
static void add_time(struct buf *out, uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / NS_PER_S);
	char text[32], zone[16];
	struct tm local;

	localtime_r(&seconds, &local);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &local);
	strftime(zone, sizeof(zone), "%z", &local);
	buf_printf(out, "%s.%03u%s", text, (unsigned)(real_ns % NS_PER_S / NS_PER_MS), zone);
}

static void add_column(struct buf *out, enum column_id id, const struct row *row, const struct column_context *context)
{
	buf_putc(out, ' ');
	columns[id].text(out, row, context);
}

/* A closing that no look had seen before has no state: the kernel does not tell in which it was. */
static void add_state(struct buf *out, const struct history_entry *entry)
{
	buf_putc(out, ' ');
	if (entry->unseen) {
		buf_putc(out, '-');
		return;
	}
	if (entry->kind == HISTORY_CHANGED) {
		state_format(out, entry->from);
		buf_putc(out, '>');
	}
	state_format(out, entry->sock.state);
}

void events_line(struct buf *out, const struct history_entry *entry, const struct names *names, bool netns)
{
	const struct column_context context = { .names = names };
	const struct row row = history_row(entry);

	add_time(out, entry->real_ns);
	buf_printf(out, " %s", history_kind_name(entry->kind));
	if (entry->kind == HISTORY_LOST) {
		buf_printf(out, "%s - - - - -\n", netns ? " -" : "");
		return;
	}
	add_column(out, COLUMN_PROTO, &row, &context);
	add_column(out, COLUMN_LOCAL, &row, &context);
	add_column(out, COLUMN_FOREIGN, &row, &context);
	add_state(out, entry);
	if (netns)
		add_column(out, COLUMN_NETNS, &row, &context);
	add_column(out, COLUMN_OWNERS, &row, &context);
	buf_putc(out, '\n');
}
