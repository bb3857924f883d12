/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/forward_netns.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/die.h"
#include "kernel/flags.h"
#include "kernel/netns.h"
#include "kernel/netns_walk.h"
#include "model/forward.h"
#include "model/netns.h"
#include "model/sock.h"

/* Any port will do: nothing is sent there. */
enum { DISCARD = 9 };

union address {
	struct sockaddr any;
	struct sockaddr_in inet;
	struct sockaddr_in6 inet6;
};

static socklen_t address_of(const struct forward *forward, union address *address)
{
	memset(address, 0, sizeof(*address));
	if (forward->family == FAMILY_INET6) {
		address->inet6.sin6_family = AF_INET6;
		address->inet6.sin6_port = htons(DISCARD);
		memcpy(&address->inet6.sin6_addr, forward->address, sizeof(address->inet6.sin6_addr));
		return sizeof(address->inet6);
	}
	address->inet.sin_family = AF_INET;
	address->inet.sin_port = htons(DISCARD);
	memcpy(&address->inet.sin_addr, forward->address, sizeof(address->inet.sin_addr));
	return sizeof(address->inet);
}

static bool is_same(const union address *a, const union address *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	return a->any.sa_family == AF_INET6 ?
		       memcmp(&a->inet6.sin6_addr, &b->inet6.sin6_addr, sizeof(a->inet6.sin6_addr)) == 0 :
		       a->inet.sin_addr.s_addr == b->inet.sin_addr.s_addr;
}

/* Who connects to an address of one's own, comes from it; a connect() of UDP only looks for the way. */
static bool has_address(int netns, const struct forward *forward)
{
	union address there, here = { .any = { .sa_family = AF_UNSPEC } };
	socklen_t length = address_of(forward, &there);
	const struct netns_what what = { .domain = there.any.sa_family, .type = SOCK_DGRAM };
	int fd = netns_open(netns, &what, NULL);
	bool has = fd >= 0 && connect(fd, &there.any, length) == 0 && getsockname(fd, &here.any, &length) == 0 &&
		   is_same(&here, &there);

	if (fd >= 0)
		close(fd);
	return has;
}

/* The inode of the first namespace behind such a path that is another one than the own; 0: none is. */
static uint32_t other_at(const char *path, uint32_t own)
{
	uint32_t inode = 0;
	int fd = netns_find(path, &inode);

	if (fd >= 0)
		close(fd);
	return fd >= 0 && inode != own ? inode : 0;
}

static uint32_t find_child(int32_t pid, uint32_t own)
{
	char path[64], text[4096];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = file >= 0 ? read(file, text, sizeof(text) - 1) : 0;
	uint32_t inode = 0;

	if (file >= 0)
		close(file);
	text[length > 0 ? length : 0] = '\0';
	for (char *at = text, *end; inode == 0; at = end) {
		long child = strtol(at, &end, 10);

		if (end == at)
			break;
		snprintf(path, sizeof(path), "/proc/%ld/ns/net", child);
		inode = other_at(path, own);
	}
	return inode;
}

static bool spares_sockets(void)
{
	int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool harmful = proc < 0 || flags_harm(proc);

	if (proc >= 0)
		close(proc);
	return harmful;
}

/* Among its descriptors is one of the namespace, or of a socket in it. */
static uint32_t find_descriptor(int32_t pid, uint32_t own)
{
	char path[300];
	uint32_t inode = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	DIR *directory = opendir(path);
	for (const struct dirent *entry; directory != NULL && inode == 0 && (entry = readdir(directory)) != NULL;) {
		snprintf(path, sizeof(path), "/proc/%d/fd/%s", pid, entry->d_name);
		inode = entry->d_name[0] != '.' ? other_at(path, own) : 0;
	}
	if (directory != NULL)
		closedir(directory);
	return inode;
}

static void take(struct forward *forward, const struct netns_found *found)
{
	forward->located = true;
	forward->netns = found->inode;
	free(forward->label);
	forward->label = found->label != NULL ? xstrdup(found->label) : NULL;
	if (found->label != NULL && forward->label == NULL)
		die("out of memory");
}

/* Among all there are: the one with that inode, or with that address. */
static void look(struct forward *forward, uint32_t inode)
{
	const struct netns_wish all = { .all = true };
	struct netns_walk walk = { .stage = 0 };
	struct netns_found found;
	unsigned count = 0;
	enum netns_step step;

	netns_walk_begin(&walk, &all, false);
	while ((step = netns_walk_step(&walk, &found)) != NETNS_END) {
		if (step != NETNS_FOUND)
			continue;
		if (!found.is_own && (forward->has_address ? has_address(found.fd, forward) : found.inode == inode)) {
			take(forward, &found);
			count++;
		}
		close(found.fd);
	}
	netns_walk_fini(&walk);
	forward->located = count == 1; /* containers of one host may have equal addresses */
}

void forward_locate(struct forward *forward)
{
	uint32_t own = netns_own(), inode = 0;

	if (!forward->has_address) {
		inode = find_child(forward->pid, own);
		if (inode == 0 && !spares_sockets())
			inode = find_descriptor(forward->pid, own);
	}
	if (forward->has_address || inode != 0)
		look(forward, inode);
}
