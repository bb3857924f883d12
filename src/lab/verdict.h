/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What would come of a step of the playground that is not made yet, in words: whether it works, who is in the way, what
 * would help.
 */
#ifndef LAB_VERDICT_H
#define LAB_VERDICT_H

#include "lab/playground.h"

struct past_sock;

enum verdict {
	VERDICT_NONE, /* nothing is predicted: it depends on who is not here */
	VERDICT_WORKS,
	VERDICT_FAILS,
	VERDICT_UNKNOWN,
};

/* Appends sentences about the step (bind, listen or connect) with a socket as it would be then. */
enum verdict verdict_tell(struct buf *out, const struct playground *play, const struct step *step,
			  const struct past_sock *sock);

/* The words alone: "ok", "bind EADDRINUSE" or, where that works, "listen EADDRINUSE". */
void verdict_brief(struct buf *out, const struct playground *play, const struct step *bind, const struct past_sock *sock,
		   bool listens);

/* The socket as it is once the bind of the step worked. */
struct past_sock verdict_bound(const struct past_sock *sock, const struct step *bind);

#endif
