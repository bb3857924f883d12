/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/owner.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"

bool owner_is_same_process(const struct owner *a, const struct owner *b)
{
	return a->pid == b->pid && a->start_ticks == b->start_ticks && strcmp(a->comm, b->comm) == 0;
}

bool owner_is_systemd(const struct owner *owner)
{
	return strcmp(owner->comm, "systemd") == 0;
}

void owner_format(struct buf *out, const struct owner *owner)
{
	buf_uint(out, (uint32_t)owner->pid);
	buf_putc(out, '/');
	text_clean(out, owner->comm);
}

void owner_scan_fini(struct owner_scan *scan)
{
	free(scan->holdings);
	free(scan->holders);
	free(scan->answers);
	process_list_fini(&scan->told);
	*scan = (struct owner_scan){ .holdings = NULL };
}

struct owner_scan owner_scan_summary(const struct owner_scan *scan)
{
	return (struct owner_scan){
		.processes = scan->processes,
		.refused = scan->refused,
		.as_root = scan->as_root,
		.hides = scan->hides,
		.error = scan->error,
	};
}

static void add_holder(struct owner_scan *scan, const struct owner *owner)
{
	if (scan->holder_count == scan->holder_capacity) {
		scan->holder_capacity = scan->holder_capacity ? 2 * scan->holder_capacity : 16;
		scan->holders = xrealloc_array(scan->holders, scan->holder_capacity, sizeof(scan->holders[0]));
	}
	scan->holders[scan->holder_count++] = *owner;
}

static void add_holding(struct owner_scan *scan, const struct holding *holding)
{
	if (scan->count == scan->capacity) {
		scan->capacity = scan->capacity ? 2 * scan->capacity : 64;
		scan->holdings = xrealloc_array(scan->holdings, scan->capacity, sizeof(scan->holdings[0]));
	}
	scan->holdings[scan->count++] = *holding;
}

void owner_scan_add(struct owner_scan *scan, uint32_t inode, const struct owner *owner)
{
	if (scan->holder_count == 0 || !owner_is_same_process(&scan->holders[scan->holder_count - 1], owner))
		add_holder(scan, owner);
	add_holding(scan, &(struct holding){ inode, owner->fd, (uint32_t)scan->holder_count - 1 });
}

void owner_scan_add_answer(struct owner_scan *scan, const struct flags_answer *answer)
{
	if (scan->answer_count == scan->answer_capacity) {
		scan->answer_capacity = scan->answer_capacity ? 2 * scan->answer_capacity : 64;
		scan->answers = xrealloc_array(scan->answers, scan->answer_capacity, sizeof(scan->answers[0]));
	}
	scan->answers[scan->answer_count++] = *answer;
}

void owner_scan_merge(struct owner_scan *scan, struct owner_scan *part)
{
	uint32_t before = (uint32_t)scan->holder_count;

	for (size_t i = 0; i < part->holder_count; i++)
		add_holder(scan, &part->holders[i]);
	for (size_t i = 0; i < part->count; i++) {
		struct holding holding = part->holdings[i];

		holding.holder += before;
		add_holding(scan, &holding);
	}
	for (size_t i = 0; i < part->answer_count; i++)
		owner_scan_add_answer(scan, &part->answers[i]);
	for (size_t i = 0; i < part->told.count; i++)
		*process_list_add(&scan->told) = part->told.all[i];
	part->told.count = 0; /* what they own has moved with them */
	scan->processes += part->processes;
	scan->refused += part->refused;
	scan->error = scan->error != 0 ? scan->error : part->error;
	owner_scan_fini(part);
}

static int order(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *left, const void *right, void *context)
{
	const struct holding *a = left, *b = right;
	const struct owner *holders = context;
	int by_inode = order(a->inode, b->inode);

	if (by_inode != 0)
		return by_inode;
	int by_pid = order((uint32_t)holders[a->holder].pid, (uint32_t)holders[b->holder].pid);
	return by_pid != 0 ? by_pid : order((uint32_t)a->fd, (uint32_t)b->fd);
}

void owner_scan_sort(struct owner_scan *scan)
{
	if (scan->count > 0)
		qsort_r(scan->holdings, scan->count, sizeof(scan->holdings[0]), compare, scan->holders);
}

