/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the program keeps of the capabilities that it is started with: what the asked-for view needs and no more, so that what
 * it reads from the kernel, from other users and from the network meets a process that can do little.  Two tables say it, and
 * the manual's are made from them: what each capability is for, and what each view does.  A view or a command that is in
 * neither keeps nothing.
 */
#ifndef KERNEL_PRIVILEGES_H
#define KERNEL_PRIVILEGES_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

/* What is done with capabilities; a bit each. */
enum right {
	RIGHT_OWNERS = 1 << 0,  /* who has sockets of other users, and which flags these have */
	RIGHT_MARKS = 1 << 1,   /* what the kernel tells to few: SO_MARK, the token of an MPTCP connection */
	RIGHT_DESTROY = 1 << 2, /* sockets are destroyed */
	RIGHT_KILL = 1 << 3,    /* processes of other users get signals */
	RIGHT_FILES = 1 << 4,   /* root's files are named, wherever they are */
	RIGHT_ASK = 1 << 5,     /* it is said whether this user could bind */
	RIGHT_BIND = 1 << 6,    /* and it is tried */
	RIGHT_AGENTS = 1 << 7,  /* the actors of scenarios and of the playground */
	RIGHT_PRIVATE = 1 << 8, /* a network of one's own for them */
	RIGHT_PATHS = 1 << 9,   /* what stands at paths that the kernel tells, or that are those of containers */
	RIGHT_NETNS = 1 << 10,  /* other network namespaces are found, and sockets opened there */
	RIGHT_HEAR = 1 << 11,   /* room for the kernel's events; only until privileges_settle */
};

struct privilege {
	int capability;   /* CAP_... */
	const char *name;
	unsigned rights;  /* those that take it */
	const char *help; /* what it gives, without a full stop */
};

/* Ends with one without a name. */
extern const struct privilege privileges[];

struct privileged_view {
	const char *name;  /* of a command as well */
	unsigned rights;
	const char *title; /* as the manual has it */
};

/* Ends with one without a name. */
extern const struct privileged_view privileged_views[];

/* The rights of a view or a command; 0 when there is none of that name. */
unsigned privileges_of(const char *view);

/* The capabilities that rights take: bits 1 << CAP_... */
uint64_t privileges_capabilities(unsigned rights);

/*
 * The first call of the program.  False, and one line in why, when it was made setuid or setgid: it would lend all that its
 * owner may do to everybody.  File capabilities lend what is chosen.  Nothing that is executed later gains rights.
 */
bool privileges_begin(struct buf *why);

/*
 * Gives up for good what these rights do not take; what was given up before does not come back.  Of capabilities that the
 * program's file lends, those for what the user does oneself go, too: binds, files, networks.  To be called before there are
 * threads.  False when the kernel does not let go of them, which privileges_fail makes a line of.
 */
bool privileges_keep(unsigned rights);

/* What takes a right only for its beginning has begun.  As above. */
bool privileges_settle(void);

void privileges_fail(struct buf *why);

/*
 * From the first on, until privileges_restore gets what it returned, a thread may look into processes of other users.  Lent
 * capabilities for that, with which files can be read that the user may not read, are in force at no other time; the second
 * puts them out of force again for what is no file of the kernel's.
 */
uint64_t privileges_look(void);
uint64_t privileges_look_away(void);
void privileges_restore(uint64_t before);

#endif
