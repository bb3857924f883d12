/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/explain.h"

#include <string.h>

#include "base/buf.h"
#include "model/column.h"
#include "model/explain_family.h"
#include "model/table.h"

static void add_column(struct buf *out, enum column_id id, const struct row *row, const struct column_context *context)
{
	columns[id].text(out, row, context);
}

static uint64_t left_s(const struct row *row, const struct column_context *context)
{
	return row_timer_left_ms(row, context->now_ns) / 1000;
}

static void explain_time_wait(struct buf *out, const struct row *row, const struct column_context *context)
{
	buf_printf(out, "This side closed first, or both did at once; the kernel keeps the connection for 60 s, so that late "
			"packets find it, and %llu s are left. No process has it.",
		   (unsigned long long)left_s(row, context));
}

static void explain_fin_wait2(struct buf *out, const struct row *row, const struct column_context *context)
{
	buf_puts(out, "This side has closed and the peer has acknowledged it, but has not closed its side. ");
	if (row->sock.timer == TIMER_TIMEWAIT)
		buf_printf(out, "No process has it any more: the kernel gives it up in %llu s (tcp_fin_timeout).",
			   (unsigned long long)left_s(row, context));
	else
		buf_puts(out, "It lasts until the peer closes. If the process here lets go of it before, the kernel gives it up "
			      "after tcp_fin_timeout.");
}

static void explain_unconn(struct buf *out, const struct row *row, const struct column_context *context)
{
	buf_puts(out, "Takes datagrams from anybody who sends to ");
	add_column(out, COLUMN_LOCAL, row, context);
	buf_puts(out, ".");
}

#define ORPHAN " If no process has it, the kernel gives up after tcp_orphan_retries tries."

static const char *const meanings[STATE_COUNT] = {
	[STATE_LISTEN] = "Waits for connections; each one that accept() returns is a socket of its own. It ends with its last "
			 "descriptor, and connections that were not accepted by then are reset.",
	[STATE_BOUND] = "Has the port, but neither listens nor is connected: bind() was called, and nothing since, or listen() "
			"failed, or shutdown() ended it. netstat and /proc/net/tcp do not show it. It ends with its last "
			"descriptor.",
	[STATE_ESTABLISHED] = "Connected: both sides may send. It ends when both have closed, when one resets it, or when the "
			      "kernel gives up on a peer that does not answer (tcp_retries2).",
	[STATE_SYN_SENT] = "connect() was called here, and the peer has not answered yet. The kernel asks again "
			   "tcp_syn_retries times, at growing intervals, and then connect() fails with ETIMEDOUT.",
	[STATE_SYN_RECV] = "A peer asks for a connection; it was answered, and its last word of the handshake is awaited. The "
			   "answer is sent tcp_synack_retries times again, and then the request is forgotten. No process has it "
			   "yet.",
	[STATE_FIN_WAIT1] = "This side has closed, and the peer has not acknowledged that yet. What was not sent before is still "
			    "being sent; then comes FIN_WAIT2." ORPHAN,
	[STATE_CLOSE] = "Closed.",
	[STATE_CLOSE_WAIT] = "The peer has closed, and the program here has not: it lasts until the program closes its "
			     "descriptor. Many of these are most often a program that forgets to.",
	[STATE_LAST_ACK] = "Both sides have closed, the peer first; the last acknowledgement is awaited, and then it is "
			   "gone." ORPHAN,
	[STATE_CLOSING] = "Both sides have closed at the same time; the peer's acknowledgement is awaited, and then comes "
			  "TIME_WAIT." ORPHAN,
};

static const struct {
	enum sock_state state;
	void (*explain)(struct buf *out, const struct row *row, const struct column_context *context);
} explained[] = {
	{ STATE_TIME_WAIT, explain_time_wait },
	{ STATE_FIN_WAIT2, explain_fin_wait2 },
	{ STATE_UNCONN, explain_unconn },
};

/* Of those whose datagrams have ports. */
static bool is_datagram(const struct sock *sock)
{
	return sock->proto == PROTO_UDP || sock->proto == PROTO_UDPLITE;
}

void explain_state(struct buf *out, const struct row *row, const struct column_context *context)
{
	if (explain_family(out, row, context))
		return;
	for (size_t i = 0; i < sizeof(explained) / sizeof(explained[0]); i++) {
		if (explained[i].state == row->sock.state) {
			explained[i].explain(out, row, context);
			return;
		}
	}
	if (is_datagram(&row->sock) && row->sock.state == STATE_ESTABLISHED)
		buf_puts(out, "connect() was called on this socket: it sends to that peer and takes datagrams from it alone.");
	else if (row->sock.state < STATE_COUNT && meanings[row->sock.state] != NULL)
		buf_puts(out, meanings[row->sock.state]);
	else
		buf_puts(out, "A state that this program does not know; the number is the kernel's.");
}

