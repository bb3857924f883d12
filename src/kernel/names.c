/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/names.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netdb.h>
#include <pwd.h>
#include <stdlib.h>

#include "base/die.h"
#include "kernel/cgroup.h"
#include "kernel/container.h"
#include "model/cgroup.h"
#include "model/sock.h"

/* What the reentrant functions put the strings of an entry into; one that does not fit counts as none. */
enum { STRINGS_SIZE = 4096 };

static char *ask_user(struct name_key key, struct cgroups *cgroups)
{
	(void)cgroups;
	char strings[STRINGS_SIZE];
	struct passwd entry, *found = NULL;

	if (getpwuid_r((uid_t)key.low, &entry, strings, sizeof(strings), &found) != 0 || found == NULL)
		return NULL;
	return xstrdup(found->pw_name);
}

static char *ask_device(struct name_key key, struct cgroups *cgroups)
{
	(void)cgroups;
	char name[IF_NAMESIZE];

	return if_indextoname((unsigned)key.low, name) != NULL ? xstrdup(name) : NULL;
}

static char *ask_service(struct name_key key, struct cgroups *cgroups)
{
	(void)cgroups;
	const char *proto = proto_name((unsigned)key.high);
	char strings[STRINGS_SIZE];
	struct servent entry, *found = NULL;

	if (proto == NULL ||
	    getservbyport_r(htons((uint16_t)key.low), proto, &entry, strings, sizeof(strings), &found) != 0 || found == NULL)
		return NULL;
	return xstrdup(found->s_name);
}

static char *ask_cgroup(struct name_key key, struct cgroups *cgroups)
{
	return cgroups_path(cgroups, key.low);
}

static char *ask_container(struct name_key key, struct cgroups *cgroups)
{
	char *path = cgroups_path(cgroups, key.low), *name = NULL;
	struct cgroup cgroup = { .id = key.low };

	if (path != NULL) {
		cgroup_read(&cgroup, path);
		name = container_name(&cgroup, "");
	}
	cgroup_fini(&cgroup);
	free(path);
	return name;
}

char *names_ask(const struct name_question *question, struct cgroups *cgroups)
{
	static char *(*const ask[NAME_KIND_COUNT])(struct name_key, struct cgroups *) = {
		[NAME_USER] = ask_user,
		[NAME_DEVICE] = ask_device,
		[NAME_SERVICE] = ask_service,
		[NAME_CGROUP] = ask_cgroup,
		[NAME_CONTAINER] = ask_container,
	};

	return ask[question->kind](question->key, cgroups);
}

static void learn(struct names *names, const struct name_question *question, struct cgroups *cgroups, uint64_t now_ns)
{
	struct name_cache *cache = &names->of[question->kind];

	if (!name_due(cache, question->key, now_ns))
		return;
	char *name = names_ask(question, cgroups);
	name_learn(cache, question->key, name, true, now_ns);
	free(name);
}

void names_learn(struct names *names, const struct sock *sock, unsigned kinds, uint64_t now_ns)
{
	struct name_question wanted[NAMES_OF_SOCK];
	size_t count = names_of_sock(sock, kinds, wanted);

	for (size_t i = 0; i < count; i++)
		learn(names, &wanted[i], NULL, now_ns);
}

void names_learn_cgroup(struct names *names, struct cgroups *cgroups, uint64_t id, uint64_t now_ns)
{
	for (enum name_kind kind = NAME_CGROUP; kind <= NAME_CONTAINER; kind++)
		learn(names, &(struct name_question){ kind, name_number(id) }, cgroups, now_ns);
}
