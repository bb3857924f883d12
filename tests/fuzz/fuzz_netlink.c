/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a chunk that netlink sends: of the messages that are in it, errors and ends of dumps among them, what can be read
 * can be shown.  The first byte chooses what was asked: one socket, events, addresses.
 */
#include <libmnl/libmnl.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "checks.h"
#include "fuzz.h"
#include "kernel/diag_detail.h"
#include "kernel/diag_unix.h"
#include "kernel/events.h"
#include "kernel/nl.h"
#include "kernel/rtnl.h"
#include "model/detail.h"
#include "model/explain_detail.h"
#include "model/proto.h"
#include "model/rules.h"
#include "model/unix_sock.h"

/* A socket of the reply's own cookie, so that it is not passed over. */
static void read_detail(const struct nlmsghdr *message, void *context)
{
	struct sock sock = { .proto = PROTO_TCP, .family = FAMILY_INET, .state = STATE_ESTABLISHED };
	struct sock_detail detail = { .cookie = 0 };
	struct buf text = BUF_INIT;

	(void)context;
	if (!diag_detail_parse(message, &sock, &detail))
		return;
	for (size_t i = 0; i < detail_paragraph_count; i++)
		detail_paragraphs[i].explain(&text, &sock, &detail);
	must_be_harmless(&text, false);
	buf_fini(&text);
}

static void read_unix(const struct nlmsghdr *message, void *context)
{
	unsigned long malformed = 0;
	struct unix_sock sock;

	(void)context;
	if (diag_unix_parse(message, &sock, &malformed))
		must(sock.name_length <= sizeof(sock.name) && sock.proto < BIND_PROTO_COUNT);
}

static void read_address4(const struct nlmsghdr *message, void *context)
{
	struct bind_address address;

	(void)context;
	if (rtnl_parse4(message, &address))
		must(address.family == FAMILY_INET && address.bits <= 32);
}

static void read_address6(const struct nlmsghdr *message, void *context)
{
	struct bind_address address;

	(void)context;
	if (rtnl_parse6(message, &address))
		must(address.family == FAMILY_INET6 && address.bits == 128);
}

static void on_destroyed(void *context, const struct sock *sock)
{
	(void)context;
	must(sock->proto < PROTO_COUNT && sock->state == STATE_CLOSE);
	must((proto_entries[sock->proto].families >> sock->family & 1) != 0);
}

static void feed(unsigned reader, const void *chunk, size_t size)
{
	static nl_message_fn *const readers[] = { read_detail, read_unix, read_address4, read_address6 };
	struct events events = { .destroyed = on_destroyed };
	struct nl nl = { .socket = NULL };

	if (reader >= sizeof(readers) / sizeof(readers[0]))
		events_feed(&events, chunk, size);
	else
		must(nl_feed(&nl, chunk, size, readers[reader], NULL) <= 1);
}

/* Aligned as a buffer is that was received into, and with its end where the bytes end. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	void *chunk = malloc(size - 1);

	must(chunk != NULL);
	memcpy(chunk, data + 1, size - 1);
	feed(data[0] % 5, chunk, size - 1);
	free(chunk);
	return 0;
}
