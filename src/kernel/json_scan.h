/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads texts out of a JSON document that another program wrote, without keeping the rest.  What is no JSON gives what can be
 * made out of it, or nothing; nothing in it does harm.
 */
#ifndef KERNEL_JSON_SCAN_H
#define KERNEL_JSON_SCAN_H

/* Where a text stands: in how many objects and lists, and below which keys of them; deeper ones are passed over. */
enum { JSON_DEPTH_MAX = 4, JSON_TEXT_MAX = 256 };

struct json_place {
	unsigned depth;
	char keys[JSON_DEPTH_MAX + 1][JSON_TEXT_MAX]; /* from 1 on; "" for a list */
};

/* text: that of a value, cut to what fits, valid for the call; NULL: an object begins there. */
typedef void json_take_fn(void *context, const struct json_place *place, const char *text);

void json_scan(const char *json, json_take_fn *take, void *context);

#endif
