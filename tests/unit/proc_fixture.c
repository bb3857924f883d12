/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "proc_fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *proc_path(const struct proc_fixture *fixture, const char *pid, const char *folder, const char *name)
{
	static char text[256];

	snprintf(text, sizeof(text), "%s/%s%s%s", fixture->root, pid, folder, name);
	return text;
}

void proc_make_directory(const struct proc_fixture *fixture, const char *pid, const char *name)
{
	assert_int_equal(mkdir(proc_path(fixture, pid, "", name), 0755), 0);
}

void proc_make_file(const char *name, const char *content)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(content, file);
	assert_int_equal(fclose(file), 0);
}

void proc_make_process(const struct proc_fixture *fixture, const char *pid, const char *comm)
{
	proc_make_directory(fixture, pid, "");
	proc_make_directory(fixture, pid, "/fd");
	if (comm != NULL)
		proc_make_file(proc_path(fixture, pid, "/", "comm"), comm);
}

void proc_make_fd(const struct proc_fixture *fixture, const char *pid, const char *fd, const char *target)
{
	assert_int_equal(symlink(target, proc_path(fixture, pid, "/fd/", fd)), 0);
}

int proc_setup(void **state)
{
	static struct proc_fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	strcpy(fixture.root, "/tmp/ports-test-proc-XXXXXX");
	assert_non_null(mkdtemp(fixture.root));
	assert_int_equal(chmod(fixture.root, 0755), 0);
	map_put(&fixture.wanted, 100, 0);
	map_put(&fixture.wanted, UINT32_MAX, 0);
	*state = &fixture;
	return 0;
}

static int remove_entry(const char *name, const struct stat *about, int type, struct FTW *where)
{
	(void)about, (void)type, (void)where;
	return remove(name);
}

int proc_teardown(void **state)
{
	struct proc_fixture *fixture = *state;

	map_fini(&fixture->wanted);
	owner_scan_fini(&fixture->scan);
	return nftw(fixture->root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

const struct owner_scan *proc_scan(struct proc_fixture *fixture, const struct map *known)
{
	owner_scan_fini(&fixture->scan);
	owners_scan(&fixture->scan, &fixture->wanted, known, fixture->root);
	return &fixture->scan;
}
