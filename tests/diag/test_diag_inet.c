/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Replies made by hand, as inet_diag (net/ipv4/inet_diag.c) would send them, and as it never should. */
#include "../unit/helpers.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel/diag_inet.h"
#include "model/sock.h"

struct fixture {
	_Alignas(struct nlmsghdr) char bytes[4096];
	struct nlmsghdr *message;
	struct inet_diag_msg *diag;
	struct sock sock;
	unsigned long malformed;
};

/* A reply for 127.0.0.1:80 and 127.0.0.1:40000, of an established connection; without attributes. */
static int setup(void **state)
{
	static struct fixture fixture;
	static const struct inet_diag_msg diag = {
		.idiag_family = AF_INET,
		.idiag_state = 1,
		.idiag_timer = 2,
		.idiag_retrans = 3,
		.id = { .idiag_if = 4, .idiag_cookie = { 0x89abcdef, 0x01234567 } },
		.idiag_expires = 5000,
		.idiag_rqueue = 6,
		.idiag_wqueue = 7,
		.idiag_uid = 8,
		.idiag_inode = 9,
	};

	memset(&fixture, 0, sizeof(fixture));
	fixture.message = mnl_nlmsg_put_header(fixture.bytes);
	fixture.message->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	fixture.diag = mnl_nlmsg_put_extra_header(fixture.message, sizeof(diag));
	*fixture.diag = diag;
	fixture.diag->id.idiag_sport = htons(80);
	fixture.diag->id.idiag_dport = htons(40000);
	fixture.diag->id.idiag_src[0] = fixture.diag->id.idiag_dst[0] = htonl(INADDR_LOOPBACK);
	*state = &fixture;
	return 0;
}

static bool parse(struct fixture *fixture, unsigned proto)
{
	return diag_inet_parse(fixture->message, proto, &fixture->sock, &fixture->malformed);
}

static void every_member_is_read(void **state)
{
	struct fixture *fixture = *state;
	const struct sock *sock = &fixture->sock;

	assert_true(parse(fixture, PROTO_TCP));
	assert_int_equal(sock->cookie, UINT64_C(0x0123456789abcdef));
	assert_int_equal(sock->have, HAVE_QUEUES | HAVE_UID | HAVE_TIMER | HAVE_COOKIE);
	assert_int_equal(sock->proto, PROTO_TCP);
	assert_int_equal(sock->family, FAMILY_INET);
	assert_int_equal(sock->state, STATE_ESTABLISHED);
	assert_int_equal(sock->timer, TIMER_KEEPALIVE);
	assert_int_equal(sock->retrans, 3);
	assert_int_equal(sock->local_port, 80);
	assert_int_equal(sock->foreign_port, 40000);
	assert_int_equal(sock->ifindex, 4);
	assert_int_equal(sock->timer_ms, 5000);
	assert_int_equal(sock->recv_queue, 6);
	assert_int_equal(sock->send_queue, 7);
	assert_int_equal(sock->uid, 8);
	assert_int_equal(sock->inode, 9);
	assert_int_equal(fixture->malformed, 0);
}

/* An IPv4 address is four bytes, whatever the kernel left in the others. */
static void addresses_have_the_length_of_their_family(void **state)
{
	static const uint8_t loopback[16] = { 127, 0, 0, 1 };
	struct fixture *fixture = *state;

	memset(fixture->diag->id.idiag_src + 1, 0xff, 12);
	memset(fixture->diag->id.idiag_dst + 1, 0xff, 12);
	assert_true(parse(fixture, PROTO_TCP));
	assert_memory_equal(fixture->sock.local, loopback, 16);
	assert_memory_equal(fixture->sock.foreign, loopback, 16);
	fixture->diag->idiag_family = AF_INET6;
	assert_true(parse(fixture, PROTO_TCP));
	assert_int_equal(fixture->sock.family, FAMILY_INET6);
	assert_memory_equal(fixture->sock.local, fixture->diag->id.idiag_src, 16);
	assert_memory_equal(fixture->sock.foreign, fixture->diag->id.idiag_dst, 16);
}

