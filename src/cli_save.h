/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing the view into the configuration file, so that the next run begins with it.
 */
#ifndef CLI_SAVE_H
#define CLI_SAVE_H

#include <stdbool.h>

struct app;
struct buf;

/*
 * Replaces what the file says of the view, and nothing else in it.  The file is replaced as a whole or not at all, keeps its
 * owner and mode, may be a symbolic link, and is made if it is not there.  message becomes one sentence without a full
 * stop: where the view is saved, or why it is not, with false.
 */
bool view_save(const struct app *app, struct buf *message);

/* For a run without the file: says so.  False. */
bool view_refuse(const struct app *app, struct buf *message);

#endif
