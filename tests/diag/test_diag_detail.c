/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One socket closely: what is asked, and replies made by hand, with every attribute short, exact and long. */
#include "../unit/helpers.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/diag_detail.h"
#include "kernel/diag_inet.h"
#include "model/detail.h"

struct fixture {
	_Alignas(struct nlmsghdr) char bytes[8192];
	struct nlmsghdr *message;
	struct sock sock;
	struct sock_detail detail;
};

/* A reply for an established connection, without attributes, and the socket that it is about. */
static int setup(void **state)
{
	static struct fixture fixture;
	struct inet_diag_msg *diag;

	memset(&fixture, 0, sizeof(fixture));
	fixture.sock = make_sock(UINT64_C(0x0123456789abcdef), STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:40000");
	fixture.message = mnl_nlmsg_put_header(fixture.bytes);
	fixture.message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	diag = mnl_nlmsg_put_extra_header(fixture.message, sizeof(*diag));
	diag->idiag_family = AF_INET;
	diag->idiag_state = 1;
	diag->id.idiag_cookie[0] = 0x89abcdef;
	diag->id.idiag_cookie[1] = 0x01234567;
	*state = &fixture;
	return 0;
}

static bool parse(struct fixture *fixture)
{
	return diag_detail_parse(fixture->message, &fixture->sock, &fixture->detail);
}

static void put(struct fixture *fixture, uint16_t type, const void *bytes, size_t length)
{
	mnl_attr_put(fixture->message, type, length, bytes);
}

static void another_sockets_reply_changes_nothing(void **state)
{
	struct fixture *fixture = *state;

	fixture->detail.shutdown = 7;
	fixture->sock.cookie++;
	assert_false(parse(fixture));
	assert_int_equal(fixture->detail.shutdown, 7);
	fixture->sock.cookie--;
	assert_true(parse(fixture));
	assert_int_equal(fixture->detail.cookie, fixture->sock.cookie);
	assert_int_equal(fixture->detail.have, 0);
	assert_int_equal(fixture->detail.tcp_bytes, 0);
	assert_int_equal(fixture->detail.memory_count, 0);
}

static void a_short_message_is_refused(void **state)
{
	struct fixture *fixture = *state;

	fixture->message->nlmsg_len--;
	assert_false(parse(fixture));
}

/* 1 to 255, which is different in each byte that is told. */
static void fill(uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		bytes[i] = (uint8_t)(1 + i % 255);
}

static void tcp_info_is_known_as_far_as_it_was_told(void **state)
{
	uint8_t bytes[sizeof(struct tcp_info) + 64];
	struct fixture *fixture = *state;
	static const uint8_t nothing[sizeof(bytes)];

	fill(bytes, sizeof(bytes));
	for (size_t length = 0; length <= sizeof(bytes); length++) {
		size_t known = length < sizeof(struct tcp_info) ? length : sizeof(struct tcp_info);

		setup(state);
		put(fixture, INET_DIAG_INFO, bytes, length);
		assert_true(parse(fixture));
		assert_int_equal(fixture->detail.malformed, 0);
		assert_int_equal(fixture->detail.tcp_bytes, known);
		assert_memory_equal(&fixture->detail.tcp, bytes, known);
		assert_memory_equal((char *)&fixture->detail.tcp + known, nothing, sizeof(struct tcp_info) - known);
		assert_int_equal(DETAIL_KNOWS(&fixture->detail, tcpi_state), length >= 1);
		assert_int_equal(DETAIL_KNOWS(&fixture->detail, tcpi_rtt), length >= offsetof(struct tcp_info, tcpi_rttvar));
		assert_int_equal(DETAIL_KNOWS(&fixture->detail, tcpi_bytes_received),
				 length >= offsetof(struct tcp_info, tcpi_segs_out));
		assert_int_equal(DETAIL_KNOWS(&fixture->detail, tcpi_snd_wnd),
				 length >= offsetof(struct tcp_info, tcpi_snd_wnd) + 4);
	}
}

static void memory_is_known_as_far_as_it_was_told(void **state)
{
	uint32_t memory[MEMORY_COUNT + 3];
	struct fixture *fixture = *state;

	fill((uint8_t *)memory, sizeof(memory));
	for (size_t length = 0; length <= sizeof(memory); length++) {
		size_t count = length / 4 < MEMORY_COUNT ? length / 4 : MEMORY_COUNT;
		bool whole = length % 4 == 0;

		setup(state);
		put(fixture, INET_DIAG_SKMEMINFO, memory, length);
		assert_true(parse(fixture));
		assert_int_equal(fixture->detail.malformed, whole ? 0 : 1);
		assert_int_equal(fixture->detail.memory_count, whole ? count : 0);
		assert_memory_equal(fixture->detail.memory, memory, 4 * fixture->detail.memory_count);
	}
}

/* What the table's column says of drops comes of the same attribute. */
static void drops_are_told_only_by_a_kernel_that_counts_them(void **state)
{
	uint32_t memory[MEMORY_COUNT] = { [MEMORY_DROPS] = 17 };
	struct fixture *fixture = *state;

	put(fixture, INET_DIAG_SKMEMINFO, memory, sizeof(memory) - 4);
	assert_true(parse(fixture));
	assert_true(fixture->detail.info.have & INFO_MEMORY);
	assert_false(fixture->detail.info.have & INFO_DROPS);
	setup(state);
	put(fixture, INET_DIAG_SKMEMINFO, memory, sizeof(memory));
	assert_true(parse(fixture));
	assert_true(fixture->detail.info.have & INFO_DROPS);
	assert_int_equal(fixture->detail.info.drops, 17);
}

static void every_number_must_have_its_length(void **state)
{
	static const struct {
		uint16_t type;
		size_t length, offset;
		enum detail_have have;
	} cases[] = {
		{ INET_DIAG_SHUTDOWN, 1, offsetof(struct sock_detail, shutdown), DETAIL_SHUTDOWN },
		{ INET_DIAG_TOS, 1, offsetof(struct sock_detail, tos), DETAIL_TOS },
		{ INET_DIAG_TCLASS, 1, offsetof(struct sock_detail, tclass), DETAIL_TCLASS },
		{ INET_DIAG_MARK, 4, offsetof(struct sock_detail, mark), DETAIL_MARK },
		{ INET_DIAG_CLASS_ID, 4, offsetof(struct sock_detail, class_id), DETAIL_CLASS_ID },
	};
	struct fixture *fixture = *state;
	uint8_t bytes[8];

	fill(bytes, sizeof(bytes));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		for (size_t length = 0; length <= sizeof(bytes); length++) {
			bool exact = length == cases[i].length;

			setup(state);
			put(fixture, cases[i].type, bytes, length);
			assert_true(parse(fixture));
			assert_int_equal(fixture->detail.have, exact ? cases[i].have : 0);
			assert_int_equal(fixture->detail.malformed, exact ? 0 : 1);
			if (exact)
				assert_memory_equal((char *)&fixture->detail + cases[i].offset, bytes, length);
		}
	}
}

