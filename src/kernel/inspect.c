/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/inspect.h"

#include <errno.h>
#include <linux/netlink.h>

#include "kernel/diag_detail.h"
#include "kernel/diag_inet.h"
#include "kernel/nl.h"
#include "model/detail.h"
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

static int ask(struct sock_detail *detail, const struct sock *sock)
{
	_Alignas(struct nlmsghdr) char buffer[DIAG_REQUEST_BYTES];
	struct nlmsghdr *request = diag_detail_request(buffer, sock);
	struct search search = { sock, detail };
	struct nl nl;

	if (request == NULL)
		return -ENOENT;
	int error = nl_open(&nl, 0); /* not the one that may be in the middle of a dump */
	if (error < 0)
		return error;
	error = nl_ask(&nl, request, take, &search);
	nl_close(&nl);
	return error;
}

int inspect(struct sock_detail *detail, const struct sock *sock)
{
	*detail = (struct sock_detail){ .cookie = 0 };
	if (!diag_detail_exists(sock))
		return -ENOENT;
	int error = ask(detail, sock);
	return error == 0 && detail->cookie == 0 ? -ENOENT : error;
}
