/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/column.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "model/names.h"
#include "model/table.h"

static void proto_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	buf_puts(out, proto_name(row->sock.proto));
	if (row->sock.family == FAMILY_INET6)
		buf_putc(out, '6');
}

static void known_uint(struct buf *out, const struct row *row, uint32_t have, uint64_t value)
{
	if ((row->sock.have & have) == have)
		buf_uint(out, value);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

static void recv_queue_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	known_uint(out, row, HAVE_QUEUES, row->sock.recv_queue);
}

static void send_queue_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	known_uint(out, row, HAVE_QUEUES, row->sock.send_queue);
}

static void port_text(struct buf *out, uint16_t port)
{
	buf_putc(out, ':');
	if (port == 0)
		buf_putc(out, '*');
	else
		buf_uint(out, port);
}

static void endpoint_address(struct buf *out, unsigned family, const uint8_t address[16])
{
	if (family == FAMILY_INET6)
		buf_putc(out, '[');
	address_format(out, family, address);
	if (family == FAMILY_INET6)
		buf_putc(out, ']');
}

/* The device stands where ss puts it: 127.0.0.53%lo:53. */
static void device_text(struct buf *out, uint32_t ifindex, const struct names *names)
{
	const char *name = name_get(&names->devices, ifindex);

	if (ifindex == 0)
		return;
	buf_putc(out, '%');
	if (name != NULL)
		text_clean(out, name);
	else
		buf_uint(out, ifindex);
}

static void local_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	endpoint_address(out, row->sock.family, row->sock.local);
	device_text(out, row->sock.ifindex, context->names);
	port_text(out, row->sock.local_port);
}

static void foreign_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	endpoint_address(out, row->sock.family, row->sock.foreign);
	port_text(out, row->sock.foreign_port);
}

static void state_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	state_format(out, row->sock.state);
}

static void duration_text(struct buf *out, uint64_t ms)
{
	uint64_t seconds = ms / 1000;

	if (seconds >= 3600)
		buf_printf(out, "%u:", (unsigned)(seconds / 3600));
	buf_printf(out, "%02u:%02u", (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
}

/* No blank in it: a row of the list has as many words as there are columns, whatever the timer. */
static void timer_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	const struct sock *sock = &row->sock;

	if (!(sock->have & HAVE_TIMER) || sock->timer == TIMER_OFF) {
		buf_puts(out, COLUMN_UNKNOWN);
		return;
	}
	if (sock->timer == TIMER_KEEPALIVE)
		buf_puts(out, "keep=");
	else if (sock->timer != TIMER_TIMEWAIT)
		buf_printf(out, "%s=", timer_name(sock->timer));
	duration_text(out, row_timer_left_ms(row, context->now_ns));
	if (sock->retrans > 0)
		buf_printf(out, "/%u", (unsigned)sock->retrans);
}

static void user_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	const char *name = NULL;

	if (row->sock.have & HAVE_UID)
		name = name_get(&context->names->users, row->sock.uid);
	if (name != NULL)
		text_clean(out, name);
	else
		known_uint(out, row, HAVE_UID, row->sock.uid);
}

static void inode_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	buf_uint(out, row->sock.inode);
}

static void cookie_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	buf_uint(out, row->sock.cookie);
}

static void age_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	uint64_t age_ns = context->now_ns > row->first_ns ? context->now_ns - row->first_ns : 0;

	duration_text(out, age_ns / NS_PER_MS);
}

static bool knows(const struct row *row, enum info_have have)
{
	return row->info != NULL && (row->info->have & have) != 0;
}

static void info_uint(struct buf *out, const struct row *row, enum info_have have, uint64_t value)
{
	if (knows(row, have))
		buf_uint(out, value);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

static void rtt_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	if (knows(row, INFO_TCP) && row->info->rtt_us > 0)
		buf_printf(out, "%u.%03u", row->info->rtt_us / 1000, row->info->rtt_us % 1000);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

static void window_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	info_uint(out, row, INFO_TCP, row->info != NULL ? row->info->congestion_window : 0);
}

static void retrans_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	info_uint(out, row, INFO_TCP, row->info != NULL ? row->info->retransmitted : 0);
}

static void bytes_in_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	info_uint(out, row, INFO_BYTES, row->info != NULL ? row->info->received_bytes : 0);
}

static void bytes_out_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	info_uint(out, row, INFO_BYTES, row->info != NULL ? row->info->acked_bytes : 0);
}

static void congestion_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	if (knows(row, INFO_CONGESTION) && row->info->congestion[0] != '\0')
		text_clean(out, row->info->congestion);
	else
		buf_puts(out, COLUMN_UNKNOWN);
}

