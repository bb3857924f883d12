/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/verdict.h"

#include <string.h>
#include <sys/socket.h>

#include "kernel/host.h"
#include "lab/predict.h"
#include "model/owner.h"
#include "model/why.h"
#include "model/why_text.h"

/* More advice than that is not read. */
enum { REMEDIES_TOLD = 3 };

static int pid_of(const struct playground *play, const struct lab_name *actor)
{
	for (size_t i = 0; i < play->crew.count; i++) {
		if (strcmp(play->crew.all[i].name.text, actor->text) == 0)
			return play->crew.all[i].pid;
	}
	return 0;
}

/* "a.s1 (pid 7011)"; false where no actor has it. */
static bool tell_actors(struct buf *out, const struct playground *play, const struct past_sock *sock)
{
	size_t from = out->length;

	for (size_t i = 0; sock != NULL && i < play->past.name_count; i++) {
		const struct past_name *name = &play->past.names[i];

		if (name->is_open && play->past.socks[name->index] == sock)
			buf_printf(out, "%s%s.%s (pid %d)", out->length > from ? " and " : "", name->actor.text,
				   name->sock.text, pid_of(play, &name->actor));
	}
	return out->length > from;
}

/* "a.s1" that was closed; false where no actor had it. */
static bool tell_former(struct buf *out, const struct playground *play, const struct past_sock *sock)
{
	for (size_t i = 0; sock != NULL && i < play->past.name_count; i++) {
		const struct past_name *name = &play->past.names[i];

		if (play->past.socks[name->index] != sock)
			continue;
		buf_printf(out, "%s.%s is closed and", name->actor.text, name->sock.text);
		return true;
	}
	return false;
}

/* The process of a socket that is not the playground's own; false where none is known. */
static bool tell_owner(struct buf *out, const struct playground *play, uint64_t cookie)
{
	uint32_t at = play->seen != NULL ? table_find(play->seen, 0, cookie) : MAP_NONE;
	const struct row *row = at != MAP_NONE ? &play->seen->rows[at] : NULL;

	if (row == NULL || row->owner_count == 0 || row->owners_former)
		return false;
	owner_format(out, row_owner(row, 0));
	return true;
}

static const char *doing(unsigned state)
{
	return state == STATE_LISTEN				  ? "listens on" :
	       state == STATE_BOUND || state == STATE_UNCONN ? "is bound to" :
								    "has a connection on";
}

static void tell_blocker(struct buf *out, const struct playground *play, const struct blocker *blocker)
{
	const struct past_sock *sock = past_find_cookie(&play->past, blocker->cookie);

	if (blocker->state == 0) {
		if (!tell_actors(out, play, sock))
			buf_puts(out, "A socket of another program");
		buf_printf(out, " has %s", buf_str(&blocker->local));
	} else if (tell_actors(out, play, sock) || tell_owner(out, play, blocker->cookie)) {
		buf_printf(out, " %s %s", doing(blocker->state), buf_str(&blocker->local));
	} else if (blocker->state == STATE_LISTEN || blocker->state == STATE_BOUND || blocker->state == STATE_UNCONN) {
		buf_printf(out, "A process that is not seen %s %s", doing(blocker->state), buf_str(&blocker->local));
	} else {
		if (!tell_former(out, play, sock))
			buf_puts(out, "A connection that no process holds any more is");
		buf_puts(out, " in ");
		state_format(out, blocker->state);
		buf_printf(out, " on %s", buf_str(&blocker->local));
	}
}

/* Who has to go, in the playground's own words. */
static void tell_stop(struct buf *out, const struct playground *play, const struct prediction *prediction, bool waits)
{
	const struct blocker *first = &prediction->blockers[0];

	buf_puts(out, "close ");
	if (prediction->blocker_count == 0 ||
	    !(tell_actors(out, play, past_find_cookie(&play->past, first->cookie)) || tell_owner(out, play, first->cookie)))
		buf_puts(out, "what is in the way");
	else if (prediction->blocker_count > 1)
		buf_printf(out, " and %zu more", prediction->blocker_count - 1);
	if (waits)
		buf_puts(out, ", and wait a minute for what stays of connections");
}

