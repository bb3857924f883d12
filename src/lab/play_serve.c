/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a playground goes on: when a step begins, what it is predicted to be, and what becomes of it.
 */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "lab/combine.h"
#include "lab/play_internal.h"
#include "lab/predict.h"

/* A prediction is not made from a table that is older. */
#define FRESH_NS (50 * NS_PER_MS)

/*
 * A step that waits for another end holds up the others for so long only: then those of other actors may go on, one of which
 * may be what it waits for.
 */
#define PATIENCE_NS (50 * NS_PER_MS)

/* Of its time it looks for others a fourth at most, however many sockets the host has. */
enum { LOOKING_PART = 3 };

/* How often it is looked, while somebody waits for what the table shows. */
#define LOOK_AGAIN_NS (100 * NS_PER_MS)

static bool is_patient(const struct step *step)
{
	return step->verb == VERB_ACCEPT || step->verb == VERB_RECV || step->verb == VERB_CONNECT;
}

/*
 * What ends is moved behind those that are done.  But who waited when it began, and ended since, may have waited for it: one
 * after the other they can be made in the other order only.
 */
struct play_step *play_finish(struct playground *play, size_t at)
{
	struct play_step step = play->steps[at];
	size_t to = play->done;

	while (to > 0 && is_patient(&play->steps[to - 1].step) && play->steps[to - 1].began_ns < step.began_ns &&
	       play->steps[to - 1].ended_ns >= step.began_ns)
		to--;
	memmove(&play->steps[to + 1], &play->steps[to], (at - to) * sizeof(step));
	step.state = PLAY_DONE;
	step.ended_ns = clock_mono_ns();
	play->steps[to] = step;
	play->done++;
	play->changes++;
	return &play->steps[to];
}

static size_t find_token(const struct playground *play, uint32_t token)
{
	size_t at = play->done;

	while (at < play->count && (play->steps[at].state != PLAY_RUNS || play->steps[at].token != token))
		at++;
	return at;
}

/* Whether the ports are to be looked at again: a new socket is on none, and its options matter from bind() on. */
static bool moves_ports(const struct playground *play, const struct step *step)
{
	const struct past_sock *sock = past_find(&play->past, &step->actor, &step->sock);

	if (step->verb == VERB_SET)
		return sock == NULL || sock->wish.is_bound;
	return step->verb != VERB_SOCKET && step->verb != VERB_GET && step->verb != VERB_USER;
}

static void take_result(struct playground *play, const struct result *result)
{
	size_t at = find_token(play, result->reply.token);

	if (at == play->count)
		return;
	struct play_step *step = play_finish(play, at);
	step->reply = result->reply;
	step->lost = result->lost != NULL;
	play_note_port(play, result->reply.port);
	if (step->lost) {
		buf_clear(&step->why);
		buf_puts(&step->why, result->lost);
	} else {
		past_take(&play->past, &step->resolved, &result->reply);
	}
	if (step->lost || moves_ports(play, &step->step))
		play->fresh = false;
}

/* An actor whose process is gone, whoever ended it, has no sockets any more. */
static void bury(struct playground *play)
{
	for (size_t i = 0; i < play->crew.count; i++) {
		const struct member *member = &play->crew.all[i];
		const struct step end = { .verb = VERB_KILL, .actor = member->name };
		const struct reply reply = { .word = "ok" };

		if (member->channel >= 0 || play->ended[i])
			continue;
		play->ended[i] = true;
		past_take(&play->past, &end, &reply);
		play->fresh = false;
		play->changes++;
	}
}

static bool serve_crew(struct playground *play, uint64_t now_ns)
{
	unsigned before = play->changes;
	struct result result;

	while (crew_receive(&play->crew, now_ns, &result))
		take_result(play, &result);
	bury(play);
	return play->changes != before;
}

