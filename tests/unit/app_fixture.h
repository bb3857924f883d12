/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An application with sockets that were made up, and a screen that it was drawn on.
 */
#ifndef TESTS_UNIT_APP_FIXTURE_H
#define TESTS_UNIT_APP_FIXTURE_H

#include "helpers.h"
#include "ui/app.h"
#include "ui/screen.h"

struct fixture {
	struct app app;
	struct screen screen;
};

/* *state becomes a fixture with these sockets as its first snapshot, drawn once at 80x24.  For a test's setup function. */
int app_fixture_init(void **state, const struct sock *socks, size_t count);

/* The same with listeners on 22, 80, 800 and 8080, and three connections: cookies 1 to 7 in the usual order. */
int app_fixture_setup(void **state);
int app_fixture_teardown(void **state);

/* The next snapshot, a millisecond later, has these sockets and no others. */
void snapshot(struct app *app, const struct sock *socks, size_t count);

void press(struct app *app, const char *keys);

#endif
