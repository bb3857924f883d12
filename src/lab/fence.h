/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The system calls that an agent may make: those of its verbs, with the arguments that the verbs give them.  Any other ends its
 * process with SIGSYS, whatever had it made.
 */
#ifndef LAB_FENCE_H
#define LAB_FENCE_H

#include <stdbool.h>

/* Whether the program was built with fences (libseccomp).  Agents have few rights without one, too. */
bool fence_exists(void);

/*
 * Puts this process, and those that it makes, behind the fence for good.  may_change_user: the verb "user" may follow.  That a
 * kernel has no seccomp filters is no error.  0 or -errno.
 */
int fence_put(bool may_change_user);

#endif
