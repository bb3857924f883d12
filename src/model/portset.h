/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A set of ports, as users write it: "80", "80,443", "8000-8100", "http", ":9999".
 * Knows the services database (getservbyname(3)) and nothing else.
 */
#ifndef MODEL_PORTSET_H
#define MODEL_PORTSET_H

#include <stdbool.h>
#include <stdint.h>

struct buf;

struct portset {
	uint64_t bits[1024]; /* bit P % 64 of word P / 64: port P */
	unsigned count;      /* ports in the set; 0 means "no restriction" to those who filter by it */
};

struct port_range {
	uint16_t low, high; /* both belong to it */
};

bool portset_has(const struct portset *set, uint16_t port);
void portset_add(struct portset *set, uint16_t low, uint16_t high);

/*
 * Adds what the text names: items separated by commas, each a port (1 to 65535), LOW-HIGH or a service name, with one
 * colon before it if wanted.  Returns false, changes nothing and appends one line without a newline to error when
 * the text is none; the line names the word at fault and what would be right.
 */
bool portset_parse(struct portset *set, const char *text, struct buf *error);

/* Finds the first run of ports at or above *from, and moves *from behind it; false when there is none.  Begin with 0. */
bool portset_next(const struct portset *set, uint32_t *from, struct port_range *run);

/* Appends the set as portset_parse reads it: "80,443,8000-8100". */
void portset_format(struct buf *out, const struct portset *set);

#endif