static void fail_step(struct playground *play, size_t at, const char *why)
{
	struct play_step *step = play_finish(play, at);

	step->lost = true;
	buf_clear(&step->why);
	buf_puts(&step->why, why);
}

static void expect(struct playground *play, struct play_step *step)
{
	struct prediction prediction;

	predict(&prediction, &step->resolved, &play->past, &play->look, play->is_private);
	step->is_judged = prediction.made;
	if (prediction.made) {
		strcpy(step->predicted, prediction.word);
		buf_puts(&step->why, buf_str(&prediction.why));
	}
	prediction_fini(&prediction);
}

static bool is_predicted(uint8_t verb)
{
	return verb == VERB_BIND || verb == VERB_LISTEN || verb == VERB_CONNECT;
}

static bool resolve(const struct playground *play, struct play_step *step)
{
	step->resolved = step->step;
	return past_resolve(&play->past, &step->step.actor, &step->resolved.endpoint) &&
	       past_resolve(&play->past, &step->step.actor, &step->resolved.remote);
}

static const char *why_not_sent(int error)
{
	return error == -ESRCH ? "the process of the actor is gone" :
	       error == -EAGAIN || error == -EEXIST ? "there are as many actors as there can be" :
						      "the process of the actor cannot be had";
}

/* Whether the last thing that its actor did failed, and the step is worth nothing without. */
static bool is_pointless(const struct playground *play, const struct play_step *step)
{
	for (size_t i = play->done; step->follows && i-- > 0;) {
		const struct play_step *before = &play->steps[i];

		if (strcmp(before->step.actor.text, step->step.actor.text) == 0)
			return before->lost || strcmp(before->reply.word, "ok") != 0;
	}
	return false;
}

static void drop_step(struct playground *play, size_t at)
{
	buf_fini(&play->steps[at].why);
	play->count--;
	memmove(&play->steps[at], &play->steps[at + 1], (play->count - at) * sizeof(play->steps[0]));
}

/* Sends it to its actor, or does what belongs to none. */
static void begin_step(struct playground *play, size_t at, uint64_t now_ns)
{
	struct play_step *step = &play->steps[at];

	if (is_pointless(play, step)) {
		drop_step(play, at);
		return;
	}
	step->state = PLAY_RUNS;
	step->began_ns = now_ns;
	if (!resolve(play, step)) {
		fail_step(play, at, "the socket that it names has no port");
		return;
	}
	play_note_port(play, step->resolved.endpoint.port);
	if (is_predicted(step->step.verb) && play->look.error == 0)
		expect(play, step);
	if (!verb_has_actor(step->step.verb)) {
		play->fresh = false;
		return;
	}
	int error = crew_send(&play->crew, &step->resolved, now_ns, &step->token);
	if (error < 0)
		fail_step(play, at, why_not_sent(error));
}

/* Whether the steps behind it may begin although it has not ended. */
static bool lets_pass(const struct play_step *step, uint64_t now_ns)
{
	return is_patient(&step->step) && now_ns - step->began_ns >= PATIENCE_NS;
}

static bool is_busy(const struct playground *play, const struct lab_name *actor)
{
	for (size_t i = play->done; i < play->count; i++) {
		if (play->steps[i].state == PLAY_RUNS && strcmp(play->steps[i].step.actor.text, actor->text) == 0)
			return true;
	}
	return false;
}

/* The next step that may begin now; play->count: none. */
static size_t find_next(const struct playground *play, uint64_t now_ns)
{
	for (size_t i = play->done; i < play->count && !play->asks; i++) {
		const struct play_step *step = &play->steps[i];

		if (step->state == PLAY_WAITS)
			return is_busy(play, &step->step.actor) ? play->count : i;
		if (!lets_pass(step, now_ns))
			break;
	}
	return play->count;
}

