/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/killer.h"

#include <signal.h>
#include <unistd.h>

#include "kernel/poller.h"
#include "kernel/process.h"
#include "kernel/source.h"
#include "ui/app.h"

static void add_process(struct buf *out, const struct owner *process, const char *separator)
{
	if (out->length > 0)
		buf_puts(out, separator);
	owner_format(out, process);
}

static void remember(struct killer *killer, const struct owner *process, const struct sock *sock, int pidfd)
{
	if (killer->count == HIT_MAX) {
		close(pidfd); /* it got its signal; what becomes of it is not told */
		return;
	}
	killer->killed[killer->count++] = (struct killed){
		.process = *process,
		.port = { .number = sock->local_port, .netns = sock->netns },
		.pidfd = pidfd,
	};
}

void killer_begin(struct killer *killer, struct app *app)
{
	const char *name = app->hit.signal_number == SIGKILL ? "KILL" : "TERM";
	struct buf *message = &app->message;
	struct buf sent = BUF_INIT;

	buf_clear(message);
	for (size_t i = 0; i < app->hit.process_count; i++) {
		const struct owner *process = &app->hit.processes[i];
		int pidfd, error = process_signal(process->pid, process->start_ticks, app->hit.signal_number, &pidfd);

		if (error == 0) {
			add_process(&sent, process, ", ");
			remember(killer, process, &app->hit.socks[0], pidfd);
		} else {
			add_process(message, process, "; ");
			buf_printf(message, " %s", process_signal_reason(error));
		}
	}
	if (sent.length > 0)
		buf_printf(message, "%s%s sent to %s", message->length > 0 ? "; " : "", name, sent.data);
	buf_fini(&sent);
}

void killer_destroy(struct app *app, struct source *source)
{
	struct buf *message = &app->message;
	size_t destroyed = 0;
	int failed = 0;

	for (size_t i = 0; i < app->hit.sock_count; i++) {
		int error = source_destroy(source, &app->hit.socks[i]);

		destroyed += error == 0 ? 1 : 0;
		failed = error < 0 ? error : failed;
	}
	buf_clear(message);
	buf_printf(message, "%zu of %zu destroyed", destroyed, app->hit.sock_count);
	if (failed < 0)
		buf_printf(message, ": %s", poller_destroy_reason(failed));
}

size_t killer_poll(const struct killer *killer, struct pollfd *polled)
{
	for (size_t i = 0; i < killer->count; i++)
		polled[i] = (struct pollfd){ .fd = killer->killed[i].pidfd, .events = POLLIN };
	return killer->count;
}

bool killer_serve(struct killer *killer, const struct pollfd *polled, size_t count)
{
	bool ended = false;

	for (size_t i = 0; i < count; i++) {
		if (polled[i].revents == 0)
			continue;
		close(killer->killed[i].pidfd);
		killer->killed[i].pidfd = -1;
		killer->ended = ended = true;
	}
	return ended;
}

void killer_report(struct killer *killer, struct app *app)
{
	size_t kept = 0;

	buf_clear(&app->message);
	for (size_t i = 0; i < killer->count; i++) {
		const struct killed *killed = &killer->killed[i];

		if (killed->pidfd >= 0) {
			killer->killed[kept++] = *killed;
			continue;
		}
		if (app->message.length > 0)
			buf_puts(&app->message, "; ");
		hit_report(&app->message, app, &killed->process, &killed->port);
	}
	killer->count = kept;
	killer->ended = false;
}

void killer_fini(struct killer *killer)
{
	for (size_t i = 0; i < killer->count; i++) {
		if (killer->killed[i].pidfd >= 0)
			close(killer->killed[i].pidfd);
	}
	killer->count = 0;
}
