/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A playground in a network namespace of its own, with real actors: the test becomes them when it is executed with their word
 * (AGENT_WORD), so its main begins with that.
 */
#ifndef TESTS_UNIT_PLAY_FIXTURE_H
#define TESTS_UNIT_PLAY_FIXTURE_H

#include "helpers.h"
#include "lab/agent.h"
#include "lab/form.h"
#include "lab/playground.h"

int play_setup(void **state);
int play_teardown(void **state);

/* Skips the test where there is no namespace to be had. */
struct playground *play_need(void **state);

/* Serves it until nothing is under way. */
void play_settle(struct playground *play);

/* Makes a step, which must come to this, and as it was foreseen. */
void play_line(struct playground *play, const char *line, const char *word);

const struct past_name *play_name(struct playground *play, const char *actor, const char *sock);

void play_fill_form(struct form *form, const char *address, const char *port);

/* What the form says now. */
const char *play_told(struct form *form, struct playground *play);

void assert_says(const char *text, const char *part);

#endif
