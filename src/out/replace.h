/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing a file as a whole or not at all.
 */
#ifndef OUT_REPLACE_H
#define OUT_REPLACE_H

struct buf;
struct stat;

/*
 * Replaces the file by one with this text, which has the owner and the mode of *like: readers see the old one or the new one.
 * path is that of the file itself, behind all links; beside it a file of that name with a suffix is there for a moment.
 * 0 or -errno, when the old one is as it was.
 */
int replace_file(const char *path, const struct stat *like, const struct buf *text);

#endif
