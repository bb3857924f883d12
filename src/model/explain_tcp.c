/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/explain_detail.h"

#include "base/buf.h"
#include "base/text.h"
#include "model/detail.h"
#include "model/rate.h"

/* tcp(7) and linux/tcp.h tell what the members are; the kernel gives times in microseconds or milliseconds. */

static bool measures(const struct sock *sock, const struct sock_detail *detail)
{
	return sock->proto == PROTO_TCP && (STATE_BIT(sock->state) & STATES_LISTENING) == 0 && detail->tcp_bytes > 0;
}

/* Between two facts of a paragraph. */
static void separate(struct buf *out, size_t from)
{
	if (out->length > from)
		buf_puts(out, "; ");
}

static void add_ms(struct buf *out, uint32_t us)
{
	buf_printf(out, "%u.%03u ms", us / 1000, us % 1000);
}

/* "0.3 s", "12 s": as exact as it matters. */
static void add_seconds(struct buf *out, uint64_t ms)
{
	if (ms < 10000)
		buf_printf(out, "%u.%u s", (unsigned)(ms / 1000), (unsigned)(ms % 1000 / 100));
	else
		buf_printf(out, "%llu s", (unsigned long long)(ms / 1000));
}

static void add_rate(struct buf *out, uint64_t bytes_per_s)
{
	rate_format(out, bytes_per_s);
	buf_puts(out, "B/s");
}

void explain_round_trip(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	const struct tcp_info *tcp = &detail->tcp;

	if (!measures(sock, detail) || !DETAIL_KNOWS(detail, tcpi_rttvar))
		return;
	if (tcp->tcpi_rtt > 0) {
		add_ms(out, tcp->tcpi_rtt);
		buf_puts(out, " in the mean, give or take ");
		add_ms(out, tcp->tcpi_rttvar);
	} else {
		buf_puts(out, "not measured yet");
	}
	if (DETAIL_KNOWS(detail, tcpi_min_rtt) && tcp->tcpi_min_rtt > 0 && tcp->tcpi_min_rtt != UINT32_MAX) {
		buf_puts(out, ", at least ");
		add_ms(out, tcp->tcpi_min_rtt);
	}
	buf_printf(out, "; what is not acknowledged after %u ms is sent again (rto)", tcp->tcpi_rto / 1000);
	if (tcp->tcpi_backoff > 0)
		buf_printf(out, ", which was doubled %u times for want of an answer", tcp->tcpi_backoff);
}

/* TCP_INFINITE_SSTHRESH (net/tcp.h). */
enum { NO_THRESHOLD = 0x7fffffff };

void explain_window(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	const struct tcp_info *tcp = &detail->tcp;

	if (!measures(sock, detail) || !DETAIL_KNOWS(detail, tcpi_snd_cwnd))
		return;
	buf_printf(out, "%u segments of up to %u bytes may be under way (cwnd, mss), %u are", tcp->tcpi_snd_cwnd,
		   tcp->tcpi_snd_mss, tcp->tcpi_unacked);
	if (tcp->tcpi_snd_ssthresh < NO_THRESHOLD)
		buf_printf(out, "; from %u segments on it grows slowly (ssthresh)", tcp->tcpi_snd_ssthresh);
	if (DETAIL_KNOWS(detail, tcpi_snd_wnd) && tcp->tcpi_snd_wnd > 0)
		buf_printf(out, "; the peer has room for %u bytes", tcp->tcpi_snd_wnd);
	if (tcp->tcpi_pmtu > 0)
		buf_printf(out, "; the path takes packets of %u bytes (pmtu)", tcp->tcpi_pmtu);
}

static void add_segments(struct buf *out, uint32_t all, uint32_t with_data)
{
	buf_printf(out, "; %u segment%s", all, all == 1 ? "" : "s");
	if (with_data > 0)
		buf_printf(out, ", %u with data", with_data);
	else
		buf_puts(out, all > 0 ? " without data" : "");
}

