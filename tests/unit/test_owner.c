/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "helpers.h"

#include <errno.h>
#include <string.h>

#include "model/owner.h"

static void add(struct owner_scan *scan, uint32_t inode, int pid, int fd)
{
	owner_scan_add(scan, inode, &(struct owner){ .pid = pid, .fd = fd, .comm = "server" });
}

static void check_owner(const struct owner_scan *scan, size_t at, uint32_t inode, int pid, int fd)
{
	const struct owner owner = owner_scan_get(scan, at);

	assert_int_equal(scan->holdings[at].inode, inode);
	assert_int_equal(owner.pid, pid);
	assert_int_equal(owner.fd, fd);
	assert_string_equal(owner.comm, "server");
}

static void an_empty_scan_finds_nobody(void **state)
{
	struct owner_scan scan = { .holdings = NULL };
	size_t count = 7;

	(void)state;
	owner_scan_sort(&scan);
	owner_scan_find(&scan, 1, &count);
	assert_int_equal(count, 0);
	owner_scan_fini(&scan);
}

static void owners_are_found_in_whatever_order_they_came(void **state)
{
	struct owner_scan scan = { .holdings = NULL };
	size_t count;

	(void)state;
	add(&scan, 30, 1, 5);
	add(&scan, 10, 2, 6);
	add(&scan, UINT32_MAX, 3, 7);
	add(&scan, 20, 4, 8);
	owner_scan_sort(&scan);
	check_owner(&scan, owner_scan_find(&scan, 10, &count), 10, 2, 6);
	assert_int_equal(count, 1);
	check_owner(&scan, owner_scan_find(&scan, UINT32_MAX, &count), UINT32_MAX, 3, 7);
	assert_int_equal(count, 1);
	owner_scan_find(&scan, 11, &count);
	assert_int_equal(count, 0);
	owner_scan_fini(&scan);
}

/* A process that holds it twice is there twice. */
static void all_owners_come_by_process_and_descriptor(void **state)
{
	struct owner_scan scan = { .holdings = NULL };
	size_t count;

	(void)state;
	add(&scan, 10, 300, 3);
	add(&scan, 11, 1, 1);
	add(&scan, 10, 20, 10);
	add(&scan, 9, 1, 2);
	add(&scan, 10, 20, 9);
	owner_scan_sort(&scan);
	size_t first = owner_scan_find(&scan, 10, &count);
	assert_int_equal(count, 3);
	check_owner(&scan, first, 10, 20, 9);
	check_owner(&scan, first + 1, 10, 20, 10);
	check_owner(&scan, first + 2, 10, 300, 3);
	owner_scan_fini(&scan);
}

static void thousands_of_owners_keep_their_inode(void **state)
{
	enum { OWNERS = 5000, INODES = 700 };
	struct owner_scan scan = { .holdings = NULL };
	size_t sum = 0;

	(void)state;
	for (int i = 0; i < OWNERS; i++)
		add(&scan, 1 + (uint32_t)(i * 31 % INODES), i, 3);
	owner_scan_sort(&scan);
	for (uint32_t inode = 1; inode <= INODES; inode++) {
		size_t count;
		size_t first = owner_scan_find(&scan, inode, &count);

		sum += count;
		for (size_t i = 0; i < count; i++)
			assert_int_equal(scan.holdings[first + i].inode, inode);
		for (size_t i = 1; i < count; i++)
			assert_true(owner_scan_get(&scan, first + i - 1).pid < owner_scan_get(&scan, first + i).pid);
	}
	assert_int_equal(sum, OWNERS);
	owner_scan_fini(&scan);
	assert_null(scan.holdings);
}

#define REMEDY "run ports as root, or once: setcap cap_dac_read_search,cap_sys_ptrace+ep PATH-OF-PORTS"

