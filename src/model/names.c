/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/names.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "model/sock.h"

/* The first twelve bytes of ::ffff:0.0.0.0 as they stand in a key. */
#define MAPPED_LOW (UINT64_C(0xffff) << 32)

void names_init(struct names *names)
{
	*names = (struct names)NAMES_INIT;
	for (size_t kind = 0; kind < NAME_KIND_COUNT; kind++)
		names->of[kind].most = NAMES_MOST;
}

void name_cache_fini(struct name_cache *cache)
{
	for (size_t i = 0; i < cache->count; i++)
		free(cache->all[i].text);
	free(cache->all);
	map_fini(&cache->index);
}

void names_fini(struct names *names)
{
	for (size_t kind = 0; kind < NAME_KIND_COUNT; kind++)
		name_cache_fini(&names->of[kind]);
	*names = (struct names)NAMES_INIT;
}

struct name_key name_number(uint64_t number)
{
	return (struct name_key){ .low = number };
}

uint32_t names_netns(const struct names *names, uint32_t netns)
{
	return netns != 0 ? netns : names->netns;
}

struct name_key name_device(uint32_t netns, uint32_t ifindex)
{
	return (struct name_key){ .high = netns, .low = ifindex };
}

struct name_key name_service(unsigned proto, uint16_t port)
{
	return (struct name_key){ .high = proto, .low = port };
}

static uint64_t read_bytes(const uint8_t *bytes, size_t count)
{
	uint64_t value = 0;

	for (size_t i = 0; i < count; i++)
		value = value << 8 | bytes[i];
	return value;
}

static void write_bytes(uint8_t *bytes, size_t count, uint64_t value)
{
	for (size_t i = count; i-- > 0; value >>= 8)
		bytes[i] = (uint8_t)value;
}

struct name_key name_address(unsigned family, const uint8_t address[16])
{
	if (family == FAMILY_INET)
		return (struct name_key){ .low = MAPPED_LOW | read_bytes(address, 4) };
	return (struct name_key){ .high = read_bytes(address, 8), .low = read_bytes(address + 8, 8) };
}

unsigned name_address_of(struct name_key key, uint8_t address[16])
{
	memset(address, 0, 16);
	if (key.high == 0 && key.low >> 32 == MAPPED_LOW >> 32) {
		write_bytes(address, 4, key.low);
		return FAMILY_INET;
	}
	write_bytes(address, 8, key.high);
	write_bytes(address + 8, 8, key.low);
	return FAMILY_INET6;
}

/* Different keys may have the same one, so who finds something by it compares the keys. */
static uint64_t hash(struct name_key key)
{
	return key.low ^ key.high * UINT64_C(0x9e3779b97f4a7c15);
}

static struct name *find(const struct name_cache *cache, struct name_key key)
{
	uint32_t at = map_get(&cache->index, hash(key));
	struct name *name = at != MAP_NONE ? &cache->all[at] : NULL;

	return name != NULL && name->key.high == key.high && name->key.low == key.low ? name : NULL;
}

static bool is_full(const struct name_cache *cache)
{
	return cache->most > 0 && cache->count >= cache->most;
}

static struct name *append(struct name_cache *cache)
{
	if (cache->count == cache->capacity) {
		cache->capacity = cache->capacity ? 2 * cache->capacity : 8;
		cache->all = xrealloc_array(cache->all, cache->capacity, sizeof(cache->all[0]));
	}
	return &cache->all[cache->count++];
}

/* The place of the oldest one, which is forgotten. */
static struct name *make_room(struct name_cache *cache)
{
	struct name *name = &cache->all[cache->oldest];

	if (find(cache, name->key) == name)
		map_del(&cache->index, hash(name->key));
	cache->pending -= name->asked ? 1 : 0;
	cache->changes++;
	free(name->text);
	cache->oldest = (cache->oldest + 1) % cache->count;
	return name;
}

