/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/run.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/errname.h"
#include "kernel/host.h"
#include "lab/crew.h"
#include "lab/past.h"
#include "lab/spawn.h"

/* How long "see" and "owners" wait for what they are to see, and how often they look. */
#define SEE_LIMIT_NS (2 * NS_PER_S)
enum { SEE_PAUSE_MS = 10 };

struct run {
	const struct scenario *scenario;
	const struct run_plan *plan;
	const struct run_observer *observer;
	struct crew crew;
	struct look look;
	struct past past;
	struct run_outcome outcome;
	bool is_over;
};

/* What is known of one step while it is done. */
struct doing {
	struct step step;      /* with the ports that it refers to */
	struct prediction prediction;
	struct reply reply;
	struct buf why;        /* of a failure; else the prediction's is told */
	bool broken;           /* there is no result to judge */
};

static void wait_ms(uint32_t ms)
{
	uint64_t now = clock_mono_ns(), end = now + ms * NS_PER_MS;

	for (; now < end; now = clock_mono_ns())
		poll(NULL, 0, (int)((end - now) / NS_PER_MS) + 1);
}

static bool resolve_one(const struct run *run, struct doing *doing, struct endpoint *endpoint)
{
	const struct lab_name *actor = endpoint->actor.text[0] != '\0' ? &endpoint->actor : &doing->step.actor;

	if (past_resolve(&run->past, &doing->step.actor, endpoint))
		return true;
	buf_printf(&doing->why, "$%s.%s has no port", actor->text, endpoint->port_of.text);
	return false;
}

static bool resolve(const struct run *run, struct doing *doing)
{
	return resolve_one(run, doing, &doing->step.endpoint) && resolve_one(run, doing, &doing->step.remote);
}

/* A look that failed says nothing: the scenario cannot go on without. */
static bool look_now(struct run *run, struct doing *doing, bool owners)
{
	int error = look_again(&run->look, owners);

	if (error == 0) {
		past_see(&run->past, &run->look.table);
		return true;
	}
	buf_printf(&doing->why, "the kernel did not tell its sockets: %s", strerror(-error));
	doing->broken = true;
	return false;
}

static void wait_for_reply(struct run *run, uint32_t token, struct result *result)
{
	struct pollfd fds[CREW_FDS_MAX];

	while (!crew_receive(&run->crew, clock_mono_ns(), result) || result->reply.token != token) {
		uint64_t now = clock_mono_ns(), end = crew_deadline(&run->crew);
		size_t count = crew_fds(&run->crew, fds);

		poll(fds, count, end > now ? (int)((end - now) / NS_PER_MS) + 1 : 0);
	}
}

static void do_call(struct run *run, struct doing *doing)
{
	struct result result;
	uint32_t token;
	int error = crew_send(&run->crew, &doing->step, clock_mono_ns(), &token);

	if (error < 0) {
		buf_printf(&doing->why, error == -ESRCH ? "the process of the actor is gone" :
							  "the process of the actor cannot be had: %s", strerror(-error));
		doing->broken = true;
		return;
	}
	wait_for_reply(run, token, &result);
	doing->reply = result.reply;
	doing->broken = result.lost != NULL;
	if (doing->broken)
		buf_puts(&doing->why, result.lost);
	else
		past_take(&run->past, &doing->step, &result.reply);
}

static void do_look(struct run *run, struct doing *doing)
{
	uint64_t end = clock_mono_ns() + SEE_LIMIT_NS;
	struct buf instead = BUF_INIT;
	bool shown = false;

	while (look_now(run, doing, doing->step.verb == VERB_OWNERS)) {
		buf_clear(&instead);
		shown = look_shows(&run->look, &doing->step, &run->crew, &instead);
		if (shown || clock_mono_ns() >= end)
			break;
		wait_ms(SEE_PAUSE_MS);
	}
	strcpy(doing->reply.word, shown ? "ok" : "ETIMEDOUT");
	if (!shown && !doing->broken)
		buf_printf(&doing->why, "the table shows %s", buf_str(&instead));
	buf_fini(&instead);
}

static void do_step(struct run *run, struct doing *doing)
{
	strcpy(doing->reply.word, "ok");
	switch (doing->step.verb) {
	case VERB_SEE:
	case VERB_OWNERS:
		do_look(run, doing);
		break;
	case VERB_WAIT:
		wait_ms(doing->step.number);
		break;
	case VERB_PAUSE:
		if (run->observer->pause != NULL)
			run->observer->pause(run->observer->context);
		break;
	case VERB_NOTE:
		break;
	default:
		do_call(run, doing);
	}
}

/* The prediction is made from the table as it is right before the step. */
static void expect(struct run *run, struct doing *doing)
{
	uint8_t verb = doing->step.verb;

	if ((verb == VERB_BIND || verb == VERB_LISTEN || verb == VERB_CONNECT) && look_now(run, doing, false))
		predict(&doing->prediction, &doing->step, &run->past, &run->look, !run->plan->host);
}

/* Text that was received must be the one that the step says. */
static bool is_right_text(const struct doing *doing)
{
	const struct step *step = &doing->step;
	const struct reply *reply = &doing->reply;

	if (step->verb != VERB_RECV || !step->has_text)
		return true;
	return reply->has_value && reply->value_length == step->text_length &&
	       memcmp(reply->value, step->text, step->text_length) == 0;
}

