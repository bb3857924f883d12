/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What leaves the live program: a row for the terminal's clipboard, the history and the view for a file.  All say so as the app's
 * message.
 */
#ifndef UI_EXPORT_H
#define UI_EXPORT_H

#include "ui/app.h"
#include "ui/ui.h"

/* Gives the selected row, with the columns that are chosen, to the clipboard that copy reaches. */
void export_row(struct app *app, void (*copy)(const char *text));

/* Saves the view, as the options say. */
void export_view(struct app *app, const struct ui_options *options);

/* Writes the steps of the playground to a new file of the name that was typed; where it cannot, that is typed again. */
void export_play(struct app *app, const struct ui_options *options);

/* Writes the history to a new file in the current directory. */
void export_history(struct app *app, const struct ui_options *options);

#endif