static void every_state_has_its_number(void **state)
{
	static const struct {
		uint8_t kernels, tcp, udp;
	} cases[] = {
		{ 1, STATE_ESTABLISHED, STATE_ESTABLISHED },
		{ 2, STATE_SYN_SENT, STATE_SYN_SENT },
		{ 3, STATE_SYN_RECV, STATE_SYN_RECV },
		{ 4, STATE_FIN_WAIT1, STATE_FIN_WAIT1 },
		{ 5, STATE_FIN_WAIT2, STATE_FIN_WAIT2 },
		{ 6, STATE_TIME_WAIT, STATE_TIME_WAIT },
		{ 7, STATE_BOUND, STATE_UNCONN },
		{ 8, STATE_CLOSE_WAIT, STATE_CLOSE_WAIT },
		{ 9, STATE_LAST_ACK, STATE_LAST_ACK },
		{ 10, STATE_LISTEN, STATE_LISTEN },
		{ 11, STATE_CLOSING, STATE_CLOSING },
		{ 12, STATE_SYN_RECV, STATE_SYN_RECV },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fixture->diag->idiag_state = cases[i].kernels;
		assert_true(parse(fixture, PROTO_TCP));
		assert_int_equal(fixture->sock.state, cases[i].tcp);
		assert_true(parse(fixture, PROTO_UDP));
		assert_int_equal(fixture->sock.state, cases[i].udp);
		assert_int_equal(fixture->sock.proto, PROTO_UDP);
	}
}

static void an_unknown_state_is_shown_as_its_number(void **state)
{
	static const struct {
		uint8_t kernels;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { 13, "13" }, { 14, "14" }, { 64, "64" }, { 128, "128" }, { 191, "191" }, { 192, "192" },
		{ 200, "200" }, { 255, "255" },
	};
	struct fixture *fixture = *state;
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fixture->diag->idiag_state = cases[i].kernels;
		assert_true(parse(fixture, PROTO_TCP));
		assert_null(state_name(fixture->sock.state));
		state_format(&out, fixture->sock.state);
		assert_text(&out, cases[i].text);
	}
	buf_fini(&out);
}

static void no_unknown_state_becomes_a_known_one(void **state)
{
	struct fixture *fixture = *state;

	for (unsigned kernels = 13; kernels <= 255; kernels++) {
		fixture->diag->idiag_state = (uint8_t)kernels;
		assert_true(parse(fixture, PROTO_TCP));
		if (state_name(fixture->sock.state) != NULL)
			fail_msg("%u reads as %s", kernels, state_name(fixture->sock.state));
	}
}

/* inet_twsk_diag_fill and inet_req_diag_fill say 0 where they do not know. */
static void who_has_no_full_life_has_no_known_user(void **state)
{
	static const struct {
		uint8_t kernels, timer;
		bool has_uid;
	} cases[] = {
		{ 6, 3, false },  /* TIME_WAIT */
		{ 5, 3, false },  /* FIN_WAIT2 without a process */
		{ 5, 0, true },   /* FIN_WAIT2 with one */
		{ 5, 2, true },
		{ 3, 1, false },  /* SYN_RECV */
		{ 12, 1, false }, /* NEW_SYN_RECV */
		{ 1, 0, true },
		{ 10, 0, true },
		{ 7, 0, true },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		fixture->diag->idiag_state = cases[i].kernels;
		fixture->diag->idiag_timer = cases[i].timer;
		assert_true(parse(fixture, PROTO_TCP));
		assert_int_equal((fixture->sock.have & HAVE_UID) != 0, cases[i].has_uid);
		assert_int_equal(fixture->sock.uid, cases[i].has_uid ? 8 : 0);
	}
}

static void udp_has_no_timer(void **state)
{
	struct fixture *fixture = *state;

	assert_true(parse(fixture, PROTO_UDP));
	assert_int_equal(fixture->sock.have, HAVE_QUEUES | HAVE_UID | HAVE_COOKIE);
}

static void a_short_message_is_refused(void **state)
{
	struct fixture *fixture = *state;

	for (size_t length = 0; length < sizeof(*fixture->diag); length++) {
		fixture->message->nlmsg_len = (uint32_t)(MNL_NLMSG_HDRLEN + length);
		assert_false(parse(fixture, PROTO_TCP));
		assert_false(diag_inet_parse_destroyed(fixture->message, &fixture->sock, &fixture->malformed));
	}
	fixture->message->nlmsg_len = (uint32_t)(MNL_NLMSG_HDRLEN + sizeof(*fixture->diag));
	assert_true(parse(fixture, PROTO_TCP));
}

static void a_foreign_family_is_refused(void **state)
{
	static const uint8_t families[] = { AF_UNSPEC, AF_UNIX, AF_PACKET, AF_NETLINK, 255 };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		fixture->diag->idiag_family = families[i];
		assert_false(parse(fixture, PROTO_TCP));
	}
}