void explain_timer(struct buf *out, const struct row *row, const struct column_context *context)
{
	static const char *const what[TIMER_COUNT] = {
		[TIMER_ON] = "What was not answered is sent again",
		[TIMER_KEEPALIVE] = "The peer is asked whether it is still there (SO_KEEPALIVE)",
		[TIMER_PERSIST] = "The peer has no room; it is asked whether it has some now",
	};
	const struct sock *sock = &row->sock;

	if (!(sock->have & HAVE_TIMER) || sock->timer >= TIMER_COUNT || what[sock->timer] == NULL)
		return;
	buf_printf(out, "%s in %llu s", what[sock->timer], (unsigned long long)left_s(row, context));
	if (sock->retrans > 0)
		buf_printf(out, ", %u tries so far", (unsigned)sock->retrans);
	buf_putc(out, '.');
}

/* unix_stream_connect (net/unix/af_unix.c) waits where TCP drops. */
static void explain_unix_queue(struct buf *out, const struct sock *sock)
{
	buf_printf(out, "%u connection%s for accept(), of at most %u that may (what listen() asked for).", sock->recv_queue,
		   sock->recv_queue == 1 ? " waits" : "s wait", sock->send_queue);
	if (sock_is_overrun(sock))
		buf_puts(out, " The queue is full: connect() waits, or fails with EAGAIN.");
}

static void explain_accept_queue(struct buf *out, const struct row *row)
{
	const struct sock *sock = &row->sock;

	if (sock->family == FAMILY_UNIX) {
		explain_unix_queue(out, sock);
		return;
	}

	buf_printf(out, "%u connection%s wait%s for accept(); with more than %u (what listen() asked for, and at most "
			"net.core.somaxconn) the queue is full. ", sock->recv_queue, sock->recv_queue == 1 ? "" : "s",
		   sock->recv_queue == 1 ? "s" : "", sock->send_queue);
	if (sock_is_overrun(sock))
		buf_puts(out, "The queue is full: the kernel drops new connections until the program calls accept().");
	else if (row->overrun)
		buf_puts(out, "It was full before: connections may have been dropped.");
}

void explain_queues(struct buf *out, const struct row *row)
{
	const struct sock *sock = &row->sock;

	if (!(sock->have & HAVE_QUEUES))
		return;
	if (sock->state == STATE_LISTEN) {
		explain_accept_queue(out, row);
		return;
	}
	bool one_in = sock->recv_queue == 1, one_out = sock->send_queue == 1;
	if (sock->recv_queue > 0)
		buf_printf(out, "%u byte%s for the program to read %s. ", sock->recv_queue, one_in ? " waits" : "s wait",
			   one_in ? "it" : "them");
	if (sock->send_queue > 0)
		buf_printf(out, "%u byte%s sent or to be sent, and not acknowledged. ", sock->send_queue,
			   one_out ? " is" : "s are");
}

static unsigned count_processes(const struct row *row)
{
	unsigned count = 0;

	for (uint32_t i = 0; i < row->owner_count; i++)
		count += i == 0 || row_owner(row, i)->pid != row_owner(row, i - 1)->pid ? 1 : 0;
	return count;
}

void explain_owners(struct buf *out, const struct row *row)
{
	unsigned count = count_processes(row);

	if (row_owner_hidden(row))
		buf_puts(out, "Somebody holds it, and it cannot be seen who.");
	else if (row->owners_former)
		buf_puts(out, "These processes had it, and hold it no more:");
	else if (count > 1)
		buf_printf(out, "%u processes hold it; it lasts until all of them have closed it.", count);
	else if (count == 0 && row->sock.inode == 0)
		buf_puts(out, "No process holds it.");
}

/* Why its flags are not all known. */
static void explain_ignorance(struct buf *out, const struct row *row)
{
	if (row->sock.inode == 0)
		buf_puts(out, "no process holds it that could be asked");
	else if (row_owner_hidden(row))
		buf_puts(out, "it cannot be seen who holds it");
	else if (row->flags_error != 0)
		buf_printf(out, "whoever holds it cannot be asked (%s)", strerror(row->flags_error));
	else
		buf_puts(out, "whoever holds it was not asked yet");
}

void explain_flags(struct buf *out, const struct row *row)
{
	const unsigned always = FLAG_REUSEADDR | FLAG_REUSEPORT | FLAG_V6ONLY;
	const struct sock_flags flags = row->sock.flags;
	const char *separator = "";

	if (!sock_has_ports(&row->sock))
		return; /* they decide nothing there */

	for (size_t i = 0; i < FLAG_COUNT; i++) {
		enum sock_flag flag = flag_names[i].flag;

		if (!(flags.set & flag) && !(flags.known & flag & always))
			continue;
		buf_printf(out, "%s%s %s", separator, flag_names[i].option, flags.set & flag ? "set" : "not set");
		separator = ", ";
	}
	if (flags_decide(flags, row->sock.family)) {
		buf_putc(out, '.');
		return;
	}
	buf_printf(out, "%s not known, for ", *separator != '\0' ? "; the others are" : "SO_REUSEADDR and SO_REUSEPORT are");
	explain_ignorance(out, row);
	buf_putc(out, '.');
}
