/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A string that grows.  Always NUL-terminated once something was added; may hold any bytes.
 * Knows nothing of what is written into it.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

struct buf {
	char *data;      /* owned; NULL while nothing was added */
	size_t length;   /* bytes, without the NUL */
	size_t capacity; /* bytes allocated */
};

#define BUF_INIT { NULL, 0, 0 }

void buf_fini(struct buf *buf);

/* Empties it and keeps the memory. */
void buf_clear(struct buf *buf);

/* The content as a C string, "" when nothing was ever added.  Valid until the next change. */
const char *buf_str(const struct buf *buf);

void buf_add(struct buf *buf, const void *bytes, size_t length);
void buf_puts(struct buf *buf, const char *string);

/* Where most of what is written has one byte, a call for each would be half of the work. */
static inline void buf_putc(struct buf *buf, char c)
{
	if (buf->length + 1 >= buf->capacity) {
		buf_add(buf, &c, 1);
		return;
	}
	buf->data[buf->length++] = c;
	buf->data[buf->length] = '\0';
}

void buf_fill(struct buf *buf, char c, size_t count);

/* Decimal; what a million rows are made of, so it does not go through printf. */
void buf_uint(struct buf *buf, uint64_t value);

void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
