/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A playground: steps that a person wishes for one after the other, each predicted, sent to its actor and told with what
 * came out.  Nothing here waits: whoever drives it waits for what playground_poll and playground_due_ns name, and calls
 * playground_serve then.  Knows nothing of how it is shown.
 */
#ifndef LAB_PLAYGROUND_H
#define LAB_PLAYGROUND_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lab/crew.h"
#include "lab/look.h"
#include "lab/past.h"
#include "lab/scenario.h"
#include "model/portset.h"

enum play_state {
	PLAY_WAITS,
	PLAY_RUNS,
	PLAY_DONE,
};

struct play_step {
	struct step step;       /* as it was wished for, with its references to ports */
	struct step resolved;   /* as it was sent, from PLAY_RUNS on */
	uint8_t state;          /* enum play_state */
	uint32_t token;
	uint64_t began_ns, ended_ns;
	bool is_judged;         /* a prediction was made */
	char predicted[WORD_BYTES_MAX + 1];
	struct buf why;         /* what the prediction is founded on; or, with lost, why there is no result */
	bool lost;              /* there is no result */
	struct reply reply;     /* PLAY_DONE, unless it is lost */
	bool automatic;         /* an echo's */
	bool follows;           /* made only if the actor's step before it worked */
};

/* Who sends back what comes. */
struct play_echo {
	struct lab_name actor;
	unsigned left;          /* steps that it may still make by itself; 0: it is off */
};

struct playground {
	struct crew crew;
	struct look look;
	struct past past;
	struct play_step *steps; /* owned; those that are done come first, in an order in which they can be made again */
	size_t count, done, capacity;
	bool is_private;         /* in a network of its own */
	bool any_address;        /* the user has agreed to addresses of this host that others can reach */
	bool asks;               /* and is to be asked: what waits is held */
	bool looking, fresh;     /* a look is under way; nothing has ended since the last one */
	uint64_t look_began_ns, looked_ns; /* when that was */
	unsigned attempts;
	bool ended[ACTORS_MAX];  /* by the place in the crew: the past was told */
	struct play_echo echo;
	struct portset ports;    /* that its steps are about, and that the form names */
	uint16_t form_port;
	struct buf title;        /* of what it began with; empty: it began with nothing */
	struct scenario lesson;  /* has steps while one is gone through */
	size_t lesson_at;        /* the next one */
	struct buf lesson_note;  /* what it said last */
	const struct table *seen; /* borrowed: all sockets, with owners and flags where they are known; NULL: none */
	unsigned changes;        /* counts whatever may have changed sockets */
};

/* In the network namespace that the process is in.  is_private: it was made for this. */
struct playground *playground_new(bool is_private, const struct table *seen);

/* Ends every actor.  NULL: nothing. */
void playground_free(struct playground *play);

/* Adds a step, to be made when those before it are.  False when there are as many as there can be. */
bool playground_add(struct playground *play, const struct step *step);

/* The same from a line of the scenario language, without a result; false, and the fault is set, when it is none. */
bool playground_add_line(struct playground *play, const char *line, struct fault *fault);

/* Answers what playground.asks asks: no means that what waits is dropped. */
void playground_answer(struct playground *play, bool yes);

size_t playground_poll(const struct playground *play, struct pollfd fds[CREW_FDS_MAX + 1]);

/* By CLOCK_MONOTONIC, as the next; UINT64_MAX: never. */
uint64_t playground_due_ns(const struct playground *play, uint64_t now_ns);

/* Takes what has come, and goes on; true if there is something else to show. */
bool playground_serve(struct playground *play, uint64_t now_ns);

/* What others do is seen, too: looks again, unless looking would take more than a part of the time. */
void playground_look_again(struct playground *play, uint64_t now_ns);

/* Nothing is under way. */
bool playground_is_idle(const struct playground *play);

/* There are steps that are not done, a look is under way, or an actor lives. */
bool playground_has_work(const struct playground *play);

/* A socket of an actor is open, or an actor lives. */
bool playground_is_used(const struct playground *play);

/* Takes the last step back: the others are made again by fresh actors.  False when there is none. */
bool playground_undo(struct playground *play);

/* Ends the actors and forgets the steps and the lesson. */
void playground_clear(struct playground *play);

/* The form names another port: its sockets are looked at, too. */
void playground_set_form_port(struct playground *play, uint16_t port);

/* Begins a lesson, or a file of the same language: false, and the fault is set, when it is none.  The text is not kept. */
bool playground_load(struct playground *play, const char *name, const char *text, size_t length, struct fault *fault);

/* Adds the lesson's next step, and takes the notes before it; false when there is none left. */
bool playground_next(struct playground *play);

/* The lesson's next step that is not a note; NULL: there is none left, or no lesson. */
const struct step *playground_upcoming(const struct playground *play);

/* Ends the lesson; what it made stays. */
void playground_leave_lesson(struct playground *play);

/*
 * Appends the steps that are done, with their results: as a scenario where the name ends in .lab, as a program where it ends in
 * .c or .py.  False, and one sentence in why, where it ends in nothing of that.
 */
bool playground_save(const struct playground *play, const char *name, struct buf *out, struct buf *why);

/* Whether the socket is one of its own. */
bool playground_has(const struct playground *play, uint64_t cookie);

/* What a step came to, where it ended as it should: in a lesson as that says, and always as it was predicted. */
bool play_step_is_right(const struct play_step *step);

#endif
