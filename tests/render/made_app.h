/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An application with sockets that are made up, to be drawn.
 */
#ifndef TESTS_RENDER_MADE_APP_H
#define TESTS_RENDER_MADE_APP_H

#include "base/clock.h"
#include "ui/app.h"

/* 2026-11-20 14:02:11 UTC; the tests run with TZ=UTC. */
#define MADE_APP_NS (UINT64_C(1795183331) * NS_PER_S)

/* After two snapshots: in the second one a connection went to TIME_WAIT, one is new, and one is gone. */
void make_app(struct app *app);

#endif
