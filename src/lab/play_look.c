/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a playground sees what its steps have done: the table of the ports that it is about.
 */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "kernel/netns.h"
#include "lab/play_internal.h"

/* A look that changed under way is made again so often. */
enum { ATTEMPTS = 3 };

/* How long "see" and "owners" wait for what they are to see. */
#define SEE_LIMIT_NS (2 * NS_PER_S)

/* Only the ports that it is about: a host may have many more sockets than matter here. */
void play_begin_look(struct playground *play)
{
	play->look.query.ports = play->ports;
	if (play->form_port != 0)
		portset_add(&play->look.query.ports, play->form_port, play->form_port);
	else if (play->ports.count == 0)
		portset_add(&play->look.query.ports, 1, 1); /* of none all would be asked for */
	play->looking = true;
	play->look_began_ns = clock_mono_ns();
	play->fresh = true; /* what ends, or is asked about, while it is under way wants another one */
	look_begin(&play->look);
}

/* What else is known of the sockets: of the playground's own all flags, of the others what their owners were asked for. */
static void learn_flags(struct playground *play)
{
	struct table *table = &play->look.table;

	for (size_t i = 0; i < table->count; i++) {
		struct sock *sock = &table->rows[i].sock;
		const struct past_sock *known = past_find_cookie(&play->past, sock->cookie);
		uint32_t at = known == NULL && play->seen != NULL ? table_find(play->seen, 0, sock->cookie) : MAP_NONE;

		if (at != MAP_NONE)
			flags_merge(&sock->flags, play->seen->rows[at].sock.flags);
		if (known == NULL)
			continue;
		flags_learn(&sock->flags, FLAG_REUSEADDR, known->wish.reuseaddr);
		flags_learn(&sock->flags, FLAG_REUSEPORT, known->wish.reuseport);
	}
}

/* What the table is to show is there, or will not come. */
static void judge_look(struct playground *play, size_t at, uint64_t now_ns)
{
	struct play_step *step = &play->steps[at];
	bool shown;

	if (step->resolved.verb == VERB_OWNERS)
		look_again(&play->look, true);
	buf_clear(&step->why);
	shown = look_shows(&play->look, &step->resolved, &play->crew, &step->why);
	if (!shown && now_ns - step->began_ns < SEE_LIMIT_NS)
		return;
	step = play_finish(play, at);
	strcpy(step->reply.word, shown ? "ok" : "ETIMEDOUT");
}

static void judge_looks(struct playground *play, uint64_t now_ns)
{
	for (size_t i = play->done; i < play->count; i++) {
		uint8_t verb = play->steps[i].step.verb;

		if (play->steps[i].state == PLAY_RUNS && (verb == VERB_SEE || verb == VERB_OWNERS))
			judge_look(play, i, now_ns);
	}
}

bool play_serve_look(struct playground *play, uint64_t now_ns)
{
	if (!play->looking || !look_step(&play->look))
		return false;
	play->looking = false;
	if (play->look.error == 0 && play->look.poller.interrupted && ++play->attempts < ATTEMPTS) {
		play_begin_look(play);
		return false;
	}
	play->attempts = 0;
	play->looked_ns = now_ns;
	if (play->look.error == 0)
		past_see(&play->past, &play->look.table);
	learn_flags(play);
	judge_looks(play, now_ns);
	return true;
}

bool playground_has_work(const struct playground *play)
{
	return play->done < play->count || play->looking || playground_is_used(play);
}

bool play_sees(const struct playground *play)
{
	for (size_t i = play->done; i < play->count; i++) {
		uint8_t verb = play->steps[i].step.verb;

		if (play->steps[i].state == PLAY_RUNS && (verb == VERB_SEE || verb == VERB_OWNERS))
			return true;
	}
	return false;
}

/*
 * Fresh actors are to find the ports as the old ones found them.  What those leave in TIME_WAIT can be destroyed where one
 * may do so: by root, and in a private network (SOCK_DESTROY); elsewhere it stays, and may be in the way for its minute.
 */
void play_sweep(const struct playground *play)
{
	const struct table *table = &play->look.table;
	int error = 0;

	for (size_t i = 0; i < table->count && error != -EPERM; i++) {
		const struct row *row = &table->rows[i];

		if (row->life != ROW_GONE && row->sock.proto == PROTO_TCP && playground_has(play, row->sock.cookie))
			error = poller_destroy(NETNS_OWN, &row->sock);
	}
}
