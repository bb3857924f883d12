/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes programs for the kernel's socket filter (kernel/diag_bytecode.h): operations, and labels that they jump to.
 *
 * An operation that is so goes on with the next one, another one jumps forward.  A program accepts by ending exactly at its length
 * and rejects by jumping 4 bytes beyond (inet_diag_bc_run); jumps land on operations (inet_diag_bc_audit).
 */
#ifndef KERNEL_DIAG_PROGRAM_H
#define KERNEL_DIAG_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum {
	LABEL_ACCEPT,
	LABEL_REJECT,
};

struct program {
	struct buf code;
	struct buf jumps;  /* struct program_jump's, to be filled in at the end */
	struct buf labels; /* size_t's: where they are, in bytes */
};

void program_init(struct program *program);
void program_fini(struct program *program);

/* A label that is to be put somewhere further on. */
size_t program_label(struct program *program);

/* Here it is. */
void program_put(struct program *program, size_t label);

/* The operation with what it carries behind it: where it is not so, it jumps to the label. */
void program_test(struct program *program, uint8_t code, const void *carried, size_t length, size_t otherwise);

/* A port is carried in the shape of another operation. */
void program_test_port(struct program *program, uint8_t code, uint16_t port, size_t otherwise);

void program_jump_to(struct program *program, size_t label);

/* Whether there is anything that it could keep back. */
bool program_rejects(const struct program *program);

/* Ends it; false: it is too long for its jumps. */
bool program_end(struct program *program);

#endif
