/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_bytecode.h"

#include <libmnl/libmnl.h>
#include <linux/inet_diag.h>

#include "model/portset.h"

/*
 * For each run of ports the program has two alternatives, source and destination, of five operations:
 *
 *	GE low   no: next alternative
 *	LE high  no: next alternative
 *	JMP      accept
 *
 * A comparison is two operations long; the second one only carries the port in its member "no".  After the last
 * alternative stands a jump to rejection.  A program accepts by ending exactly at its length, and rejects by jumping 4
 * bytes beyond (inet_diag_bc_run); jumps go forward only and land on operations (inet_diag_bc_audit).
 */
enum {
	OP_BYTES = sizeof(struct inet_diag_bc_op),
	COMPARISON_OPS = 2,
	ALTERNATIVE_OPS = 2 * COMPARISON_OPS + 1,
	JUMP_MAX = 65535 - OP_BYTES, /* "no" has 16 bits */
};

static size_t count_runs(const struct portset *ports)
{
	struct port_range run;
	uint32_t from = 0;
	size_t runs = 0;

	while (portset_next(ports, &from, &run))
		runs++;
	return runs;
}

static struct inet_diag_bc_op *put_comparison(struct inet_diag_bc_op *op, unsigned char code, uint16_t port, unsigned else_ops)
{
	op[0] = (struct inet_diag_bc_op){
		.code = code,
		.yes = COMPARISON_OPS * OP_BYTES,
		.no = (unsigned short)(else_ops * OP_BYTES),
	};
	op[1] = (struct inet_diag_bc_op){ .no = port };
	return op + COMPARISON_OPS;
}

static struct inet_diag_bc_op *put_jump(struct inet_diag_bc_op *op, size_t ops)
{
	*op = (struct inet_diag_bc_op){
		.code = INET_DIAG_BC_JMP,
		.yes = OP_BYTES,
		.no = (unsigned short)(ops * OP_BYTES),
	};
	return op + 1;
}

static struct inet_diag_bc_op *put_run(struct inet_diag_bc_op *op, const struct inet_diag_bc_op *end,
				       const struct port_range *run)
{
	static const unsigned char codes[][2] = {
		{ INET_DIAG_BC_S_GE, INET_DIAG_BC_S_LE },
		{ INET_DIAG_BC_D_GE, INET_DIAG_BC_D_LE },
	};

	for (size_t side = 0; side < 2; side++) {
		op = put_comparison(op, codes[side][0], run->low, ALTERNATIVE_OPS);
		op = put_comparison(op, codes[side][1], run->high, ALTERNATIVE_OPS - COMPARISON_OPS);
		op = put_jump(op, (size_t)(end - op));
	}
	return op;
}

void diag_bytecode_put(struct nlmsghdr *request, const struct portset *ports, size_t room)
{
	size_t ops = 2 * ALTERNATIVE_OPS * count_runs(ports) + 1;
	struct port_range run;
	uint32_t from = 0;

	if (ports->count == 0 || ops * OP_BYTES > JUMP_MAX || ops * OP_BYTES + MNL_ATTR_HDRLEN > room)
		return;
	struct nlattr *attribute = mnl_nlmsg_get_payload_tail(request);
	attribute->nla_type = INET_DIAG_REQ_BYTECODE;
	attribute->nla_len = (uint16_t)(MNL_ATTR_HDRLEN + ops * OP_BYTES);
	struct inet_diag_bc_op *op = mnl_attr_get_payload(attribute);
	const struct inet_diag_bc_op *end = op + ops;
	while (portset_next(ports, &from, &run))
		op = put_run(op, end, &run);
	put_jump(op, 2); /* 4 bytes beyond the end */
	request->nlmsg_len += MNL_ALIGN(attribute->nla_len);
}
