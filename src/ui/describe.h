/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Looks closely at the selected row, for the detail pane: at its socket, at who holds it, and at nothing while that is closed.
 */
#ifndef UI_DESCRIBE_H
#define UI_DESCRIBE_H

#include <stdint.h>

#include "model/sock.h"

struct app;
struct source;

/* What was looked at last. */
struct described {
	struct sock sock;    /* of the row; of cookie 0: none */
	uint32_t generation; /* of the table */
};

/* Looks again for each snapshot, and for each other row; at the processes only if the app seeks owners. */
void describe_selected(struct described *described, struct app *app, struct source *source);

#endif
