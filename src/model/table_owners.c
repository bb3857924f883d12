/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a table knows of the owners of its sockets, and of the flags that they were asked for.
 */
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "model/table_internal.h"

/* Whether a descriptor may stand for it. */
static bool is_held(const struct row *row)
{
	return row->sock.inode != 0 && row->life != ROW_GONE;
}

/*
 * A socket is there before the descriptor that accept(2) gives, and one that is passed on may have left one process and not
 * have come to the other yet: who is not seen is looked for once more, with the next snapshot.
 */
static bool are_owners_wanted(const struct table *table, const struct row *row)
{
	return !row->owners_sought || (row->missed != 0 && row->missed != table->generation);
}

void table_want_owners(const struct table *table, bool all, struct map *wanted)
{
	if (all)
		map_reserve(wanted, table->count);
	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];

		if (is_held(row) && (all || are_owners_wanted(table, row)))
			map_put(wanted, row->sock.inode, 0);
	}
}

void row_want_flags(const struct row *row, bool again, struct map *wanted)
{
	bool may_answer = family_is_inet(row->sock.family) && (row->sock.have & HAVE_COOKIE) != 0 && is_held(row);

	if (may_answer && (again || !row->flags_sought))
		map_put(wanted, row->sock.inode, WANT_FLAGS);
}

void table_want_flags(const struct table *table, struct map *wanted)
{
	for (size_t i = 0; i < table->count; i++)
		row_want_flags(&table->rows[i], false, wanted);
}

struct owner *row_set_owner_count(struct row *row, uint32_t count)
{
	if (row->owner_count > 1)
		free(row->owners);
	row->owner_count = count;
	if (count > 1)
		row->owners = xcalloc(count, sizeof(row->owners[0]));
	return count > 1 ? row->owners : &row->owner;
}

/* Whether what is known is what a scan found from there on. */
static bool is_known(const struct row *row, const struct owner_scan *scan, size_t first, size_t count)
{
	if (!row->owners_sought)
		return false;
	if (count == 0)
		return row->owner_count == 0 || row->owners_former;
	if (row->owner_count != count || row->owners_former)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct owner found = owner_scan_get(scan, first + i), *known = row_owner(row, (uint32_t)i);

		if (known->fd != found.fd || !owner_is_same_process(known, &found))
			return false;
	}
	return true;
}

static void set_owners(struct row *row, const struct owner_scan *scan, size_t first, size_t count)
{
	row->owners_sought = true;
	row->owners_former = count == 0 && row->owner_count > 0; /* who held it is worth more than nothing */
	if (count == 0)
		return;
	struct owner *next = row_set_owner_count(row, (uint32_t)count);
	/* Where systemd holds a socket for others, it is they who have it: whoever looks at the first owner means them. */
	for (int last = 0; last <= 1; last++) {
		for (size_t i = 0; i < count; i++) {
			const struct owner owner = owner_scan_get(scan, first + i);

			if (owner_is_systemd(&owner) == last)
				*next++ = owner;
		}
	}
}

/* Somebody was asked, or nobody could be.  What was known before is kept: who refuses now may have answered then. */
static void note_asked(struct row *row, uint32_t want)
{
	row->flags_sought = true;
	row->flags_error = want > WANT_FAILED ? (uint8_t)(want - WANT_FAILED) : 0;
}

/*
 * An answer goes to the row of the socket that gave it: who was asked may have had another one by then.  Who gave it has not
 * told its network namespace, but nobody is asked before Linux 5.6, and since 5.10 the cookie alone is enough.
 */
static void take_answers(struct table *table, const struct owner_scan *scan)
{
	struct map by_cookie = MAP_INIT;

	for (size_t i = 0; i < scan->answer_count; i++)
		map_put(&by_cookie, scan->answers[i].cookie, (uint32_t)i);
	for (size_t i = 0; scan->answer_count > 0 && i < table->count; i++) {
		struct row *row = &table->rows[i];
		uint32_t at = map_get(&by_cookie, row->sock.cookie);

		if (at == MAP_NONE)
			continue;
		flags_merge(&row->sock.flags, scan->answers[at].flags);
		table_note(table, row);
	}
	map_fini(&by_cookie);
}

static void set_process(struct table *table, struct row *row)
{
	const struct owner *first = row->owner_count > 0 ? row_owner(row, 0) : NULL;
	const struct process *process =
		first != NULL ? process_store_find(&table->processes, first->pid, first->start_ticks) : NULL;

	if ((row->info == NULL && process == NULL) || (row->info != NULL && row->info->process == process))
		return;
	row_make_info(row)->process = process;
	table_note(table, row);
}

/* Once for each scan, when every row has what it needs. */
static void forget_processes(struct table *table)
{
	if (table->processes.count == 0)
		return;
	for (size_t i = 0; i < table->count; i++) {
		if (table->rows[i].info != NULL && table->rows[i].info->process != NULL)
			process_store_mark(&table->processes, table->rows[i].info->process);
	}
	process_store_sweep(&table->processes);
}

void table_take_owners(struct table *table, const struct map *wanted, struct owner_scan *scan)
{
	bool replaced = process_store_take(&table->processes, &scan->told);

	for (size_t i = 0; i < table->count; i++) {
		struct row *row = &table->rows[i];
		uint32_t want = !is_held(row) ? MAP_NONE : wanted != NULL ? map_get(wanted, row->sock.inode) : WANT_OWNERS;
		size_t count;

		if (replaced && row->info != NULL && row->info->process != NULL)
			table_note(table, row); /* its process may be one of those */
		if (want == MAP_NONE)
			continue;
		size_t first = owner_scan_find(scan, row->sock.inode, &count);
		if (count == 0 && wanted == NULL)
			continue;
		bool known = is_known(row, scan, first, count);
		row->missed = count == 0 && !known ? table->generation : 0;
		if (!known) {
			set_owners(row, scan, first, count);
			table_note(table, row);
		}
		if (want != WANT_OWNERS)
			note_asked(row, want);
		if (table->processes.count > 0)
			set_process(table, row);
	}
	take_answers(table, scan);
	forget_processes(table);
}

bool row_owner_hidden(const struct row *row)
{
	return is_held(row) && !row->closed && row->owners_sought && (row->owner_count == 0 || row->owners_former);
}

size_t table_hidden(const struct table *table)
{
	size_t hidden = 0;

	for (size_t i = 0; i < table->count; i++)
		hidden += row_owner_hidden(&table->rows[i]) ? 1 : 0;
	return hidden;
}

size_t table_hidden_flags(const struct table *table, int *error)
{
	size_t hidden = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct row *row = &table->rows[i];

		if (row->flags_error == 0 || row->life == ROW_GONE || flags_decide(row->sock.flags, row->sock.family))
			continue;
		*error = row->flags_error;
		hidden++;
	}
	return hidden;
}
