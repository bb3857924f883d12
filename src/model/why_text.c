/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/why_text.h"

#include <string.h>

#include "base/buf.h"
#include "base/errname.h"
#include "base/text.h"
#include "model/column.h"
#include "model/column_text.h"
#include "model/forward.h"
#include "model/process.h"
#include "model/table.h"
#include "model/unix_sock.h"
#include "model/whose.h"
#include "model/why.h"

/* As much of a command line as tells which one it is. */
enum { COMMAND_WIDTH = 60 };

static const char *const protos[BIND_PROTO_COUNT] = {
	[BIND_TCP] = "tcp",
	[BIND_MPTCP] = "mptcp",
	[BIND_UDP] = "udp",
	[BIND_UDPLITE] = "udplite",
	[BIND_UNIX_STREAM] = "unix",
	[BIND_UNIX_DGRAM] = "unix-dgram",
	[BIND_UNIX_SEQPACKET] = "unix-seqpacket",
};

static void add_address(struct buf *out, unsigned family, const uint8_t address[16], uint32_t scope_id, unsigned port)
{
	buf_puts(out, family == FAMILY_INET6 ? "[" : "");
	address_format(out, family, address);
	if (scope_id != 0 && scope_id != UINT32_MAX)
		buf_printf(out, "%%%u", scope_id);
	buf_printf(out, "%s:%u", family == FAMILY_INET6 ? "]" : "", port);
}

static unsigned address_family(const struct bind_wish *wish)
{
	if (!wish->other_family)
		return wish->family;
	return wish->family == FAMILY_INET6 ? FAMILY_INET : FAMILY_INET6;
}

static void add_name(struct buf *out, const struct bind_name *name)
{
	struct buf text = BUF_INIT;

	buf_putc(&text, name->abstract ? '@' : '\0');
	text.length -= name->abstract ? 0 : 1;
	buf_add(&text, name->text, name->length);
	text_clean(out, text.data);
	buf_fini(&text);
}

void why_wish_text(struct buf *out, const struct bind_wish *wish)
{
	buf_printf(out, "%s ", protos[wish->proto]);
	if (wish->proto >= BIND_UNIX_STREAM)
		add_name(out, &wish->name);
	else
		add_address(out, address_family(wish), wish->address, wish->scope_id, wish->port);
}

void why_errno_text(struct buf *out, int error)
{
	const char *name = errname(error);

	if (name != NULL)
		buf_puts(out, name);
	else
		buf_printf(out, "%d", error);
}

static const char *step_name(const struct why *why)
{
	return why->verdict.step == STEP_LISTEN ? "listen()" : "bind()";
}

void why_verdict_text(struct buf *out, const struct why *why)
{
	const struct bind_verdict *verdict = &why->verdict;

	switch (verdict->outcome) {
	case BIND_OK:
		buf_puts(out, why->listens ? "bind() and listen() would work" : "bind() would work");
		break;
	case BIND_FAILS:
		buf_printf(out, "%s would fail with ", step_name(why));
		why_errno_text(out, verdict->error);
		buf_printf(out, " (%s)", strerror(verdict->error));
		break;
	default:
		buf_printf(out, "whether %s would fail with ", step_name(why));
		why_errno_text(out, verdict->error);
		buf_puts(out, " cannot be told for certain");
		break;
	}
	buf_printf(out, ": %s", rules_sentence(verdict->rule));
	if (why->listen_would_fail)
		buf_puts(out, "; listen() would fail then, as --listen shows");
	if (verdict->cache_may_admit)
		buf_puts(out, "; the kernel may let it in nevertheless, if the last socket bound here had SO_REUSEPORT, too");
}

static void add_command(struct buf *out, const char *command_line)
{
	struct buf clean = BUF_INIT;

	text_clean(&clean, command_line);
	text_cut(out, buf_str(&clean), COMMAND_WIDTH);
	buf_fini(&clean);
}

/* Every process once, with its command line where it is known. */
static void add_owners(struct buf *out, const struct row *row, const struct why_context *context, bool commands)
{
	const struct process *process;

	for (uint32_t i = 0; i < row->owner_count; i++) {
		if (i > 0 && row_owner(row, i)->pid == row_owner(row, i - 1)->pid)
			continue;
		buf_puts(out, i > 0 ? ", " : "");
		owner_format(out, row_owner(row, i));
		process = commands ? process_list_find(context->processes, row_owner(row, i)->pid) : NULL;
		if (process == NULL || process->command_line == NULL)
			continue;
		buf_puts(out, " (");
		add_command(out, process->command_line);
		buf_putc(out, ')');
	}
}

static bool is_in_range(const struct why *why, unsigned port)
{
	return port >= why->host->range_low && port <= why->host->range_high;
}