static struct name *find_or_add(struct name_cache *cache, struct name_key key)
{
	struct name *name = find(cache, key);

	if (name != NULL)
		return name;
	name = is_full(cache) ? make_room(cache) : append(cache);
	*name = (struct name){ .key = key };
	map_put(&cache->index, hash(key), (uint32_t)(name - cache->all));
	return name;
}

bool name_due(const struct name_cache *cache, struct name_key key, uint64_t now_ns)
{
	const struct name *name = find(cache, key);

	if (name == NULL)
		return !is_full(cache) || now_ns - cache->all[cache->oldest].since_ns >= NAME_KEPT_NS;
	return !name->asked && now_ns - name->since_ns >= (name->text != NULL ? NAME_LIFE_NS : NAME_NONE_LIFE_NS);
}

void name_asked(struct name_cache *cache, struct name_key key, uint64_t now_ns)
{
	struct name *name = find_or_add(cache, key);

	cache->pending += name->asked ? 0 : 1;
	name->asked = true;
	name->since_ns = now_ns;
}

static bool is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

void name_learn(struct name_cache *cache, struct name_key key, const char *text, bool sure, uint64_t now_ns)
{
	struct name *name = find_or_add(cache, key);

	cache->pending -= name->asked ? 1 : 0;
	cache->changes += name->sure != sure ? 1 : 0;
	name->asked = false;
	name->sure = sure;
	name->since_ns = now_ns;
	if ((!sure && text == NULL) || is_same(name->text, text))
		return;
	cache->changes++;
	char *made = text != NULL ? xstrdup(text) : NULL; /* first, as it may be a part of the old one */
	free(name->text);
	name->text = made;
}

const char *name_get(const struct name_cache *cache, struct name_key key)
{
	const struct name *name = find(cache, key);

	return name != NULL ? name->text : NULL;
}

unsigned names_changes(const struct names *names)
{
	unsigned changes = 0;

	for (size_t kind = 0; kind < NAME_KIND_COUNT; kind++)
		changes += names->of[kind].changes;
	return changes;
}

bool name_is_sure(const struct name_cache *cache, struct name_key key)
{
	const struct name *name = find(cache, key);

	return name != NULL && name->sure;
}

static bool is_wildcard(struct name_key key)
{
	return key.high == 0 && (key.low == 0 || key.low == MAPPED_LOW);
}

/* What is to be asked for, as it grows. */
struct wants {
	struct name_question *all;
	unsigned kinds;
	size_t count;
};

static void want(struct wants *wants, enum name_kind kind, struct name_key key)
{
	if (wants->kinds >> kind & 1)
		wants->all[wants->count++] = (struct name_question){ kind, key };
}

static void want_endpoint(struct wants *wants, const struct sock *sock, const uint8_t address[16], uint16_t port)
{
	struct name_key host = name_address(sock->family, address);

	if (!is_wildcard(host))
		want(wants, NAME_HOST, host);
	if (port != 0 && sock_has_ports(sock))
		want(wants, NAME_SERVICE, name_service(sock->proto, port));
}

size_t names_of_sock(const struct sock *sock, unsigned kinds, struct name_question wanted[NAMES_OF_SOCK])
{
	struct wants wants = { .all = wanted, .kinds = kinds };

	if (sock->have & HAVE_UID)
		want(&wants, NAME_USER, name_number(sock->uid));
	if (sock->ifindex != 0 && sock->netns == 0)
		want(&wants, NAME_DEVICE, name_device(0, sock->ifindex));
	if (family_is_inet(sock->family)) {
		want_endpoint(&wants, sock, sock->local, sock->local_port);
		want_endpoint(&wants, sock, sock->foreign, sock->foreign_port);
	}
	return wants.count;
}

bool host_name_is_usable(const char *text)
{
	struct in_addr address;

	return text[0] != '\0' && strpbrk(text, " :%[]") == NULL && inet_aton(text, &address) == 0;
}
