/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What containers are called, from the files in which their runtimes write it down: nobody's daemon is asked.  Most of those files
 * are root's.
 */
#ifndef KERNEL_CONTAINER_H
#define KERNEL_CONTAINER_H

struct cgroup;

/*
 * The name of the cgroup's container, or of its pod, to be freed: "web", and for Kubernetes "NAMESPACE/POD/CONTAINER" or
 * "NAMESPACE/POD".  NULL: nobody has written it down, or not where this user may read it.  root: "", or what stands before
 * every path in tests.
 */
char *container_name(const struct cgroup *cgroup, const char *root);

#endif
