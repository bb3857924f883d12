/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The programs for the kernel's socket filter, run here as the kernel runs them.  The audit and the run are written after
 * what inet_diag_bc_audit and inet_diag_bc_run (net/ipv4/inet_diag.c) accept and do; only the operations that are used.
 */
#include "../unit/helpers.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/diag_bytecode.h"
#include "model/filter.h"
#include "model/portset.h"
#include "model/query.h"

enum {
	OP_BYTES = sizeof(struct inet_diag_bc_op),
	ROOM = 1 << 17,
	ROOM_FOR_ALL = 1 << 16,
};

struct program {
	_Alignas(struct nlmsghdr) char bytes[ROOM];
	struct nlmsghdr *message;
	size_t before;                    /* bytes of the message without the program */
	const struct inet_diag_bc_op *ops; /* NULL: there is none */
	long length;                      /* bytes */
};

static struct program program;

/* Makes the program in a message that has other things in it, too. */
static void make_of(const struct query *query, unsigned proto, unsigned family, size_t room)
{
	memset(program.bytes, 0xee, sizeof(program.bytes));
	program.message = mnl_nlmsg_put_header(program.bytes);
	mnl_nlmsg_put_extra_header(program.message, sizeof(struct inet_diag_req_v2));
	program.before = program.message->nlmsg_len;
	diag_bytecode_put(program.message, query, proto, family, room);
	program.ops = NULL;
	program.length = 0;
	if (program.message->nlmsg_len == program.before)
		return;
	const struct nlattr *attribute = (const void *)(program.bytes + program.before);
	assert_int_equal(attribute->nla_type, INET_DIAG_REQ_BYTECODE);
	assert_int_equal(program.before + MNL_ALIGN(attribute->nla_len), program.message->nlmsg_len);
	assert_true(program.message->nlmsg_len - program.before <= room);
	program.ops = mnl_attr_get_payload(attribute);
	program.length = (long)attribute->nla_len - MNL_ATTR_HDRLEN;
}

static void make(const struct portset *ports, size_t room)
{
	struct query query;

	query_init(&query);
	query.ports = *ports;
	make_of(&query, PROTO_TCP, FAMILY_INET, room);
}

static const struct inet_diag_bc_op *op_at(long offset)
{
	assert_true(offset >= 0 && offset % OP_BYTES == 0 && offset + OP_BYTES <= program.length);
	return &program.ops[offset / OP_BYTES];
}

static bool is_comparison(unsigned code)
{
	return code == INET_DIAG_BC_S_GE || code == INET_DIAG_BC_S_LE || code == INET_DIAG_BC_D_GE ||
	       code == INET_DIAG_BC_D_LE || code == INET_DIAG_BC_S_EQ || code == INET_DIAG_BC_D_EQ;
}

static long host_bytes(const struct inet_diag_bc_op *op)
{
	const struct inet_diag_hostcond *condition = (const void *)(op + 1);
	long address = condition->family == AF_INET6 ? 16 : 4;

	assert_true(condition->family == AF_INET || condition->family == AF_INET6);
	assert_true(condition->prefix_len <= 8 * address);
	return (long)sizeof(*condition) + address;
}

/* How long the operation is with what it carries; 0: no kernel knows it. */
static long op_bytes(const struct inet_diag_bc_op *op)
{
	switch (op->code) {
	case INET_DIAG_BC_JMP:
	case INET_DIAG_BC_AUTO:
		return OP_BYTES;
	case INET_DIAG_BC_S_COND:
	case INET_DIAG_BC_D_COND:
		return OP_BYTES + host_bytes(op);
	case INET_DIAG_BC_DEV_COND:
		return OP_BYTES + (long)sizeof(uint32_t);
	case INET_DIAG_BC_MARK_COND:
		return OP_BYTES + (long)sizeof(struct inet_diag_markcond);
	case INET_DIAG_BC_CGROUP_COND:
		return OP_BYTES + (long)sizeof(uint64_t);
	default:
		return is_comparison(op->code) ? 2 * OP_BYTES : 0;
	}
}

/*
 * Where following the "yes" from the beginning leads to, for valid_cc: a jump may only go to such an operation.  The kernel
 * walks there anew for each jump; here the places are noted once.
 */
static bool *reachable_by_yes(void)
{
	bool *places = calloc((size_t)program.length / OP_BYTES + 1, sizeof(*places));

	assert_non_null(places);
	for (long at = 0; at < program.length; at += op_at(at)->yes) {
		places[at / OP_BYTES] = true;
		if (op_at(at)->yes < OP_BYTES || op_at(at)->yes % OP_BYTES != 0)
			break;
	}
	return places;
}

/* "yes" or "no": how far to go, of what is left. */
static bool is_jump_valid(unsigned by, long least, long left)
{
	return by >= least && by <= left + 4 && by % 4 == 0;
}

