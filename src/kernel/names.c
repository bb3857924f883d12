/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/names.h"

#include <net/if.h>
#include <pwd.h>
#include <stddef.h>

#include "model/names.h"
#include "model/sock.h"

static void learn_user(struct name_map *users, uint32_t uid)
{
	char strings[4096];
	struct passwd entry, *found = NULL;

	if (getpwuid_r(uid, &entry, strings, sizeof(strings), &found) != 0)
		found = NULL;
	name_learn(users, uid, found != NULL ? found->pw_name : NULL);
}

static void learn_device(struct name_map *devices, uint32_t ifindex)
{
	char name[IF_NAMESIZE];

	name_learn(devices, ifindex, if_indextoname(ifindex, name));
}

void names_learn(struct names *names, const struct sock *sock)
{
	if ((sock->have & HAVE_UID) && !name_known(&names->users, sock->uid))
		learn_user(&names->users, sock->uid);
	if (sock->ifindex != 0 && !name_known(&names->devices, sock->ifindex))
		learn_device(&names->devices, sock->ifindex);
}