static void every_option_is_its_own(void **state)
{
	static const struct {
		struct inet_diag_sockopt told;
		uint16_t option;
	} cases[] = {
		{ { .recverr = 1 }, OPTION_RECVERR },
		{ { .is_icsk = 1 }, 0 },
		{ { .freebind = 1 }, 0 },
		{ { .hdrincl = 1 }, OPTION_HDRINCL },
		{ { .mc_loop = 1 }, OPTION_MULTICAST_LOOP },
		{ { .transparent = 1 }, 0 },
		{ { .mc_all = 1 }, OPTION_MULTICAST_ALL },
		{ { .nodefrag = 1 }, OPTION_NODEFRAG },
		{ { .bind_address_no_port = 1 }, 0 },
		{ { .recverr_rfc4884 = 1 }, OPTION_RECVERR_RFC4884 },
		{ { .defer_connect = 1 }, OPTION_DEFER_CONNECT },
		{ { .recverr = 0 }, 0 },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		setup(state);
		put(fixture, INET_DIAG_SOCKOPT, &cases[i].told, sizeof(cases[i].told));
		assert_true(parse(fixture));
		assert_true(fixture->detail.have & DETAIL_OPTIONS);
		assert_int_equal(fixture->detail.options, cases[i].option);
	}
}

/* It has room for more, so a longer one is a newer kernel's. */
static void options_may_grow_and_not_shrink(void **state)
{
	static const uint8_t bytes[8] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct fixture *fixture = *state;

	for (size_t length = 0; length <= sizeof(bytes); length++) {
		bool enough = length >= sizeof(struct inet_diag_sockopt);

		setup(state);
		put(fixture, INET_DIAG_SOCKOPT, bytes, length);
		assert_true(parse(fixture));
		assert_int_equal(fixture->detail.have, enough ? DETAIL_OPTIONS : 0);
		assert_int_equal(fixture->detail.malformed, enough ? 0 : 1);
	}
}