size_t owner_scan_find(const struct owner_scan *scan, uint32_t inode, size_t *count)
{
	size_t first = 0, end = scan->count;

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (scan->holdings[middle].inode < inode)
			first = middle + 1;
		else
			end = middle;
	}
	while (end < scan->count && scan->holdings[end].inode == inode)
		end++;
	*count = end - first;
	return first;
}

struct owner owner_scan_get(const struct owner_scan *scan, size_t at)
{
	const struct holding *holding = &scan->holdings[at];
	struct owner owner = scan->holders[holding->holder];

	owner.fd = holding->fd;
	return owner;
}

#define REMEDY "run ports as root, or once: setcap cap_dac_read_search,cap_sys_ptrace+ep PATH-OF-PORTS"
#define BRIEF_REMEDY "run as root (man ports)"

/* What helps where rights lack. */
static void explain_remedy(struct buf *out, const struct owner_scan *scan, bool brief)
{
	if (scan->as_root)
		buf_puts(out, brief ? "not even by root" : "not even by this root (capabilities, user namespaces or a "
							   "security module forbid what ptrace(2) needs)");
	else
		buf_puts(out, brief ? BRIEF_REMEDY : REMEDY);
}

/* Why, and the remedy.  Where nothing was refused, the holder is nobody whom /proc could list. */
static void explain_cause(struct buf *out, const struct owner_scan *scan, bool brief)
{
	if (scan->error != 0) {
		buf_printf(out, "/proc cannot be read (%s)", strerror(scan->error));
	} else if (scan->refused > 0) {
		buf_printf(out, "%u of %u processes may not be read%s; ", scan->refused, scan->processes,
			   scan->hides ? ", and hidepid hides others" : "");
		explain_remedy(out, scan, brief);
	} else if (scan->hides) {
		buf_printf(out, "/proc hides others' processes (hidepid); %s", brief ? BRIEF_REMEDY : REMEDY);
	} else {
		buf_puts(out, brief ? "kernel's, or another PID namespace's"
				    : "they belong to the kernel, or to processes of another PID namespace");
	}
}

void owner_scan_explain(struct buf *out, const struct owner_scan *scan, size_t hidden, bool brief)
{
	/* A holder of a socket that another one has, too, may be among the processes that were not read. */
	if (hidden == 0 && scan->error != 0 && scan->processes > 0)
		buf_printf(out, "owners may be missing: /proc %s (%s)", brief ? "not read whole" : "was not read as a whole",
			   strerror(scan->error));
	if (hidden == 0)
		return;
	if (brief)
		buf_printf(out, "%zu owner%s unknown: ", hidden, hidden == 1 ? "" : "s");
	else
		buf_printf(out, "the owner%s of %zu socket%s %s not known: ", hidden == 1 ? "" : "s", hidden,
			   hidden == 1 ? "" : "s", hidden == 1 ? "is" : "are");
	explain_cause(out, scan, brief);
}

static void explain_flags_cause(struct buf *out, const struct owner_scan *scan, int error, bool brief)
{
	switch (error) {
	case EPERM:
	case EACCES:
		buf_puts(out, "processes may not be asked; ");
		explain_remedy(out, scan, brief);
		break;
	case ENOSYS:
		buf_puts(out, "this kernel has no pidfd_getfd(2) (Linux 5.6)");
		break;
	case WANT_HARMFUL:
		buf_puts(out, brief ? "asking would change net_cls (man ports)"
				    : "asking would move the sockets to another net_cls or net_prio control group");
		break;
	default:
		buf_printf(out, "processes cannot be asked (%s)", strerror(error));
		break;
	}
}

void owner_scan_explain_flags(struct buf *out, const struct owner_scan *scan, size_t hidden, int error, bool brief)
{
	if (hidden == 0)
		return;
	if (brief)
		buf_printf(out, "flags of %zu unknown: ", hidden);
	else
		buf_printf(out, "the flags of %zu socket%s are not known: ", hidden, hidden == 1 ? "" : "s");
	explain_flags_cause(out, scan, error, brief);
}
