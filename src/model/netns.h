/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which network namespaces are to be looked into, as a user names them.  Knows nothing of whether there are any of that name.
 */
#ifndef MODEL_NETNS_H
#define MODEL_NETNS_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* How the one that this program runs in is called where it has no other name. */
#define NETNS_OWN_NAME "own"

/* Nothing at all means that nobody has asked: then the own one alone is looked at. */
struct netns_wish {
	bool all;
	char **words; /* owned; names, process ids, inodes, paths that begin with a slash */
	size_t count;
};

void netns_wish_fini(struct netns_wish *wish);

/*
 * Adds those of a list with commas; what begins with a slash is one path.  False and one line without a newline in error for a
 * word that can be none of the above.
 */
bool netns_wish_add(struct netns_wish *wish, const char *text, struct buf *error);

/* Whether namespaces were asked for. */
bool netns_wish_is_given(const struct netns_wish *wish);

/* Appends it as it is written behind -N, the words cleaned. */
void netns_wish_format(struct buf *out, const struct netns_wish *wish);

#endif
