/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "play_fixture.h"

#include <poll.h>
#include <string.h>

#include "base/clock.h"
#include "lab/spawn.h"

int play_setup(void **state)
{
	*state = spawn_private(true) == 0 ? playground_new(true, NULL) : NULL;
	return 0;
}

int play_teardown(void **state)
{
	playground_free(*state);
	return 0;
}

struct playground *play_need(void **state)
{
	if (*state == NULL)
		skip();
	return *state;
}

void play_settle(struct playground *play)
{
	uint64_t end = clock_mono_ns() + 120 * NS_PER_S;

	playground_serve(play, clock_mono_ns());
	while (!playground_is_idle(play)) {
		struct pollfd fds[CREW_FDS_MAX + 1];
		uint64_t now = clock_mono_ns(), due = playground_due_ns(play, now);
		uint64_t most = due > now ? due - now : 0;

		assert_true(now < end);
		poll(fds, playground_poll(play, fds), most < NS_PER_S ? (int)(most / NS_PER_MS) + 1 : 1000);
		playground_serve(play, clock_mono_ns());
	}
}

void play_line(struct playground *play, const char *line, const char *word)
{
	struct fault fault = FAULT_INIT;

	assert_true(playground_add_line(play, line, &fault));
	play_settle(play);
	const struct play_step *last = &play->steps[play->done - 1];
	if (last->lost || strcmp(last->reply.word, word) != 0 || !play_step_is_right(last))
		fail_msg("%s: %s, predicted %s, %s", line, last->reply.word, last->predicted, buf_str(&last->why));
}

const struct past_name *play_name(struct playground *play, const char *actor, const char *sock)
{
	for (size_t i = 0; i < play->past.name_count; i++) {
		const struct past_name *name = &play->past.names[i];

		if (strcmp(name->actor.text, actor) == 0 && strcmp(name->sock.text, sock) == 0)
			return name;
	}
	fail_msg("no %s.%s", actor, sock);
	return NULL;
}

void play_fill_form(struct form *form, const char *address, const char *port)
{
	strcpy(form->text[FIELD_ADDRESS], address);
	strcpy(form->text[FIELD_PORT], port);
}

const char *play_told(struct form *form, struct playground *play)
{
	form_judge(form, play);
	play_settle(play);
	form_judge(form, play);
	return buf_str(&form->told);
}

void assert_says(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", part, text);
}
