/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Asks other programs' sockets for their SO_REUSEADDR, SO_REUSEPORT and IPV6_V6ONLY, which sock_diag(7) tells of no socket
 * (the first two) or of few (the last): through a duplicate of the descriptor (pidfd_getfd(2), Linux 5.6), for which
 * the process must be one that ptrace(2) may attach to.
 *
 * A duplicate keeps the socket, and its port, alive.  So it is closed as soon as it has answered, whatever it answered.
 */
#ifndef KERNEL_FLAGS_H
#define KERNEL_FLAGS_H

#include <stdbool.h>
#include <stdint.h>

struct flags_answer;

/* A process whose sockets are asked; begins as { .pid = PID, .pidfd = -1 }. */
struct flags_process {
	int32_t pid;
	int pidfd; /* -1: not opened yet */
	int error; /* 0, or the -errno for which it is not asked again: all its other sockets would answer the same */
};

void flags_process_fini(struct flags_process *process);

/*
 * Asks the socket behind a descriptor of the process.  0, or -errno: -EPERM and -EACCES when that is not allowed, -ENOSYS
 * before Linux 5.6; -ESRCH, -EBADF and -ENOTSOCK when process or socket are gone.  Descriptors and pids are used again, so
 * the answer is that of the socket whose cookie is in it, whichever was meant.
 */
int flags_ask(struct flags_process *process, int fd, struct flags_answer *answer);

/*
 * Whether asking would change a socket: where control groups of version 1 with net_cls or net_prio are used, a socket moves
 * to that of the process that gets a duplicate (net/core/sock.c, __receive_sock; Linux 5.9).  proc: the directory /proc.
 */
bool flags_harm(int proc);

#endif