static bool has_listener(const struct why *why)
{
	for (size_t i = 0; i < why->count; i++) {
		if (why->socks[i].state == STATE_LISTEN)
			return true;
	}
	return false;
}

/* What it is that has no process. */
static const char *orphan_text(const struct why *why, const struct row *row)
{
	switch (row->sock.state) {
	case STATE_TIME_WAIT:
		return "what is left of a connection that this side closed first";
	case STATE_FIN_WAIT2:
		return "a connection that its process has closed, and whose peer has not";
	case STATE_FIN_WAIT1:
	case STATE_CLOSING:
	case STATE_LAST_ACK:
		return "a connection that its process has closed, and that waits for its peer's answer";
	default:
		return has_listener(why) ? "a connection that waits for accept()" : "a connection that no process holds";
	}
}

/*
 * The inode is there and nobody was seen to hold it: another user's, where processes could not be looked into; otherwise what
 * no descriptor here can show is the kernel's own, or of a process in a pid namespace that is not below this one.
 */
static void add_unseen(struct buf *out, const struct row *row, const struct why_context *context)
{
	const struct owner_scan *scan = context->scan;

	if (scan->refused == 0 && !scan->hides && scan->error == 0) {
		buf_puts(out, "held by no process of this /proc: by the kernel itself (NFS, a tunnel), or by a process of another "
			      "pid namespace");
		return;
	}
	buf_puts(out, "held by a process that cannot be seen");
	if (row->sock.have & HAVE_UID) {
		buf_puts(out, ", of user ");
		columns[COLUMN_USER].text(out, row, context->columns);
	}
}

static void add_holder(struct buf *out, const struct why *why, const struct row *row, const struct why_context *context)
{
	if (row->owner_count > 0 && !row->owners_former) {
		buf_puts(out, "held by ");
		add_owners(out, row, context, true);
	} else if (row->sock.inode != 0) {
		add_unseen(out, row, context);
	} else {
		buf_puts(out, orphan_text(why, row));
		if (row->owners_former) {
			buf_puts(out, ", once held by ");
			add_owners(out, row, context, false);
		}
	}
}

static bool is_connected(const struct sock *sock)
{
	return sock->foreign_port != 0;
}

/* How long it will stay, where that is known. */
static void add_end(struct buf *out, const struct row *row, const struct why_context *context)
{
	uint64_t ms = row_timer_left_ms(row, context->columns->now_ns);

	if (row->sock.timer == TIMER_TIMEWAIT && (row->sock.have & HAVE_TIMER))
		buf_printf(out, "; gone in %llu s", (unsigned long long)(ms + 999) / 1000);
}

static const char *unix_state(unsigned state)
{
	return state == STATE_LISTEN ? "listening" : state == STATE_ESTABLISHED ? "connected" : "bound";
}

static void unix_blocker_text(struct buf *out, const struct why *why, const struct bind_blocker *blocker)
{
	const struct unix_sock *sock = &why->names->socks[blocker->index];
	const struct bind_name name = { .text = sock->name, .length = sock->name_length, .abstract = sock->is_abstract };
	size_t count, first = owner_scan_find(why->names->scan, sock->inode, &count);
	int32_t last = 0;

	buf_printf(out, "%s ", protos[sock->proto]);
	add_name(out, &name);
	buf_printf(out, " %s, held by ", unix_state(sock->state));
	for (size_t i = 0; i < count; i++) {
		const struct owner owner = owner_scan_get(why->names->scan, first + i);

		if (owner.pid == last)
			continue;
		buf_puts(out, i > 0 ? ", " : "");
		owner_format(out, &owner);
		last = owner.pid;
	}
	if (count == 0)
		buf_puts(out, "a process that cannot be seen");
}

/* The two that decide, as far as they are known. */
static void add_flags(struct buf *out, const struct bind_sock *sock)
{
	bool known = sock->reuseaddr != TRI_UNKNOWN && sock->reuseport != TRI_UNKNOWN;

	if (sock->reuseaddr == TRI_YES)
		buf_puts(out, " with SO_REUSEADDR");
	if (sock->reuseport == TRI_YES)
		buf_printf(out, "%s SO_REUSEPORT", sock->reuseaddr == TRI_YES ? " and" : " with");
	if (known && sock->reuseaddr == TRI_NO && sock->reuseport == TRI_NO)
		buf_puts(out, " without SO_REUSEADDR and SO_REUSEPORT");
	if (!known)
		buf_puts(out, ", flags not known");
}

