/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is opened in another network namespace is that one's, and this thread is where it was, whatever came of it. */
#include "../unit/helpers.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kernel/netns.h"
#include "kernel/uid_map.h"

struct fixture {
	int other;          /* a network namespace that nothing is in */
	uint32_t own, that; /* inodes */
};

static const struct netns_what datagrams = { .domain = AF_INET, .type = SOCK_DGRAM };

/* In a user namespace, where that needs to be, so that both network namespaces can be entered. */
static int setup(void **state)
{
	static struct fixture fixture;
	uint32_t inode;

	*state = NULL;
	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return 0;
	int own = netns_find("/proc/thread-self/ns/net", &fixture.own);
	assert_true(own >= 0);
	assert_int_equal(unshare(CLONE_NEWNET), 0);
	fixture.other = netns_find("/proc/thread-self/ns/net", &fixture.that);
	assert_true(fixture.other >= 0);
	assert_int_equal(setns(own, CLONE_NEWNET), 0);
	close(own);
	assert_int_not_equal(fixture.own, fixture.that);
	close(netns_find("/proc/thread-self/ns/net", &inode));
	assert_int_equal(inode, fixture.own);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	if (*state != NULL)
		close(((struct fixture *)*state)->other);
	return 0;
}

static struct fixture *fixture_of(void **state)
{
	if (*state == NULL)
		skip();
	return *state;
}

/* The namespace of a socket (ioctl_ns(2) has it not: SIOCGSKNS, Linux 4.10). */
static uint32_t inode_of(int socket)
{
	int netns = ioctl(socket, SIOCGSKNS);
	struct stat about;

	assert_true(netns >= 0);
	assert_int_equal(fstat(netns, &about), 0);
	close(netns);
	return (uint32_t)about.st_ino;
}

static void a_socket_is_one_of_that_namespace(void **state)
{
	const struct fixture *fixture = fixture_of(state);
	struct uid_map uids = { .differs = true };
	int there = netns_open(fixture->other, &datagrams, &uids), here = netns_open(NETNS_OWN, &datagrams, NULL);

	assert_int_equal(inode_of(there), fixture->that);
	assert_int_equal(inode_of(here), fixture->own);
	assert_int_equal(netns_own(), fixture->own);
	assert_false(uids.differs);
	assert_true((fcntl(there, F_GETFD) & FD_CLOEXEC) != 0);
	close(there);
	close(here);
}

static void a_file_is_one_of_that_namespace(void **state)
{
	const struct netns_what what = { .file = "/proc/thread-self/net/dev" };
	const struct fixture *fixture = fixture_of(state);
	int file = netns_open(fixture->other, &what, NULL);
	char text[4096];

	assert_true(file >= 0);
	assert_true(read(file, text, sizeof(text)) > 0);
	assert_int_equal(netns_own(), fixture->own);
	close(file);
}

static void what_fails_there_leaves_this_thread_here(void **state)
{
	static const struct {
		struct netns_what what;
		int error;
	} cases[] = {
		{ { .domain = AF_INET, .type = SOCK_STREAM, .protocol = 255 }, -EPROTONOSUPPORT },
		{ { .domain = 4711, .type = SOCK_STREAM }, -EAFNOSUPPORT },
		{ { .file = "/proc/thread-self/net/nothing" }, -ENOENT },
	};
	const struct fixture *fixture = fixture_of(state);

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(netns_open(fixture->other, &cases[i].what, NULL), cases[i].error);
		assert_int_equal(netns_own(), fixture->own);
	}
}

static void what_is_no_network_namespace_cannot_be_entered(void **state)
{
	const struct fixture *fixture = fixture_of(state);
	uint32_t inode;
	int mounts = netns_find("/proc/thread-self/ns/mnt", &inode), nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_int_equal(netns_open(mounts, &datagrams, NULL), -EINVAL);
	assert_int_equal(netns_open(nothing, &datagrams, NULL), -EINVAL);
	assert_int_equal(netns_find("/dev/null", &inode), -EINVAL);
	assert_int_equal(netns_find("/proc/thread-self/ns", &inode), -EINVAL);
	assert_int_equal(netns_find("/run/netns/nothing at all", &inode), -ENOENT);
	assert_int_equal(netns_own(), fixture->own);
	close(mounts);
	close(nothing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_socket_is_one_of_that_namespace),
		cmocka_unit_test(a_file_is_one_of_that_namespace),
		cmocka_unit_test(what_fails_there_leaves_this_thread_here),
		cmocka_unit_test(what_is_no_network_namespace_cannot_be_entered),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
