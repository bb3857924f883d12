/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The capabilities of this thread (capabilities(7)), as sets of bits.  What they are good for in this program is not known here
 * (kernel/privileges.h).  Nothing allocates or locks: the child of a fork may call it, too.
 */
#ifndef BASE_CAPABILITIES_H
#define BASE_CAPABILITIES_H

#include <linux/capability.h>
#include <stdbool.h>
#include <stdint.h>

/* The bit of CAP_...  */
#define CAPABILITY(number) (UINT64_C(1) << (number))

struct capabilities {
	uint64_t effective;
	uint64_t permitted;
	uint64_t inheritable;
};

/* 0 or -errno. */
int capabilities_get(struct capabilities *all);
int capabilities_set(const struct capabilities *all);

/*
 * Gives up all but these, for good; of those that are left the ones in effect are in force, the others wait for
 * capabilities_raise.  A program that is executed inherits none.  A process that has threads is to call it before it has them.
 */
bool capabilities_keep(uint64_t kept, uint64_t in_effect);

/*
 * Takes all but these from the bounding set: root gets no more by execve(2) then.  False where CAP_SETPCAP lacks, which that
 * needs: the set stays as it is, and no_new_privs is what holds.
 */
bool capabilities_bound(uint64_t most);
uint64_t capabilities_bounded(void);

/* A program that is executed next keeps these of the thread's, whoever the user is. */
void capabilities_pass_on(uint64_t passed);

/*
 * Puts some, where they are permitted, in force, and others out of it; what was in force before is returned, and is again after
 * capabilities_restore.
 */
uint64_t capabilities_change(uint64_t wanted, uint64_t unwanted);
void capabilities_restore(uint64_t before);

#endif
