/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A measured matrix (model/matrix.h): as tables for people, as CSV, as JSON.
 */
#ifndef OUT_MATRIX_H
#define OUT_MATRIX_H

#include <stdint.h>

struct buf;
struct matrix;

/* What there is to say of the matrix as a whole. */
struct matrix_head {
	const char *release;  /* the kernel's */
	const char *left_out; /* what was not measured, and why, one sentence without a full stop; NULL: nothing */
	uint64_t took_ns;
};

/*
 * Tables of at most 80 columns: for each state of the first socket which pairs of addresses meet, and what the options make
 * of those that do.  Pairs that behave alike share a table.  What was not predicted is marked, and told.
 */
void matrix_write_text(struct buf *out, const struct matrix *matrix, const struct matrix_head *head);

/* One cell a line, lines end in CR LF (RFC 4180); the header line. */
void matrix_write_csv(struct buf *out, const struct matrix *matrix);
void matrix_write_csv_header(struct buf *out);

/* One cell a line, and a last one for the matrix. */
void matrix_write_json(struct buf *out, const struct matrix *matrix, const struct matrix_head *head);

#endif
