#include "model/owner.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"

void owner_scan_fini(struct owner_scan *scan)
{
	free(scan->owners);
	map_fini(&scan->first);
	*scan = (struct owner_scan){ .owners = NULL };
}

void owner_scan_add(struct owner_scan *scan, const struct owner *owner)
{
	if (scan->count == scan->capacity) {
		scan->capacity = scan->capacity ? 2 * scan->capacity : 64;
		scan->owners = xrealloc_array(scan->owners, scan->capacity, sizeof(scan->owners[0]));
	}
	scan->owners[scan->count++] = *owner;
}

static int order(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *left, const void *right)
{
	const struct owner *a = left, *b = right;
	int by_inode = order(a->inode, b->inode);
	int by_pid = order((uint32_t)a->pid, (uint32_t)b->pid);

	return by_inode != 0 ? by_inode : by_pid != 0 ? by_pid : order((uint32_t)a->fd, (uint32_t)b->fd);
}

void owner_scan_sort(struct owner_scan *scan)
{
	if (scan->count > 0)
		qsort(scan->owners, scan->count, sizeof(scan->owners[0]), compare);
	map_clear(&scan->first);
	for (size_t i = 0; i < scan->count; i++) {
		if (i == 0 || scan->owners[i].inode != scan->owners[i - 1].inode)
			map_put(&scan->first, scan->owners[i].inode, (uint32_t)i);
	}
}

const struct owner *owner_scan_find(const struct owner_scan *scan, uint32_t inode, size_t *count)
{
	uint32_t at = map_get(&scan->first, inode);
	size_t end = at;

	*count = 0;
	if (at == MAP_NONE)
		return NULL;
	while (end < scan->count && scan->owners[end].inode == inode)
		end++;
	*count = end - at;
	return &scan->owners[at];
}

/* Why and the remedy.  Where nothing was refused, the holder is nobody that /proc could list. */
static void explain_cause(struct buf *out, const struct owner_scan *scan)
{
	static const char remedy[] = "run ports as root, or once: setcap cap_dac_read_search,cap_sys_ptrace+ep PATH-OF-PORTS";

	if (scan->error != 0)
		buf_printf(out, "/proc cannot be read (%s)", strerror(scan->error));
	else if (scan->refused > 0 && scan->as_root)
		buf_printf(out, "%u of %u processes may not be looked into, not even by this root (ptrace(2) access: capabilities, "
				"user namespaces, security modules)", scan->refused, scan->processes);
	else if (scan->refused > 0)
		buf_printf(out, "%u of %u processes belong to others and may not be looked into; %s", scan->refused,
			   scan->processes, remedy);
	else if (scan->hides)
		buf_printf(out, "/proc is mounted with hidepid and does not list the processes of others; %s", remedy);
	else
		buf_puts(out, "held by the kernel, or by processes of another PID namespace");
}

void owner_scan_explain(struct buf *out, const struct owner_scan *scan, size_t hidden)
{
	if (hidden == 0)
		return;
	buf_printf(out, hidden == 1 ? "the owner of %zu socket is not known: " : "the owners of %zu sockets are not known: ",
		   hidden);
	explain_cause(out, scan);
}
