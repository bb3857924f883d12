/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happened to sockets, an event a line, as it happens: words with single blanks between them, the same number in each line
 * but for blanks in the name of a program, which stands last.
 */
#ifndef OUT_EVENTS_H
#define OUT_EVENTS_H

#include <stdbool.h>

struct buf;
struct history_entry;
struct names;

/*
 * Appends the line: time, "opened", "changed", "closed", "ended" or "lost", protocol, local and foreign address, state (of
 * "changed" the one before and the one now, with a ">" between them), with netns the network namespace, owners.  What is not
 * known is "-".
 */
void events_line(struct buf *out, const struct history_entry *entry, const struct names *names, bool netns);

#endif
