/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that stand for network namespaces: those with a name (ip-netns(8)), those that are mounted, and those that users name.
 */
#ifndef KERNEL_NETNS_PLACE_H
#define KERNEL_NETNS_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

struct netns_place {
	uint32_t inode;
	char *path; /* owned */
};

struct netns_places {
	struct netns_place *all; /* owned */
	size_t count;
};

#define NETNS_OWN_PATH "/proc/thread-self/ns/net"

void netns_places_add(struct netns_places *places, uint32_t inode, const char *path);
void netns_places_fini(struct netns_places *places);

/* Adds those below /run/netns, by name. */
void netns_places_read_names(struct netns_places *places);

/* Adds those that a process sees mounted anywhere, with or without a name; process: its folder in /proc. */
void netns_places_read_mounts(struct netns_places *places, const char *process);

/* The first path with that inode, or NULL. */
const char *netns_places_path(const struct netns_places *places, uint32_t inode);

/* "net:[4026531840]", as links to namespaces read. */
bool netns_parse_link(const char *target, uint32_t *inode);

/* The word as a number in decimal, and nothing else. */
bool netns_parse_number(const char *word, uint64_t *number);

/*
 * The file that a user's word stands for: a path, a name, a process id.  False: it is none of these, and must be looked for
 * among all there are.
 */
bool netns_word_path(struct buf *path, const char *word);

#endif
