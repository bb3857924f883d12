/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a filter must know of this host to be understood, asked when it is read.
 */
#ifndef MODEL_FILTER_HOST_H
#define MODEL_FILTER_HOST_H

#include <stdint.h>

#include "model/portset.h"

struct buf;

/* net.ipv4.ip_local_port_range; what the kernel begins with where it cannot be read. */
struct port_range filter_host_ephemeral(void);

/* Appends where the cgroup2 file system is mounted; nothing when it is not. */
void filter_host_cgroup_mount(struct buf *path);

/*
 * The identity of the cgroup with this path below where the cgroup2 file system is mounted, or from there on: 0, or -errno;
 * -ENODEV: none is mounted.
 */
int filter_host_cgroup(const char *path, uint64_t *id);

#endif
