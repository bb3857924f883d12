/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel tells of one socket in words, and nothing that it did not tell. */
#include "helpers.h"

#include <string.h>

#include "model/detail.h"
#include "model/explain_detail.h"

struct fixture {
	struct sock sock;
	struct sock_detail detail;
	struct buf out;
};

/* A connection of which everything is known, all of it 0. */
static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){
		.sock = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:4000"),
		.detail = { .cookie = 1, .tcp_bytes = sizeof(struct tcp_info), .memory_count = MEMORY_COUNT },
	};
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	buf_fini(&fixture->out);
	return 0;
}

static void check(struct fixture *fixture, const char *label, const char *expected)
{
	for (size_t i = 0; i < detail_paragraph_count; i++) {
		if (strcmp(detail_paragraphs[i].label, label) != 0)
			continue;
		detail_paragraphs[i].explain(&fixture->out, &fixture->sock, &fixture->detail);
		assert_text(&fixture->out, expected);
		return;
	}
	fail_msg("no paragraph is called %s", label);
}

static void what_is_not_known_is_not_said(void **state)
{
	struct fixture *fixture = *state;

	fixture->detail = (struct sock_detail){ .cookie = 0 };
	for (size_t i = 0; i < detail_paragraph_count; i++)
		check(fixture, detail_paragraphs[i].label, "");
}

/* All paragraphs, of a struct tcp_info of so many bytes with this behind them. */
static void say_all(struct fixture *fixture, size_t bytes, int behind)
{
	memset(&fixture->detail.tcp, behind, sizeof(fixture->detail.tcp));
	memset(&fixture->detail.tcp, 1, bytes);
	fixture->detail.tcp_bytes = bytes;
	buf_clear(&fixture->out);
	for (size_t i = 0; i < detail_paragraph_count; i++) {
		detail_paragraphs[i].explain(&fixture->out, &fixture->sock, &fixture->detail);
		buf_putc(&fixture->out, '\n');
	}
}

/* However much of struct tcp_info a kernel tells, no word is said of what lies behind that, and more of what is told. */
static void a_kernel_of_any_age_is_understood(void **state)
{
	struct fixture *fixture = *state;
	struct buf before = BUF_INIT, said = BUF_INIT;
	size_t changes = 0;

	for (size_t bytes = 0; bytes <= sizeof(struct tcp_info); bytes++) {
		say_all(fixture, bytes, 0xff);
		buf_clear(&said);
		buf_puts(&said, fixture->out.data);
		say_all(fixture, bytes, 0);
		assert_string_equal(fixture->out.data, said.data);
		changes += strcmp(said.data, buf_str(&before)) != 0 ? 1 : 0;
		buf_clear(&before);
		buf_puts(&before, said.data);
	}
	assert_true(changes > 10);
	buf_fini(&before);
	buf_fini(&said);
}

static void a_listener_measures_nothing(void **state)
{
	struct fixture *fixture = *state;

	memset(&fixture->detail.tcp, 1, sizeof(fixture->detail.tcp));
	fixture->sock = make_listener(1, 80);
	check(fixture, "Received", "");
	check(fixture, "Sent", "");
	check(fixture, "Round trip", "");
	check(fixture, "Window", "");
	check(fixture, "Agreed on", "");
}

static void the_round_trip_is_told_in_milliseconds(void **state)
{
	struct fixture *fixture = *state;
	struct tcp_info *tcp = &fixture->detail.tcp;

	tcp->tcpi_rto = 204000;
	check(fixture, "Round trip", "not measured yet; what is not acknowledged after 204 ms is sent again (rto)");
	tcp->tcpi_rtt = 12034;
	tcp->tcpi_rttvar = 7;
	tcp->tcpi_min_rtt = 11000;
	tcp->tcpi_backoff = 3;
	check(fixture, "Round trip", "12.034 ms in the mean, give or take 0.007 ms, at least 11.000 ms; what is not acknowledged "
				     "after 204 ms is sent again (rto), which was doubled 3 times for want of an answer");
}

