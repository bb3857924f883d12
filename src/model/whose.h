/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whose a socket is, beside the processes that hold it: the control group that it was made in, and so its unit and its container;
 * and whether systemd holds it for a service.
 *
 * Two cgroups can tell: the socket's own, which it has with or without a process, and that of the first process.  For each
 * question it is the first of the two that has an answer: on a host whose containers live in the old hierarchies (cgroups(7),
 * version 1) the socket's own one says nothing.
 */
#ifndef MODEL_WHOSE_H
#define MODEL_WHOSE_H

#include <stdbool.h>

struct buf;
struct cgroup;
struct owner;
struct process;
struct row;

/* The one that has a path, or is gone; a unit; a container or a pod.  NULL: neither has, or nothing is known. */
const struct cgroup *whose_cgroup(const struct row *row);
const struct cgroup *whose_unit(const struct row *row);
const struct cgroup *whose_container(const struct row *row);

/* Whether that is the socket's own, and not that of a process. */
bool whose_own(const struct row *row, const struct cgroup *cgroup);

/* The systemd that holds the socket, as it does for socket activation (systemd.socket(5)); NULL: none does. */
const struct owner *whose_activator(const struct row *row);

/* The systemd unit of the socket itself, "ssh.socket", where it was made in that one's cgroup; NULL: not known. */
const char *whose_socket_unit(const struct row *row);

/*
 * Appends that it does, and for whom as far as that is known, as a sentence; nothing where it does not.  process: what is known of
 * the first owner, or NULL.
 */
void whose_explain_activation(struct buf *out, const struct row *row, const struct process *process);

#endif
