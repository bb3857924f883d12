/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * "ports lab --matrix": measures who can share a port with whom, and prints it.
 */
#ifndef LAB_MATRIX_H
#define LAB_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct sink;

struct lab_matrix_plan {
	const char *addresses; /* separated by commas; NULL: the usual ones */
	char *const *words;    /* tcp, udp; none is both */
	size_t count;
	bool csv, json;        /* not both; neither: tables */
};

/* Writes to the sink, or a fault in error.  enum lab_status. */
int lab_matrix(const struct lab_matrix_plan *plan, struct sink *sink, struct buf *error);

/* Appends that no network namespace is to be had, for that -errno. */
void lab_no_namespace(struct buf *error, int reason);

#endif