static void attributes_that_are_not_known_are_passed_over(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, 0x3fff, "12345", 5);
	put(fixture, INET_DIAG_CGROUP_ID, "12345678", 8);
	put(fixture, INET_DIAG_CONG, "cubic", 6);
	mnl_attr_put_u8(fixture->message, INET_DIAG_SHUTDOWN, 3);
	assert_true(parse(fixture));
	assert_int_equal(fixture->detail.malformed, 0);
	assert_int_equal(fixture->detail.shutdown, 3);
	assert_string_equal(fixture->detail.info.congestion, "cubic");
}

/* As in test_diag_inet.c: the message cut at every length, before a page that may not be read. */
static void nothing_behind_the_end_is_read(void **state)
{
	static const uint8_t zeroes[sizeof(struct tcp_info)];
	struct fixture *fixture = *state;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
	put(fixture, INET_DIAG_INFO, zeroes, sizeof(zeroes));
	put(fixture, INET_DIAG_SKMEMINFO, zeroes, 4 * MEMORY_COUNT);
	put(fixture, INET_DIAG_SOCKOPT, zeroes, sizeof(struct inet_diag_sockopt));
	mnl_attr_put_u32(fixture->message, INET_DIAG_MARK, 1);
	size_t whole = fixture->message->nlmsg_len, base = MNL_NLMSG_HDRLEN + sizeof(struct inet_diag_msg);
	for (size_t length = MNL_NLMSG_HDRLEN; length <= whole; length++) {
		struct nlmsghdr *cut = (struct nlmsghdr *)(pages + page - MNL_ALIGN(length));

		memset(cut, 0xff, MNL_ALIGN(length));
		memcpy(cut, fixture->bytes, length);
		cut->nlmsg_len = (uint32_t)length;
		assert_int_equal(diag_detail_parse(cut, &fixture->sock, &fixture->detail), length >= base);
		if (length >= base)
			assert_int_equal((fixture->detail.have & DETAIL_MARK) != 0, length == whole);
	}
	munmap(pages, 2 * page);
}

static _Alignas(struct nlmsghdr) char buffer[DIAG_REQUEST_BYTES];

#define EXTENSION(attribute) (1u << ((attribute) - 1))

static const struct inet_diag_req_v2 *request_of(const struct sock *sock, bool is_dump)
{
	const struct nlmsghdr *message = diag_detail_request(buffer, sock);

	assert_non_null(message);
	assert_int_equal(message->nlmsg_type, SOCK_DIAG_BY_FAMILY);
	assert_int_equal(message->nlmsg_flags, is_dump ? NLM_F_REQUEST | NLM_F_DUMP : NLM_F_REQUEST);
	const struct inet_diag_req_v2 *request = mnl_nlmsg_get_payload(message);
	assert_int_equal(request->idiag_ext, EXTENSION(INET_DIAG_INFO) | EXTENSION(INET_DIAG_CONG) | EXTENSION(INET_DIAG_TOS) |
						     EXTENSION(INET_DIAG_TCLASS) | EXTENSION(INET_DIAG_SKMEMINFO) |
						     EXTENSION(INET_DIAG_SHUTDOWN));
	return request;
}