static void judge(const struct run *run, struct doing *doing, struct step_outcome *outcome)
{
	const struct prediction *prediction = &doing->prediction;
	const struct reply *reply = &doing->reply;
	const char *value = reply->has_value ? reply->value : NULL;
	bool allowed = !doing->broken && step_allows(&doing->step, reply->word, value) && is_right_text(doing);

	outcome->actual = value != NULL ? value : reply->word;
	outcome->predicted = prediction->made ? prediction->word : NULL;
	outcome->mispredicted = prediction->made && !doing->broken && strcmp(prediction->word, reply->word) != 0;
	outcome->ok = allowed && (!outcome->mispredicted || run->plan->no_predict);
	outcome->blockers = prediction->blockers;
	outcome->blocker_count = prediction->blocker_count;
	if (doing->broken)
		outcome->actual = "none";
	outcome->why = doing->why.length > 0 ? buf_str(&doing->why) : buf_str(&prediction->why);
}

/* What is missing here is no fault of the scenario. */
static bool is_skipped(struct run *run, const struct doing *doing)
{
	const char *word = doing->reply.word;

	if (doing->step.verb != VERB_USER || (strcmp(word, "EPERM") != 0 && strcmp(word, "EINVAL") != 0))
		return false;
	run->outcome.verdict = RUN_SKIPPED;
	buf_printf(&run->outcome.reason, "it needs to become the user %u, which is not permitted here (%s)", doing->step.uid,
		   word);
	return true;
}

static void run_step(struct run *run, const struct step *step)
{
	const struct run_observer *observer = run->observer;
	struct doing doing = { .step = *step };
	struct step_outcome outcome = { .step = step };

	if (observer->step_begin != NULL)
		observer->step_begin(observer->context, step);
	if (!resolve(run, &doing))
		doing.broken = true;
	else
		expect(run, &doing);
	if (!doing.broken)
		do_step(run, &doing);
	if (!doing.broken && verb_has_actor(step->verb))
		look_now(run, &doing, false); /* the past is seen step by step */
	judge(run, &doing, &outcome);
	run->outcome.steps++;
	run->is_over = is_skipped(run, &doing);
	if (!run->is_over) {
		run->outcome.failed += outcome.ok ? 0 : 1;
		if (observer->step_end != NULL)
			observer->step_end(observer->context, &outcome);
	}
	if (observer->table != NULL && verb_has_actor(step->verb) && !run->is_over && look_now(run, &doing, true))
		observer->table(observer->context, &run->look);
	prediction_fini(&doing.prediction);
	buf_fini(&doing.why);
}

/* Why the scenario cannot be run here, before anything is started; nothing when it can. */
static void find_obstacle(const struct scenario *scenario, const struct run_plan *plan, struct buf *reason)
{
	if (scenario->becomes_user && !plan->is_root)
		buf_puts(reason, "an actor in it becomes another user, which takes root");
	else if (plan->host && !plan->any_address && scenario->outside != NULL) {
		buf_printf(reason, "line %u uses ", scenario->outside->line);
		endpoint_format(reason, &scenario->outside->endpoint);
		buf_puts(reason, ", and on this host only loopback addresses are used without --any-address");
	}
}

static int enter(struct run *run)
{
	const struct scenario *scenario = run->scenario;
	bool files = scenario->has_files && !run->plan->host;
	int error = run->plan->host ? 0 : spawn_private(files);
	struct host host;

	if (error < 0)
		return error;
	run->crew.capabilities = scenario->capabilities;
	run->crew.directory = files ? SPAWN_DIRECTORY : NULL;
	host_read(&host);
	past_init(&run->past, geteuid(), scenario->capabilities & host_capabilities(), host.v6only);
	host_fini(&host);
	error = look_open(&run->look);
	run->look.flags = run->observer->table != NULL;
	if (error == 0 && scenario->has_inet6 && !spawn_has_inet6())
		buf_puts(&run->outcome.reason, "there is no IPv6 here");
	return error;
}

static void run_steps(struct run *run)
{
	for (size_t i = 0; !run->is_over && i < run->scenario->count; i++)
		run_step(run, &run->scenario->steps[i]);
	if (run->outcome.verdict != RUN_SKIPPED)
		run->outcome.verdict = run->outcome.failed > 0 ? RUN_FAILED : RUN_PASSED;
}

int run_scenario(const struct scenario *scenario, const struct run_plan *plan, const struct run_observer *observer,
		 enum run_verdict *verdict)
{
	struct run run = { .scenario = scenario, .plan = plan, .observer = observer };
	int error = 0;

	crew_init(&run.crew);
	find_obstacle(scenario, plan, &run.outcome.reason);
	bool stopped = run.outcome.reason.length > 0;
	if (!stopped)
		error = enter(&run);
	if (error == 0 && observer->begin != NULL)
		observer->begin(observer->context, scenario);
	if (error == 0 && run.outcome.reason.length > 0)
		run.outcome.verdict = RUN_SKIPPED;
	else if (error == 0)
		run_steps(&run);
	crew_fini(&run.crew);
	if (!stopped)
		look_close(&run.look);
	past_fini(&run.past);
	if (error == 0 && observer->end != NULL)
		observer->end(observer->context, scenario, &run.outcome);
	*verdict = run.outcome.verdict;
	buf_fini(&run.outcome.reason);
	return error;
}