static bool is_op_valid(long at, long left, const bool *places)
{
	const struct inet_diag_bc_op *op = op_at(at);
	long least = op_bytes(op);

	if (least == 0)
		return false;
	if (least > left || !is_jump_valid(op->no, least, left) || !is_jump_valid(op->yes, least, left))
		return false;
	return op->no >= left || places[(at + op->no) / OP_BYTES];
}

static int audit(void)
{
	long left = program.length;

	if (left < OP_BYTES)
		return -EINVAL;
	bool *places = reachable_by_yes();
	while (left > 0) {
		long at = program.length - left;

		if (!is_op_valid(at, left, places))
			break;
		left -= op_at(at)->yes;
	}
	free(places);
	return left == 0 ? 0 : -EINVAL;
}

static bool verdict(const struct inet_diag_bc_op *op, uint16_t sport, uint16_t dport)
{
	switch (op->code) {
	case INET_DIAG_BC_S_GE:
		return sport >= op[1].no;
	case INET_DIAG_BC_S_LE:
		return sport <= op[1].no;
	case INET_DIAG_BC_D_GE:
		return dport >= op[1].no;
	case INET_DIAG_BC_D_LE:
		return dport <= op[1].no;
	case INET_DIAG_BC_JMP:
		return false;
	default:
		fail_msg("operation %u", op->code);
		return false;
	}
}

static bool run(uint16_t sport, uint16_t dport)
{
	long left = program.length;

	while (left > 0) {
		const struct inet_diag_bc_op *op = op_at(program.length - left);

		left -= verdict(op, sport, dport) ? op->yes : op->no;
	}
	return left == 0;
}

static void check_ports(const struct portset *ports, uint16_t sport, uint16_t dport)
{
	bool expected = portset_has(ports, sport) || portset_has(ports, dport);

	if (run(sport, dport) != expected)
		fail_msg("%u to %u is %s", sport, dport, expected ? "kept back" : "let through");
}

/* Around the ends of every run, as the local and as the foreign port, beside a port that is in and one that is not. */
static void check_program(const struct portset *ports, unsigned runs_checked)
{
	static const uint16_t others[] = { 0, 1, 65534, 65535 };
	struct port_range run_of_ports;
	uint32_t from = 0;

	make(ports, ROOM_FOR_ALL);
	assert_non_null(program.ops);
	assert_int_equal(audit(), 0);
	while (runs_checked-- > 0 && portset_next(ports, &from, &run_of_ports)) {
		for (int step = -1; step <= 1; step++) {
			for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
				check_ports(ports, (uint16_t)(run_of_ports.low + step), others[i]);
				check_ports(ports, others[i], (uint16_t)(run_of_ports.high + step));
			}
			check_ports(ports, (uint16_t)(run_of_ports.low + step), (uint16_t)(run_of_ports.high + step));
		}
	}
}

static void an_empty_set_restricts_nothing(void **state)
{
	const struct portset ports = { .count = 0 };

	(void)state;
	make(&ports, ROOM_FOR_ALL);
	assert_null(program.ops);
}

static void one_port_lets_through_that_port_only(void **state)
{
	static const uint16_t ports[] = { 1, 80, 9999, 65534, 65535 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ports); i++) {
		struct portset set = { .count = 0 };

		portset_add(&set, ports[i], ports[i]);
		check_program(&set, 1);
		for (uint32_t port = 0; port <= 65535; port++) {
			check_ports(&set, (uint16_t)port, 0);
			check_ports(&set, 0, (uint16_t)port);
		}
	}
}

static void ranges_let_through_their_ends(void **state)
{
	static const struct port_range ranges[] = { { 1, 65535 }, { 0, 65535 }, { 1, 2 }, { 8000, 8100 }, { 65534, 65535 } };
	struct portset all = { .count = 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++) {
		struct portset set = { .count = 0 };

		portset_add(&set, ranges[i].low, ranges[i].high);
		check_program(&set, 1);
		if (ranges[i].high - ranges[i].low < 1000)
			portset_add(&all, ranges[i].low, ranges[i].high);
	}
	check_program(&all, 3);
}

static void random_sets_let_through_their_ports_only(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		struct portset set = { .count = 0 };
		unsigned count = 1 + (unsigned)(next_random(&random) % 40), span = 1 + (unsigned)(next_random(&random) % 300);

		for (unsigned i = 0; i < count; i++) {
			uint16_t low = (uint16_t)next_random(&random);
			uint32_t high = low + (uint32_t)(next_random(&random) % span);
			portset_add(&set, low, (uint16_t)(high < 65535 ? high : 65535));
		}
		check_program(&set, count);
		for (unsigned i = 0; i < 100; i++)
			check_ports(&set, (uint16_t)next_random(&random), (uint16_t)next_random(&random));
	}
}

static void make_runs(struct portset *set, unsigned runs)
{
	memset(set, 0, sizeof(*set));
	for (unsigned i = 0; i < runs; i++)
		portset_add(set, (uint16_t)(3 + 2 * i), (uint16_t)(3 + 2 * i));
}

