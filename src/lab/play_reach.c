/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which steps of a playground let others reach a socket of this host, so that the user is asked before.
 */
#include <string.h>

#include "lab/play_internal.h"

/* It has a port, or gets one from a step that waits. */
static bool is_to_be_bound(const struct playground *play, const struct step *step)
{
	const struct past_sock *sock = past_find(&play->past, &step->actor, &step->sock);
	bool is_bound = sock != NULL && (sock->wish.is_bound || sock->is_unix);

	for (size_t i = play->done; i < play->count && !is_bound; i++) {
		const struct step *other = &play->steps[i].step;

		is_bound = other->verb == VERB_BIND && strcmp(other->actor.text, step->actor.text) == 0 &&
			   strcmp(other->sock.text, step->sock.text) == 0;
	}
	return is_bound;
}

/* Without an address listen() takes the wildcard. */
bool play_is_reachable(const struct playground *play, const struct step *step)
{
	if (step->verb == VERB_LISTEN)
		return !is_to_be_bound(play, step);

	bool names_address = step->verb == VERB_BIND || step->verb == VERB_CONNECT || step->verb == VERB_SENDTO;
	return names_address && step->endpoint.kind != ENDPOINT_UNIX && !endpoint_is_loopback(&step->endpoint);
}