static void memory_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	(void)context;
	info_uint(out, row, INFO_MEMORY, row->info != NULL ? row->info->memory_bytes : 0);
}

/* Owners come by pid: a process that holds the socket more than once is named once. */
static bool is_repeat(const struct row *row, uint32_t at)
{
	return at > 0 && row->owners[at].pid == row->owners[at - 1].pid;
}

static void all_owners_text(struct buf *out, const struct row *row)
{
	for (uint32_t i = 0; i < row->owner_count; i++) {
		if (is_repeat(row, i))
			continue;
		if (i > 0)
			buf_putc(out, ',');
		owner_format(out, &row->owners[i]);
	}
}

static void first_owner_text(struct buf *out, const struct row *row)
{
	unsigned more = 0;

	owner_format(out, &row->owners[0]);
	for (uint32_t i = 1; i < row->owner_count; i++)
		more += is_repeat(row, i) ? 0 : 1;
	if (more > 0)
		buf_printf(out, " +%u", more);
}

static void owners_text(struct buf *out, const struct row *row, const struct column_context *context)
{
	if (row->owner_count == 0) {
		buf_puts(out, COLUMN_UNKNOWN);
		return;
	}
	if (row->owners_former)
		buf_putc(out, '(');
	if (context->brief)
		first_owner_text(out, row);
	else
		all_owners_text(out, row);
	if (row->owners_former)
		buf_putc(out, ')');
}

const struct column columns[COLUMN_COUNT] = {
	[COLUMN_PROTO] = {
		.id = "proto", .title = "Proto", .least_width = 5, .keep = 7, .text = proto_text, .compare = compare_proto,
		.help = "protocol, with a 6 for sockets of the IPv6 family",
	},
	[COLUMN_RECV_QUEUE] = {
		.id = "recvq", .title = "Recv-Q", .least_width = 6, .keep = 4, .right = true, .text = recv_queue_text, .compare = compare_recv_queue,
		.help = "bytes that wait to be read; for LISTEN, connections that wait for accept()",
	},
	[COLUMN_SEND_QUEUE] = {
		.id = "sendq", .title = "Send-Q", .least_width = 6, .keep = 3, .right = true, .text = send_queue_text, .compare = compare_send_queue,
		.help = "bytes that the peer has not acknowledged; for LISTEN, how many connections may wait",
	},
	[COLUMN_LOCAL] = {
		.id = "local", .title = "Local Address", .least_width = 21, .keep = 9, .keeps_end = true, .text = local_text, .compare = compare_local,
		.help = "local address, %device if it is bound to one, and port",
	},
	[COLUMN_FOREIGN] = {
		.id = "foreign", .title = "Foreign Address", .least_width = 21, .keep = 5, .keeps_end = true, .text = foreign_text, .compare = compare_foreign,
		.help = "address and port of the peer",
	},
	[COLUMN_STATE] = {
		.id = "state", .title = "State", .least_width = 11, .keep = 9, .text = state_text, .compare = compare_state,
		.help = "state as netstat names it; BOUND: bound, but neither listening nor connected; UNCONN: unconnected UDP",
	},
	[COLUMN_TIMER] = {
		.id = "timer", .title = "Timer", .least_width = 12, .keep = 6, .text = timer_text, .compare = compare_timer,
		.help = "what is left of TIME_WAIT; on= retransmission, keep= keepalive, persist= probe, /N tries so far",
	},
	[COLUMN_USER] = {
		.id = "user", .title = "User", .least_width = 8, .keep = 2, .text = user_text, .compare = compare_user,
		.help = "user who owns the socket",
	},
	[COLUMN_INODE] = {
		.id = "inode", .title = "Inode", .least_width = 10, .keep = 1, .right = true, .extended = true,
		.text = inode_text, .compare = compare_inode, .help = "inode, as /proc/PID/fd shows it; 0: no descriptor refers to the socket",
	},
	[COLUMN_COOKIE] = {
		.id = "cookie", .title = "Cookie", .least_width = 10, .keep = 0, .right = true, .extended = true,
		.text = cookie_text, .compare = compare_cookie, .help = "SO_COOKIE, the same for the whole life of the socket",
	},
	[COLUMN_AGE] = {
		.id = "age", .title = "Age", .least_width = 8, .keep = 1, .right = true, .named = true, .text = age_text,
		.compare = compare_age, .help = "how long this program has seen the socket",
	},
	[COLUMN_RTT] = {
		.id = "rtt", .title = "RTT-ms", .least_width = 8, .keep = 1, .right = true, .named = true, .needs = NEED_TCP,
		.text = rtt_text, .compare = compare_rtt, .help = "round trip time of TCP, smoothed, in milliseconds",
	},
	[COLUMN_WINDOW] = {
		.id = "cwnd", .title = "Cwnd", .least_width = 6, .keep = 1, .right = true, .named = true, .needs = NEED_TCP,
		.text = window_text, .compare = compare_window, .help = "congestion window of TCP, in segments",
	},
	[COLUMN_RETRANS] = {
		.id = "retrans", .title = "Retrans", .least_width = 7, .keep = 1, .right = true, .named = true,
		.needs = NEED_TCP, .text = retrans_text, .compare = compare_retrans,
		.help = "segments that TCP had to send again, in the life of the connection",
	},
	[COLUMN_BYTES_IN] = {
		.id = "in", .title = "Bytes-In", .least_width = 10, .keep = 1, .right = true, .named = true,
		.needs = NEED_TCP, .text = bytes_in_text, .compare = compare_bytes_in, .help = "bytes received by TCP",
	},
	[COLUMN_BYTES_OUT] = {
		.id = "out", .title = "Bytes-Out", .least_width = 10, .keep = 1, .right = true, .named = true,
		.needs = NEED_TCP, .text = bytes_out_text, .compare = compare_bytes_out,
		.help = "bytes sent by TCP that the peer has acknowledged",
	},
	[COLUMN_CONGESTION] = {
		.id = "cong", .title = "Cong", .least_width = 8, .keep = 1, .named = true, .needs = NEED_CONGESTION,
		.text = congestion_text, .compare = compare_congestion, .help = "congestion control algorithm of TCP",
	},
	[COLUMN_MEMORY] = {
		.id = "mem", .title = "Memory", .least_width = 8, .keep = 1, .right = true, .named = true,
		.needs = NEED_MEMORY, .text = memory_text, .compare = compare_memory,
		.help = "bytes of kernel memory that what is queued takes",
	},
	[COLUMN_OWNERS] = {
		.id = "owners", .title = "PID/Program", .least_width = 15, .tight_width = 11, .keep = 8, .keeps_end = true,
		.text = owners_text, .compare = compare_owners,
		.help = "processes that hold the socket; in parentheses those that held it",
	},
};

