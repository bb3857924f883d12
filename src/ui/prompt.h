/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is typed on the line above the keys: a port to go to, a text to search for, a filter.  Each takes effect while it
 * is typed, and can be taken back.
 */
#ifndef UI_PROMPT_H
#define UI_PROMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/app.h"

/* What stands before the text that is typed in this mode; NULL for a mode in which none is. */
const char *prompt_label(enum mode mode);

/* Begins one of the modes that have a label. */
void prompt_open(struct app *app, enum mode mode);

/* Adds the character to the text if this mode takes such a one. */
bool prompt_takes(struct app *app, uint32_t key);

/* Removes the last character; of an empty text: as prompt_cancel. */
void prompt_erase(struct app *app);

/* Ends it; what it did stays, or is undone. */
void prompt_accept(struct app *app);
void prompt_cancel(struct app *app);

/* Goes to the next row that the last search finds, or to the one before; the first follows on the last. */
void prompt_search_again(struct app *app, bool forward);

#endif
