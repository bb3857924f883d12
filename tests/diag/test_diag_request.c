/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel is asked, as inet_diag_req_v2. */
#include "../unit/helpers.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <string.h>

#include "kernel/diag_inet.h"
#include "model/query.h"

/* 1 to 11 are the same numbers here and there; 13 is TCP_BOUND_INACTIVE. */
enum { KERNEL_CLOSE = 7, KERNEL_BOUND_INACTIVE = 13 };

#define BIT(number) (UINT32_C(1) << (number))

static _Alignas(struct nlmsghdr) char buffer[DIAG_REQUEST_BYTES + 64];

/* What is behind the room that the header promises to need. */
static int setup(void **state)
{
	(void)state;
	memset(buffer, 0x5a, sizeof(buffer));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (size_t i = DIAG_REQUEST_BYTES; i < sizeof(buffer); i++) {
		if (buffer[i] != 0x5a)
			return -1;
	}
	return 0;
}

static const struct inet_diag_req_v2 *request_of(const struct nlmsghdr *message)
{
	assert_non_null(message);
	assert_true(mnl_nlmsg_get_payload_len(message) >= sizeof(struct inet_diag_req_v2));
	return mnl_nlmsg_get_payload(message);
}

static void a_request_is_a_dump_of_one_protocol_and_family(void **state)
{
	static const struct {
		unsigned proto, family;
		uint8_t ip_protocol, kernel_family;
	} cases[] = {
		{ PROTO_TCP, FAMILY_INET, IPPROTO_TCP, AF_INET },
		{ PROTO_TCP, FAMILY_INET6, IPPROTO_TCP, AF_INET6 },
		{ PROTO_UDP, FAMILY_INET, IPPROTO_UDP, AF_INET },
		{ PROTO_UDP, FAMILY_INET6, IPPROTO_UDP, AF_INET6 },
	};
	const struct inet_diag_sockid anybody = { .idiag_sport = 0 };
	struct query query;

	(void)state;
	query_init(&query);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct nlmsghdr *message = diag_inet_request(buffer, cases[i].proto, cases[i].family, &query);
		const struct inet_diag_req_v2 *request = request_of(message);

		assert_ptr_equal(message, buffer);
		assert_int_equal(message->nlmsg_type, SOCK_DIAG_BY_FAMILY);
		assert_int_equal(message->nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
		assert_int_equal(message->nlmsg_len, MNL_NLMSG_HDRLEN + sizeof(*request));
		assert_int_equal(request->sdiag_family, cases[i].kernel_family);
		assert_int_equal(request->sdiag_protocol, cases[i].ip_protocol);
		assert_int_equal(request->idiag_ext, 0);
		assert_memory_equal(&request->id, &anybody, sizeof(anybody));
	}
}

struct states_case {
	uint32_t asked, kernels; /* kernels 0: there is nothing to ask */
};

static void check_states(unsigned proto, const struct states_case *cases, size_t count)
{
	struct query query;

	query_init(&query);
	for (size_t i = 0; i < count; i++) {
		query.states = cases[i].asked;
		const struct nlmsghdr *message = diag_inet_request(buffer, proto, FAMILY_INET, &query);

		if (cases[i].kernels == 0)
			assert_null(message);
		else
			assert_int_equal(request_of(message)->idiag_states, cases[i].kernels);
	}
}

static void tcp_states_are_asked_for_by_the_kernels_numbers(void **state)
{
	static const struct states_case cases[] = {
		{ STATES_ALL, UINT32_MAX },
		{ STATES_LISTENING, BIT(10) | BIT(KERNEL_BOUND_INACTIVE) },
		{ STATE_BIT(STATE_ESTABLISHED), BIT(1) },
		{ STATE_BIT(STATE_SYN_SENT), BIT(2) },
		{ STATE_BIT(STATE_SYN_RECV), BIT(3) },
		{ STATE_BIT(STATE_FIN_WAIT1), BIT(4) },
		{ STATE_BIT(STATE_FIN_WAIT2), BIT(5) },
		{ STATE_BIT(STATE_TIME_WAIT), BIT(6) },
		{ STATE_BIT(STATE_CLOSE), BIT(KERNEL_CLOSE) },
		{ STATE_BIT(STATE_CLOSE_WAIT), BIT(8) },
		{ STATE_BIT(STATE_LAST_ACK), BIT(9) },
		{ STATE_BIT(STATE_LISTEN), BIT(10) },
		{ STATE_BIT(STATE_CLOSING), BIT(11) },
		{ STATE_BIT(STATE_BOUND), BIT(KERNEL_BOUND_INACTIVE) },
		{ STATE_BIT(STATE_ESTABLISHED) | STATE_BIT(STATE_CLOSING), BIT(1) | BIT(11) },
		{ STATE_BIT(STATE_UNCONN), 0 },
		{ 0, 0 },
	};

	(void)state;
	check_states(PROTO_TCP, cases, ARRAY_SIZE(cases));
}