void why_blocker_text(struct buf *out, const struct why *why, const struct bind_blocker *blocker,
		      const struct why_context *context)
{
	const struct row *row = why_row(why, blocker);

	if (row == NULL) {
		unix_blocker_text(out, why, blocker);
		return;
	}
	columns[COLUMN_PROTO].text(out, row, context->columns);
	buf_putc(out, ' ');
	columns[COLUMN_LOCAL].text(out, row, context->columns);
	if (is_connected(&row->sock)) {
		buf_puts(out, " to ");
		columns[COLUMN_FOREIGN].text(out, row, context->columns);
	}
	buf_putc(out, ' ');
	state_format(out, row->sock.state);
	add_flags(out, &why->socks[blocker->index]);
	buf_puts(out, ", ");
	add_holder(out, why, row, context);
	add_end(out, row, context);
}

static bool is_first(const struct row *row, uint32_t at)
{
	return at == 0 || row_owner(row, at)->pid != row_owner(row, at - 1)->pid;
}

void why_behalf_text(struct buf *out, const struct row *row, const struct why_context *context)
{
	struct buf text = BUF_INIT;
	size_t from = out->length;

	for (uint32_t i = 0; i < row->owner_count && !row->owners_former; i++) {
		const struct forward *forward =
			context->forwards != NULL ? forward_list_find(context->forwards, row_owner(row, i)->pid) : NULL;

		buf_clear(&text);
		if (forward != NULL && is_first(row, i) && forward_text(&text, forward))
			buf_printf(out, "%s%s", out->length > from ? "; " : "", text.data);
	}
	if (row->owner_count > 0) {
		buf_clear(&text);
		whose_explain_activation(&text, row, process_list_find(context->processes, row_owner(row, 0)->pid));
		if (text.length > 0)
			buf_printf(out, "%s%.*s", out->length > from ? "; " : "", (int)(text.length - strlen(".")), text.data);
	}
	buf_fini(&text);
}

void why_elsewhere_text(struct buf *out, const struct why *why, const struct row *row, const struct why_context *context)
{
	columns[COLUMN_PROTO].text(out, row, context->columns);
	buf_putc(out, ' ');
	columns[COLUMN_LOCAL].text(out, row, context->columns);
	buf_putc(out, ' ');
	state_format(out, row->sock.state);
	in_netns_text(out, row, context->columns);
	buf_puts(out, ", ");
	add_holder(out, why, row, context);
}

void why_reason_text(struct buf *out, const struct why *why, const struct bind_blocker *blocker)
{
	const struct row *row = why_row(why, blocker);

	buf_puts(out, rules_sentence(blocker->rule));
	if (row == NULL)
		return;
	if (blocker->is_ghost)
		buf_puts(out, "; it has an IPv6 address, and is in the way of 0.0.0.0 only because its socket is not "
			      "IPV6_V6ONLY");
	if (is_connected(&row->sock) && row->sock.state != STATE_UNCONN && !has_listener(why) &&
	    is_in_range(why, row->sock.local_port))
		buf_puts(out, "; the port is one that the kernel gives to clients (ip_local_port_range)");
}

/* What has the socket for others is not to be stopped itself: pid 1, or what docker restarts. */
static void add_stopped(struct buf *out, const struct row *row, const struct owner *owner, const struct why_context *context)
{
	const char *unit = whose_socket_unit(row);

	if (owner_is_systemd(owner)) {
		text_clean(out, unit != NULL ? unit : "the .socket unit that it is of (systemctl list-sockets)");
		return;
	}
	if (context->forwards != NULL && forward_list_find(context->forwards, owner->pid) != NULL)
		buf_puts(out, "the container of ");
	owner_format(out, owner);
}

/* Who holds what is in the way, each process once. */
static void add_holders(struct buf *out, const struct why *why, const struct why_context *context)
{
	int32_t last = 0;
	unsigned count = 0;

	for (size_t i = 0; i < why->verdict.count; i++) {
		const struct row *row = why_row(why, &why->verdict.blockers[i]);

		for (uint32_t k = 0; row != NULL && k < row->owner_count && !row->owners_former; k++) {
			if (row_owner(row, k)->pid == last)
				continue;
			last = row_owner(row, k)->pid;
			buf_puts(out, count++ > 0 ? ", " : "");
			add_stopped(out, row, row_owner(row, k), context);
		}
	}
	if (count == 0)
		buf_puts(out, "the process that holds it");
}

static void stop_text(struct buf *out, const struct why *why, const struct why_context *context)
{
	buf_puts(out, "stop ");
	add_holders(out, why, context);
}

static void stop_and_wait_text(struct buf *out, const struct why *why, const struct why_context *context)
{
	stop_text(out, why, context);
	buf_puts(out, ", and wait: what its connections leave behind is gone after 60 s at most");
}

static void wait_text(struct buf *out, const struct why *why, const struct remedy *remedy)
{
	(void)why;
	buf_printf(out, "wait %llu s", (unsigned long long)(remedy->ms + 999) / 1000);
}

