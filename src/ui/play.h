/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The playground as the live program has it: the model (lab/playground.h), the form, and what is selected and scrolled.
 */
#ifndef UI_PLAY_H
#define UI_PLAY_H

#include "lab/form.h"
#include "lab/playground.h"
#include "ui/app.h"

/* What is done when the question whether all sockets may be closed is answered with yes. */
enum play_leave {
	LEAVE_PANE,
	LEAVE_PROGRAM,
	LEAVE_FOR_LESSON, /* the one that is selected in the list */
	LEAVE_FOR_PRIVATE,
};

/* A line of the list: an actor, or a socket of the actor above it. */
struct play_item {
	const struct member *member;
	const struct past_name *name; /* NULL: the actor itself */
};

struct play_pane {
	struct playground *ground;  /* owned */
	struct form form;
	struct play_item *items;    /* owned; made anew by play_list */
	size_t item_count;
	size_t at, top;             /* the selected item, and the first one that is shown */
	struct lab_name actor, sock; /* what is selected, however the list changes; sock is "" for an actor */
	size_t back;                /* transcript: lines below the last one that is shown */
	size_t lesson_at, lesson_top; /* MODE_LESSONS */
	struct buf told;            /* what would come of the selected socket's next steps, or of the lesson's */
	struct buf matrix;          /* what if; empty: it is not shown */
	enum play_leave leave;
	enum mode asked_in;         /* the mode before a question */
	bool narrowed;              /* the table shows the playground's ports only; before: what it showed */
	struct portset before;
};

struct play_pane *play_pane_new(bool is_private, const struct table *seen);
void play_pane_free(struct play_pane *pane);

/* Makes the list anew and finds the selection in it. */
void play_list(struct play_pane *pane);

/* The selected item; NULL: the list is empty. */
const struct play_item *play_selected(const struct play_pane *pane);

/* Selects by place. */
void play_select(struct play_pane *pane, size_t at);

/* Finds out what would come of what: the form, the selected socket, the lesson's next step, the what-if if it is shown. */
void play_judge(struct play_pane *pane);

/* Goes on, after time or what was polled; true if there is something else to show. */
bool play_serve(struct play_pane *pane, uint64_t now_ns);

/* Loads a lesson or file; false, and why, when it is none. */
bool play_load(struct play_pane *pane, const char *name, const char *text, size_t length, struct buf *why);

/* Steps were added: the transcript shows the last ones. */
void play_added(struct app *app);

/* Says what is wrong with the form. */
void play_complain(struct app *app);

/* The lesson's next step, all of it, or what has to be agreed to first. */
void play_go_on(struct app *app, bool all);

#endif
