/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/history.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/die.h"
#include "model/table.h"
#include "model/unix_name.h"

void history_init(struct history *history, size_t size)
{
	*history = (struct history){ .size = size };
	history->entries = xcalloc(size, sizeof(history->entries[0]));
}

/* The row will be gone, and so will what its process runs, and its cgroup. */
void history_entry_keep(struct history_entry *entry)
{
	struct sock_info *own;

	if (entry->info == NULL)
		return;
	own = xcalloc(1, sizeof(*own));
	*own = *entry->info;
	own->process = NULL;
	own->group = NULL;
	entry->info = own;
}

void history_entry_fini(struct history_entry *entry)
{
	free(entry->info);
	entry->info = NULL;
}

void history_fini(struct history *history)
{
	for (size_t i = 0; i < history->count; i++)
		history_entry_fini(&history->entries[(history->oldest + i) % history->size]);
	free(history->entries);
	*history = (struct history){ .entries = NULL };
}

void history_add(struct history *history, const struct history_entry *entry)
{
	size_t at = (history->oldest + history->count) % history->size;

	if (history->count == history->size)
		history_entry_fini(&history->entries[at]);
	history->entries[at] = *entry;
	history_entry_keep(&history->entries[at]);
	if (history->count < history->size)
		history->count++;
	else
		history->oldest = (history->oldest + 1) % history->size;
	history->total++;
	history->closings += entry->kind == HISTORY_CLOSED ? 1 : 0;
	history->losses += entry->kind == HISTORY_LOST ? 1 : 0;
}

const struct history_entry *history_at(const struct history *history, size_t age)
{
	if (age >= history->count)
		return NULL;
	return &history->entries[(history->oldest + history->count - 1 - age) % history->size];
}

enum history_kind history_kind_of(unsigned event)
{
	static const enum history_kind kinds[] = {
		[ROW_EVENT_OPENED] = HISTORY_OPENED,
		[ROW_EVENT_CHANGED] = HISTORY_CHANGED,
		[ROW_EVENT_CLOSED] = HISTORY_CLOSED,
		[ROW_EVENT_ENDED] = HISTORY_ENDED,
	};

	return kinds[event];
}

struct history_entry history_of_row(const struct row *row)
{
	struct history_entry entry = { .sock = row->sock, .owner_count = row->owner_count };

	if (unix_name_has(row->info))
		entry.info = row->info;
	if (row->owner_count > 0)
		entry.owner = *row_owner(row, 0);
	return entry;
}

struct row history_row(const struct history_entry *entry)
{
	return (struct row){
		.sock = entry->sock,
		.info = entry->info,
		.owner = entry->owner,
		.owner_count = entry->owner_count > 0 ? 1 : 0,
	};
}

const char *history_kind_name(unsigned kind)
{
	static const char *const names[HISTORY_KIND_COUNT] = {
		[HISTORY_OPENED] = "opened",
		[HISTORY_CHANGED] = "changed",
		[HISTORY_CLOSED] = "closed",
		[HISTORY_ENDED] = "ended",
		[HISTORY_LOST] = "lost",
	};

	return names[kind];
}

void history_format(struct buf *out, const struct history_entry *entry)
{
	switch (entry->kind) {
	case HISTORY_OPENED:
		state_format(out, entry->sock.state);
		buf_puts(out, ", new");
		break;
	case HISTORY_CHANGED:
		state_format(out, entry->from);
		buf_puts(out, " -> ");
		state_format(out, entry->sock.state);
		break;
	case HISTORY_CLOSED:
		buf_puts(out, entry->unseen ? "opened and closed" : "closed");
		break;
	case HISTORY_ENDED:
		state_format(out, entry->sock.state);
		buf_puts(out, " over");
		break;
	default:
		buf_puts(out, "closings were lost by the kernel here");
		break;
	}
}

void history_format_brief(struct buf *out, const struct history_entry *entry)
{
	static const char marks[HISTORY_KIND_COUNT] = {
		[HISTORY_OPENED] = '+', [HISTORY_CHANGED] = '~', [HISTORY_CLOSED] = '-', [HISTORY_ENDED] = '-',
	};

	if (entry->kind == HISTORY_LOST) {
		history_format(out, entry);
		return;
	}
	if (entry->unseen)
		buf_putc(out, marks[HISTORY_OPENED]);
	buf_putc(out, marks[entry->kind]);
	if (entry->kind == HISTORY_CLOSED)
		buf_puts(out, "closed");
	else
		state_format(out, entry->sock.state);
}
