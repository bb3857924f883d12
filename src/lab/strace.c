/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/strace.h"

#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/errname.h"
#include "lab/step.h"
#include "lab/token.h"
#include "lab/wire.h"
#include "model/sock.h"

static const char *family_name(int family)
{
	return family == AF_INET6 ? "AF_INET6" : family == AF_INET ? "AF_INET" : "AF_UNIX";
}

static void put_port(struct buf *out, const struct endpoint *endpoint)
{
	if (endpoint->port_of.text[0] != '\0')
		buf_printf(out, "htons($%s%s%s)", endpoint->actor.text, endpoint->actor.text[0] != '\0' ? "." : "",
			   endpoint->port_of.text);
	else
		buf_printf(out, "htons(%u)", endpoint->port);
}

static void put_unix(struct buf *out, const struct endpoint *endpoint)
{
	buf_puts(out, "{sa_family=AF_UNIX, sun_path=");
	buf_puts(out, endpoint->abstract ? "@" : "");
	token_quote(out, endpoint->path, endpoint->path_length);
	buf_printf(out, "}, %zu", sizeof(sa_family_t) + endpoint->path_length + 1);
}

static void put_sockaddr(struct buf *out, const struct endpoint *endpoint, int family)
{
	bool six = endpoint->kind == ENDPOINT_INET6 || (endpoint->kind == ENDPOINT_ANY && family == AF_INET6);

	if (endpoint->kind == ENDPOINT_UNIX) {
		put_unix(out, endpoint);
		return;
	}
	buf_puts(out, six ? "{sa_family=AF_INET6, sin6_port=" : "{sa_family=AF_INET, sin_port=");
	put_port(out, endpoint);
	buf_puts(out, six ? ", inet_pton(AF_INET6, \"" : ", sin_addr=inet_addr(\"");
	address_format(out, six ? FAMILY_INET6 : FAMILY_INET, endpoint->address);
	buf_puts(out, six ? "\", &sin6_addr)" : "\")");
	if (endpoint->device[0] != '\0')
		buf_printf(out, ", sin6_scope_id=if_nametoindex(\"%s\")", endpoint->device);
	buf_puts(out, six ? "}, 28" : "}, 16");
}

static void call_socket(struct buf *out, const struct step *step, int family)
{
	const struct socket_kind_entry *kind = &socket_kinds[step->kind];
	static const struct {
		const char *prefix, *protocol;
	} protocols[] = {
		{ "tcp", "IPPROTO_TCP" }, { "udplite", "IPPROTO_UDPLITE" }, { "udp", "IPPROTO_UDP" }, { "mptcp", "IPPROTO_MPTCP" },
	};
	const char *protocol = "0";

	(void)family;
	for (size_t i = sizeof(protocols) / sizeof(protocols[0]); i-- > 0;) {
		size_t length = strlen(protocols[i].prefix);

		if (strncmp(kind->name, protocols[i].prefix, length) == 0 && strlen(kind->name) == length + 1)
			protocol = protocols[i].protocol;
	}
	buf_printf(out, "socket(%s, %s, %s)", family_name(kind->family),
		   kind->type == SOCK_STREAM ? "SOCK_STREAM" : kind->type == SOCK_DGRAM ? "SOCK_DGRAM" : "SOCK_SEQPACKET", protocol);
}

static void put_option(struct buf *out, const struct step *step, int family)
{
	const char *level, *name;

	option_symbols(step->option, family, &level, &name);
	buf_printf(out, "%s, %s, %s", step->sock.text, level, name);
}

static void call_set(struct buf *out, const struct step *step, int family)
{
	buf_puts(out, "setsockopt(");
	put_option(out, step, family);
	buf_puts(out, step->option == OPTION_DEVICE ? ", \"" : step->option == OPTION_LINGER ? ", {l_onoff=" : ", [");
	if (step->option == OPTION_LINGER)
		buf_printf(out, "%d, l_linger=%u}, 8)", !step->value.off, step->value.number);
	else if (step->option == OPTION_DEVICE)
		buf_printf(out, "%s\", %zu)", step->value.device, strlen(step->value.device) + 1);
	else if (step->option == OPTION_PORT_RANGE)
		buf_printf(out, "%u<<16|%u], 4)", step->value.high, step->value.number);
	else
		buf_printf(out, "%u], 4)", step->value.number);
}

