/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/flags.h"

#include "model/sock.h"

const struct flag_name flag_names[FLAG_COUNT] = {
	{ FLAG_REUSEADDR, 'A', "SO_REUSEADDR", "reuseaddr" },
	{ FLAG_REUSEPORT, 'P', "SO_REUSEPORT", "reuseport" },
	{ FLAG_V6ONLY, '6', "IPV6_V6ONLY", "v6only" },
	{ FLAG_FREEBIND, 'F', "IP_FREEBIND", "freebind" },
	{ FLAG_TRANSPARENT, 'T', "IP_TRANSPARENT", "transparent" },
	{ FLAG_NO_PORT, 'N', "IP_BIND_ADDRESS_NO_PORT", "bind_address_no_port" },
};

void flags_learn(struct sock_flags *flags, enum sock_flag flag, bool set)
{
	flags_merge(flags, (struct sock_flags){ .known = (uint8_t)flag, .set = (uint8_t)(set ? flag : 0) });
}

void flags_merge(struct sock_flags *flags, struct sock_flags newer)
{
	flags->set = (uint8_t)((flags->set & ~newer.known) | newer.set);
	flags->known |= newer.known;
}

bool flags_decide(struct sock_flags flags, unsigned family)
{
	unsigned needed = FLAG_REUSEADDR | FLAG_REUSEPORT | (family == FAMILY_INET6 ? FLAG_V6ONLY : 0);

	if (!family_is_inet(family))
		return true; /* they decide nothing there */
	return (flags.known & needed) == needed;
}
