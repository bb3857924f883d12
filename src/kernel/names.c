/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/names.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "model/sock.h"

/* What the reentrant functions put the strings of an entry into; one that does not fit counts as none. */
enum { STRINGS_SIZE = 4096 };

static char *copy(const char *text)
{
	char *made = strdup(text);

	if (made == NULL)
		die("out of memory");
	return made;
}

static char *ask_user(struct name_key key)
{
	char strings[STRINGS_SIZE];
	struct passwd entry, *found = NULL;

	if (getpwuid_r((uid_t)key.low, &entry, strings, sizeof(strings), &found) != 0 || found == NULL)
		return NULL;
	return copy(found->pw_name);
}

static char *ask_device(struct name_key key)
{
	char name[IF_NAMESIZE];

	return if_indextoname((unsigned)key.low, name) != NULL ? copy(name) : NULL;
}

static char *ask_service(struct name_key key)
{
	const char *proto = proto_name((unsigned)key.high);
	char strings[STRINGS_SIZE];
	struct servent entry, *found = NULL;

	if (proto == NULL ||
	    getservbyport_r(htons((uint16_t)key.low), proto, &entry, strings, sizeof(strings), &found) != 0 || found == NULL)
		return NULL;
	return copy(found->s_name);
}

char *names_ask(const struct name_question *question)
{
	static char *(*const ask[NAME_KIND_COUNT])(struct name_key) = {
		[NAME_USER] = ask_user,
		[NAME_DEVICE] = ask_device,
		[NAME_SERVICE] = ask_service,
	};

	return ask[question->kind](question->key);
}

void names_learn(struct names *names, const struct sock *sock, unsigned kinds, uint64_t now_ns)
{
	struct name_question wanted[NAMES_OF_SOCK];
	size_t count = names_of_sock(sock, kinds, wanted);

	for (size_t i = 0; i < count; i++) {
		struct name_cache *cache = &names->of[wanted[i].kind];

		if (!name_due(cache, wanted[i].key, now_ns))
			continue;
		char *name = names_ask(&wanted[i]);
		name_learn(cache, wanted[i].key, name, true, now_ns);
		free(name);
	}
}