static void call_get(struct buf *out, const struct step *step, int family)
{
	buf_puts(out, "getsockopt(");
	put_option(out, step, family);
	buf_puts(out, ")");
}

static void call_bind(struct buf *out, const struct step *step, int family)
{
	buf_printf(out, "%s(%s, ", verb_name(step->verb), step->sock.text);
	put_sockaddr(out, &step->endpoint, family);
	buf_putc(out, ')');
}

static void call_listen(struct buf *out, const struct step *step, int family)
{
	(void)family;
	buf_printf(out, "listen(%s, %u)", step->sock.text, step->number);
}

static void call_accept(struct buf *out, const struct step *step, int family)
{
	(void)family;
	buf_printf(out, "accept(%s, NULL, NULL)", step->sock.text);
}

static void call_send(struct buf *out, const struct step *step, int family)
{
	buf_printf(out, "%s(%s, ", verb_name(step->verb), step->sock.text);
	token_quote(out, step->text, step->text_length);
	buf_printf(out, ", %zu, MSG_NOSIGNAL", step->text_length);
	if (step->verb == VERB_SENDTO) {
		buf_puts(out, ", ");
		put_sockaddr(out, &step->endpoint, family);
	}
	buf_putc(out, ')');
}

static void call_recv(struct buf *out, const struct step *step, int family)
{
	(void)family;
	buf_printf(out, "recv(%s, buf, %d, 0)", step->sock.text, TEXT_BYTES_MAX);
}

static void call_shutdown(struct buf *out, const struct step *step, int family)
{
	(void)family;
	buf_printf(out, "shutdown(%s, %s)", step->sock.text,
		   step->how == SHUT_RD ? "SHUT_RD" : step->how == SHUT_WR ? "SHUT_WR" : "SHUT_RDWR");
}

static void call_close(struct buf *out, const struct step *step, int family)
{
	(void)family;
	buf_printf(out, "close(%s)", step->sock.text);
}

static void call_user(struct buf *out, const struct step *step, int family)
{
	(void)family;
	buf_printf(out, "setresuid(%u, %u, %u)", step->uid, step->uid, step->uid);
}

static void call_end(struct buf *out, const struct step *step, int family)
{
	(void)family;
	buf_puts(out, step->verb == VERB_FORK ? "fork()" : step->verb == VERB_EXIT ? "exit(0)" : "+++ killed by SIGKILL +++");
}

static void (*const calls[VERB_COUNT])(struct buf *out, const struct step *step, int family) = {
	[VERB_USER] = call_user,	 [VERB_SOCKET] = call_socket, [VERB_SET] = call_set,	   [VERB_GET] = call_get,
	[VERB_BIND] = call_bind,	 [VERB_LISTEN] = call_listen, [VERB_CONNECT] = call_bind,  [VERB_ACCEPT] = call_accept,
	[VERB_SEND] = call_send,	 [VERB_RECV] = call_recv,     [VERB_SENDTO] = call_send,   [VERB_SHUTDOWN] = call_shutdown,
	[VERB_CLOSE] = call_close,	 [VERB_FORK] = call_end,      [VERB_EXIT] = call_end,	   [VERB_KILL] = call_end,
};

void strace_call(struct buf *out, const struct step *step, int family)
{
	if (calls[step->verb] != NULL)
		calls[step->verb](out, step, family);
	else
		step_format(out, step); /* no system call: as the language has it */
}

void strace_result(struct buf *out, const struct step *step, const struct reply *reply)
{
	int error = errname_parse(reply->word);

	if (error != 0)
		buf_printf(out, "-1 %s (%s)", reply->word, strerror(error));
	else if (step->verb == VERB_SOCKET)
		buf_puts(out, step->sock.text);
	else if (step->verb == VERB_ACCEPT)
		buf_puts(out, step->other.text);
	else if (step->verb == VERB_FORK)
		buf_printf(out, "%d", reply->pid);
	else if (step->verb == VERB_RECV && reply->has_value) {
		buf_printf(out, "%zu ", reply->value_length);
		token_quote(out, reply->value, reply->value_length);
	} else if (step->verb == VERB_SEND || step->verb == VERB_SENDTO)
		buf_printf(out, "%zu", step->text_length);
	else if (reply->has_value)
		buf_printf(out, "0 [%s]", reply->value);
	else
		buf_puts(out, "0");
}