size_t columns_select(bool extended, const struct column *shown[COLUMN_COUNT])
{
	size_t count = 0;

	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (!columns[i].named && (extended || !columns[i].extended))
			shown[count++] = &columns[i];
	}
	return count;
}

void column_cut(struct buf *out, const struct column *column, const char *text, size_t width)
{
	if (column->keeps_end)
		text_cut_middle(out, text, width);
	else
		text_cut(out, text, width);
}

static unsigned lesser(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* What the columns take together, the blanks between them included. */
static unsigned taken(const unsigned *widths, size_t count)
{
	unsigned sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += widths[i] > 0 ? widths[i] + (sum > 0 ? 1 : 0) : 0;
	return sum;
}

/* Takes one column of the screen from the widest that can spare it. */
static bool narrow_widest(unsigned *widths, const unsigned *narrowest, size_t count)
{
	size_t widest = count;

	for (size_t i = 0; i < count; i++) {
		if (widths[i] > narrowest[i] && (widest == count || widths[i] > widths[widest]))
			widest = i;
	}
	if (widest == count)
		return false;
	widths[widest]--;
	return true;
}

/* Leaves out the one that is kept least, if that is below the limit. */
static bool leave_out_one(const struct column *const *shown, size_t count, unsigned *widths, unsigned limit)
{
	size_t out = count;

	for (size_t i = 0; i < count; i++) {
		if (widths[i] > 0 && shown[i]->keep < limit && (out == count || shown[i]->keep < shown[out]->keep))
			out = i;
	}
	if (out == count)
		return false;
	widths[out] = 0;
	return true;
}

static void tighten(const struct column *const *shown, size_t count, unsigned *widths)
{
	for (size_t i = 0; i < count; i++) {
		if (shown[i]->tight_width > 0)
			widths[i] = lesser(widths[i], shown[i]->tight_width);
	}
}

void columns_fit(const struct column *const *shown, size_t count, unsigned total, unsigned *widths)
{
	unsigned narrowest[COLUMN_COUNT];

	for (size_t i = 0; i < count; i++)
		narrowest[i] = lesser(widths[i], shown[i]->least_width);
	while (taken(narrowest, count) > total && leave_out_one(shown, count, narrowest, COLUMN_ESSENTIAL))
		;
	if (taken(narrowest, count) > total)
		tighten(shown, count, narrowest);
	while (taken(narrowest, count) > total && leave_out_one(shown, count, narrowest, UINT8_MAX))
		;
	for (size_t i = 0; i < count; i++)
		widths[i] = narrowest[i] > 0 ? widths[i] : 0;
	while (taken(widths, count) > total && narrow_widest(widths, narrowest, count))
		;
}
