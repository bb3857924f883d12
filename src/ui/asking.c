/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/asking.h"

#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ui/app.h"

static void *run(void *argument)
{
	struct asking *asking = argument;

	asking->why(&asking->sock, &asking->text);
	eventfd_write(asking->event, 1);
	return NULL;
}

int asking_begin(struct asking *asking, const struct sock *sock)
{
	if (asking->event >= 0)
		return -EBUSY;
	asking->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (asking->event < 0)
		return -errno;
	asking->sock = *sock;
	int error = pthread_create(&asking->thread, NULL, run, asking);
	if (error != 0) {
		close(asking->event);
		asking->event = -1;
	}
	return -error;
}

void asking_ask(struct asking *asking, struct app *app)
{
	const struct row *row = app_selected(app);

	if (row != NULL && row->sock.netns != 0) {
		app_say(app, "It is in another network namespace; ports why answers for the one that it is started in");
		return;
	}
	int error = row != NULL ? asking_begin(asking, &row->sock) : 0;

	if (error == -EBUSY) {
		app_say(app, "The answer to the last question is still to come");
		return;
	}
	app->pane = (struct pane_view){ .pane = PANE_WHY };
	buf_clear(&app->why);
	if (error < 0)
		buf_printf(&app->why, "It cannot be asked: %s", strerror(-error));
	else
		buf_puts(&app->why, "Asking what it would take to bind there.");
}

void asking_take(struct asking *asking, struct buf *text)
{
	pthread_join(asking->thread, NULL);
	close(asking->event);
	asking->event = -1;
	buf_fini(text);
	*text = asking->text;
	asking->text = (struct buf)BUF_INIT;
}

void asking_fini(struct asking *asking)
{
	struct buf text = BUF_INIT;

	if (asking->event >= 0)
		asking_take(asking, &text);
	buf_fini(&text);
}