void explain_received(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	const struct tcp_info *tcp = &detail->tcp;

	if (!measures(sock, detail) || !DETAIL_KNOWS(detail, tcpi_bytes_received))
		return;
	buf_printf(out, "%llu byte%s", (unsigned long long)tcp->tcpi_bytes_received, tcp->tcpi_bytes_received == 1 ? "" : "s");
	if (detail->info.have & INFO_RATES) {
		buf_puts(out, ", now ");
		add_rate(out, detail->info.in_rate);
	}
	if (DETAIL_KNOWS(detail, tcpi_data_segs_in)) {
		add_segments(out, tcp->tcpi_segs_in, tcp->tcpi_data_segs_in);
		buf_puts(out, tcp->tcpi_data_segs_in > 0 ? ", the last one " : "");
		if (tcp->tcpi_data_segs_in > 0)
			add_seconds(out, tcp->tcpi_last_data_recv);
		buf_puts(out, tcp->tcpi_data_segs_in > 0 ? " ago" : "");
	}
	if (DETAIL_KNOWS(detail, tcpi_rcv_ooopack) && tcp->tcpi_rcv_ooopack > 0)
		buf_printf(out, "; %u came out of order", tcp->tcpi_rcv_ooopack);
}

void explain_sent(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	const struct tcp_info *tcp = &detail->tcp;

	if (!measures(sock, detail) || !DETAIL_KNOWS(detail, tcpi_bytes_acked))
		return;
	buf_printf(out, "%llu byte%s acknowledged", (unsigned long long)tcp->tcpi_bytes_acked,
		   tcp->tcpi_bytes_acked == 1 ? "" : "s");
	if (detail->info.have & INFO_RATES) {
		buf_puts(out, ", now ");
		add_rate(out, detail->info.out_rate);
	}
	if (DETAIL_KNOWS(detail, tcpi_data_segs_out)) {
		add_segments(out, tcp->tcpi_segs_out, tcp->tcpi_data_segs_out);
		buf_puts(out, tcp->tcpi_data_segs_out > 0 ? ", the last one " : "");
		if (tcp->tcpi_data_segs_out > 0)
			add_seconds(out, tcp->tcpi_last_data_sent);
		buf_puts(out, tcp->tcpi_data_segs_out > 0 ? " ago" : "");
	}
	if (DETAIL_KNOWS(detail, tcpi_notsent_bytes) && tcp->tcpi_notsent_bytes > 0)
		buf_printf(out, "; %u bytes wait to be sent", tcp->tcpi_notsent_bytes);
}

/* Numbers that are 0 on a good path, and what they mean where they are not. */
static void add_counts(struct buf *out, const struct sock_detail *detail)
{
	const struct tcp_info *tcp = &detail->tcp;
	const struct {
		bool known;
		uint32_t count;
		const char *meaning;
	} counts[] = {
		{ true, tcp->tcpi_retrans, "on the way again" },
		{ true, tcp->tcpi_lost, "taken for lost" },
		{ true, tcp->tcpi_sacked, "came behind a gap (SACK)" },
		{ DETAIL_KNOWS(detail, tcpi_dsack_dups), tcp->tcpi_dsack_dups, "sent again for nothing (DSACK)" },
		{ DETAIL_KNOWS(detail, tcpi_reord_seen), tcp->tcpi_reord_seen, "times the path changed their order" },
		{ true, tcp->tcpi_retransmits, "times in a row the timer ran out" },
		{ true, tcp->tcpi_probes, "probes not answered" },
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (counts[i].known && counts[i].count > 0)
			buf_printf(out, "; %u %s", counts[i].count, counts[i].meaning);
	}
}

void explain_resent(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	const struct tcp_info *tcp = &detail->tcp;

	if (!measures(sock, detail) || !DETAIL_KNOWS(detail, tcpi_total_retrans))
		return;
	if (tcp->tcpi_total_retrans == 0)
		buf_puts(out, "nothing");
	else
		buf_printf(out, "%u segment%s in all", tcp->tcpi_total_retrans, tcp->tcpi_total_retrans == 1 ? "" : "s");
	if (DETAIL_KNOWS(detail, tcpi_bytes_retrans) && tcp->tcpi_bytes_retrans > 0)
		buf_printf(out, ", %llu bytes", (unsigned long long)tcp->tcpi_bytes_retrans);
	add_counts(out, detail);
	buf_printf(out, "; up to %u out of order are not taken for lost (reordering)", tcp->tcpi_reordering);
}