/* Jumps have 16 bits: so many bytes they can pass over, and so many runs of ports fit. */
static void the_largest_set_has_a_program_and_a_larger_one_has_none(void **state)
{
	enum { OPS_OF_RUN = 10, LARGEST = (65535 - OP_BYTES) / OP_BYTES / OPS_OF_RUN };
	struct portset set;

	(void)state;
	make_runs(&set, LARGEST);
	check_program(&set, 10);
	for (uint16_t port = 2 * LARGEST - 20; port < 2 * LARGEST + 5; port++) {
		check_ports(&set, port, 0);
		check_ports(&set, 0, port);
	}
	make_runs(&set, LARGEST + 1);
	make(&set, ROOM);
	assert_null(program.ops);
	make_runs(&set, 32000);
	make(&set, ROOM);
	assert_null(program.ops);
}

static void a_program_that_does_not_fit_is_left_out(void **state)
{
	struct portset set;

	(void)state;
	make_runs(&set, 7);
	make(&set, ROOM_FOR_ALL);
	assert_non_null(program.ops);
	size_t needed = program.message->nlmsg_len - program.before;
	make(&set, needed);
	assert_non_null(program.ops);
	assert_int_equal((unsigned char)program.bytes[program.message->nlmsg_len], 0xee);
	for (size_t room = 0; room < needed; room++) {
		make(&set, room);
		assert_null(program.ops);
		assert_int_equal((unsigned char)program.bytes[program.message->nlmsg_len], 0xee);
	}
}

static void check_filter(const char *text, bool has_program)
{
	struct filter filter = FILTER_INIT;
	struct query query;

	set_filter(&filter, text);
	query_init(&query);
	query.filter = &filter;
	for (unsigned family = 0; family <= FAMILY_INET6; family++) {
		make_of(&query, PROTO_TCP, family, ROOM_FOR_ALL);
		if ((program.ops != NULL) != has_program)
			fail_msg("\"%s\" has %s program", text, program.ops != NULL ? "a" : "no");
		if (program.ops != NULL && audit() != 0)
			fail_msg("the kernel would refuse \"%s\"", text);
	}
	filter_fini(&filter);
}

/* What these let through real kernels are asked: tests/oracle/test_filter.c. */
static void what_the_kernel_can_compare_is_sent_to_it(void **state)
{
	static const char *const texts[] = {
		"sport = :80", "dport != :80", "port 80,443,8000-8100", "sport < :1024", "dport >= :1024", "not port 22",
		"src 10.0.0.0/8", "dst = 10.0.0.1:22", "src [::1]:443", "dev 1", "dev != 7", "fwmark 1/3",
		"fwmark != 5", "autobound", "sport = :80 or dport = :80 and src 10.0.0.0/8",
		"not (sport = :80 or (dport = :81 and not dev 3))", "state established sport = :80",
		"sport = :80 and comm = x", "sport = :80 and not rtt > 100ms", "not (sport = :80 or comm = x)",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		check_filter(texts[i], true);
}

/* States are asked for otherwise; what is left open by a part that is decided here need not be asked at all. */
static void what_it_cannot_or_need_not_compare_is_not(void **state)
{
	static const char *const texts[] = {
		"", "state established", "exclude time-wait", "proto tcp", "comm = x", "rtt > 100ms", "not user root", "nginx",
		"sport = :80 or comm = x", "not (sport = :80 and comm = x)", "not autobound", "dev no-such-device", "dev ~ l",
		"proto tcp or sport = :80", "sport = :*", "src any",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		check_filter(texts[i], false);
}

static void a_filter_that_nothing_of_a_kind_passes_asks_for_none_of_it(void **state)
{
	struct filter filter = FILTER_INIT;
	struct query query;

	(void)state;
	set_filter(&filter, "(proto udp and family inet) or (state listening dst [::1])");
	query_init(&query);
	query.filter = &filter;
	assert_true(query_has_class(&query, PROTO_UDP, FAMILY_INET));
	assert_false(query_has_class(&query, PROTO_UDPLITE, FAMILY_INET));
	assert_true(query_has_class(&query, PROTO_TCP, FAMILY_INET6));
	assert_false(query_has_class(&query, PROTO_TCP, FAMILY_INET));
	assert_int_equal(query_states(&query, PROTO_TCP, FAMILY_INET6), STATE_BIT(STATE_LISTEN));
	assert_int_equal(query_states(&query, PROTO_UDP, FAMILY_INET), STATES_ALL);
	filter_fini(&filter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_set_restricts_nothing),
		cmocka_unit_test(one_port_lets_through_that_port_only),
		cmocka_unit_test(ranges_let_through_their_ends),
		cmocka_unit_test(random_sets_let_through_their_ports_only),
		cmocka_unit_test(the_largest_set_has_a_program_and_a_larger_one_has_none),
		cmocka_unit_test(a_program_that_does_not_fit_is_left_out),
		cmocka_unit_test(what_the_kernel_can_compare_is_sent_to_it),
		cmocka_unit_test(what_it_cannot_or_need_not_compare_is_not),
		cmocka_unit_test(a_filter_that_nothing_of_a_kind_passes_asks_for_none_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