/* Steps of no actor that need no look end by themselves. */
static void end_waits(struct playground *play, uint64_t now_ns)
{
	for (size_t i = play->done; i < play->count; i++) {
		const struct play_step *step = &play->steps[i];
		uint8_t verb = step->step.verb;
		uint64_t wait = verb == VERB_WAIT ? step->step.number * NS_PER_MS : 0;

		if (step->state == PLAY_RUNS && (verb == VERB_WAIT || verb == VERB_PAUSE || verb == VERB_NOTE) &&
		    now_ns - step->began_ns >= wait)
			strcpy(play_finish(play, i)->reply.word, "ok");
	}
}

/* Whether the table is to be looked at now. */
static bool wants_look(const struct playground *play, size_t next, uint64_t now_ns)
{
	uint64_t age = now_ns - play->looked_ns;
	bool is_old = next < play->count && is_predicted(play->steps[next].step.verb) && age >= FRESH_NS;

	return !play->fresh || is_old || ((play_sees(play) || play->echo.left > 0) && age >= LOOK_AGAIN_NS);
}

static bool advance(struct playground *play, uint64_t now_ns)
{
	bool began = false;

	end_waits(play, now_ns);
	while (!play->looking) {
		size_t next = find_next(play, now_ns);

		if (wants_look(play, next, now_ns)) {
			play_begin_look(play);
			break;
		}
		if (next == play->count)
			break;
		begin_step(play, next, now_ns);
		began = true;
	}
	return began;
}

/* What is wished for comes first; but who waits may wait for the echo. */
static bool may_echo(const struct playground *play, uint64_t now_ns)
{
	bool may = play->echo.left > 0 && play->fresh && !play->looking && !play->asks && !is_busy(play, &play->echo.actor);

	for (size_t i = play->done; may && i < play->count; i++)
		may = play->steps[i].state == PLAY_RUNS && lets_pass(&play->steps[i], now_ns);
	return may;
}

bool playground_serve(struct playground *play, uint64_t now_ns)
{
	bool changed = serve_crew(play, now_ns);

	changed |= play_serve_look(play, now_ns);
	if (may_echo(play, now_ns))
		changed |= combine_echo(play);
	changed |= advance(play, now_ns);
	return changed;
}

size_t playground_poll(const struct playground *play, struct pollfd fds[CREW_FDS_MAX + 1])
{
	size_t count = crew_fds(&play->crew, fds);

	if (play->looking)
		fds[count++] = (struct pollfd){ .fd = look_fd(&play->look), .events = POLLIN };
	return count;
}

static uint64_t step_due_ns(const struct play_step *step)
{
	uint64_t wait = step->step.verb == VERB_WAIT ? step->step.number * NS_PER_MS :
			verb_has_actor(step->step.verb) ? PATIENCE_NS : LOOK_AGAIN_NS;

	return step->began_ns + wait;
}

uint64_t playground_due_ns(const struct playground *play, uint64_t now_ns)
{
	uint64_t due = crew_deadline(&play->crew);

	if (!play->looking && wants_look(play, find_next(play, now_ns), now_ns))
		return 0;
	if (play->echo.left > 0 && play->looked_ns + LOOK_AGAIN_NS < due)
		due = play->looked_ns + LOOK_AGAIN_NS;
	for (size_t i = play->done; i < play->count; i++) {
		uint64_t one = play->steps[i].state == PLAY_RUNS ? step_due_ns(&play->steps[i]) : UINT64_MAX;

		if (one > now_ns && one < due)
			due = one;
	}
	if (play_sees(play) && play->looked_ns + LOOK_AGAIN_NS < due)
		due = play->looked_ns + LOOK_AGAIN_NS;
	return due;
}

void playground_look_again(struct playground *play, uint64_t now_ns)
{
	uint64_t took = play->looked_ns - play->look_began_ns;

	if (!play->looking && now_ns - play->looked_ns >= LOOKING_PART * took)
		play->fresh = false;
}

bool playground_is_idle(const struct playground *play)
{
	return play->asks || (play->done == play->count && !play->looking && play->fresh);
}