static void add_share(struct buf *out, uint64_t part_us, uint64_t whole_us, const char *meaning)
{
	if (part_us > 0 && part_us <= whole_us) /* no kernel says otherwise, but a recording may */
		buf_printf(out, ", %u %% of that %s", (unsigned)((double)part_us * 100 / (double)whole_us), meaning);
}

void explain_speed(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	const struct tcp_info *tcp = &detail->tcp;
	size_t from = out->length;

	if (!measures(sock, detail))
		return;
	if (DETAIL_KNOWS(detail, tcpi_delivery_rate) && tcp->tcpi_delivery_rate > 0) {
		add_rate(out, tcp->tcpi_delivery_rate);
		buf_printf(out, " got through last%s", tcp->tcpi_delivery_rate_app_limited ? ", the program gave no more" : "");
	}
	if (DETAIL_KNOWS(detail, tcpi_pacing_rate) && tcp->tcpi_pacing_rate > 0 && tcp->tcpi_pacing_rate != UINT64_MAX) {
		separate(out, from);
		buf_puts(out, "sent at ");
		add_rate(out, tcp->tcpi_pacing_rate);
		buf_puts(out, " at most (pacing)");
	}
	if (DETAIL_KNOWS(detail, tcpi_sndbuf_limited) && tcp->tcpi_busy_time > 0) {
		separate(out, from);
		buf_puts(out, "busy sending for ");
		add_seconds(out, tcp->tcpi_busy_time / 1000);
		add_share(out, tcp->tcpi_rwnd_limited, tcp->tcpi_busy_time, "waiting for room at the peer");
		add_share(out, tcp->tcpi_sndbuf_limited, tcp->tcpi_busy_time, "for room in SO_SNDBUF");
	}
}

void explain_control(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	/* enum tcp_ca_state */
	static const char *const states[] = {
		[TCP_CA_Open] = "Open: nothing is missing",
		[TCP_CA_Disorder] = "Disorder: something is missing, or came out of order",
		[TCP_CA_CWR] = "CWR: it sends less, because the path (ECN) or this host's own queue is full",
		[TCP_CA_Recovery] = "Recovery: what was lost is being sent again",
		[TCP_CA_Loss] = "Loss: the timer ran out, and it begins anew, slowly",
	};
	unsigned state = detail->tcp.tcpi_ca_state;
	size_t from = out->length;

	if (!measures(sock, detail))
		return;
	if (detail->info.have & INFO_CONGESTION)
		text_clean(out, detail->info.congestion);
	if (!DETAIL_KNOWS(detail, tcpi_ca_state))
		return;
	buf_puts(out, out->length > from ? ", " : "");
	if (state < sizeof(states) / sizeof(states[0]))
		buf_puts(out, states[state]);
	else
		buf_printf(out, "state %u", state);
}

static void add_agreed(struct buf *out, size_t from, const char *what)
{
	buf_puts(out, out->length > from ? ", " : "");
	buf_puts(out, what);
}

/* What both sides offered in their SYNs. */
void explain_agreed(struct buf *out, const struct sock *sock, const struct sock_detail *detail)
{
	static const struct {
		uint8_t option; /* TCPI_OPT_* */
		const char *name;
	} options[] = {
		{ TCPI_OPT_TIMESTAMPS, "timestamps" },
		{ TCPI_OPT_SACK, "SACK" },
		{ TCPI_OPT_ECN, "ECN" },
		{ TCPI_OPT_ECN_SEEN, "ECN was used by the peer" },
		{ TCPI_OPT_SYN_DATA, "data went with the SYN (Fast Open)" },
	};
	const struct tcp_info *tcp = &detail->tcp;
	size_t from = out->length;

	if (!measures(sock, detail) || detail->tcp_bytes < offsetof(struct tcp_info, tcpi_rto) || sock->state == STATE_SYN_SENT)
		return;
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		if (tcp->tcpi_options & options[i].option)
			add_agreed(out, from, options[i].name);
	}
	if (tcp->tcpi_options & TCPI_OPT_WSCALE) {
		add_agreed(out, from, "");
		buf_printf(out, "windows times 2^%u here and 2^%u at the peer", tcp->tcpi_rcv_wscale, tcp->tcpi_snd_wscale);
	}
	if (out->length == from)
		buf_puts(out, "on none of timestamps, SACK, ECN and window scaling");
}
