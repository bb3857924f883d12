/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/explain_detail.h"

#include "base/buf.h"
#include "model/detail.h"

static void explain_memory(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	const uint32_t *memory = detail->memory;

	if (detail->memory_count <= MEMORY_QUEUED)
		return;
	/* What TCP hands to the device still is in its queue as well; UDP has no other queue than what leaves. */
	uint32_t sent = sock->proto == PROTO_UDP ? memory[MEMORY_LEAVING] : memory[MEMORY_QUEUED];
	buf_printf(out, "%u of %u bytes are taken by what was received (SO_RCVBUF), %u of %u by what is sent (SO_SNDBUF)",
		   memory[MEMORY_RECEIVED], memory[MEMORY_RECEIVE_LIMIT], sent, memory[MEMORY_SEND_LIMIT]);
	if (memory[MEMORY_AHEAD] > 0)
		buf_printf(out, "; %u are held ahead of need", memory[MEMORY_AHEAD]);
	if (detail->memory_count > MEMORY_OPTIONS && memory[MEMORY_OPTIONS] > 0)
		buf_printf(out, "; %u by options and filters", memory[MEMORY_OPTIONS]);
	if (detail->memory_count > MEMORY_BACKLOG && memory[MEMORY_BACKLOG] > 0)
		buf_printf(out, "; %u by what came while the program was busy with the socket", memory[MEMORY_BACKLOG]);
}

/* tcp_listendrop, udp_queue_rcv_skb, tcp_drop (net/ipv4): they all count into sk_drops. */
static void explain_drops(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	uint32_t drops = detail->memory[MEMORY_DROPS];

	if (detail->memory_count <= MEMORY_DROPS || drops == 0)
		return;
	if (sock->state == STATE_LISTEN)
		buf_printf(out, "%u times a connection was not taken: its accept queue was full, or the request was not good. "
				"Clients saw a delay, or a failure.", drops);
	else if (sock->proto == PROTO_UDP)
		buf_printf(out, "%u datagrams were thrown away: the program did not read fast enough for SO_RCVBUF, or they were "
				"damaged. Nobody sends them again.", drops);
	else
		buf_printf(out, "%u segments were thrown away: there was no room for them, or they did not belong here. The peer "
				"sends again what matters.", drops);
}

/* Beside those that decide who can be bound where, which struct sock has. */
static const struct {
	uint16_t option;
	bool usual; /* it is on by itself: said when it is off */
	const char *name;
} options[] = {
	{ OPTION_RECVERR, false, "IP_RECVERR" },
	{ OPTION_RECVERR_RFC4884, false, "IP_RECVERR_RFC4884" },
	{ OPTION_HDRINCL, false, "IP_HDRINCL" },
	{ OPTION_NODEFRAG, false, "IP_NODEFRAG" },
	{ OPTION_DEFER_CONNECT, false, "TCP_FASTOPEN_CONNECT, which waits for the first data" },
	{ OPTION_MULTICAST_LOOP, true, "IP_MULTICAST_LOOP" },
	{ OPTION_MULTICAST_ALL, true, "IP_MULTICAST_ALL" },
};

/* What is on by itself is so for those who can use it, and means nothing for the others. */
static bool is_multicast(const struct sock *sock)
{
	return sock->proto == PROTO_UDP && sock->family == FAMILY_INET;
}

static void explain_options(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	const char *between = "";

	for (size_t i = 0; (detail->have & DETAIL_OPTIONS) && i < sizeof(options) / sizeof(options[0]); i++) {
		bool on = (detail->options & options[i].option) != 0;

		if (on == options[i].usual || (options[i].usual && !is_multicast(sock)))
			continue;
		buf_printf(out, "%s%s %s", between, options[i].name, on ? "on" : "off");
		between = ", ";
	}
}

/* Numbers that routing and queueing go by; 0 is what they are without anybody's doing. */
static void explain_marks(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	const struct {
		enum detail_have have;
		uint32_t value;
		const char *name;
	} marks[] = {
		{ DETAIL_TOS, detail->tos, "IP_TOS" },
		{ DETAIL_TCLASS, detail->tclass, "IPV6_TCLASS" },
		{ DETAIL_MARK, detail->mark, "SO_MARK" },
		{ DETAIL_CLASS_ID, detail->class_id, "net_cls class, or SO_PRIORITY," },
	};
	size_t from = out->length;

	(void)sock;
	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		if ((detail->have & marks[i].have) && marks[i].value != 0)
			buf_printf(out, "%s%s 0x%x", out->length > from ? "; " : "", marks[i].name, marks[i].value);
	}
}

static void explain_shutdown(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	static const char *const directions[] = {
		[SHUTDOWN_RECEIVING] = "nothing more is received: the peer has closed its side, or shutdown() was called",
		[SHUTDOWN_SENDING] = "nothing more is sent: shutdown() or close() was called",
		[SHUTDOWN_RECEIVING | SHUTDOWN_SENDING] = "nothing more is sent or received",
	};

	(void)sock;
	if ((detail->have & DETAIL_SHUTDOWN) && detail->shutdown > 0 &&
	    detail->shutdown < sizeof(directions) / sizeof(directions[0]))
		buf_puts(out, directions[detail->shutdown]);
}

static void explain_file(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	static const char *const files[] = {
		[FILE_ALIVE] = "its file is there",
		[FILE_GONE] = "it is gone: nobody can connect to the socket any more",
		[FILE_REPLACED] = "another file stands at its path: who connects there does not come to this socket",
	};

	(void)sock;
	if (detail->info.have & INFO_FILE)
		buf_puts(out, files[detail->info.file]);
}

static void explain_malformed(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	(void)sock;
	if (detail->malformed > 0)
		buf_printf(out, "%lu of the kernel's words on this socket were not understood", detail->malformed);
}

const struct detail_paragraph detail_paragraphs[] = {
	{ "Received", explain_received },
	{ "Sent", explain_sent },
	{ "Sent again", explain_resent },
	{ "Round trip", explain_round_trip },
	{ "Window", explain_window },
	{ "Speed", explain_speed },
	{ "Control", explain_control },
	{ "Agreed on", explain_agreed },
	{ "Shutdown", explain_shutdown },
	{ "File", explain_file },
	{ "Drops", explain_drops },
	{ "Memory", explain_memory },
	{ "Options", explain_options },
	{ "Marks", explain_marks },
	{ "Unknown", explain_malformed },
};

const size_t detail_paragraph_count = sizeof(detail_paragraphs) / sizeof(detail_paragraphs[0]);
