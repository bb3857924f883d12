/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/holder.h"

#include "base/buf.h"
#include "model/column.h"
#include "model/table.h"

/* NULL when nobody has it, and whether something in TIME_WAIT is left. */
static const struct row *find(const struct table *table, const struct holder_port *port, bool *waits)
{
	const struct row *holder = NULL;

	*waits = false;
	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];

		if (row->sock.local_port != port->number || row->life == ROW_GONE ||
		    (row->sock.netns != port->netns && !port->anywhere))
			continue;
		*waits |= row->sock.state == STATE_TIME_WAIT;
		if (row->sock.state != STATE_TIME_WAIT &&
		    (holder == NULL || (sock_is_listening(&row->sock) && !sock_is_listening(&holder->sock))))
			holder = row;
	}
	return holder;
}

void holder_text(struct buf *out, const struct table *table, const struct holder_port *port,
		 const struct column_context *context)
{
	bool waits;
	const struct row *holder = find(table, port, &waits);

	if (holder == NULL) {
		buf_puts(out, waits ? "has nobody, but sockets in TIME_WAIT" : "is free");
		return;
	}
	buf_puts(out, "is still held: ");
	state_format(out, holder->sock.state);
	buf_puts(out, " of ");
	columns[COLUMN_OWNERS].text(out, holder, context);
}