static void address_text(struct buf *out, const struct why *why, const struct remedy *remedy)
{
	buf_puts(out, "bind to another address: ");
	add_address(out, why->wish.family, remedy->address, 0, why->wish.port);
}

static void port_text(struct buf *out, const struct why *why, const struct remedy *remedy)
{
	(void)why;
	buf_printf(out, "take another port: %u is free", (unsigned)remedy->port);
}

static void unprivileged_text(struct buf *out, const struct why *why, const struct remedy *remedy)
{
	(void)remedy;
	buf_printf(out, "let everybody have such ports: sysctl net.ipv4.ip_unprivileged_port_start=%u", (unsigned)why->wish.port);
}

static void scope_text(struct buf *out, const struct why *why, const struct remedy *remedy)
{
	(void)remedy;
	buf_puts(out, "name the device of the link-local address: ");
	address_format(out, why->wish.family, why->wish.address);
	buf_puts(out, "%DEVICE");
}

static void reserve_text(struct buf *out, const struct why *why, const struct remedy *remedy)
{
	(void)remedy;
	buf_printf(out, "so that no client gets the port again: add it to the sysctl net.ipv4.ip_local_reserved_ports (%u)",
		   (unsigned)why->wish.port);
}

static void unlink_text(struct buf *out, const struct why *why, const struct remedy *remedy)
{
	(void)remedy;
	buf_puts(out, "remove the file that the old socket left behind: rm ");
	add_name(out, &why->wish.name);
}

static const struct {
	const char *text;
	void (*write)(struct buf *out, const struct why *why, const struct remedy *remedy);
	void (*tell)(struct buf *out, const struct why *why, const struct why_context *context);
} remedies[REMEDY_KIND_COUNT] = {
	[REMEDY_REUSEADDR_HERE] = { .text = "set SO_REUSEADDR on this socket before bind(); the other side has it" },
	[REMEDY_WAIT] = { .write = wait_text },
	[REMEDY_STOP] = { .tell = stop_text },
	[REMEDY_STOP_AND_WAIT] = { .tell = stop_and_wait_text },
	[REMEDY_REUSEADDR_BOTH] = { .text = "set SO_REUSEADDR before bind() on both sides" },
	[REMEDY_REUSEPORT_HERE] = { .text = "set SO_REUSEPORT on this socket before bind(); the other side has it" },
	[REMEDY_REUSEPORT_BOTH] = { .text = "set SO_REUSEPORT before bind() on both sides" },
	[REMEDY_REUSEPORT_USER] = { .text = "set SO_REUSEPORT before bind() on both sides, and run both as the same user" },
	[REMEDY_V6ONLY_HERE] = { .text = "set IPV6_V6ONLY on this socket before bind(), and leave IPv4 to the other" },
	[REMEDY_V6ONLY_THERE] = { .text = "set IPV6_V6ONLY on the other side, so that it leaves IPv4 alone" },
	[REMEDY_NOT_V6ONLY] = { .text = "leave IPV6_V6ONLY off for an IPv4 address, or use an IPv4 socket" },
	[REMEDY_ADDRESS] = { .write = address_text },
	[REMEDY_PORT] = { .write = port_text },
	[REMEDY_CAPABILITY] = { .text = "give the program the right: setcap cap_net_bind_service=+ep PROGRAM, or "
					"AmbientCapabilities=CAP_NET_BIND_SERVICE in its systemd unit, or run it as root" },
	[REMEDY_UNPRIVILEGED] = { .write = unprivileged_text },
	[REMEDY_WAIT_TENTATIVE] = { .text = "wait a second or two: the address is still being checked for duplicates "
					    "(ip address shows it as tentative)" },
	[REMEDY_FREEBIND] = { .text = "set IP_FREEBIND before bind(), which allows addresses that are not there yet" },
	[REMEDY_NO_DEVICE] = { .text = "do not bind to that device" },
	[REMEDY_FAMILY] = { .text = "use a socket of the address's family" },
	[REMEDY_SCOPE] = { .write = scope_text },
	[REMEDY_UNLINK] = { .write = unlink_text },
	[REMEDY_NAME] = { .text = "use another name" },
	[REMEDY_RESERVE] = { .write = reserve_text },
};

void why_remedy_text(struct buf *out, const struct why *why, const struct remedy *remedy, const struct why_context *context)
{
	if (remedies[remedy->kind].tell != NULL)
		remedies[remedy->kind].tell(out, why, context);
	else if (remedies[remedy->kind].write != NULL)
		remedies[remedy->kind].write(out, why, remedy);
	else
		buf_puts(out, remedies[remedy->kind].text);
}
