/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A control group (cgroups(7)), in which a socket was made or a process runs: what the names in its path say of who that is.
 * Nothing but texts is looked at: who knows paths is kernel/cgroup.h, and what containers are called kernel/container.h.
 */
#ifndef MODEL_CGROUP_H
#define MODEL_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

/* Texts are owned, as somebody else chose them, so never print them uncleaned; NULL: there is none, or it is not known. */
struct cgroup {
	uint64_t id;         /* the kernel's number, of a socket's; 0: not known */
	char *path;          /* below the root that this program sees */
	bool gone;           /* it was removed, and path is where it was, if that was ever known */
	/*
	 * The systemd unit: the last part that ends in .service, .scope, .socket, .mount, .swap or .slice.  Where there is none, as in
	 * containers that systemd did not make, the very last part.
	 */
	char *unit;
	char *slice;         /* the last part that is one */
	char *container;     /* 64 hexadecimal digits, or what lxc and systemd-nspawn call it; of several the outermost one */
	char *name;          /* what people call that container, or the pod */
	const char *runtime; /* "docker", "podman", "containerd", "cri-o", "lxc", "systemd-nspawn" */
	char *pod;           /* uid of the Kubernetes pod that it belongs to */
	const char *qos;     /* "guaranteed", "burstable", "besteffort": the class of that pod */
	bool has_user;       /* it belongs to what a user runs: who that is */
	uint32_t user;
};

/* What stands for the path of one that is gone, and behind it where it is known (cgroups(7), /proc/PID/cgroup). */
#define CGROUP_DELETED "(deleted)"

void cgroup_fini(struct cgroup *cgroup);

/* Reads a path in place of what was there; id stays.  It may end in " (deleted)", or be that alone. */
void cgroup_read(struct cgroup *cgroup, const char *path);

/* Replaces the name by a copy. */
void cgroup_set_name(struct cgroup *cgroup, const char *name);

/* Appends the path, with "(gone)" behind it where that is so, cleaned; it has one or the other. */
void cgroup_format(struct buf *out, const struct cgroup *cgroup);

/* Appends what its container, or else its pod, is called, cleaned: the name, or the first twelve digits of the id. */
void cgroup_format_container(struct buf *out, const struct cgroup *cgroup);

#endif
