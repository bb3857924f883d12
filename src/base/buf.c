/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"

/* Makes room for more bytes and a NUL behind them. */
static void reserve(struct buf *buf, size_t more)
{
	size_t wanted = buf->length + more + 1;
	size_t capacity = buf->capacity ? buf->capacity : 64;

	if (wanted <= buf->capacity)
		return;
	while (capacity < wanted)
		capacity *= 2;
	buf->data = xrealloc_array(buf->data, capacity, 1);
	buf->capacity = capacity;
}

void buf_fini(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf)BUF_INIT;
}

void buf_clear(struct buf *buf)
{
	buf->length = 0;
	if (buf->data != NULL)
		buf->data[0] = '\0';
}

const char *buf_str(const struct buf *buf)
{
	return buf->data != NULL ? buf->data : "";
}

void buf_add(struct buf *buf, const void *bytes, size_t length)
{
	reserve(buf, length);
	memcpy(buf->data + buf->length, bytes, length);
	buf->length += length;
	buf->data[buf->length] = '\0';
}

void buf_puts(struct buf *buf, const char *string)
{
	buf_add(buf, string, strlen(string));
}

void buf_fill(struct buf *buf, char c, size_t count)
{
	reserve(buf, count);
	memset(buf->data + buf->length, c, count);
	buf->length += count;
	buf->data[buf->length] = '\0';
}

void buf_uint(struct buf *buf, uint64_t value)
{
	char digits[20]; /* 2^64 has 20 of them */
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	buf_add(buf, digits + at, sizeof(digits) - at);
}

void buf_printf(struct buf *buf, const char *format, ...)
{
	va_list arguments, again;

	va_start(arguments, format);
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (length < 0)
		die("cannot format \"%s\"", format);
	reserve(buf, (size_t)length);
	vsnprintf(buf->data + buf->length, (size_t)length + 1, format, again);
	va_end(again);
	buf->length += (size_t)length;
}