static void udp_has_two_states(void **state)
{
	static const struct states_case cases[] = {
		{ STATES_ALL, UINT32_MAX },
		{ STATES_LISTENING, BIT(KERNEL_CLOSE) },
		{ STATE_BIT(STATE_ESTABLISHED), BIT(1) },
		{ STATE_BIT(STATE_UNCONN), BIT(KERNEL_CLOSE) },
		{ STATE_BIT(STATE_UNCONN) | STATE_BIT(STATE_ESTABLISHED), BIT(1) | BIT(KERNEL_CLOSE) },
		{ STATE_BIT(STATE_LISTEN), 0 },
		{ STATE_BIT(STATE_BOUND), 0 },
		{ STATE_BIT(STATE_TIME_WAIT) | STATE_BIT(STATE_CLOSE), 0 },
		{ 0, 0 },
	};

	(void)state;
	check_states(PROTO_UDP, cases, ARRAY_SIZE(cases));
}

static const struct nlattr *bytecode_of(const struct nlmsghdr *message)
{
	size_t base = MNL_ALIGN(MNL_NLMSG_HDRLEN + sizeof(struct inet_diag_req_v2));

	assert_true(message->nlmsg_len <= DIAG_REQUEST_BYTES);
	if (message->nlmsg_len == base)
		return NULL;
	const struct nlattr *attribute = mnl_nlmsg_get_payload_offset(message, sizeof(struct inet_diag_req_v2));
	assert_int_equal(attribute->nla_type, INET_DIAG_REQ_BYTECODE);
	assert_int_equal(base + MNL_ALIGN(attribute->nla_len), message->nlmsg_len);
	return attribute;
}

static void ports_go_down_to_the_kernel(void **state)
{
	struct query query;

	(void)state;
	query_init(&query);
	assert_null(bytecode_of(diag_inet_request(buffer, PROTO_TCP, FAMILY_INET, &query)));
	portset_add(&query.ports, 9999, 9999);
	assert_non_null(bytecode_of(diag_inet_request(buffer, PROTO_TCP, FAMILY_INET, &query)));
	assert_non_null(bytecode_of(diag_inet_request(buffer, PROTO_UDP, FAMILY_INET6, &query)));
}

/* One port in two: from some number of them on the program is too long, but the request never is. */
static void a_request_never_exceeds_its_buffer(void **state)
{
	bool fitted = true;
	struct query query;

	(void)state;
	query_init(&query);
	for (uint16_t port = 2; port < 3500; port += 2) {
		portset_add(&query.ports, port, port);
		if (port < 3000)
			continue;
		bool fits = bytecode_of(diag_inet_request(buffer, PROTO_TCP, FAMILY_INET, &query)) != NULL;
		assert_true(fitted || !fits);
		assert_true(fits || port > 3200);
		fitted = fits;
	}
	assert_false(fitted);
}

static void destroying_names_one_socket_by_everything_that_is_known_of_it(void **state)
{
	static const uint8_t local[16] = { 127, 0, 0, 1 }, foreign[16] = { 10, 0, 0, 9 };
	struct sock sock = make_sock(0x0123456789abcdef, STATE_ESTABLISHED, "127.0.0.1:80", "10.0.0.9:40000");

	(void)state;
	memset(sock.local + 4, 0xff, 12);
	sock.ifindex = 7;
	const struct nlmsghdr *message = diag_inet_destroy(buffer, &sock);
	const struct inet_diag_req_v2 *request = request_of(message);
	assert_int_equal(message->nlmsg_type, SOCK_DESTROY);
	assert_false(message->nlmsg_flags & NLM_F_DUMP);
	assert_int_equal(request->sdiag_family, AF_INET);
	assert_int_equal(request->sdiag_protocol, IPPROTO_TCP);
	assert_int_equal(ntohs(request->id.idiag_sport), 80);
	assert_int_equal(ntohs(request->id.idiag_dport), 40000);
	assert_memory_equal(request->id.idiag_src, local, 16);
	assert_memory_equal(request->id.idiag_dst, foreign, 16);
	assert_int_equal(request->id.idiag_if, 7);
	assert_int_equal(request->id.idiag_cookie[0], 0x89abcdef);
	assert_int_equal(request->id.idiag_cookie[1], 0x01234567);
}