static void tell_remedies(struct buf *out, const struct playground *play, const struct bind_wish *wish,
			  const struct prediction *prediction)
{
	struct host host;
	struct why why;

	host_read(&host);
	const struct why_scene scene = {
		.table = &play->look.table, .host = &host.values, .now_ns = play->look.table.now_ns
	};
	why_make(&why, wish, false, &scene);
	for (size_t i = 0; i < why.remedy_count && i < REMEDIES_TOLD; i++) {
		uint8_t kind = why.remedies[i].kind;

		buf_puts(out, i == 0 ? " It would work: " : "; or ");
		if (kind == REMEDY_STOP || kind == REMEDY_STOP_AND_WAIT)
			tell_stop(out, play, prediction, kind == REMEDY_STOP_AND_WAIT);
		else
			why_remedy_text(out, &why, &why.remedies[i], NULL);
	}
	if (why.remedy_count > 0)
		buf_putc(out, '.');
	why_fini(&why);
	host_fini(&host);
}

/* works: the sentence goes on behind a colon; else it stands alone where nobody is in the way. */
static void tell_reason(struct buf *out, const struct playground *play, const struct prediction *prediction, bool works)
{
	size_t from = out->length;

	if (prediction->blocker_count > 0) {
		tell_blocker(out, play, &prediction->blockers[0]);
		if (prediction->blocker_count > 1)
			buf_printf(out, " (and %zu more)", prediction->blocker_count - 1);
		buf_puts(out, "; ");
	}
	buf_printf(out, "%s.", prediction->sentence);
	if (!works && prediction->blocker_count == 0 && out->data[from] >= 'a' && out->data[from] <= 'z')
		out->data[from] = (char)(out->data[from] - 'a' + 'A');
}

/* The wish with what the step names; of the family that the rules know. */
static struct bind_wish wish_of(const struct past_sock *sock, const struct step *step)
{
	struct bind_wish wish = sock->wish;

	wish.port = step->endpoint.port;
	memcpy(wish.address, step->endpoint.address, sizeof(wish.address));
	return wish;
}

enum verdict verdict_tell(struct buf *out, const struct playground *play, const struct step *step,
			  const struct past_sock *sock)
{
	struct prediction prediction;
	const char *verb = verb_name(step->verb);
	enum verdict verdict = VERDICT_WORKS;

	predict_sock(&prediction, step, sock, &play->past, &play->look, play->is_private);
	if (strcmp(prediction.word, "ok") == 0) {
		buf_printf(out, "%s will work: ", verb);
	} else if (strcmp(prediction.word, "unknown") == 0) {
		verdict = VERDICT_UNKNOWN;
		buf_printf(out, "%s may fail, which cannot be told for certain. ", verb);
	} else {
		verdict = VERDICT_FAILS;
		buf_printf(out, "%s will fail: %s. ", verb, prediction.word);
	}
	tell_reason(out, play, &prediction, verdict == VERDICT_WORKS);
	if (verdict != VERDICT_WORKS && step->verb == VERB_BIND && !sock->is_unix && !sock->wish.is_bound) {
		const struct bind_wish wish = wish_of(sock, step);

		tell_remedies(out, play, &wish, &prediction);
	}
	prediction_fini(&prediction);
	return verdict;
}

struct past_sock verdict_bound(const struct past_sock *sock, const struct step *bind)
{
	struct past_sock bound = *sock;

	bound.wish = wish_of(sock, bind);
	bound.wish.is_bound = true;
	if (bound.is_unix)
		return bound;
	const struct bind_sock as_bound = rules_bound(&bound.wish);
	bound.wish.v6only = bound.wish.family == FAMILY_INET6 && as_bound.v6only == TRI_YES;
	bound.wish.ifindex = as_bound.ifindex;
	return bound;
}

/* False where it would work, and nothing is said. */
static bool fails(struct buf *out, const struct playground *play, const struct step *step, const struct past_sock *sock)
{
	struct prediction prediction;

	predict_sock(&prediction, step, sock, &play->past, &play->look, play->is_private);
	bool failing = strcmp(prediction.word, "ok") != 0;
	if (failing)
		buf_printf(out, "%s %s", verb_name(step->verb), prediction.word);
	prediction_fini(&prediction);
	return failing;
}

void verdict_brief(struct buf *out, const struct playground *play, const struct step *bind, const struct past_sock *sock,
		   bool listens)
{
	const struct step listen = { .verb = VERB_LISTEN };
	const struct past_sock bound = verdict_bound(sock, bind);

	if (fails(out, play, bind, sock))
		return;
	if (!listens || bind->endpoint.port == 0 || !fails(out, play, &listen, &bound))
		buf_puts(out, "ok");
}
