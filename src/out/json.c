/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/json.h"

#include <time.h>

#include "base/clock.h"
#include "base/text.h"
#include "model/column.h"
#include "model/history.h"
#include "model/listing.h"
#include "model/names.h"
#include "model/table.h"
#include "out/sink.h"

void json_string(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	while (*text != '\0') {
		const char *from = text;
		uint32_t c = text_decode(&text);

		if (c == TEXT_INVALID)
			buf_printf(out, "\\udc%02x", (unsigned char)*from);
		else if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", (int)c);
		else if (c < 0x20 || (c >= 0x7f && c <= 0x9f))
			buf_printf(out, "\\u%04x", c);
		else
			buf_add(out, from, (size_t)(text - from));
	}
	buf_putc(out, '"');
}

static void string_or_null(struct buf *out, const char *text)
{
	if (text != NULL)
		json_string(out, text);
	else
		buf_puts(out, "null");
}

static void uint_or_null(struct buf *out, bool known, uint64_t value)
{
	if (known)
		buf_uint(out, value);
	else
		buf_puts(out, "null");
}

/* The host's name, where names were asked for. */
static void add_name(struct buf *out, unsigned family, const uint8_t address[16], const struct names *names)
{
	if (!names->resolve)
		return;
	buf_puts(out, ",\"name\":");
	string_or_null(out, name_get(&names->of[NAME_HOST], name_address(family, address)));
}

static void add_endpoint(struct buf *out, unsigned family, const uint8_t address[16], uint16_t port)
{
	buf_puts(out, "{\"addr\":\"");
	address_format(out, family, address);
	buf_puts(out, "\",\"port\":");
	buf_uint(out, port);
}

static void add_device(struct buf *out, uint32_t ifindex, const struct names *names)
{
	const char *name = name_get(&names->of[NAME_DEVICE], name_number(ifindex));

	buf_puts(out, ",\"dev\":");
	if (ifindex != 0 && name == NULL)
		buf_printf(out, "\"%u\"", ifindex);
	else
		string_or_null(out, ifindex != 0 ? name : NULL);
}

static void add_identity(struct buf *out, const struct sock *sock, const struct names *names)
{
	buf_printf(out, "{\"proto\":\"%s\",\"family\":\"%s\",\"state\":\"", proto_name(sock->proto),
		   sock->family == FAMILY_INET6 ? "inet6" : "inet");
	state_format(out, sock->state);
	buf_puts(out, "\",\"local\":");
	add_endpoint(out, sock->family, sock->local, sock->local_port);
	add_device(out, sock->ifindex, names);
	add_name(out, sock->family, sock->local, names);
	buf_puts(out, "},\"remote\":");
	add_endpoint(out, sock->family, sock->foreign, sock->foreign_port);
	add_name(out, sock->family, sock->foreign, names);
	buf_putc(out, '}');
}

static void add_timer(struct buf *out, const struct sock *sock)
{
	buf_puts(out, ",\"timer\":");
	if (!(sock->have & HAVE_TIMER)) {
		buf_puts(out, "null");
		return;
	}
	buf_printf(out, "{\"kind\":\"%s\",\"ms\":", timer_name(sock->timer));
	uint_or_null(out, sock->timer != TIMER_OFF, sock->timer_ms);
	buf_printf(out, ",\"retrans\":%u}", (unsigned)sock->retrans);
}

static void add_facts(struct buf *out, const struct sock *sock, const struct names *names)
{
	bool has_uid = (sock->have & HAVE_UID) != 0, has_queues = (sock->have & HAVE_QUEUES) != 0;

	buf_puts(out, ",\"recvq\":");
	uint_or_null(out, has_queues, sock->recv_queue);
	buf_puts(out, ",\"sendq\":");
	uint_or_null(out, has_queues, sock->send_queue);
	buf_puts(out, ",\"uid\":");
	uint_or_null(out, has_uid, sock->uid);
	buf_puts(out, ",\"user\":");
	string_or_null(out, has_uid ? name_get(&names->of[NAME_USER], name_number(sock->uid)) : NULL);
	buf_puts(out, ",\"inode\":");
	buf_uint(out, sock->inode);
	buf_puts(out, ",\"cookie\":");
	buf_uint(out, sock->cookie);
	buf_puts(out, ",\"netns\":null");
	add_timer(out, sock);
}

