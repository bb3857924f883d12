/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of control groups become paths: in a made-up tree, and in the system's own. */
#include "helpers.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/cgroup.h"
#include "model/cgroup.h"
#include "model/filter_host.h"

struct fixture {
	char root[64];
	struct cgroups cgroups;
};

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){ .cgroups = CGROUPS_INIT };
	strcpy(fixture.root, "/tmp/ports-test-cgroups-XXXXXX");
	assert_non_null(mkdtemp(fixture.root));
	*state = &fixture;
	return 0;
}

static int remove_entry(const char *name, const struct stat *about, int type, struct FTW *where)
{
	(void)about, (void)type, (void)where;
	return remove(name);
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	cgroups_fini(&fixture->cgroups);
	return nftw(fixture->root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

/* A folder, and its number. */
static uint64_t make(const char *root, const char *name)
{
	struct stat about;
	char path[300];

	snprintf(path, sizeof(path), "%s%s", root, name);
	assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
	assert_int_equal(stat(path, &about), 0);
	return about.st_ino;
}

static void check_path(struct cgroups *cgroups, uint64_t id, const char *expected)
{
	char *path = cgroups_path(cgroups, id);

	if (expected == NULL)
		assert_null(path);
	else
		assert_non_null(path);
	if (expected != NULL)
		assert_string_equal(path, expected);
	free(path);
}

static void a_folder_has_its_inode_for_a_number(void **state)
{
	struct fixture *fixture = *state;
	uint64_t root = make(fixture->root, "/"), slice = make(fixture->root, "/a.slice");
	uint64_t service = make(fixture->root, "/a.slice/b.service"), other = make(fixture->root, "/c");

	cgroups_look_in(&fixture->cgroups, fixture->root);
	check_path(&fixture->cgroups, service, "/a.slice/b.service");
	check_path(&fixture->cgroups, slice, "/a.slice");
	check_path(&fixture->cgroups, other, "/c");
	check_path(&fixture->cgroups, root, "/");
	check_path(&fixture->cgroups, slice, "/a.slice");
}

static void one_that_is_new_is_found_by_looking_again(void **state)
{
	struct fixture *fixture = *state;

	cgroups_look_in(&fixture->cgroups, fixture->root);
	check_path(&fixture->cgroups, make(fixture->root, "/a"), "/a");
	check_path(&fixture->cgroups, make(fixture->root, "/b"), "/b");
}

/* Here is not the root of all: what is not here may be elsewhere. */
static void where_a_part_is_seen_what_is_not_there_is_unknown(void **state)
{
	struct fixture *fixture = *state;

	cgroups_look_in(&fixture->cgroups, fixture->root);
	check_path(&fixture->cgroups, UINT64_MAX, NULL);
	fixture->cgroups.is_whole = true;
	check_path(&fixture->cgroups, UINT64_MAX, CGROUP_DELETED);
}

static void what_cannot_be_read_is_not_gone(void **state)
{
	struct fixture *fixture = *state;
	char path[128];

	if (geteuid() == 0)
		skip(); /* who may read everything */
	make(fixture->root, "/a");
	snprintf(path, sizeof(path), "%s/a", fixture->root);
	assert_int_equal(chmod(path, 0), 0);
	cgroups_look_in(&fixture->cgroups, fixture->root);
	fixture->cgroups.is_whole = true;
	check_path(&fixture->cgroups, UINT64_MAX, NULL);
	assert_int_equal(chmod(path, 0755), 0);
}

static void where_nothing_is_mounted_nothing_is_known(void **state)
{
	struct fixture *fixture = *state;

	cgroups_look_in(&fixture->cgroups, "/nonexistent");
	check_path(&fixture->cgroups, 1, NULL);
}

/* By the two ways: opening it by its number, and walking. */
static void the_system_s_own_are_found_by_either_way(void **state)
{
	struct fixture *fixture = *state;
	struct cgroups walking = CGROUPS_INIT;
	struct buf mount = BUF_INIT;
	char name[64], path[300];
	uint64_t id;

	snprintf(name, sizeof(name), "/ports-test-%d.service", getpid());
	filter_host_cgroup_mount(&mount);
	snprintf(path, sizeof(path), "%s%s", buf_str(&mount), name);
	if (mount.length == 0 || mkdir(path, 0755) < 0) {
		buf_fini(&mount);
		skip(); /* no cgroup2 file system, or not for this user */
	}
	assert_int_equal(filter_host_cgroup(name, &id), 0);
	check_path(&fixture->cgroups, id, name);
	cgroups_look_in(&walking, mount.data);
	check_path(&walking, id, name);
	check_path(&walking, 1, walking.is_whole ? "/" : NULL);
	assert_int_equal(rmdir(path), 0);
	check_path(&fixture->cgroups, id, walking.is_whole ? CGROUP_DELETED : NULL);
	cgroups_fini(&walking);
	buf_fini(&mount);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_folder_has_its_inode_for_a_number),
		TEST(one_that_is_new_is_found_by_looking_again),
		TEST(where_a_part_is_seen_what_is_not_there_is_unknown),
		TEST(what_cannot_be_read_is_not_gone),
		TEST(where_nothing_is_mounted_nothing_is_known),
		TEST(the_system_s_own_are_found_by_either_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
