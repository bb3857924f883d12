/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is to be expected of a bind, listen or connect before it is made: the rules, applied to the table as it is and to
 * the past of the sockets in it.
 */
#ifndef LAB_PREDICT_H
#define LAB_PREDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "lab/past.h"

struct look;

enum { BLOCKERS_MAX = 8 };

struct blocker {
	uint64_t cookie;
	uint16_t state;       /* enum sock_state; 0: unix */
	struct buf local;     /* "127.0.0.1:80" */
	struct buf actors;    /* "a, b"; empty: none of them has it */
};

struct prediction {
	bool made;            /* false: nothing is predicted for such a step */
	char word[WORD_BYTES_MAX + 1]; /* ok, an errno or unknown */
	struct buf why;       /* one sentence without a full stop */
	const char *sentence; /* its last part: the rule alone, not about whom; static */
	struct blocker blockers[BLOCKERS_MAX];
	size_t blocker_count;
};

/* References to ports in the step are to be resolved.  To be ended with prediction_fini. */
void predict(struct prediction *prediction, const struct step *step, const struct past *past, const struct look *look,
	     bool is_private);

/*
 * The same for any socket, also one that is not made yet.  Whose capabilities count stands in its wish; who names what is in
 * step: the verb and the endpoint.
 */
void predict_sock(struct prediction *prediction, const struct step *step, const struct past_sock *sock,
		  const struct past *past, const struct look *look, bool is_private);
void prediction_fini(struct prediction *prediction);

#endif
