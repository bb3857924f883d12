/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Measures a matrix (model/matrix.h) on this kernel: makes the two sockets of each cell in a private network namespace and
 * notes what the kernel says.
 */
#ifndef LAB_MEASURE_H
#define LAB_MEASURE_H

#include <stdbool.h>

#include "model/matrix.h"

struct measured {
	bool no_namespace;             /* that is what failed */
	bool no_inet6;                 /* there is no IPv6 here: its addresses were left out */
	const struct matrix_cell *cell; /* the last one; when it failed, and not for want of a namespace, this was it */
};

/*
 * Of the matrix its protocol and addresses are to be set; all the rest is filled in, cells with another user where this
 * process may make sockets of other users.  The process is in another network namespace afterwards.  0, also where
 * nothing is left to be measured without IPv6, or -errno.
 */
int measure(struct matrix *matrix, struct measured *measured);

#endif