static void the_window_is_told_with_what_limits_it(void **state)
{
	struct fixture *fixture = *state;
	struct tcp_info *tcp = &fixture->detail.tcp;

	tcp->tcpi_snd_cwnd = 10;
	tcp->tcpi_snd_mss = 1448;
	tcp->tcpi_unacked = 2;
	tcp->tcpi_snd_ssthresh = 0x7fffffff;
	check(fixture, "Window", "10 segments of up to 1448 bytes may be under way (cwnd, mss), 2 are");
	tcp->tcpi_snd_ssthresh = 7;
	tcp->tcpi_snd_wnd = 65536;
	tcp->tcpi_pmtu = 1500;
	check(fixture, "Window", "10 segments of up to 1448 bytes may be under way (cwnd, mss), 2 are; from 7 segments on it grows "
				 "slowly (ssthresh); the peer has room for 65536 bytes; the path takes packets of 1500 bytes (pmtu)");
}

static void traffic_is_told_with_its_rate_and_its_last_time(void **state)
{
	struct fixture *fixture = *state;
	struct tcp_info *tcp = &fixture->detail.tcp;

	check(fixture, "Received", "0 bytes; 0 segments");
	check(fixture, "Sent", "0 bytes acknowledged; 0 segments");
	tcp->tcpi_bytes_received = 1;
	tcp->tcpi_segs_in = 1;
	tcp->tcpi_last_data_recv = 12345; /* the kernel counts from the beginning while there was none */
	check(fixture, "Received", "1 byte; 1 segment without data");
	tcp->tcpi_data_segs_in = 1;
	tcp->tcpi_rcv_ooopack = 2;
	fixture->detail.info = (struct sock_info){ .have = INFO_RATES, .in_rate = 1500, .out_rate = 0 };
	check(fixture, "Received", "1 byte, now 1.50kB/s; 1 segment, 1 with data, the last one 12 s ago; 2 came out of order");
	tcp->tcpi_bytes_acked = 5000000000;
	tcp->tcpi_segs_out = 9;
	tcp->tcpi_data_segs_out = 7;
	tcp->tcpi_last_data_sent = 399;
	tcp->tcpi_notsent_bytes = 4;
	check(fixture, "Sent", "5000000000 bytes acknowledged, now 0B/s; 9 segments, 7 with data, the last one 0.3 s ago; 4 bytes "
			       "wait to be sent");
}

static void what_was_sent_again_is_told_with_its_causes(void **state)
{
	struct fixture *fixture = *state;
	struct tcp_info *tcp = &fixture->detail.tcp;

	tcp->tcpi_reordering = 3;
	check(fixture, "Sent again", "nothing; up to 3 out of order are not taken for lost (reordering)");
	tcp->tcpi_total_retrans = 5;
	tcp->tcpi_bytes_retrans = 6000;
	tcp->tcpi_retrans = 1;
	tcp->tcpi_lost = 2;
	tcp->tcpi_retransmits = 4;
	check(fixture, "Sent again", "5 segments in all, 6000 bytes; 1 on the way again; 2 taken for lost; 4 times in a row "
				     "the timer ran out; up to 3 out of order are not taken for lost (reordering)");
}

static void speed_is_told_with_what_held_it_up(void **state)
{
	struct fixture *fixture = *state;
	struct tcp_info *tcp = &fixture->detail.tcp;

	check(fixture, "Speed", "");
	tcp->tcpi_delivery_rate = 1234567;
	tcp->tcpi_delivery_rate_app_limited = 1;
	tcp->tcpi_pacing_rate = UINT64_MAX;
	check(fixture, "Speed", "1.23MB/s got through last, the program gave no more");
	tcp->tcpi_delivery_rate = 0;
	tcp->tcpi_pacing_rate = 999;
	tcp->tcpi_busy_time = 2000000;
	tcp->tcpi_rwnd_limited = 1000000;
	tcp->tcpi_sndbuf_limited = 100000;
	check(fixture, "Speed", "sent at 999B/s at most (pacing); busy sending for 2.0 s, 50 % of that waiting for room at the peer, "
				"5 % of that for room in SO_SNDBUF");
}

