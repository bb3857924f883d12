/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/hosts.h"

#ifdef HAVE_CARES

#include <ares.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/die.h"
#include "kernel/name_queue.h"
#include "model/sock.h"

/* A server that says nothing gets a second chance of twice the time; then there is no name for a while. */
enum { TIMEOUT_MS = 2000, TRIES = 2 };

/* The queue's descriptor, and c-ares's: one or two for each server. */
enum { POLLED_QUEUE, POLLED_CARES, POLLED_MOST = 64 };

struct hosts {
	struct name_queue *queue;
	ares_channel channel;
	bool open;         /* only while something is asked, so that a changed resolv.conf is read */
	bool heard;        /* a server's answer is being looked at */
	size_t pending;
	struct pollfd polled[POLLED_MOST];
	nfds_t polled_count;
};

struct lookup {
	struct hosts *hosts;
	struct name_question question;
};

bool hosts_can_be_asked(void)
{
	return true;
}

static void on_socket(void *context, ares_socket_t fd, int readable, int writable)
{
	struct hosts *hosts = context;
	nfds_t at = POLLED_CARES;

	while (at < hosts->polled_count && hosts->polled[at].fd != fd)
		at++;
	if (at == POLLED_MOST)
		return; /* what is asked there times out */
	if (readable || writable) {
		hosts->polled[at] = (struct pollfd){
			.fd = fd,
			.events = (short)((readable ? POLLIN : 0) | (writable ? POLLOUT : 0)),
		};
		hosts->polled_count += at == hosts->polled_count ? 1 : 0;
	} else if (at < hosts->polled_count) {
		hosts->polled[at] = hosts->polled[--hosts->polled_count];
	}
}

/*
 * c-ares says "not found" whatever the reason: a server's word, no server, no answer.  It is a server's word, useful or not,
 * if c-ares says so while it reads what came from one.
 */
static void on_host(void *context, int status, int timeouts, struct hostent *found)
{
	struct lookup *lookup = context;
	struct hosts *hosts = lookup->hosts;
	const char *name = status == ARES_SUCCESS && found != NULL ? found->h_name : NULL;
	struct name_answer answer = {
		.question = lookup->question,
		.sure = status == ARES_SUCCESS || hosts->heard,
	};

	(void)timeouts;
	if (name != NULL && host_name_is_usable(name))
		answer.name = xstrdup(name);
	hosts->pending--;
	name_queue_answer(hosts->queue, &answer);
	free(lookup);
}

static void open_channel(struct hosts *hosts)
{
	struct ares_options options = {
		.timeout = TIMEOUT_MS,
		.tries = TRIES,
		.sock_state_cb = on_socket,
		.sock_state_cb_data = hosts,
	};

	if (!hosts->open)
		hosts->open = ares_init_options(&hosts->channel, &options,
						ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB) == ARES_SUCCESS;
}

static void close_channel(struct hosts *hosts)
{
	if (hosts->open)
		ares_destroy(hosts->channel);
	hosts->open = false;
	hosts->polled_count = POLLED_CARES;
}

static void ask(struct hosts *hosts, const struct name_question *question)
{
	uint8_t address[16];
	unsigned family = name_address_of(question->key, address);
	struct lookup *lookup = xcalloc(1, sizeof(*lookup));

	*lookup = (struct lookup){ hosts, *question };
	hosts->pending++;
	open_channel(hosts);
	if (hosts->open)
		ares_gethostbyaddr(hosts->channel, address, family == FAMILY_INET ? 4 : 16,
				   family == FAMILY_INET ? AF_INET : AF_INET6, on_host, lookup);
	else
		on_host(lookup, ARES_ENOTINITIALIZED, 0, NULL);
}

/* Waits for questions, for the servers, or for the time when c-ares gives up one of them. */
static void wait_for_any(struct hosts *hosts)
{
	struct timeval left;
	int timeout_ms = -1;

	if (hosts->open && ares_timeout(hosts->channel, NULL, &left) != NULL)
		timeout_ms = (int)(left.tv_sec * 1000 + left.tv_usec / 1000) + 1;
	poll(hosts->polled, hosts->polled_count, timeout_ms);
	if (hosts->polled[POLLED_QUEUE].revents != 0)
		name_queue_wait(hosts->queue);
}

/* What is polled changes under way, so a copy is gone through. */
static void serve_servers(struct hosts *hosts)
{
	struct pollfd ready[POLLED_MOST];
	nfds_t count = hosts->polled_count;

	memcpy(ready, hosts->polled, sizeof(ready));
	for (nfds_t i = POLLED_CARES; hosts->open && i < count; i++) {
		short events = ready[i].revents;

		if (events == 0)
			continue;
		hosts->heard = (events & POLLIN) != 0 && (events & (POLLERR | POLLHUP)) == 0;
		ares_process_fd(hosts->channel, (events & ~POLLOUT) != 0 ? ready[i].fd : ARES_SOCKET_BAD,
				(events & POLLOUT) != 0 ? ready[i].fd : ARES_SOCKET_BAD);
		hosts->heard = false;
	}
	if (hosts->open)
		ares_process_fd(hosts->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD); /* what has timed out */
}

void hosts_serve(struct name_queue *queue)
{
	struct hosts hosts = {
		.queue = queue,
		.polled = { [POLLED_QUEUE] = { .fd = name_queue_fd(queue), .events = POLLIN } },
		.polled_count = POLLED_CARES,
	};
	struct name_question question;

	ares_library_init(ARES_LIB_INIT_ALL);
	while (!name_queue_stopped(queue)) {
		wait_for_any(&hosts);
		serve_servers(&hosts);
		while (name_queue_next(queue, &question))
			ask(&hosts, &question);
		if (hosts.pending == 0)
			close_channel(&hosts);
	}
	close_channel(&hosts); /* answers all that is pending with ARES_EDESTRUCTION */
	ares_library_cleanup();
}

#else

bool hosts_can_be_asked(void)
{
	return false;
}

void hosts_serve(struct name_queue *queue)
{
	(void)queue;
}

#endif
