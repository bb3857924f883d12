/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Scenarios in Python.
 */
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "lab/export_internal.h"
#include "model/sock.h"

/* One byte of a string, or of bytes. */
static void add_byte(struct buf *out, char c)
{
	unsigned char byte = (unsigned char)c;

	if (c == '\n')
		buf_puts(out, "\\n");
	else if (c == '"' || c == '\\')
		buf_printf(out, "\\%c", c);
	else if (byte < 0x20 || byte >= 0x7f)
		buf_printf(out, "\\x%02x", byte);
	else
		buf_putc(out, c);
}

/* What people read stays readable; what would not be seen is escaped, and no text is escaped as it is by os.fsdecode(). */
static void add_text(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	while (*text != '\0') {
		const char *from = text;
		uint32_t c = text_decode(&text);

		if (c < 0x80)
			add_byte(out, *from);
		else if (c == TEXT_INVALID)
			buf_printf(out, "\\udc%02x", (unsigned char)*from);
		else if (text_char_width(c) > 0)
			buf_add(out, from, (size_t)(text - from));
		else
			buf_printf(out, "\\U%08x", c);
	}
	buf_putc(out, '"');
}

static void add_bytes(struct buf *out, const char *bytes, size_t length)
{
	if (bytes == NULL) {
		buf_puts(out, "None");
		return;
	}
	buf_puts(out, "b\"");
	for (size_t i = 0; i < length; i++)
		add_byte(out, bytes[i]);
	buf_putc(out, '"');
}

/* One that is not in every version's socket module is in the frame, as a block of that name. */
static bool is_ours(const struct export *export, const char *name, size_t length)
{
	for (const struct export_block *block = export->dialect->blocks; block->words != NULL; block++) {
		if (strlen(block->words) == length && strncmp(block->words, name, length) == 0)
			return true;
	}
	return false;
}

static void add_constants(struct export *export, struct buf *out, const char *names)
{
	while (*names != '\0') {
		size_t length = strcspn(names, ",");
		bool is_name = names[0] >= 'A' && names[0] <= 'Z';

		buf_puts(out, is_name && !is_ours(export, names, length) ? "socket." : "");
		buf_add(out, names, length);
		names += length;
		if (*names == ',') {
			buf_puts(out, ", ");
			names += strspn(names, ", ");
		}
	}
}

/* A name without a file begins with a NUL (unix(7)). */
static void add_unix(struct buf *out, const struct endpoint *endpoint)
{
	struct buf path = BUF_INIT;

	if (endpoint->abstract)
		buf_putc(&path, '\0');
	buf_add(&path, endpoint->path, endpoint->path_length);
	add_bytes(out, path.data, path.length);
	buf_fini(&path);
}

static void add_address(struct export *export, struct buf *out, const struct endpoint *endpoint, int family)
{
	bool is_inet6 = endpoint->kind == ENDPOINT_INET6 || family == AF_INET6;

	if (endpoint->kind == ENDPOINT_UNIX) {
		add_unix(out, endpoint);
		return;
	}
	buf_puts(out, "(\"");
	if (endpoint->kind == ENDPOINT_ANY && family == AF_UNSPEC)
		buf_putc(out, '*');
	else
		address_format(out, is_inet6 ? FAMILY_INET6 : FAMILY_INET, endpoint->address);
	buf_puts(out, "\", ");
	export_add_port(export, out, endpoint);
	if (endpoint->device[0] != '\0') {
		export_need(export, "device_index(");
		buf_puts(out, ", 0, device_index(");
		add_bytes(out, endpoint->device, strlen(endpoint->device));
		buf_putc(out, ')');
	}
	buf_putc(out, ')');
}

static void add_call(struct export *export, struct buf *out, const char *call)
{
	const struct lab_name *sock = export_remembered(export);

	buf_puts(out, "with outcome(");
	if (sock != NULL) {
		export_need(export, "keep_port(");
		export_add_reference(export, out, &export_step(export)->actor, sock);
		buf_printf(out, ", \"%s\"", export_name(export, sock));
	}
	export_need(export, "outcome(");
	buf_printf(out, "):\n    %s", call);
}

static void add_step(struct export *export, struct buf *out, const char *body)
{
	const struct step *step = export_step(export);

	buf_puts(out, "if step(");
	add_text(out, step->source);
	if (step->has_result || verb_must_succeed(step->verb)) {
		buf_puts(out, ", ");
		add_text(out, step->has_result ? step->result : "ok");
	}
	buf_puts(out, "):\n");
	export_indent(out, "    ", body);
}

static void add_port_place(struct export *export, struct buf *out, const struct lab_name *actor, const struct lab_name *sock)
{
	export_need(export, "ports[");
	buf_puts(out, "ports[port_names.index(");
	export_add_reference(export, out, actor, sock);
	buf_puts(out, ")]");
}

static void add_actors(struct export *export, struct buf *out)
{
	buf_puts(out, "names = [\"\"");
	for (size_t i = 0; i < export->actor_count; i++)
		buf_printf(out, ", \"%s\"", export->actors[i].text);
	buf_puts(out, "]\n");
}

static void add_sockets(struct export *export, struct buf *out)
{
	if (export->name_count == 0)
		return;
	buf_puts(out, "\n\nclass my:\n    \"\"\"The sockets.  As every actor is a process, each has its own.\"\"\"\n    ");
	for (size_t i = 0; i < export->name_count; i++)
		buf_printf(out, "%s = ", export->names[i].text);
	buf_puts(out, "socket.socket()\n    ");
	buf_printf(out, "%s.close()\n", export->names[0].text);
}

static void add_ports(struct export *export, struct buf *out)
{
	if (export->port_count == 0)
		return;
	buf_puts(out, "\n# The sockets whose local ports steps ask for.\nport_names = [\n");
	for (size_t i = 0; i < export->port_count; i++) {
		buf_puts(out, "    ");
		export_add_reference(export, out, &export->ports[i].actor, &export->ports[i].sock);
		buf_puts(out, ",\n");
	}
	buf_puts(out, "]\n");
}

const struct dialect export_python = {
	.language = EXPORT_PYTHON,
	.blocks = export_python_blocks,
	.indent = "",
	.comment = "# ",
	.end = "",
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