static void v6only_is_known_when_it_was_said(void **state)
{
	struct fixture *fixture = *state;
	struct nlattr *attribute = mnl_nlmsg_get_payload_tail(fixture->message);

	mnl_attr_put_u8(fixture->message, INET_DIAG_SKV6ONLY, 1);
	assert_true(parse(fixture, PROTO_TCP));
	assert_true(fixture->sock.flags.known & FLAG_V6ONLY);
	assert_true(fixture->sock.flags.set & FLAG_V6ONLY);
	*(uint8_t *)mnl_attr_get_payload(attribute) = 0;
	assert_true(parse(fixture, PROTO_TCP));
	assert_true(fixture->sock.flags.known & FLAG_V6ONLY);
	assert_false(fixture->sock.flags.set & FLAG_V6ONLY);
	assert_int_equal(fixture->malformed, 0);
}

static void an_attribute_of_wrong_length_is_counted_and_passed_over(void **state)
{
	static const uint8_t ones[64] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	static const size_t lengths[] = { 0, 2, 3, 4, 8, 64 };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++) {
		setup(state);
		mnl_attr_put(fixture->message, INET_DIAG_SKV6ONLY, lengths[i], ones);
		assert_true(parse(fixture, PROTO_TCP));
		assert_false(fixture->sock.flags.known & FLAG_V6ONLY);
		assert_int_equal(fixture->malformed, 1);
		mnl_attr_put_u8(fixture->message, INET_DIAG_SKV6ONLY, 1);
		assert_true(parse(fixture, PROTO_TCP));
		assert_true(fixture->sock.flags.known & FLAG_V6ONLY);
	}
}

static void attributes_that_are_not_known_are_passed_over(void **state)
{
	static const char bytes[200] = { 1 };
	struct fixture *fixture = *state;

	mnl_attr_put(fixture->message, INET_DIAG_INFO, sizeof(bytes), bytes);
	mnl_attr_put_u8(fixture->message, INET_DIAG_SHUTDOWN, 3);
	mnl_attr_put_u8(fixture->message, INET_DIAG_SKV6ONLY, 1);
	mnl_attr_put_u32(fixture->message, 0x3fff, 1);
	assert_true(parse(fixture, PROTO_TCP));
	assert_true(fixture->sock.flags.known & FLAG_V6ONLY);
	assert_int_equal(fixture->malformed, 0);
}

/* The bits of struct inet_diag_sockopt, first all of them and then each one alone; newer kernels may send more bytes. */
static void the_options_of_a_socket_are_those_of_its_bits(void **state)
{
	struct inet_diag_sockopt options;
	uint8_t bytes[8] = { 0xff, 0xff };
	struct fixture *fixture = *state;
	const unsigned told = FLAG_FREEBIND | FLAG_TRANSPARENT | FLAG_NO_PORT;

	mnl_attr_put(fixture->message, INET_DIAG_SOCKOPT, sizeof(bytes), bytes);
	assert_true(parse(fixture, PROTO_TCP));
	assert_int_equal(fixture->sock.flags.known, told);
	assert_int_equal(fixture->sock.flags.set, told);
	for (unsigned bit = 0; bit < 8 * sizeof(options); bit++) {
		memset(&options, 0, sizeof(options));
		((uint8_t *)&options)[bit / 8] = (uint8_t)(1u << bit % 8);
		setup(state);
		mnl_attr_put(fixture->message, INET_DIAG_SOCKOPT, sizeof(options), &options);
		assert_true(parse(fixture, PROTO_UDP));
		assert_int_equal(fixture->sock.flags.known, told);
		assert_int_equal(fixture->sock.flags.set, (options.freebind ? FLAG_FREEBIND : 0) |
								  (options.transparent ? FLAG_TRANSPARENT : 0) |
								  (options.bind_address_no_port ? FLAG_NO_PORT : 0));
	}
	assert_int_equal(fixture->malformed, 0);
}

static void options_that_are_too_short_are_counted_and_passed_over(void **state)
{
	static const uint8_t ones[1] = { 0xff };
	struct fixture *fixture = *state;

	for (size_t length = 0; length <= 1; length++) {
		setup(state);
		mnl_attr_put(fixture->message, INET_DIAG_SOCKOPT, length, ones);
		assert_true(parse(fixture, PROTO_TCP));
		assert_int_equal(fixture->sock.flags.known, 0);
		assert_int_equal(fixture->malformed, 1);
	}
}

/* Every length that an attribute may claim, right or not. */
static void an_attribute_that_lies_about_its_length_is_passed_over(void **state)
{
	struct fixture *fixture = *state;
	struct nlattr *attribute = mnl_nlmsg_get_payload_tail(fixture->message);

	mnl_attr_put_u8(fixture->message, INET_DIAG_SKV6ONLY, 1);
	for (uint32_t length = 0; length <= UINT16_MAX; length++) {
		attribute->nla_len = (uint16_t)length;
		assert_true(parse(fixture, PROTO_TCP));
		assert_int_equal((fixture->sock.flags.known & FLAG_V6ONLY) != 0, length == MNL_ATTR_HDRLEN + 1);
	}
}

