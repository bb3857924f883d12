/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A made-up /proc in a temporary directory, and a scan of it for the inodes 100 and UINT32_MAX.
 */
#ifndef TESTS_UNIT_PROC_FIXTURE_H
#define TESTS_UNIT_PROC_FIXTURE_H

#include "helpers.h"
#include "kernel/owners.h"

struct proc_fixture {
	char root[64];
	struct map wanted;
	struct owner_scan scan;
};

int proc_setup(void **state);
int proc_teardown(void **state);

/* The path of something below the root; valid until the next call. */
const char *proc_path(const struct proc_fixture *fixture, const char *pid, const char *folder, const char *name);

void proc_make_directory(const struct proc_fixture *fixture, const char *pid, const char *name);
void proc_make_file(const char *name, const char *content);

/* A process whose descriptors are still to be made; comm may be NULL: it has none. */
void proc_make_process(const struct proc_fixture *fixture, const char *pid, const char *comm);
void proc_make_fd(const struct proc_fixture *fixture, const char *pid, const char *fd, const char *target);

/* Scans it anew; known: what processes run is asked for, but of these; NULL: of none. */
const struct owner_scan *proc_scan(struct proc_fixture *fixture, const struct map *known);

#endif