static void add_options(struct buf *out, const struct sock *sock)
{
	buf_puts(out, ",\"options\":{");
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		bool known = (sock->flags.known & flag_names[i].flag) != 0, set = (sock->flags.set & flag_names[i].flag) != 0;

		buf_puts(out, i > 0 ? ",\"" : "\"");
		buf_puts(out, flag_names[i].member);
		buf_puts(out, !known ? "\":null" : set ? "\":true" : "\":false");
	}
	buf_putc(out, '}');
}

static void add_owners(struct buf *out, const struct row *row)
{
	if (row->owner_count == 0 && row->sock.inode != 0) {
		buf_puts(out, "null"); /* there is a descriptor somewhere, and nobody knows whose */
		return;
	}
	buf_putc(out, '[');
	for (uint32_t i = 0; i < row->owner_count; i++) {
		buf_printf(out, "%s{\"pid\":%d,\"fd\":%d,\"comm\":", i > 0 ? "," : "", row->owners[i].pid, row->owners[i].fd);
		json_string(out, row->owners[i].comm);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

void json_socket(struct buf *out, const struct row *row, const struct column_context *context)
{
	add_identity(out, &row->sock, context->names);
	add_facts(out, &row->sock, context->names);
	add_options(out, &row->sock);
	buf_puts(out, ",\"owners\":");
	add_owners(out, row);
	buf_printf(out, ",\"former_owners\":%s}", row->owners_former ? "true" : "false");
}

void json_write_lines(struct sink *sink, const struct table *table, const struct listing *listing,
		      const struct column_context *context)
{
	for (size_t i = 0; i < listing->count; i++) {
		json_socket(&sink->buf, &table->rows[listing->rows[i]], context);
		buf_putc(&sink->buf, '\n');
		sink_flow(sink);
	}
}

/* RFC 3339 in UTC, to the millisecond. */
static void add_time(struct buf *out, uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / NS_PER_S);
	struct tm utc;
	char text[32];

	gmtime_r(&seconds, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc);
	buf_printf(out, "%s.%03uZ", text, (unsigned)(real_ns % NS_PER_S / NS_PER_MS));
}

void json_write_document(struct sink *sink, const struct table *table, const struct listing *listing,
			 const struct column_context *context, const struct json_head *head)
{
	buf_puts(&sink->buf, "{\"schema\":1,\"time\":\"");
	add_time(&sink->buf, head->real_ns);
	buf_puts(&sink->buf, "\",\"sockets\":[");
	for (size_t i = 0; i < listing->count; i++) {
		buf_puts(&sink->buf, i > 0 ? ",\n" : "\n");
		json_socket(&sink->buf, &table->rows[listing->rows[i]], context);
		sink_flow(sink);
	}
	buf_printf(&sink->buf, "\n],\"hidden\":{\"owners\":%zu,\"flags\":%zu}}\n", head->hidden, head->hidden_flags);
}

static void add_entry(struct buf *out, const struct history_entry *entry, const struct names *names)
{
	struct owner owner;
	const struct row row = history_row(entry, &owner);
	const struct column_context context = { .names = names };

	buf_puts(out, "{\"time\":\"");
	add_time(out, entry->real_ns);
	buf_printf(out, "\",\"event\":\"%s\",\"from\":", history_kind_name(entry->kind));
	string_or_null(out, entry->kind == HISTORY_CHANGED ? state_name(entry->from) : NULL);
	buf_printf(out, ",\"unseen\":%s,\"socket\":", entry->unseen ? "true" : "false");
	if (entry->kind == HISTORY_LOST)
		buf_puts(out, "null");
	else
		json_socket(out, &row, &context);
	buf_puts(out, "}\n");
}

void json_write_history(struct sink *sink, const struct history *history, const struct names *names)
{
	for (size_t age = history->count; age-- > 0;) {
		add_entry(&sink->buf, history_at(history, age), names);
		sink_flow(sink);
	}
}
