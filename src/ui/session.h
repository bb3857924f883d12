/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live program without its terminal: connects the application's state with a source of sockets, with the processes
 * that it kills, and with time.  loop.c gives it a terminal, headless.c a script.
 *
 * It never waits: dumps come a chunk at a time, /proc and name services have threads of their own.  Whoever drives it waits
 * for what session_poll and session_due_ns name, and calls session_serve then.
 */
#ifndef UI_SESSION_H
#define UI_SESSION_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/source.h"
#include "ui/app.h"
#include "ui/asking.h"
#include "ui/describe.h"
#include "ui/killer.h"
#include "ui/ui.h"

struct session {
	struct app app;
	const struct ui_options *options;
	struct source *source;    /* options->source */
	struct clock *clock;      /* options->clock */
	struct names_worker *names; /* NULL: numbers stay */
	struct killer killer;
	struct asking asking;     /* the question why, while it is asked */
	size_t play_polled;       /* so many of what was polled last are the playground's */
	unsigned play_changes;    /* of it, that the table was refreshed for */
	struct owner_scan unseen; /* what the last scan for owners could not see; without what it found */
	bool dirty;               /* the screen is not what it should be */
	bool goes_private;        /* and wants to begin anew in a private network */
	bool over;                /* the user has had enough */
	int failed;               /* -errno of the snapshots, while none ever succeeded */
	uint64_t killed_ns;       /* when the last process that was killed here ended */
	uint64_t asked_ns;        /* when the last snapshot was begun */
	uint64_t took_ns;         /* and how long it took */
	uint64_t refresh_ns;      /* when the next one is due */
	struct described described; /* the row that app.detail and app.processes are about */
	uint64_t scan_ns;         /* when the last scan for owners was begun */
	uint64_t owners_ns;       /* when all owners were last looked for; 0: they are to be */
	uint64_t processes;       /* source_processes, when it was last asked */
	uint64_t moved_ns;        /* when it was then another one than before, or a socket on the screen had lost a holder */
	uint64_t holders_ns;      /* when those on the screen were last looked at */
	bool told;                /* and whether it was asked then, and since, what they run */
};

/* What the playground polls (lab/crew.h). */
enum { SESSION_PLAY_FDS_MAX = 129 };

enum { SESSION_FDS_MAX = SOURCE_FDS_MAX + 2 + HIT_MAX + SESSION_PLAY_FDS_MAX };

/* Begins, with a first snapshot.  The session must stay where it is, and the options too. */
void session_init(struct session *session, const struct ui_options *options);
void session_fini(struct session *session);

/* Fills polled, of SESSION_FDS_MAX at least, with what is to be waited for; returns how many. */
size_t session_poll(struct session *session, struct pollfd *polled);

/* When it is to be served whatever comes in, by its clock. */
uint64_t session_due_ns(const struct session *session);

/* Takes the result of the same poll(2), and what is due. */
void session_serve(struct session *session, const struct pollfd *polled, size_t count);

/* The program was stopped for a while. */
void session_resume(struct session *session);

/* Does what actions have wished for since, and returns the wishes that only a terminal can grant. */
unsigned session_grant(struct session *session);

/* Nothing is under way that would change the screen by itself, but time. */
bool session_is_idle(const struct session *session);

/* The user has ended it, or there never was anything to show. */
bool session_is_over(const struct session *session);

/* The screen has another size now. */
void session_resize(struct session *session, struct screen *screen, unsigned width, unsigned height);

/* Draws the application for the screen's size, which is not dirty any more. */
void session_draw(struct session *session, struct screen *screen);

#endif
