/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every verb and option in the words of C and of Python.
 */
#include <string.h>
#include <sys/socket.h>

#include "lab/export_internal.h"
#include "model/sock.h"

#define BOTH(words) { words, words }

static const struct phrase phrases[VERB_COUNT] = {
	[VERB_USER] = { BOTH("become($u)"), false },
	[VERB_SOCKET] = { { "$s = limited(socket($k))", "$s = limited(socket.socket($k))" }, false },
	[VERB_BIND] = { { "bind_to($s, $a)", "$s.bind($a)" }, false },
	[VERB_LISTEN] = { { "listen($s, $n)", "$s.listen($n)" }, false },
	[VERB_CONNECT] = { { "connect_to($s, $a)", "connect($s, $a)" }, false },
	[VERB_ACCEPT] = { { "$o = limited(accept($s, NULL, NULL))", "$o = accept($s)" }, false },
	[VERB_SEND] = { { "send_text($s, $t)", "$s.send($t, socket.MSG_DONTWAIT)" }, false },
	[VERB_RECV] = { { "receive($s, $t);", "with outcome() as it:\n    receive(it, $s, $t)" }, true },
	[VERB_SENDTO] = { { "send_to($s, $a, $t)", "$s.sendto($t, socket.MSG_DONTWAIT, $a)" }, false },
	[VERB_SHUTDOWN] = { { "shutdown($s, $h)", "$s.shutdown($h)" }, false },
	[VERB_CLOSE] = { { "close($s)", "$s.close()" }, false },
	[VERB_FORK] = { { "split($c);", "split($c)" }, true },
	[VERB_EXIT] = { { "done(0);\nexit(EXIT_SUCCESS);", "tell(\"ok\", is_expected(\"ok\"))\nos._exit(0)" }, true },
	[VERB_KILL] = { { "done(0);\nraise(SIGKILL);",
			  "tell(\"ok\", is_expected(\"ok\"))\nos.kill(os.getpid(), signal.SIGKILL)" }, true },
	[VERB_SEE] = { BOTH("see($a, $r, $S, $x)"), false },
	[VERB_OWNERS] = { BOTH("owners($a, $S, $A)"), false },
	[VERB_WAIT] = { { "usleep($n * 1000)", "time.sleep($n / 1000)" }, false },
	[VERB_PAUSE] = { BOTH("pause_here()"), false },
};

/* The socket must not be there afterwards: the name may be that of another. */
static const struct phrase accept_in_vain = { { "limited(accept($s, NULL, NULL))", "accept($s)" }, false };

enum form {
	FORM_NUMBER,
	FORM_DEVICE,
	FORM_LINGER,
	FORM_RANGE,
	FORM_COUNT,
};

static const struct phrase sets[FORM_COUNT] = {
	[FORM_NUMBER] = { { "set_option($s, $o, $v)", "$s.setsockopt($o, $v)" }, false },
	[FORM_DEVICE] = { { "set_device($s, $v)", "$s.setsockopt($o, $v)" }, false },
	[FORM_LINGER] = { { "set_linger($s, $v)", "$s.setsockopt($o, struct.pack(\"ii\", $v))" }, false },
	[FORM_RANGE] = { { "set_port_range($s, $v)", "set_port_range($s, $v)" }, false },
};

static const struct phrase gets[FORM_COUNT] = {
	[FORM_NUMBER] = { { "get_option($s, $o);", "with outcome() as it:\n    it.value = $s.getsockopt($o)" }, true },
	[FORM_DEVICE] = { { "get_device($s);", "with outcome() as it:\n    it.value = get_device($s)" }, true },
	[FORM_LINGER] = { { "get_linger($s);", "with outcome() as it:\n    it.value = get_linger($s)" }, true },
	[FORM_RANGE] = { { "get_port_range($s);", "with outcome() as it:\n    it.value = get_port_range($s)" }, true },
};

