/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * From a query to a program.  What the kernel cannot compare is taken for so, whatever is asked of it, "not" too: rather a socket
 * too many comes than one too few.
 */
#include "kernel/diag_bytecode.h"

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/diag_program.h"
#include "model/filter_node.h"
#include "model/query.h"
#include "model/table.h"

struct compiler {
	struct program program;
	const struct query *query;
	struct sock class; /* of this protocol and family is all that the program sees */
	uint32_t states;   /* and in these states */
};

/* Where to go on with an answer; next is the label that is put behind what is compiled now. */
struct ways {
	size_t yes, no, next;
};

static void go(struct compiler *compiler, size_t label, size_t next)
{
	if (label != next)
		program_jump_to(&compiler->program, label);
}

/* Behind tests that all jumped where they were not so. */
static void end_tests(struct compiler *compiler, const struct ways *ways)
{
	go(compiler, ways->yes, ways->next);
}

/* One operation. */
static void compile_test(struct compiler *compiler, uint8_t code, const void *carried, size_t length, const struct ways *ways)
{
	program_test(&compiler->program, code, carried, length, ways->no);
	end_tests(compiler, ways);
}

/*
 * For each run of ports, alternatives of each side:
 *
 *	GE low   no: next alternative
 *	LE high  no: next alternative
 *	JMP      yes
 *
 * All kernels know these two; S_EQ and D_EQ came with Linux 5.16.
 */
static void compile_run(struct compiler *compiler, bool local, const struct port_range *run, size_t yes)
{
	size_t next = program_label(&compiler->program);

	program_test_port(&compiler->program, local ? INET_DIAG_BC_S_GE : INET_DIAG_BC_D_GE, run->low, next);
	program_test_port(&compiler->program, local ? INET_DIAG_BC_S_LE : INET_DIAG_BC_D_LE, run->high, next);
	program_jump_to(&compiler->program, yes);
	program_put(&compiler->program, next);
}

static void compile_ports(struct compiler *compiler, const struct portset *ports, bool local, bool foreign, const struct ways *ways)
{
	struct port_range run;
	uint32_t from = 0;

	while (portset_next(ports, &from, &run)) {
		if (local)
			compile_run(compiler, true, &run, ways->yes);
		if (foreign)
			compile_run(compiler, false, &run, ways->yes);
	}
	go(compiler, ways->no, ways->next);
}

/* An address alone: its ports are compared by themselves, as there may be many. */
static void compile_address(struct compiler *compiler, const struct filter_address *address, uint8_t code, size_t no)
{
	bool inet = address->family == FAMILY_INET;
	const struct inet_diag_hostcond head = {
		.family = inet ? AF_INET : AF_INET6,
		.prefix_len = address->bits,
		.port = -1, /* any */
	};
	uint8_t condition[sizeof(head) + sizeof(address->bytes)];
	size_t length = inet ? 4 : sizeof(address->bytes);

	memcpy(condition, &head, sizeof(head));
	memcpy(condition + sizeof(head), address->bytes, length);
	program_test(&compiler->program, code, condition, sizeof(head) + length, no);
}

/* The family that the node may be strict about is that of all sockets here: otherwise it has been found to be not so. */
static void compile_host(struct compiler *compiler, const struct filter_node *node, bool local, const struct ways *ways)
{
	if (node->address.given)
		compile_address(compiler, &node->address, local ? INET_DIAG_BC_S_COND : INET_DIAG_BC_D_COND, ways->no);
	if (node->ports != NULL)
		compile_ports(compiler, node->ports, local, !local, ways);
	else
		end_tests(compiler, ways);
}

static void compile_mark(struct compiler *compiler, const struct filter_node *node, const struct ways *ways)
{
	const struct inet_diag_markcond condition = { .mark = (uint32_t)node->number, .mask = (uint32_t)node->mask };

	compile_test(compiler, INET_DIAG_BC_MARK_COND, &condition, sizeof(condition), ways);
}

static void compile_side(struct compiler *compiler, const struct filter_node *node, const struct ways *ways)
{
	bool local = node->field != FIELD_DPORT, foreign = node->field != FIELD_SPORT;

	if (node->ports != NULL)
		compile_ports(compiler, node->ports, local, foreign, ways);
	else
		end_tests(compiler, ways);
}

/*
 * The index of the device that is meant; false: no device is called so now, or not one device is meant, as where several network
 * namespaces are asked that have devices of their own.
 */
static bool find_device(const struct query *query, const struct filter_node *node, uint32_t *index)
{
	if (query->netns != NULL && !node->numeric)
		return false;
	*index = node->numeric ? (uint32_t)node->number : node->op == OP_EQUAL ? if_nametoindex(node->text) : 0;
	return node->numeric || *index != 0;
}

