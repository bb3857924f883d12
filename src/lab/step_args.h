/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The arguments that steps have: how each is read into a step and written from one.  For lab/step.c alone.
 */
#ifndef LAB_STEP_ARGS_H
#define LAB_STEP_ARGS_H

#include <stdbool.h>

struct buf;
struct fault;
struct step;
struct token;

struct argument {
	const char *name; /* as usage texts name it */
	bool (*take)(struct step *step, const struct token *token, struct fault *fault);
	void (*add)(struct buf *out, const struct step *step); /* with a blank before it; nothing where it was left out */
};

extern const struct argument argument_user, argument_socket, argument_kind, argument_option, argument_value,
	argument_endpoint, argument_backlog, argument_new_socket, argument_text, argument_how, argument_child,
	argument_state, argument_count, argument_actors, argument_seconds, argument_unit;

#endif