/* As they are passed to setsockopt(); ipv6: where IPv6 has one of its own. */
static const struct {
	const char *words, *ipv6;
	enum form form;
} options[OPTION_COUNT] = {
	[OPTION_REUSEADDR] = { "SOL_SOCKET, SO_REUSEADDR", NULL, FORM_NUMBER },
	[OPTION_REUSEPORT] = { "SOL_SOCKET, SO_REUSEPORT", NULL, FORM_NUMBER },
	[OPTION_V6ONLY] = { "IPPROTO_IPV6, IPV6_V6ONLY", NULL, FORM_NUMBER },
	[OPTION_FREEBIND] = { "IPPROTO_IP, IP_FREEBIND", "IPPROTO_IPV6, IPV6_FREEBIND", FORM_NUMBER },
	[OPTION_TRANSPARENT] = { "IPPROTO_IP, IP_TRANSPARENT", "IPPROTO_IPV6, IPV6_TRANSPARENT", FORM_NUMBER },
	[OPTION_BIND_ADDRESS_NO_PORT] = { "IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT", NULL, FORM_NUMBER },
	[OPTION_KEEPALIVE] = { "SOL_SOCKET, SO_KEEPALIVE", NULL, FORM_NUMBER },
	[OPTION_NODELAY] = { "IPPROTO_TCP, TCP_NODELAY", NULL, FORM_NUMBER },
	[OPTION_BROADCAST] = { "SOL_SOCKET, SO_BROADCAST", NULL, FORM_NUMBER },
	[OPTION_DEVICE] = { "SOL_SOCKET, SO_BINDTODEVICE", NULL, FORM_DEVICE },
	[OPTION_LINGER] = { "SOL_SOCKET, SO_LINGER", NULL, FORM_LINGER },
	[OPTION_PORT_RANGE] = { "IPPROTO_IP, IP_LOCAL_PORT_RANGE", NULL, FORM_RANGE },
	[OPTION_RCVBUF] = { "SOL_SOCKET, SO_RCVBUF", NULL, FORM_NUMBER },
	[OPTION_SNDBUF] = { "SOL_SOCKET, SO_SNDBUF", NULL, FORM_NUMBER },
	[OPTION_SYNCNT] = { "IPPROTO_TCP, TCP_SYNCNT", NULL, FORM_NUMBER },
};

static const char *const kinds[SOCKET_KIND_COUNT] = {
	[SOCKET_TCP4] = "AF_INET, SOCK_STREAM, IPPROTO_TCP",
	[SOCKET_TCP6] = "AF_INET6, SOCK_STREAM, IPPROTO_TCP",
	[SOCKET_UDP4] = "AF_INET, SOCK_DGRAM, IPPROTO_UDP",
	[SOCKET_UDP6] = "AF_INET6, SOCK_DGRAM, IPPROTO_UDP",
	[SOCKET_UDPLITE4] = "AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE",
	[SOCKET_UDPLITE6] = "AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE",
	[SOCKET_MPTCP4] = "AF_INET, SOCK_STREAM, IPPROTO_MPTCP",
	[SOCKET_MPTCP6] = "AF_INET6, SOCK_STREAM, IPPROTO_MPTCP",
	[SOCKET_UNIX] = "AF_UNIX, SOCK_STREAM, 0",
	[SOCKET_UNIX_DGRAM] = "AF_UNIX, SOCK_DGRAM, 0",
	[SOCKET_UNIX_SEQPACKET] = "AF_UNIX, SOCK_SEQPACKET, 0",
};

const struct phrase *export_phrase(const struct step *step)
{
	if (step->verb == VERB_ACCEPT && !step_allows(step, "ok", NULL))
		return &accept_in_vain;
	if (step->verb == VERB_SET)
		return &sets[options[step->option].form];
	if (step->verb == VERB_GET)
		return &gets[options[step->option].form];
	return &phrases[step->verb];
}

/* The address family of the socket that the step is about. */
static int family_of(const struct export *export)
{
	const struct step *step = export_step(export);
	int kind = export_kind(export, &step->actor, &step->sock);

	return kind >= 0 ? socket_kinds[kind].family : AF_UNSPEC;
}

static void add_socket(struct export *export, struct buf *out)
{
	buf_printf(out, "my.%s", export_name(export, &export_step(export)->sock));
}

static void add_constants(struct export *export, struct buf *out, const char *names)
{
	export_need(export, names);
	export->dialect->add_constants(export, out, names);
}

/* Of a socket option; or the new socket of accept(). */
static void add_other(struct export *export, struct buf *out)
{
	const struct step *step = export_step(export);
	const char *ipv6 = options[step->option].ipv6;

	if (step->verb == VERB_ACCEPT)
		buf_printf(out, "my.%s", export_name(export, &step->other));
	else
		add_constants(export, out,
			      ipv6 != NULL && family_of(export) == AF_INET6 ? ipv6 : options[step->option].words);
}

