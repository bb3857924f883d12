/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/playground.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/capabilities.h"
#include "base/die.h"
#include "kernel/host.h"
#include "lab/play_internal.h"
#include "lab/spawn.h"

static void begin_past(struct playground *play)
{
	struct host host;

	crew_init(&play->crew);
	play->crew.capabilities = CAPABILITY(CAP_NET_BIND_SERVICE) | CAPABILITY(CAP_NET_RAW);
	play->crew.directory = play->is_private ? SPAWN_DIRECTORY : NULL;
	host_read(&host);
	past_init(&play->past, geteuid(), play->crew.capabilities & host_capabilities(), host.v6only);
	host_fini(&host);
	memset(play->ended, 0, sizeof(play->ended));
	play->echo.left = 0;
	play->fresh = false;
}

static void end_past(struct playground *play)
{
	crew_fini(&play->crew);
	past_fini(&play->past);
}

struct playground *playground_new(bool is_private, const struct table *seen)
{
	struct playground *play = xcalloc(1, sizeof(*play));

	play->is_private = is_private;
	play->seen = seen;
	look_open(&play->look); /* without it nothing is predicted, and look.error says why */
	begin_past(play);
	return play;
}

static void step_fini(struct play_step *step)
{
	buf_fini(&step->why);
}

static void drop_steps(struct playground *play, size_t from)
{
	for (size_t i = from; i < play->count; i++)
		step_fini(&play->steps[i]);
	play->count = from;
	play->done = play->done < from ? play->done : from;
}

void playground_free(struct playground *play)
{
	if (play == NULL)
		return;
	end_past(play);
	drop_steps(play, 0);
	playground_leave_lesson(play);
	buf_fini(&play->title);
	look_close(&play->look);
	free(play->steps);
	free(play);
}

void play_note_port(struct playground *play, uint16_t port)
{
	if (port != 0)
		portset_add(&play->ports, port, port);
}

bool playground_add(struct playground *play, const struct step *step)
{
	if (play->count == STEPS_MAX)
		return false;
	if (play->count == play->capacity) {
		play->capacity = play->capacity > 0 ? 2 * play->capacity : 32;
		play->steps = xrealloc_array(play->steps, play->capacity, sizeof(play->steps[0]));
	}
	play->steps[play->count++] = (struct play_step){ .step = *step };
	play_note_port(play, step->endpoint.port);
	if (play_is_reachable(play, step) && !play->is_private && !play->any_address)
		play->asks = true;
	return true;
}

bool playground_add_line(struct playground *play, const char *line, struct fault *fault)
{
	struct step step;

	if (!line_check(line, fault) || !step_parse(&step, line, fault))
		return false;
	return playground_add(play, &step) || fault_set(fault, 0, "there are %d steps already", STEPS_MAX);
}

void playground_answer(struct playground *play, bool yes)
{
	size_t from = play->done;

	play->asks = false;
	play->any_address = yes;
	while (from < play->count && play->steps[from].state != PLAY_WAITS)
		from++;
	if (!yes)
		drop_steps(play, from);
}

void playground_set_form_port(struct playground *play, uint16_t port)
{
	if (play->form_port == port)
		return;
	play->form_port = port;
	play->fresh = false;
}

bool playground_is_used(const struct playground *play)
{
	for (size_t i = 0; i < play->crew.count; i++) {
		if (play->crew.all[i].channel >= 0)
			return true;
	}
	return false;
}

static void begin_again(struct playground *play)
{
	play_sweep(play);
	end_past(play);
	begin_past(play);
	for (size_t i = 0; i < play->count; i++) {
		struct play_step *step = &play->steps[i];

		step_fini(step);
		*step = (struct play_step){ .step = step->step, .automatic = step->automatic, .follows = step->follows };
	}
	play->done = 0;
	play->changes++;
}

bool playground_undo(struct playground *play)
{
	if (play->count == 0)
		return false;
	bool was_begun = play->steps[play->count - 1].state != PLAY_WAITS;

	drop_steps(play, play->count - 1);
	if (was_begun)
		begin_again(play);
	return true;
}

void playground_clear(struct playground *play)
{
	drop_steps(play, 0);
	playground_leave_lesson(play);
	buf_clear(&play->title);
	play->asks = false;
	play->ports = (struct portset){ .count = 0 };
	begin_again(play);
}

bool playground_has(const struct playground *play, uint64_t cookie)
{
	return past_find_cookie(&play->past, cookie) != NULL;
}

bool play_step_is_right(const struct play_step *step)
{
	const struct reply *reply = &step->reply;

	if (step->state != PLAY_DONE)
		return true;
	if (step->lost || (step->is_judged && strcmp(step->predicted, reply->word) != 0))
		return false;
	return !step->step.has_result || step_allows(&step->step, reply->word, reply->has_value ? reply->value : NULL);
}