static void destroying_knows_each_protocol_and_family(void **state)
{
	struct sock sock = make_sock(1, STATE_UNCONN, "[2001:db8::1]:53", NULL);

	(void)state;
	const struct inet_diag_req_v2 *request = request_of(diag_inet_destroy(buffer, &sock));
	assert_int_equal(request->sdiag_family, AF_INET6);
	assert_int_equal(request->sdiag_protocol, IPPROTO_UDP);
	assert_memory_equal(request->id.idiag_src, sock.local, 16);
}

/* Where the bytes behind the structures are the same, one request does for both families. */
static void what_is_asked_of_both_families_of_tcp_is_one_request(void **state)
{
	static _Alignas(struct nlmsghdr) char other[DIAG_REQUEST_BYTES], single[DIAG_REQUEST_BYTES];
	struct query query;

	(void)state;
	query_init(&query);
	portset_add(&query.ports, 80, 80);
	query.states = STATE_BIT(STATE_LISTEN);
	query.needs = NEED_MEMORY;
	const struct nlmsghdr *alone = diag_inet_request(single, PROTO_TCP, FAMILY_INET, &query);
	struct nlmsghdr *message = diag_inet_request(buffer, PROTO_TCP, FAMILY_INET, &query);

	assert_true(diag_inet_join(message, diag_inet_request(other, PROTO_TCP, FAMILY_INET6, &query)));
	assert_int_equal(message->nlmsg_type, TCPDIAG_GETSOCK);
	assert_int_equal(message->nlmsg_flags, NLM_F_REQUEST | NLM_F_DUMP);
	const struct inet_diag_req *request = mnl_nlmsg_get_payload(message);
	assert_int_equal(request->idiag_states, BIT(STATE_LISTEN));
	assert_int_equal(request->idiag_ext, 1u << (INET_DIAG_SKMEMINFO - 1));
	size_t behind = alone->nlmsg_len - mnl_nlmsg_size(sizeof(struct inet_diag_req_v2));
	assert_true(behind > 0);
	assert_int_equal(message->nlmsg_len, mnl_nlmsg_size(sizeof(*request)) + behind);
	assert_memory_equal(request + 1, single + mnl_nlmsg_size(sizeof(struct inet_diag_req_v2)), behind);
}

static void what_is_asked_of_one_family_or_not_of_tcp_stays_apart(void **state)
{
	static _Alignas(struct nlmsghdr) char other[DIAG_REQUEST_BYTES];
	struct query query, more;

	(void)state;
	query_init(&query);
	struct nlmsghdr *message = diag_inet_request(buffer, PROTO_UDP, FAMILY_INET, &query);
	assert_false(diag_inet_join(message, diag_inet_request(other, PROTO_UDP, FAMILY_INET6, &query)));
	message = diag_inet_request(buffer, PROTO_TCP, FAMILY_INET, &query);
	more = query;
	more.needs = NEED_TCP;
	assert_false(diag_inet_join(message, diag_inet_request(other, PROTO_TCP, FAMILY_INET6, &more)));
	more = query;
	portset_add(&more.ports, 80, 80);
	assert_false(diag_inet_join(message, diag_inet_request(other, PROTO_TCP, FAMILY_INET6, &more)));
	assert_int_equal(message->nlmsg_type, SOCK_DIAG_BY_FAMILY);
	assert_int_equal(message->nlmsg_len, mnl_nlmsg_size(sizeof(struct inet_diag_req_v2)));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_is_a_dump_of_one_protocol_and_family),
		TEST(tcp_states_are_asked_for_by_the_kernels_numbers),
		TEST(udp_has_two_states),
		TEST(ports_go_down_to_the_kernel),
		TEST(a_request_never_exceeds_its_buffer),
		TEST(destroying_names_one_socket_by_everything_that_is_known_of_it),
		TEST(destroying_knows_each_protocol_and_family),
		TEST(what_is_asked_of_both_families_of_tcp_is_one_request),
		TEST(what_is_asked_of_one_family_or_not_of_tcp_stays_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
