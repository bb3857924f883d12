/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The matrix: whether a second socket gets a port beside a first one, for each combination of addresses, options, the first
 * one's state and the second one's user; what the rules predict, and what a kernel said.
 * Knows nothing of how it is measured (lab/measure.h) nor of how it is shown (out/matrix.h).
 */
#ifndef MODEL_MATRIX_H
#define MODEL_MATRIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/rules.h"

enum {
	MATRIX_ADDRESSES_MAX = 16,
	MATRIX_FLAGS = 4,     /* combinations of the next two */
	MATRIX_REUSEADDR = 1,
	MATRIX_REUSEPORT = 2,
};

struct matrix_address {
	uint8_t family;      /* enum sock_family */
	bool v6only;         /* IPV6_V6ONLY */
	uint8_t address[16]; /* a wildcard or a loopback address, also mapped */
};

/* What became of the first socket before the second one comes. */
enum matrix_state {
	MATRIX_BOUND,
	MATRIX_LISTENING,
	MATRIX_CHILD,        /* a connection that it accepted is left, and it is closed */
	MATRIX_TIME_WAIT,    /* of such a connection */
	MATRIX_CONNECTED,    /* UDP */
	MATRIX_STATE_COUNT,
};

enum {
	MATRIX_NOT_DONE = -1, /* as there was no reason to */
	MATRIX_UNKNOWN = -2,  /* predicted: the rules do not know */
};

/* 0, an errno, or one of the above. */
struct matrix_result {
	int16_t bind;         /* of the second socket */
	int16_t listen;       /* TCP: its listen(), when bind() worked */
	int16_t first_listen; /* MATRIX_BOUND: listen() of the first one, when that worked, too */
};

struct matrix_cell {
	uint8_t state;        /* enum matrix_state */
	uint8_t first, second; /* in addresses */
	bool other_user;      /* the second socket is another user's */
	uint8_t first_flags, second_flags; /* MATRIX_REUSEADDR | MATRIX_REUSEPORT */
	struct matrix_result predicted, measured;
};

struct matrix {
	uint8_t proto;        /* BIND_TCP or BIND_UDP */
	bool other_user;      /* there are cells with another user */
	uint32_t uid, other_uid; /* who the first sockets belong to, and the second ones of another user */
	struct matrix_address addresses[MATRIX_ADDRESSES_MAX];
	size_t address_count;
	/* Owned.  By state, first and second address, user, flags of the first and of the second, the last changing fastest. */
	struct matrix_cell *cells;
	size_t count;
};

/* Makes the cells, with nothing predicted and nothing measured, of what stands before them.  Ended with matrix_fini. */
void matrix_fill(struct matrix *matrix);
void matrix_fini(struct matrix *matrix);

/* Predicts a cell; host: where it is to be measured. */
void matrix_predict(const struct matrix *matrix, struct matrix_cell *cell, const struct bind_host *host);

/* The socket of an address as it would be bound to the port. */
struct bind_wish matrix_wish(const struct matrix *matrix, size_t address, unsigned flags, uint16_t port);

/*
 * The local address that the first socket has in that state: a connection has one of its own, which for a wildcard is
 * 127.0.0.1 or ::1.
 */
void matrix_local(const struct matrix_address *address, unsigned state, uint8_t local[16]);

/* Whether sockets of the protocol have that state. */
bool matrix_has_state(const struct matrix *matrix, unsigned state);

/* How many cells there are for one state and one pair of addresses; the cells stand together. */
size_t matrix_pair_cells(const struct matrix *matrix);

bool matrix_result_equals(const struct matrix_result *a, const struct matrix_result *b);

/* Cells whose prediction is not what was measured. */
size_t matrix_differences(const struct matrix *matrix);

/* "bound", "time-wait": the CSV and JSON member. */
const char *matrix_state_id(unsigned state);

/* "-", "A", "P", "AP" */
const char *matrix_flags_name(unsigned flags);

/* Appends "127.0.0.1", "::/only". */
void matrix_address_format(struct buf *out, const struct matrix_address *address);

#endif
