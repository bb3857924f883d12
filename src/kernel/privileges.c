/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/privileges.h"

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/capabilities.h"
#include "base/text.h"

/* What a program may do for everybody whose file has the capabilities. */
#define RIGHTS_LENT (RIGHT_OWNERS | RIGHT_MARKS | RIGHT_DESTROY | RIGHT_KILL)

/* With these any file can be read, by way of /proc too. */
#define LOOKING (CAPABILITY(CAP_DAC_READ_SEARCH) | CAPABILITY(CAP_SYS_PTRACE))

#define ENTRY(capability) capability, #capability

const struct privilege privileges[] = {
	{ ENTRY(CAP_DAC_READ_SEARCH), RIGHT_OWNERS | RIGHT_PATHS | RIGHT_FILES | RIGHT_AGENTS | RIGHT_NETNS,
	  "opens /proc/PID/fd of other users' processes; for root also control groups by number, the files that tell names of "
	  "containers, unix sockets in folders of others, and what root names" },
	{ ENTRY(CAP_SYS_PTRACE), RIGHT_OWNERS | RIGHT_AGENTS | RIGHT_NETNS,
	  "reads in /proc/PID/fd who has a socket, asks the socket for its flags (pidfd_getfd(2)), and tells in which folder "
	  "and in which network namespace a process runs; with hidepid, that it is there at all" },
	{ ENTRY(CAP_KILL), RIGHT_KILL | RIGHT_AGENTS, "sends signals to other users' processes" },
	{ ENTRY(CAP_NET_ADMIN), RIGHT_MARKS | RIGHT_DESTROY | RIGHT_PRIVATE | RIGHT_NETNS | RIGHT_HEAR,
	  "destroys sockets, tells their marks, which network namespace they are in, and which TCP ones an MPTCP connection is made "
	  "of, and puts lo up in a private network" },
	{ ENTRY(CAP_DAC_OVERRIDE), RIGHT_FILES | RIGHT_BIND,
	  "writes files that root names into folders of others, and tells of unix sockets there" },
	{ ENTRY(CAP_CHOWN), RIGHT_FILES | RIGHT_AGENTS,
	  "leaves a file that is written anew to its owner, and a socket to the other user of \"ports lab --matrix\"" },
	{ ENTRY(CAP_FOWNER), RIGHT_FILES, "leaves a file that is written anew its mode" },
	{ ENTRY(CAP_NET_BIND_SERVICE), RIGHT_ASK | RIGHT_BIND | RIGHT_AGENTS, "binds ports below 1024, and tells that root can" },
	{ ENTRY(CAP_NET_RAW), RIGHT_BIND | RIGHT_AGENTS, "sets SO_BINDTODEVICE and IP_TRANSPARENT" },
	{ ENTRY(CAP_SETUID), RIGHT_BIND | RIGHT_AGENTS, "tries a bind as another user, and becomes one in a scenario" },
	{ ENTRY(CAP_SETGID), RIGHT_AGENTS, "becomes another user in a scenario" },
	{ ENTRY(CAP_SETPCAP), RIGHT_AGENTS, "lets an actor give up its bounding set" },
	{ ENTRY(CAP_SYS_ADMIN), RIGHT_PRIVATE | RIGHT_NETNS,
	  "makes a private network, with a /tmp of its own, and enters other network namespaces" },
	{ ENTRY(CAP_SETFCAP), RIGHT_PRIVATE, "makes it through a user namespace, where root lacks CAP_SYS_ADMIN" },
	{ .name = NULL },
};

