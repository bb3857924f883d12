/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A reply of some family in sock_diag, made by hand, and what was read of it.
 */
#ifndef TESTS_UNIT_FAMILY_FIXTURE_H
#define TESTS_UNIT_FAMILY_FIXTURE_H

#include "helpers.h"

#include <libmnl/libmnl.h>

#include "kernel/family.h"
#include "model/query.h"
#include "model/sock.h"

struct family_fixture {
	_Alignas(struct nlmsghdr) char bytes[4096];
	struct nlmsghdr *message;
	const struct dump_class *class;
	struct sock sock;
	struct sock_info info;
	struct query query;
	unsigned long malformed;
};

extern struct family_fixture fixture;

/* Begins a reply of that class with the family's own part, which is copied. */
void family_begin(unsigned proto, unsigned family, const void *own, size_t length);

/* Of TCP and its like: port 80 to port 40000, with the cookie 0x0000000200000001. */
void family_begin_inet(unsigned proto, uint8_t state);

bool family_read(const struct nlmsghdr *message);

#endif
