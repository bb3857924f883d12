/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the parts of a session need of each other.
 */
#ifndef UI_SESSION_INTERNAL_H
#define UI_SESSION_INTERNAL_H

#include "ui/session.h"

struct map;
struct owner_scan;

/*
 * Looks for the owners of sockets that have come since, or of all of them if it is time.  True if there are some to look
 * for: then the end of a scan is still to come.
 */
bool session_seek(struct session *session);

/* For the source's sink: they were looked for. */
void session_take_owners(void *context, const struct map *wanted, struct owner_scan *scan);

/* Asks the kernel at once, and for all owners. */
void session_look_again(struct session *session);

/* What is not shown comes first, then what is not known of what is shown. */
void session_update_notice(struct session *session);

/* A process that was killed has ended, and what it left behind was looked at since. */
void session_report_killed(struct session *session);

/* What the table shows anew, the playground is to foresee by. */
void session_foresee(struct session *session);

#endif
