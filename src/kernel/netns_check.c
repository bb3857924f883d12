/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/netns_check.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "kernel/netns.h"
#include "kernel/netns_walk.h"
#include "model/netns.h"

static int fail(struct buf *error, const char *word, const char *why, int result)
{
	buf_putc(error, '"');
	text_clean(error, word);
	buf_printf(error, "\" %s", why);
	return result;
}

static int fail_to_find(struct buf *error, const char *word, int result)
{
	if (result == -EACCES || result == -EPERM)
		return fail(error, word, "is a process whose network namespace this user may not see (run as root)", -EPERM);
	if (result == -EINVAL)
		return fail(error, word, "stands for a file that is no network namespace", -EINVAL);
	return fail(error, word, result == -ENOENT && word[0] != '/' ? "is no process" : strerror(-result), -EINVAL);
}

/* Any socket will do. */
static int enter(struct buf *error, const char *word, int netns)
{
	const struct netns_what what = { .domain = AF_INET, .type = SOCK_DGRAM };
	int fd = netns_open(netns, &what, NULL);

	if (fd == -EPERM)
		return fail(error, word, "is a network namespace that this user may not enter: that takes CAP_SYS_ADMIN (run as root)",
			    -EPERM);
	if (fd == -EINVAL)
		return fail(error, word, "is a namespace, but none of the network", -EINVAL);
	if (fd < 0)
		return fail(error, word, strerror(-fd), -EINVAL);
	close(fd);
	return 0;
}

/* That this program is in it needs no entering. */
static int check_file(struct buf *error, const char *word, const char *path)
{
	uint32_t inode;
	int fd = netns_find(path, &inode);

	if (fd < 0)
		return fail_to_find(error, word, fd);
	int result = inode != netns_own() ? enter(error, word, fd) : 0;
	close(fd);
	return result;
}

/* By what the column shows. */
static int check_label(struct buf *error, char *word)
{
	const struct netns_wish wish = { .words = &word, .count = 1 };
	struct netns_walk walk = { .stage = 0 };
	struct netns_found found;
	enum netns_step step;
	bool some = false;
	int result = 0;

	netns_walk_begin(&walk, &wish, true);
	while (result == 0 && (step = netns_walk_step(&walk, &found)) != NETNS_END) {
		if (step != NETNS_FOUND)
			continue;
		some = true;
		result = found.is_own ? 0 : enter(error, word, found.fd);
		close(found.fd);
	}
	netns_walk_fini(&walk);
	if (!some)
		return fail(error, word, "is no network namespace: there is no such name in /run/netns, no such process, and none that "
			    "-N all would show so", -EINVAL);
	return result;
}

int netns_check(const struct netns_wish *wish, struct buf *error)
{
	struct buf path = BUF_INIT;
	int result = 0;

	for (size_t i = 0; result == 0 && i < wish->count; i++) {
		if (netns_word_path(&path, wish->words[i]))
			result = check_file(error, wish->words[i], path.data);
		else
			result = check_label(error, wish->words[i]);
	}
	buf_fini(&path);
	return result;
}