static const struct {
	struct owner_scan scan;
	size_t hidden;
	const char *text, *brief;
} explained[] = {
	{ { .refused = 12, .processes = 70 }, 0, "", "" },
	{ { .error = ENOENT }, 0, "", "" },
	{ { .processes = 70, .error = EMFILE }, 0, "owners may be missing: /proc was not read as a whole (Too many open files)",
	  "owners may be missing: /proc not read whole (Too many open files)" },
	{ { .refused = 12, .processes = 70 }, 3,
	  "the owners of 3 sockets are not known: 12 of 70 processes may not be read; " REMEDY,
	  "3 owners unknown: 12 of 70 processes may not be read; run as root (man ports)" },
	{ { .refused = 1, .processes = 70 }, 1,
	  "the owner of 1 socket is not known: 1 of 70 processes may not be read; " REMEDY,
	  "1 owner unknown: 1 of 70 processes may not be read; run as root (man ports)" },
	{ { .refused = 12, .processes = 70, .as_root = true }, 2,
	  "the owners of 2 sockets are not known: 12 of 70 processes may not be read; not even by this root (capabilities, "
	  "user namespaces or a security module forbid what ptrace(2) needs)",
	  "2 owners unknown: 12 of 70 processes may not be read; not even by root" },
	{ { .refused = 12, .processes = 70, .hides = true }, 2,
	  "the owners of 2 sockets are not known: 12 of 70 processes may not be read, and hidepid hides others; " REMEDY,
	  "2 owners unknown: 12 of 70 processes may not be read, and hidepid hides others; run as root (man ports)" },
	{ { .processes = 70, .hides = true }, 2,
	  "the owners of 2 sockets are not known: /proc hides others' processes (hidepid); " REMEDY,
	  "2 owners unknown: /proc hides others' processes (hidepid); run as root (man ports)" },
	{ { .processes = 70, .as_root = true }, 2,
	  "the owners of 2 sockets are not known: they belong to the kernel, or to processes of another PID namespace",
	  "2 owners unknown: kernel's, or another PID namespace's" },
	{ { .error = ENOENT }, 1, "the owner of 1 socket is not known: /proc cannot be read (No such file or directory)",
	  "1 owner unknown: /proc cannot be read (No such file or directory)" },
};

static void each_cause_is_explained_with_its_remedy(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(explained); i++) {
		owner_scan_explain(&out, &explained[i].scan, explained[i].hidden, false);
		assert_text(&out, explained[i].text);
		owner_scan_explain(&out, &explained[i].scan, explained[i].hidden, true);
		assert_text(&out, explained[i].brief);
	}
	buf_fini(&out);
}

static const struct {
	size_t hidden;
	int error;
	bool as_root;
	const char *text, *brief;
} flags_explained[] = {
	{ 0, 0, false, "", "" },
	{ 3, EPERM, false, "the flags of 3 sockets are not known: processes may not be asked; " REMEDY,
	  "flags of 3 unknown: processes may not be asked; run as root (man ports)" },
	{ 1, EACCES, false, "the flags of 1 socket are not known: processes may not be asked; " REMEDY,
	  "flags of 1 unknown: processes may not be asked; run as root (man ports)" },
	{ 3, EPERM, true,
	  "the flags of 3 sockets are not known: processes may not be asked; not even by this root (capabilities, user "
	  "namespaces or a security module forbid what ptrace(2) needs)",
	  "flags of 3 unknown: processes may not be asked; not even by root" },
	{ 3, ENOSYS, false, "the flags of 3 sockets are not known: this kernel has no pidfd_getfd(2) (Linux 5.6)",
	  "flags of 3 unknown: this kernel has no pidfd_getfd(2) (Linux 5.6)" },
	{ 3, WANT_HARMFUL, true,
	  "the flags of 3 sockets are not known: asking would move the sockets to another net_cls or net_prio control group",
	  "flags of 3 unknown: asking would change net_cls (man ports)" },
	{ 3, EMFILE, true, "the flags of 3 sockets are not known: processes cannot be asked (Too many open files)",
	  "flags of 3 unknown: processes cannot be asked (Too many open files)" },
};

static void each_cause_of_unknown_flags_is_explained(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(flags_explained); i++) {
		const struct owner_scan scan = { .as_root = flags_explained[i].as_root };
		size_t hidden = flags_explained[i].hidden;

		owner_scan_explain_flags(&out, &scan, hidden, flags_explained[i].error, false);
		assert_text(&out, flags_explained[i].text);
		owner_scan_explain_flags(&out, &scan, hidden, flags_explained[i].error, true);
		assert_text(&out, flags_explained[i].brief);
	}
	buf_fini(&out);
}

static void a_brief_explanation_fits_on_a_line(void **state)
{
	struct owner_scan scan = { .refused = 1234, .processes = 5678 };
	struct buf out = BUF_INIT;

	(void)state;
	owner_scan_explain(&out, &scan, 123456, true);
	assert_in_range(out.length, 1, 100);
	buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_scan_finds_nobody),
		cmocka_unit_test(owners_are_found_in_whatever_order_they_came),
		cmocka_unit_test(all_owners_come_by_process_and_descriptor),
		cmocka_unit_test(thousands_of_owners_keep_their_inode),
		cmocka_unit_test(each_cause_is_explained_with_its_remedy),
		cmocka_unit_test(each_cause_of_unknown_flags_is_explained),
		cmocka_unit_test(a_brief_explanation_fits_on_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
