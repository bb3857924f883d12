/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Names of users, devices, services, hosts, control groups and network namespaces, learnt once and then only looked up: drawing a row never asks a name service.
 * Who fills it: kernel/names.h, kernel/names_worker.h, a source (kernel/source.h), or a test by hand.
 *
 * What is kept is bounded, because who connects to a server decides which hosts there are: of too many names the oldest give
 * way, and after some time a name is asked for again, while the old one still stands there.
 */
#ifndef MODEL_NAMES_H
#define MODEL_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/map.h"

struct sock;

enum name_kind {
	NAME_USER,
	NAME_DEVICE,
	NAME_SERVICE,
	NAME_HOST,
	NAME_CGROUP,    /* the path of a cgroup, or CGROUP_DELETED, by its number */
	NAME_CONTAINER, /* what the container of a cgroup is called */
	NAME_NETNS, /* network namespaces */
	NAME_KIND_COUNT,
};

/* What has a name. */
struct name_key {
	uint64_t high, low;
};

struct name_question {
	enum name_kind kind;
	struct name_key key;
};

/* One that was asked for, or learnt. */
struct name {
	struct name_key key;
	char *text;         /* owned; NULL: it has none, or none is known yet */
	uint64_t since_ns;  /* when it was asked for, and later when it was learnt */
	bool asked;         /* an answer is still to come */
	bool sure;          /* somebody who should know has answered */
};

/* How many of a kind are kept. */
enum { NAMES_MOST = 4096 };

/* After this time they are asked for again: a name, and that there is none, or that nobody answered. */
#define NAME_LIFE_NS (600 * NS_PER_S)
#define NAME_NONE_LIFE_NS (60 * NS_PER_S)

/* Names that are younger do not give way: were more than fit shown at once, all would be asked for without end. */
#define NAME_KEPT_NS (10 * NS_PER_S)

struct name_cache {
	struct map index;   /* hash of the key -> index in all */
	struct name *all;   /* owned */
	size_t count, capacity;
	size_t oldest;      /* index of the next one to give way */
	size_t most;        /* as many are kept; 0: no bound */
	size_t pending;     /* those that were asked for and not answered yet */
	unsigned changes;   /* how often it came to say something else than before */
};

struct names {
	struct name_cache of[NAME_KIND_COUNT];
	bool resolve;       /* hosts and services are shown by their names */
	uint32_t netns;     /* inode of the own network namespace, where sockets of several are told; 0: only of this one */
};

/* Nothing, and no bounds. */
#define NAMES_INIT { .resolve = false }

/* Nothing, and at most NAMES_MOST of each kind. */
void names_init(struct names *names);
void names_fini(struct names *names);
void name_cache_fini(struct name_cache *cache);

/* Users and cgroups are numbers, and network namespaces, too, as in struct sock. */
struct name_key name_number(uint64_t number);

/* The inode of a network namespace (struct sock); 0: it is not known. */
uint32_t names_netns(const struct names *names, uint32_t netns);

/* A device belongs to a network namespace. */
struct name_key name_device(uint32_t netns, uint32_t ifindex);

/* IPv4 addresses that are mapped into IPv6 (::ffff:1.2.3.4) are the same hosts. */
struct name_key name_address(unsigned family, const uint8_t address[16]);

/* The reverse; returns the family. */
unsigned name_address_of(struct name_key key, uint8_t address[16]);

/* A port of a protocol (enum sock_proto). */
struct name_key name_service(unsigned proto, uint16_t port);

/* Whether it is to be asked for: it never was, or too long ago; and there is room for the answer. */
bool name_due(const struct name_cache *cache, struct name_key key, uint64_t now_ns);

/* Remembers that it was asked for, so that it is not asked for twice. */
void name_asked(struct name_cache *cache, struct name_key key, uint64_t now_ns);

/* Remembers a copy of the answer.  NULL: it has no name, or, when that is not sure, nobody has told one: an old one stays. */
void name_learn(struct name_cache *cache, struct name_key key, const char *text, bool sure, uint64_t now_ns);

/* The name, or NULL when there is none or it was never learnt. */
const char *name_get(const struct name_cache *cache, struct name_key key);

/* Another number when any name is another one than before, or is none. */
unsigned names_changes(const struct names *names);

/* Whether somebody who should know has answered, be it that there is no name. */
bool name_is_sure(const struct name_cache *cache, struct name_key key);

/*
 * What a socket's row needs of these kinds (1 << enum name_kind); hosts that are wildcards and ports that are 0 have no names.
 * What belongs to another network namespace can be asked only there, which is the source's to do.
 */
enum { NAMES_OF_SOCK = 6 };
size_t names_of_sock(const struct sock *sock, unsigned kinds, struct name_question wanted[NAMES_OF_SOCK]);

/*
 * Whether a name that somebody else's name server told can stand where an address stood: one word, that is no address itself
 * and has nothing in it that separates the parts of an endpoint.  Escape bytes are text_clean's to deal with.
 */
bool host_name_is_usable(const char *text);

#endif