static void congestion_control_is_told_with_its_state(void **state)
{
	struct fixture *fixture = *state;

	fixture->detail.info = (struct sock_info){ .have = INFO_CONGESTION, .congestion = "cu\033bic" };
	check(fixture, "Control", "cu\\x1bbic, Open: nothing is missing");
	fixture->detail.tcp.tcpi_ca_state = TCP_CA_Loss;
	check(fixture, "Control", "cu\\x1bbic, Loss: the timer ran out, and it begins anew, slowly");
	fixture->detail.tcp.tcpi_ca_state = 9;
	fixture->detail.info.have = 0;
	check(fixture, "Control", "state 9");
}

static void what_both_sides_agreed_on_is_listed(void **state)
{
	struct fixture *fixture = *state;
	struct tcp_info *tcp = &fixture->detail.tcp;

	check(fixture, "Agreed on", "on none of timestamps, SACK, ECN and window scaling");
	tcp->tcpi_options = TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | TCPI_OPT_WSCALE | TCPI_OPT_ECN;
	tcp->tcpi_snd_wscale = 7;
	tcp->tcpi_rcv_wscale = 10;
	check(fixture, "Agreed on", "timestamps, SACK, ECN, windows times 2^10 here and 2^7 at the peer");
	fixture->sock.state = STATE_SYN_SENT;
	check(fixture, "Agreed on", "");
}

static void memory_is_told_against_its_limits(void **state)
{
	struct fixture *fixture = *state;
	uint32_t *memory = fixture->detail.memory;

	memory[MEMORY_RECEIVED] = 1;
	memory[MEMORY_RECEIVE_LIMIT] = 2;
	memory[MEMORY_LEAVING] = 3;
	memory[MEMORY_SEND_LIMIT] = 4;
	memory[MEMORY_QUEUED] = 5;
	check(fixture, "Memory", "1 of 2 bytes are taken by what was received (SO_RCVBUF), 5 of 4 by what is sent (SO_SNDBUF)");
	fixture->sock.proto = PROTO_UDP;
	memory[MEMORY_AHEAD] = 6;
	memory[MEMORY_OPTIONS] = 7;
	memory[MEMORY_BACKLOG] = 8;
	check(fixture, "Memory", "1 of 2 bytes are taken by what was received (SO_RCVBUF), 3 of 4 by what is sent (SO_SNDBUF); 6 are "
				 "held ahead of need; 7 by options and filters; 8 by what came while the program was busy with the "
				 "socket");
	fixture->detail.memory_count = MEMORY_QUEUED;
	check(fixture, "Memory", "");
}

static void drops_are_told_in_words_for_each_kind(void **state)
{
	static const struct {
		enum sock_state state;
		const char *begin, *end;
	} cases[] = {
		{ STATE_LISTEN, "17 times a connection was not taken: ", "Clients saw a delay, or a failure." },
		{ STATE_UNCONN, "17 datagrams were thrown away: ", "Nobody sends them again." },
		{ STATE_ESTABLISHED, "17 segments were thrown away: ", "The peer sends again what matters." },
	};
	struct fixture *fixture = *state;

	check(fixture, "Drops", "");
	fixture->detail.memory[MEMORY_DROPS] = 17;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fixture->sock = make_sock(1, cases[i].state, "127.0.0.1:80", NULL);
		fixture->detail.memory_count = MEMORY_COUNT;
		for (size_t p = 0; p < detail_paragraph_count; p++) {
			if (strcmp(detail_paragraphs[p].label, "Drops") == 0)
				detail_paragraphs[p].explain(&fixture->out, &fixture->sock, &fixture->detail);
		}
		assert_ptr_equal(strstr(buf_str(&fixture->out), cases[i].begin), fixture->out.data);
		assert_non_null(strstr(buf_str(&fixture->out), cases[i].end));
		buf_clear(&fixture->out);
		fixture->detail.memory_count = MEMORY_DROPS;
		check(fixture, "Drops", "");
	}
}