const struct privileged_view privileged_views[] = {
	{ "list", RIGHT_OWNERS, "the list" },
	{ "readonly", RIGHT_OWNERS | RIGHT_PATHS | RIGHT_ASK | RIGHT_HEAR, "the live table with --readonly" },
	{ "live", RIGHT_OWNERS | RIGHT_PATHS | RIGHT_MARKS | RIGHT_DESTROY | RIGHT_KILL | RIGHT_FILES | RIGHT_ASK | RIGHT_AGENTS |
			RIGHT_PRIVATE | RIGHT_HEAR,
	  "the live table" },
	{ "private", RIGHT_FILES | RIGHT_ASK | RIGHT_AGENTS | RIGHT_PRIVATE | RIGHT_HEAR, "the live table with --playground --private" },
	{ "paths", RIGHT_PATHS, "with the columns file, unit, cgroup or container, or cgroup in a filter, besides" },
	{ "told", RIGHT_MARKS, "with fwmark in a filter or the column mptcp, besides" },
	{ "netns", RIGHT_NETNS, "with -N, besides" },
	{ "files", RIGHT_FILES, "with --record, --replay or --script, besides" },
	{ "destroy", RIGHT_DESTROY, "ports destroy" },
	{ "events", RIGHT_OWNERS | RIGHT_HEAR, "ports events" },
	{ "kill", RIGHT_OWNERS | RIGHT_KILL, "ports kill" },
	{ "lab", RIGHT_OWNERS | RIGHT_AGENTS | RIGHT_PRIVATE, "ports lab" },
	{ "metrics", RIGHT_OWNERS | RIGHT_FILES, "ports metrics" },
	{ "wait", RIGHT_OWNERS | RIGHT_ASK | RIGHT_BIND | RIGHT_HEAR, "ports wait" },
	{ "why", RIGHT_OWNERS | RIGHT_ASK | RIGHT_BIND | RIGHT_NETNS, "ports why" },
	{ .name = NULL },
};

unsigned privileges_of(const char *view)
{
	const struct privileged_view *entry = privileged_views;

	while (entry->name != NULL && strcmp(entry->name, view) != 0)
		entry++;
	return entry->rights;
}

uint64_t privileges_capabilities(unsigned rights)
{
	uint64_t all = 0;

	for (const struct privilege *privilege = privileges; privilege->name != NULL; privilege++)
		all |= privilege->rights & rights ? CAPABILITY(privilege->capability) : 0;
	return all;
}

/* By the program's file.  Root's own, and ambient ones, which are the user's own as well, come without AT_SECURE (capabilities(7)). */
static bool are_lent(void)
{
	return getauxval(AT_SECURE) != 0 && getuid() != 0;
}

static void refuse(struct buf *why)
{
	char path[1024];
	ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);

	path[length > 0 ? length : 0] = '\0';
	buf_puts(why, "not as a setuid or setgid program, which would lend everybody all that its owner may do; instead: chmod u-s,g-s ");
	text_clean(why, length > 0 ? path : "PATH-OF-PORTS");
	buf_puts(why, " && setcap cap_dac_read_search,cap_sys_ptrace+ep ");
	text_clean(why, length > 0 ? path : "PATH-OF-PORTS");
}

bool privileges_begin(struct buf *why)
{
	if (getauxval(AT_SECURE) != 0 && (getuid() != geteuid() || getgid() != getegid())) {
		refuse(why);
		return false;
	}
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (are_lent())
		privileges_keep(RIGHTS_LENT); /* until it is known which of them: the configuration is the user's */
	return true;
}

bool privileges_keep(unsigned rights)
{
	bool lent = are_lent();
	uint64_t kept = privileges_capabilities(rights & (lent ? RIGHTS_LENT : ~(unsigned)RIGHT_HEAR));
	uint64_t at_first = lent ? kept : privileges_capabilities(rights);

	/* The bounding set remembers what is to last; where it cannot be changed, nothing is kept that is not to. */
	if (!capabilities_keep(capabilities_bound(kept) ? at_first : kept, lent ? ~LOOKING : UINT64_MAX))
		return false;
	/* The kernel hides the /proc/PID of who was lent something; one who has nothing left writes its own uid_map. */
	if (lent && kept == 0)
		prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	return true;
}

bool privileges_settle(void)
{
	uint64_t lasting = capabilities_bounded();

	return are_lent() || capabilities_keep(lasting, lasting);
}

void privileges_fail(struct buf *why)
{
	buf_printf(why, "the kernel does not take back capabilities that are not needed (capset(2): %s)", strerror(errno));
}

uint64_t privileges_look(void)
{
	return are_lent() ? capabilities_change(LOOKING, 0) : 0;
}

uint64_t privileges_look_away(void)
{
	return are_lent() ? capabilities_change(0, LOOKING) : 0;
}

void privileges_restore(uint64_t before)
{
	if (are_lent())
		capabilities_restore(before);
}