static void add_kind(struct export *export, struct buf *out)
{
	add_constants(export, out, kinds[export_step(export)->kind]);
}

static void add_value(struct export *export, struct buf *out)
{
	const struct step *step = export_step(export);
	const struct option_value *value = &step->value;

	switch (options[step->option].form) {
	case FORM_DEVICE:
		export->dialect->add_bytes(out, value->device, strlen(value->device));
		break;
	case FORM_LINGER:
		buf_printf(out, "%d, %u", value->off ? 0 : 1, value->number);
		break;
	case FORM_RANGE:
		buf_printf(out, "%u, %u", value->number, value->high);
		break;
	default:
		buf_uint(out, value->number);
	}
}

static void add_number(struct export *export, struct buf *out)
{
	buf_uint(out, export_step(export)->number);
}

static void add_user(struct export *export, struct buf *out)
{
	const struct step *step = export_step(export);

	buf_printf(out, "%u, %u", step->uid, step->gid);
}

static void add_address(struct export *export, struct buf *out)
{
	export->dialect->add_address(export, out, &export_step(export)->endpoint, family_of(export));
}

static void add_remote(struct export *export, struct buf *out)
{
	const struct endpoint *remote = &export_step(export)->remote;

	if (remote->kind != ENDPOINT_NONE) {
		export->dialect->add_address(export, out, remote, AF_UNSPEC);
		return;
	}
	export_need(export, "anywhere");
	buf_puts(out, "anywhere");
}

static void add_payload(struct export *export, struct buf *out)
{
	const struct step *step = export_step(export);

	export->dialect->add_bytes(out, step->verb != VERB_RECV || step->has_text ? step->text : NULL, step->text_length);
}

static void add_how(struct export *export, struct buf *out)
{
	static const char *const names[] = { [SHUT_RD] = "SHUT_RD", [SHUT_WR] = "SHUT_WR", [SHUT_RDWR] = "SHUT_RDWR" };

	add_constants(export, out, names[export_step(export)->how]);
}

static void add_child(struct export *export, struct buf *out)
{
	export->dialect->add_text(out, export_step(export)->other.text);
}

static void add_state(struct export *export, struct buf *out)
{
	export->dialect->add_text(out, state_name(export_step(export)->state));
}

static void add_count(struct export *export, struct buf *out)
{
	int count = export_step(export)->count;

	if (count == COUNT_ANY)
		buf_puts(out, "SOME");
	else
		buf_printf(out, "%d", count);
}

static void add_actors(struct export *export, struct buf *out)
{
	const struct step *step = export_step(export);
	struct buf names = BUF_INIT;

	for (unsigned i = 0; i < step->actor_count; i++)
		buf_printf(&names, "%s%s", i > 0 ? "," : "", step->actors[i].text);
	export->dialect->add_text(out, step->actor_count > 0 ? buf_str(&names) : "-");
	buf_fini(&names);
}

static const struct {
	char letter;
	void (*add)(struct export *export, struct buf *out);
} arguments[] = {
	{ 'A', add_actors }, { 'S', add_state }, { 'a', add_address }, { 'c', add_child }, { 'h', add_how },
	{ 'k', add_kind }, { 'n', add_number }, { 'o', add_other }, { 'r', add_remote }, { 's', add_socket },
	{ 't', add_payload }, { 'u', add_user }, { 'v', add_value }, { 'x', add_count },
};

void export_expand(struct export *export, struct buf *out, const char *text)
{
	for (const char *at = text; *at != '\0'; at++) {
		if (*at != '$') {
			buf_putc(out, *at);
			continue;
		}
		at++;
		for (size_t i = 0; i < sizeof(arguments) / sizeof(arguments[0]); i++) {
			if (arguments[i].letter == *at)
				arguments[i].add(export, out);
		}
	}
}

void export_indent(struct buf *out, const char *indent, const char *lines)
{
	size_t margin = strlen(indent);

	while (*lines != '\0') {
		size_t length = strcspn(lines, "\n");

		/* No blanks at the end of an empty one. */
		while (length == 0 && margin > 0 && strchr(" \t", indent[margin - 1]) != NULL)
			margin--;
		buf_add(out, indent, length > 0 ? strlen(indent) : margin);
		buf_add(out, lines, length);
		buf_putc(out, '\n');
		lines += length + (lines[length] == '\n' ? 1 : 0);
	}
}