static void a_connection_is_asked_for_by_its_ends(void **state)
{
	struct fixture *fixture = *state;
	const struct inet_diag_req_v2 *request = request_of(&fixture->sock, false);

	assert_int_equal(request->sdiag_family, AF_INET);
	assert_int_equal(request->sdiag_protocol, IPPROTO_TCP);
	assert_int_equal(ntohs(request->id.idiag_sport), 80);
	assert_int_equal(ntohs(request->id.idiag_dport), 40000);
	assert_int_equal(request->id.idiag_cookie[0], 0x89abcdef);
	assert_int_equal(request->id.idiag_cookie[1], 0x01234567);
}

/* The rest may be several at one address: a dump of what can be meant, and of nothing else. */
static void what_is_no_connection_is_asked_for_by_state_and_port(void **state)
{
	const struct {
		struct sock sock;
		uint8_t family, protocol;
		uint32_t states;
	} cases[] = {
		{ make_listener(1, 80), AF_INET, IPPROTO_TCP, 1 << 10 },
		{ make_sock(1, STATE_LISTEN, "[::]:80", NULL), AF_INET6, IPPROTO_TCP, 1 << 10 },
		{ make_sock(1, STATE_UNCONN, "127.0.0.1:80", NULL), AF_INET, IPPROTO_UDP, 1 << 7 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct inet_diag_req_v2 *request = request_of(&cases[i].sock, true);

		assert_int_equal(request->sdiag_family, cases[i].family);
		assert_int_equal(request->sdiag_protocol, cases[i].protocol);
		assert_int_equal(request->idiag_states, cases[i].states);
		assert_true(((const struct nlmsghdr *)buffer)->nlmsg_len > MNL_NLMSG_HDRLEN + sizeof(*request)); /* the port */
	}
}

static void of_what_cannot_tell_more_or_not_cheaply_nothing_is_asked(void **state)
{
	struct sock orphan = make_sock(1, STATE_FIN_WAIT2, "127.0.0.1:80", "127.0.0.1:1");
	struct sock unknown = make_sock(1, STATE_ESTABLISHED, "127.0.0.1:80", "127.0.0.1:1");
	const struct sock time_wait = make_sock(1, STATE_TIME_WAIT, "127.0.0.1:80", "127.0.0.1:1");
	const struct sock request = make_sock(1, STATE_SYN_RECV, "127.0.0.1:80", "127.0.0.1:1");
	const struct sock bound = make_sock(1, STATE_BOUND, "127.0.0.1:80", NULL);
	const struct sock listener = make_listener(1, 80);

	(void)state;
	assert_true(diag_detail_exists(&orphan));
	orphan.timer = TIMER_TIMEWAIT;
	assert_false(diag_detail_exists(&orphan));
	unknown.state = STATE_RAW + 13;
	assert_false(diag_detail_exists(&unknown));
	assert_false(diag_detail_exists(&time_wait));
	assert_false(diag_detail_exists(&request));
	assert_false(diag_detail_exists(&bound));
	assert_true(diag_detail_exists(&listener));
}

#define TEST(function) cmocka_unit_test_setup(function, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(another_sockets_reply_changes_nothing),
		TEST(a_short_message_is_refused),
		TEST(tcp_info_is_known_as_far_as_it_was_told),
		TEST(memory_is_known_as_far_as_it_was_told),
		TEST(drops_are_told_only_by_a_kernel_that_counts_them),
		TEST(every_number_must_have_its_length),
		TEST(every_option_is_its_own),
		TEST(options_may_grow_and_not_shrink),
		TEST(attributes_that_are_not_known_are_passed_over),
		TEST(nothing_behind_the_end_is_read),
		TEST(a_connection_is_asked_for_by_its_ends),
		TEST(what_is_no_connection_is_asked_for_by_state_and_port),
		TEST(of_what_cannot_tell_more_or_not_cheaply_nothing_is_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
