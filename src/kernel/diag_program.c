/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/diag_program.h"

#include <linux/inet_diag.h>
#include <string.h>

enum {
	OP_BYTES = sizeof(struct inet_diag_bc_op),
	LENGTH_MAX = UINT16_MAX - OP_BYTES, /* a jump from the first operation to rejection has 16 bits */
	REJECT_BYTES = 4,                   /* beyond the end */
};

/* The operation at from jumps there when it is not so. */
struct program_jump {
	size_t from, label;
};

void program_init(struct program *program)
{
	*program = (struct program){ .code = BUF_INIT, .jumps = BUF_INIT, .labels = BUF_INIT };
	program_label(program); /* LABEL_ACCEPT */
	program_label(program); /* LABEL_REJECT */
}

void program_fini(struct program *program)
{
	buf_fini(&program->code);
	buf_fini(&program->jumps);
	buf_fini(&program->labels);
}

size_t program_label(struct program *program)
{
	const size_t nowhere = 0;

	buf_add(&program->labels, &nowhere, sizeof(nowhere));
	return program->labels.length / sizeof(nowhere) - 1;
}

static void place(struct program *program, size_t label, size_t where)
{
	((size_t *)program->labels.data)[label] = where;
}

void program_put(struct program *program, size_t label)
{
	place(program, label, program->code.length);
}

static const struct program_jump *jumps_of(const struct program *program, size_t *count)
{
	*count = program->jumps.length / sizeof(struct program_jump);
	return (const struct program_jump *)program->jumps.data;
}

void program_test(struct program *program, uint8_t code, const void *carried, size_t length, size_t otherwise)
{
	const struct inet_diag_bc_op op = { .code = code, .yes = (unsigned char)(OP_BYTES + length) };
	const struct program_jump jump = { program->code.length, otherwise };

	if (program->code.length > LENGTH_MAX)
		return; /* as it is lost, no memory need be */
	buf_add(&program->jumps, &jump, sizeof(jump));
	buf_add(&program->code, &op, sizeof(op));
	buf_add(&program->code, carried, length);
}

void program_test_port(struct program *program, uint8_t code, uint16_t port, size_t otherwise)
{
	const struct inet_diag_bc_op carrier = { .no = port };

	program_test(program, code, &carrier, sizeof(carrier), otherwise);
}

void program_jump_to(struct program *program, size_t label)
{
	program_test(program, INET_DIAG_BC_JMP, "", 0, label);
}

bool program_rejects(const struct program *program)
{
	size_t count;
	const struct program_jump *jumps = jumps_of(program, &count);

	for (size_t i = 0; i < count; i++) {
		if (jumps[i].label == LABEL_REJECT)
			return true;
	}
	return false;
}

bool program_end(struct program *program)
{
	size_t length = program->code.length, count;
	const struct program_jump *jumps = jumps_of(program, &count);
	const size_t *labels = (const size_t *)program->labels.data;

	if (length > LENGTH_MAX)
		return false;
	place(program, LABEL_ACCEPT, length);
	place(program, LABEL_REJECT, length + REJECT_BYTES);
	for (size_t i = 0; i < count; i++) {
		char *at = program->code.data + jumps[i].from;
		struct inet_diag_bc_op op;

		memcpy(&op, at, sizeof(op));
		op.no = (unsigned short)(labels[jumps[i].label] - jumps[i].from);
		memcpy(at, &op, sizeof(op));
	}
	return true;
}
