/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/unix_name.h"

#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "model/sock.h"

bool unix_name_has(const struct sock_info *info)
{
	return info != NULL && (info->have & INFO_NAME) != 0;
}

/* Up to the next blank or NUL. */
static size_t part_length(const char *from, const char *end)
{
	const char *at = from;

	while (at < end && *at != ' ' && *at != '\0')
		at++;
	return (size_t)(at - from);
}

void unix_name_format(struct buf *out, const struct sock_info *info)
{
	struct buf part = BUF_INIT;

	if (!unix_name_has(info))
		return;
	buf_puts(out, info->is_abstract ? "@" : "");
	for (const char *at = info->name, *end = at + info->name_length; at < end; at++) {
		size_t length = part_length(at, end);

		buf_clear(&part);
		buf_add(&part, at, length);
		text_clean(out, buf_str(&part));
		at += length;
		if (at < end)
			buf_printf(out, "\\x%02x", (unsigned char)*at);
	}
	buf_fini(&part);
}

void unix_name_text(struct buf *out, const struct sock_info *info)
{
	if (!unix_name_has(info))
		return;
	buf_puts(out, info->is_abstract ? "@" : "");
	for (unsigned i = 0; i < info->name_length; i++)
		buf_putc(out, info->name[i] != '\0' ? info->name[i] : '@');
}

/* 0: a path, 1: an abstract name, 2: none */
static int kind_of(const struct sock_info *info)
{
	return !unix_name_has(info) ? 2 : info->is_abstract ? 1 : 0;
}

int unix_name_compare(const struct sock_info *a, const struct sock_info *b)
{
	int kinds[] = { kind_of(a), kind_of(b) };

	if (kinds[0] != kinds[1] || kinds[0] == 2)
		return kinds[0] - kinds[1];
	size_t common = a->name_length < b->name_length ? a->name_length : b->name_length;
	int order = memcmp(a->name, b->name, common);
	return order != 0 ? order : a->name_length - b->name_length;
}
