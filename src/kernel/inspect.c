/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/inspect.h"

#include <errno.h>
#include <linux/netlink.h>

#include "kernel/diag_detail.h"
#include "kernel/diag_inet.h"
#include "kernel/diag_unix.h"
#include "kernel/nl.h"
#include "model/detail.h"
#include "model/query.h"
#include "model/sock.h"

struct search {
	const struct sock *sock;
	struct sock_detail *detail;
};

static void take(const struct nlmsghdr *message, void *context)
{
	struct search *search = context;

	diag_detail_parse(message, search->sock, search->detail);
}

/* What stands at its path, which a table asks for only when it is shown. */
static void take_unix(const struct nlmsghdr *message, void *context)
{
	const struct query query = { .needs = NEED_FILE };
	struct search *search = context;
	struct sock found;

	if (!diag_unix_parse_sock(message, PROTO_UNIX_STREAM, &found, &search->detail->malformed) ||
	    found.cookie != search->sock->cookie)
		return;
	search->detail->cookie = found.cookie;
	diag_unix_inform(message, found.proto, &query, &search->detail->info, &search->detail->malformed);
}

static int ask_unix(int netns, struct sock_detail *detail, const struct sock *sock)
{
	_Alignas(struct nlmsghdr) char buffer[DIAG_ONE_BYTES];
	struct search search = { sock, detail };
	struct nl nl;
	int error = nl_open_in(&nl, netns, NULL);

	if (error < 0)
		return error;
	error = nl_ask(&nl, diag_unix_one(buffer, sock), take_unix, &search);
	nl_close(&nl);
	return error;
}

static int ask(int netns, struct sock_detail *detail, const struct sock *sock)
{
	_Alignas(struct nlmsghdr) char buffer[DIAG_REQUEST_BYTES];
	struct nlmsghdr *request = diag_detail_request(buffer, sock);
	struct search search = { sock, detail };
	struct nl nl;

	if (request == NULL)
		return -ENOENT;
	int error = nl_open_in(&nl, netns, NULL); /* not the one that may be in the middle of a dump */
	if (error < 0)
		return error;
	error = nl_ask(&nl, request, take, &search);
	nl_close(&nl);
	return error;
}

int inspect(int netns, struct sock_detail *detail, const struct sock *sock)
{
	*detail = (struct sock_detail){ .cookie = 0 };
	bool is_unix = sock->family == FAMILY_UNIX;

	if (!is_unix && !diag_detail_exists(sock))
		return -ENOENT;
	int error = is_unix ? ask_unix(netns, detail, sock) : ask(netns, detail, sock);
	return error == 0 && detail->cookie == 0 ? -ENOENT : error;
}
