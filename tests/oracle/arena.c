/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "arena.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);

	if (file < 0)
		return false;
	bool done = write(file, text, strlen(text)) == (ssize_t)strlen(text);
	close(file);
	return done;
}

/* An ordinary user becomes root of a user namespace, with no other users in it. */
static const char *become_root(bool *has_users)
{
	char map[64];
	unsigned uid = getuid(), gid = getgid();

	*has_users = true;
	if (uid == 0)
		return NULL;
	*has_users = false;
	if (unshare(CLONE_NEWUSER) != 0)
		return "a user namespace cannot be made here";
	snprintf(map, sizeof(map), "0 %u 1", uid);
	if (!write_file("/proc/self/uid_map", map) || !write_file("/proc/self/setgroups", "deny"))
		return "the user namespace cannot be given a user";
	snprintf(map, sizeof(map), "0 %u 1", gid);
	return write_file("/proc/self/gid_map", map) ? NULL : "the user namespace cannot be given a group";
}

/* The veth pair is wanted, not needed: without it fewer devices and addresses take part, as describe() finds. */
static void make_devices(void)
{
	static const char script[] = "PATH=$PATH:/usr/sbin:/sbin; exec >/dev/null 2>&1; ip link set lo up &&"
		"ip link add va type veth peer name vb &&"
		"ip link set va addrgenmode none && ip link set vb addrgenmode none && ip link set va up && ip link set vb up &&"
		"ip addr add 10.77.0.1/24 brd + dev va && ip addr add fd77::1/64 dev va nodad && ip addr add fe80::77/64 dev va nodad";

	if (system(script) != 0)
		printf("# the oracle has no pair of devices here\n");
}

static void add_address(struct arena *arena, const char *text, unsigned bits, bool is_narrow, uint32_t ifindex)
{
	struct bind_address *address = &arena->addresses[arena->host.address_count++];

	address->family = strchr(text, ':') != NULL ? FAMILY_INET6 : FAMILY_INET;
	inet_pton(address->family == FAMILY_INET6 ? AF_INET6 : AF_INET, text, address->address);
	address->bits = (uint8_t)bits;
	address->is_narrow = is_narrow;
	address->ifindex = ifindex;
}

static void describe(struct arena *arena)
{
	static const char *const names[ARENA_DEVICES] = { "lo", "va", "vb" };

	arena->host = (struct bind_host){
		.addresses = arena->addresses,
		.devices = arena->ifindices,
		.unprivileged_start = 1024,
		.range_low = 1024,
		.range_high = 65535,
	};
	for (unsigned i = 0; i < ARENA_DEVICES; i++) {
		arena->devices[i] = if_nametoindex(names[i]);
		if (arena->devices[i] != 0)
			arena->ifindices[arena->host.device_count++] = arena->devices[i];
	}
	add_address(arena, "127.0.0.1", 8, false, arena->devices[0]);
	add_address(arena, "::1", 0, true, arena->devices[0]);
	if (arena->devices[1] == 0)
		return;
	add_address(arena, "10.77.0.1", 0, false, arena->devices[1]);
	add_address(arena, "10.77.0.255", 0, false, arena->devices[1]);
	add_address(arena, "fd77::1", 0, false, arena->devices[1]);
	add_address(arena, "fe80::77", 0, true, arena->devices[1]);
}

static int make_helper(uint16_t port)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6, .sin6_port = htons(port) };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 512) == 0)
		return fd;
	close(fd);
	return -1;
}

const char *arena_enter(struct arena *arena)
{
	static const char *const settings[][2] = {
		{ "/proc/sys/net/ipv4/ip_local_port_range", "1024 65535" },
		{ "/proc/sys/net/ipv4/tcp_max_tw_buckets", "1000000" },
	};

	bool has_users = arena->has_users;
	const char *trouble = arena->was_entered ? NULL : become_root(&has_users);

	*arena = (struct arena){
		.next_port = ARENA_FIRST_PORT, .helpers = { -1, -1 }, .was_entered = true, .has_users = has_users,
	};
	if (trouble != NULL)
		return trouble;
	if (unshare(CLONE_NEWNET) != 0)
		return "a network namespace cannot be made here";
	make_devices();
	for (unsigned i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		write_file(settings[i][0], settings[i][1]);
	describe(arena);
	for (unsigned i = 0; i < ARENA_HELPERS; i++) {
		arena->helper_ports[i] = (uint16_t)(700 + i);
		arena->helpers[i] = make_helper(arena->helper_ports[i]);
		if (arena->helpers[i] < 0)
			return "no socket listens on [::] here";
	}
	return NULL;
}

void arena_leave(struct arena *arena)
{
	for (unsigned i = 0; i < ARENA_HELPERS; i++)
		close(arena->helpers[i]);
}

uint32_t arena_user(unsigned index)
{
	static const uint32_t users[ARENA_USERS] = { 0, 1000, 65534 };

	return users[index % ARENA_USERS];
}
