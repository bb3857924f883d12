/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios in C.
 */
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "lab/export_internal.h"
#include "model/sock.h"

/* One byte of a string.  Octal, as an escape in hex has no end of its own; ?? may begin a trigraph. */
static void add_byte(struct buf *out, char c, char before)
{
	unsigned char byte = (unsigned char)c;

	if (c == '\n')
		buf_puts(out, "\\n");
	else if (c == '"' || c == '\\' || (c == '?' && before == '?'))
		buf_printf(out, "\\%c", c);
	else if (byte < 0x20 || byte >= 0x7f)
		buf_printf(out, "\\%03o", byte);
	else
		buf_putc(out, c);
}

/* What people read stays readable; what would not be seen is escaped. */
static void add_text(struct buf *out, const char *text)
{
	char before = '\0';

	buf_putc(out, '"');
	while (*text != '\0') {
		const char *from = text;
		uint32_t c = text_decode(&text);

		if (c >= 0x80 && c != TEXT_INVALID && text_char_width(c) > 0) {
			buf_add(out, from, (size_t)(text - from));
			continue;
		}
		for (; from < text; before = *from++)
			add_byte(out, *from, before);
	}
	buf_putc(out, '"');
}

static void add_bytes(struct buf *out, const char *bytes, size_t length)
{
	if (bytes == NULL) {
		buf_puts(out, "NULL, 0");
		return;
	}
	buf_putc(out, '"');
	for (size_t i = 0; i < length; i++)
		add_byte(out, bytes[i], i > 0 ? bytes[i - 1] : '\0');
	buf_printf(out, "\", %zu", length);
}

static void add_constants(struct export *export, struct buf *out, const char *names)
{
	(void)export;
	buf_puts(out, names);
}

static void add_unix(struct export *export, struct buf *out, const struct endpoint *endpoint)
{
	const char *call = endpoint->abstract ? "unix_name(" : "unix_path(";

	export_need(export, call);
	buf_puts(out, call);
	add_text(out, endpoint->path);
	buf_putc(out, ')');
}

static void add_inet(struct export *export, struct buf *out, const struct endpoint *endpoint, unsigned family)
{
	const char *call = family == FAMILY_INET6 ? "ipv6(" : "ipv4(";

	export_need(export, call);
	buf_printf(out, "%s\"", call);
	address_format(out, family, endpoint->address);
	buf_puts(out, "\", ");
	export_add_port(export, out, endpoint);
	buf_putc(out, ')');
}

static void add_address(struct export *export, struct buf *out, const struct endpoint *endpoint, int family)
{
	bool has_device = endpoint->device[0] != '\0';

	if (endpoint->kind == ENDPOINT_UNIX) {
		add_unix(export, out, endpoint);
		return;
	}
	if (endpoint->kind == ENDPOINT_ANY && family == AF_UNSPEC) {
		export_need(export, "wildcard(");
		buf_puts(out, "wildcard(");
		export_add_port(export, out, endpoint);
		buf_putc(out, ')');
		return;
	}
	if (has_device) {
		export_need(export, "on_device(");
		buf_puts(out, "on_device(");
	}
	add_inet(export, out, endpoint,
		 endpoint->kind == ENDPOINT_INET6 || family == AF_INET6 ? FAMILY_INET6 : FAMILY_INET);
	if (has_device) {
		buf_puts(out, ", ");
		add_text(out, endpoint->device);
		buf_putc(out, ')');
	}
}

static void add_call(struct export *export, struct buf *out, const char *call)
{
	const struct lab_name *sock = export_remembered(export);

	export_need(export, sock != NULL ? "remember(" : "done(");
	if (sock != NULL) {
		buf_puts(out, "remember(");
		export_add_reference(export, out, &export_step(export)->actor, sock);
		buf_printf(out, ", &my.%s, %s);", export_name(export, sock), call);
	} else {
		buf_printf(out, "done(%s);", call);
	}
}

static void add_condition(struct export *export, struct buf *out, const struct endpoint *endpoint)
{
	if (endpoint->port_of.text[0] == '\0')
		return;
	buf_puts(out, " && has_port(");
	export_add_reference(export, out, export_port_actor(export, endpoint), &endpoint->port_of);
	buf_putc(out, ')');
}

static void add_step(struct export *export, struct buf *out, const char *body)
{
	const struct step *step = export_step(export);
	bool has_many = strchr(body, '\n') != NULL;

	buf_puts(out, "\tif (step(");
	add_text(out, step->source);
	buf_puts(out, ", ");
	if (step->has_result)
		add_text(out, step->result);
	else
		buf_puts(out, verb_must_succeed(step->verb) ? "\"ok\"" : "NULL");
	buf_putc(out, ')');
	add_condition(export, out, &step->endpoint);
	add_condition(export, out, &step->remote);
	buf_puts(out, has_many ? ") {\n" : ")\n");
	export_indent(out, "\t\t", body);
	buf_puts(out, has_many ? "\t}\n" : "");
}

static void add_port_place(struct export *export, struct buf *out, const struct lab_name *actor, const struct lab_name *sock)
{
	export_need(export, "port(");
	buf_puts(out, "*port(");
	export_add_reference(export, out, actor, sock);
	buf_putc(out, ')');
}

static void add_actors(struct export *export, struct buf *out)
{
	buf_puts(out, "static const char *const names[] = { \"\"");
	for (size_t i = 0; i < export->actor_count; i++)
		buf_printf(out, ", \"%s\"", export->actors[i].text);
	buf_puts(out, " };\n");
}

static void add_sockets(struct export *export, struct buf *out)
{
	if (export->name_count == 0)
		return;
	buf_puts(out, "\n/* The sockets.  As every actor is a process, each has its own. */\nstatic struct {\n\tint ");
	for (size_t i = 0; i < export->name_count; i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "", export->names[i].text);
	buf_puts(out, ";\n} my = { ");
	for (size_t i = 0; i < export->name_count; i++)
		buf_puts(out, i > 0 ? ", -1" : "-1");
	buf_puts(out, " };\n");
}

static void add_ports(struct export *export, struct buf *out)
{
	if (export->port_count == 0)
		return;
	buf_puts(out, "\n/* The sockets whose local ports steps ask for. */\nstatic const char *const port_names[] = {\n");
	for (size_t i = 0; i < export->port_count; i++) {
		buf_puts(out, "\t");
		export_add_reference(export, out, &export->ports[i].actor, &export->ports[i].sock);
		buf_puts(out, ",\n");
	}
	buf_puts(out, "};\nenum { PORTS = sizeof(port_names) / sizeof(port_names[0]) };\n");
}

const struct dialect export_c = {
	.language = EXPORT_C,
	.blocks = export_c_blocks,
	.indent = "\t",
	.comment = " * ",
	.end = ";",
	.add_text = add_text,
	.add_bytes = add_bytes,
	.add_constants = add_constants,
	.add_address = add_address,
	.add_call = add_call,
	.add_step = add_step,
	.add_port_place = add_port_place,
	.add_actors = add_actors,
	.add_sockets = add_sockets,
	.add_ports = add_ports,
};