/* False: the kernel has no operation for it.  negated: "not" stands before it. */
static bool compile_known(struct compiler *compiler, const struct filter_node *node, bool negated, const struct ways *ways)
{
	uint32_t device;

	switch (node->field) {
	case FIELD_SRC:
	case FIELD_DST:
		compile_host(compiler, node, node->field == FIELD_SRC, ways);
		return true;
	case FIELD_SPORT:
	case FIELD_DPORT:
	case FIELD_PORT:
		compile_side(compiler, node, ways);
		return true;
	case FIELD_DEV:
		if (!find_device(compiler->query, node, &device))
			return false;
		compile_test(compiler, INET_DIAG_BC_DEV_COND, &device, sizeof(device), ways);
		return true;
	case FIELD_FWMARK:
		compile_mark(compiler, node, ways);
		return true;
	case FIELD_CGROUP:
		compile_test(compiler, INET_DIAG_BC_CGROUP_COND, &node->number, sizeof(node->number), ways);
		return true;
	case FIELD_AUTOBOUND:
		/* It knows more than what can be seen of a socket here: that bind() did not name the port. */
		if (!negated)
			compile_test(compiler, INET_DIAG_BC_AUTO, "", 0, ways);
		return !negated;
	default:
		return false;
	}
}

/* What is the same in every state that is asked for. */
static enum truth judge_class(const struct compiler *compiler, size_t at)
{
	struct row row = { .sock = compiler->class };
	const struct filter_subject subject = { &row, NULL, KNOWN_CLASS | KNOWN_STATE };
	unsigned seen = 0;

	for (unsigned state = 1; state <= STATE_COUNT; state++) {
		bool known = state < STATE_COUNT;

		row.sock.state = (uint16_t)(known ? state : STATE_RAW);
		if ((compiler->states & STATE_BIT(known ? state : STATE_OTHERS)) != 0)
			seen |= 1u << filter_judge_node(compiler->query->filter, at, &subject);
	}
	return seen == 1u << TRUTH_TRUE ? TRUTH_TRUE : seen == 1u << TRUTH_FALSE ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

static void compile(struct compiler *compiler, size_t at, bool negated, const struct ways *ways);

static void compile_both(struct compiler *compiler, const struct filter_node *node, bool negated, const struct ways *ways)
{
	size_t middle = program_label(&compiler->program);
	bool both = node->kind == FILTER_AND;
	const struct ways first = { both ? middle : ways->yes, both ? ways->no : middle, middle };

	compile(compiler, node->left, negated, &first);
	program_put(&compiler->program, middle);
	compile(compiler, node->right, negated, ways);
}

static void compile(struct compiler *compiler, size_t at, bool negated, const struct ways *ways)
{
	const struct filter_node *node = &compiler->query->filter->nodes[at];
	enum truth truth = judge_class(compiler, at);

	if (truth != TRUTH_UNKNOWN)
		go(compiler, truth == TRUTH_TRUE ? ways->yes : ways->no, ways->next);
	else if (node->kind == FILTER_NOT)
		compile(compiler, node->left, !negated, &(struct ways){ ways->no, ways->yes, ways->next });
	else if (node->kind != FILTER_CONDITION)
		compile_both(compiler, node, negated, ways);
	else if (!compile_known(compiler, node, negated, ways))
		go(compiler, negated ? ways->no : ways->yes, ways->next);
}

static void compile_query(struct compiler *compiler)
{
	const struct query *query = compiler->query;
	size_t filter = program_label(&compiler->program);

	if (query->ports.count > 0)
		compile_ports(compiler, &query->ports, true, true, &(struct ways){ filter, LABEL_REJECT, filter });
	program_put(&compiler->program, filter);
	if (query->filter != NULL && query->filter->count > 0)
		compile(compiler, query->filter->count - 1, false,
			&(struct ways){ LABEL_ACCEPT, LABEL_REJECT, LABEL_ACCEPT });
}

void diag_bytecode_put(struct nlmsghdr *request, const struct query *query, unsigned proto, unsigned family, size_t room)
{
	struct compiler compiler = {
		.query = query,
		.class = { .proto = (uint8_t)proto, .family = (uint8_t)family },
		.states = query_states(query, proto, family),
	};
	struct buf *code = &compiler.program.code;

	program_init(&compiler.program);
	compile_query(&compiler);
	if (program_rejects(&compiler.program) && program_end(&compiler.program) && code->length + MNL_ATTR_HDRLEN <= room)
		mnl_attr_put(request, INET_DIAG_REQ_BYTECODE, code->length, code->data);
	program_fini(&compiler.program);
}