static void options_are_told_where_they_are_not_as_usual(void **state)
{
	struct fixture *fixture = *state;

	fixture->detail.have = DETAIL_OPTIONS;
	check(fixture, "Options", "");
	fixture->detail.options = OPTION_RECVERR | OPTION_NODEFRAG | OPTION_MULTICAST_LOOP | OPTION_MULTICAST_ALL;
	check(fixture, "Options", "IP_RECVERR on, IP_NODEFRAG on");
	fixture->sock = make_sock(1, STATE_UNCONN, "127.0.0.1:80", NULL);
	fixture->detail.options = OPTION_MULTICAST_ALL;
	check(fixture, "Options", "IP_MULTICAST_LOOP off");
	fixture->sock = make_sock(1, STATE_LISTEN, "[::]:80", NULL);
	check(fixture, "Options", "");
	fixture->detail.options = OPTION_RECVERR;
	check(fixture, "Options", "IP_RECVERR on");
	fixture->detail.have = 0;
	check(fixture, "Options", "");
}

static void marks_are_told_when_somebody_set_them(void **state)
{
	struct fixture *fixture = *state;

	fixture->detail.have = DETAIL_TOS | DETAIL_MARK | DETAIL_CLASS_ID | DETAIL_TCLASS;
	check(fixture, "Marks", "");
	fixture->detail.tos = 0xb8;
	fixture->detail.mark = 42;
	check(fixture, "Marks", "IP_TOS 0xb8; SO_MARK 0x2a");
	fixture->detail.have = DETAIL_CLASS_ID;
	fixture->detail.class_id = 0x10001;
	check(fixture, "Marks", "net_cls class, or SO_PRIORITY, 0x10001");
}

static void a_shut_direction_is_told(void **state)
{
	static const char *const texts[] = {
		"",
		"nothing more is received: the peer has closed its side, or shutdown() was called",
		"nothing more is sent: shutdown() or close() was called",
		"nothing more is sent or received",
		"",
	};
	struct fixture *fixture = *state;

	for (uint8_t i = 0; i < ARRAY_SIZE(texts); i++) {
		fixture->detail.have = DETAIL_SHUTDOWN;
		fixture->detail.shutdown = i;
		check(fixture, "Shutdown", texts[i]);
		fixture->detail.have = 0;
		check(fixture, "Shutdown", "");
	}
}

static void labels_fit_their_column(void **state)
{
	(void)state;
	for (size_t i = 0; i < detail_paragraph_count; i++)
		assert_in_range(strlen(detail_paragraphs[i].label), 1, 10);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_not_known_is_not_said),
		TEST(a_kernel_of_any_age_is_understood),
		TEST(a_listener_measures_nothing),
		TEST(the_round_trip_is_told_in_milliseconds),
		TEST(the_window_is_told_with_what_limits_it),
		TEST(traffic_is_told_with_its_rate_and_its_last_time),
		TEST(what_was_sent_again_is_told_with_its_causes),
		TEST(speed_is_told_with_what_held_it_up),
		TEST(congestion_control_is_told_with_its_state),
		TEST(what_both_sides_agreed_on_is_listed),
		TEST(memory_is_told_against_its_limits),
		TEST(drops_are_told_in_words_for_each_kind),
		TEST(options_are_told_where_they_are_not_as_usual),
		TEST(marks_are_told_when_somebody_set_them),
		TEST(a_shut_direction_is_told),
		TEST(labels_fit_their_column),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