/*
 * The message cut at every length, at the end of the last page that may be read.  A message begins at a multiple of 4 and
 * has room up to one, as in the kernel's replies; that padding is filled with what would be a large attribute.
 */
static void nothing_behind_the_end_is_read(void **state)
{
	struct fixture *fixture = *state;
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(pages, MAP_FAILED);
	assert_int_equal(mprotect(pages + page, page, PROT_NONE), 0);
	mnl_attr_put_u8(fixture->message, INET_DIAG_SHUTDOWN, 3);
	mnl_attr_put_u8(fixture->message, INET_DIAG_PROTOCOL, IPPROTO_TCP);
	mnl_attr_put_u8(fixture->message, INET_DIAG_SKV6ONLY, 1);
	size_t whole = fixture->message->nlmsg_len, base = MNL_NLMSG_HDRLEN + sizeof(*fixture->diag);
	for (size_t length = MNL_NLMSG_HDRLEN; length <= whole; length++) {
		struct nlmsghdr *cut = (struct nlmsghdr *)(pages + page - MNL_ALIGN(length));

		memset(cut, 0xff, MNL_ALIGN(length));
		memcpy(cut, fixture->bytes, length);
		cut->nlmsg_len = (uint32_t)length;
		assert_int_equal(diag_inet_parse(cut, PROTO_TCP, &fixture->sock, &fixture->malformed), length >= base);
		if (length >= base) /* the value is the first byte of the last four */
			assert_int_equal((fixture->sock.flags.known & FLAG_V6ONLY) != 0, length > whole - 4);
		assert_int_equal(diag_inet_parse_destroyed(cut, &fixture->sock, &fixture->malformed), length > whole - 12);
	}
	munmap(pages, 2 * page);
}

/* Of a socket that was destroyed nothing is known but who it was. */
static void a_destroyed_socket_is_closed(void **state)
{
	struct fixture *fixture = *state;
	const struct sock *sock = &fixture->sock;

	mnl_attr_put_u8(fixture->message, INET_DIAG_SKV6ONLY, 1);
	mnl_attr_put_u8(fixture->message, INET_DIAG_PROTOCOL, IPPROTO_UDP);
	assert_true(diag_inet_parse_destroyed(fixture->message, &fixture->sock, &fixture->malformed));
	assert_int_equal(sock->cookie, UINT64_C(0x0123456789abcdef));
	assert_int_equal(sock->proto, PROTO_UDP);
	assert_int_equal(sock->state, STATE_CLOSE);
	assert_int_equal(sock->have, HAVE_COOKIE);
	assert_int_equal(sock->inode, 0);
	assert_int_equal(sock->local_port, 80);
	assert_int_equal(sock->foreign_port, 40000);
}

static void a_destroyed_socket_of_no_known_protocol_is_refused(void **state)
{
	struct fixture *fixture = *state;

	assert_false(diag_inet_parse_destroyed(fixture->message, &fixture->sock, &fixture->malformed));
	mnl_attr_put_u8(fixture->message, INET_DIAG_PROTOCOL, IPPROTO_PIM);
	assert_false(diag_inet_parse_destroyed(fixture->message, &fixture->sock, &fixture->malformed));
	setup(state);
	mnl_attr_put_u32(fixture->message, INET_DIAG_PROTOCOL, IPPROTO_TCP);
	assert_false(diag_inet_parse_destroyed(fixture->message, &fixture->sock, &fixture->malformed));
}

#define TEST(function) cmocka_unit_test_setup(function, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_member_is_read),
		TEST(addresses_have_the_length_of_their_family),
		TEST(every_state_has_its_number),
		TEST(an_unknown_state_is_shown_as_its_number),
		TEST(no_unknown_state_becomes_a_known_one),
		TEST(who_has_no_full_life_has_no_known_user),
		TEST(udp_has_no_timer),
		TEST(a_short_message_is_refused),
		TEST(a_foreign_family_is_refused),
		TEST(v6only_is_known_when_it_was_said),
		TEST(the_options_of_a_socket_are_those_of_its_bits),
		TEST(options_that_are_too_short_are_counted_and_passed_over),
		TEST(an_attribute_of_wrong_length_is_counted_and_passed_over),
		TEST(attributes_that_are_not_known_are_passed_over),
		TEST(an_attribute_that_lies_about_its_length_is_passed_over),
		TEST(nothing_behind_the_end_is_read),
		TEST(a_destroyed_socket_is_closed),
		TEST(a_destroyed_socket_of_no_known_protocol_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
