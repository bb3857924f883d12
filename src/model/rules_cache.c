/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/rules_cache.h"

#include <stdlib.h>
#include <string.h>

#include "base/die.h"
#include "model/rules_internal.h"

static void chain_add(struct bind_chain *chain, uint64_t cookie, size_t at)
{
	if (chain->count == chain->size) {
		chain->size = chain->size ? 2 * chain->size : 16;
		chain->cookies = xrealloc_array(chain->cookies, chain->size, sizeof(chain->cookies[0]));
	}
	memmove(chain->cookies + at + 1, chain->cookies + at, (chain->count - at) * sizeof(chain->cookies[0]));
	chain->cookies[at] = cookie;
	chain->count++;
}

static void chain_remove(struct bind_chain *chain, uint64_t cookie)
{
	size_t kept = 0;

	for (size_t i = 0; i < chain->count; i++) {
		if (chain->cookies[i] != cookie)
			chain->cookies[kept++] = chain->cookies[i];
	}
	chain->count = kept;
}

void bind_cache_fini(struct bind_cache *cache)
{
	free(cache->members);
	free(cache->buckets);
	free(cache->by_port.cookies);
	free(cache->by_address.cookies);
	*cache = (struct bind_cache)BIND_CACHE_INIT;
}

static struct bind_member *find_member(struct bind_cache *cache, uint64_t cookie)
{
	for (size_t i = 0; i < cache->member_count; i++) {
		if (cache->members[i].cookie == cookie)
			return &cache->members[i];
	}
	return NULL;
}

static void add_member(struct bind_cache *cache, const struct bind_member *member)
{
	if (cache->member_count == cache->member_size) {
		cache->member_size = cache->member_size ? 2 * cache->member_size : 16;
		cache->members = xrealloc_array(cache->members, cache->member_size, sizeof(cache->members[0]));
	}
	cache->members[cache->member_count++] = *member;
}

static struct bind_bucket *find_bucket(struct bind_cache *cache, const uint8_t address[16])
{
	for (size_t i = 0; i < cache->bucket_count; i++) {
		if (memcmp(cache->buckets[i].address, address, 16) == 0)
			return &cache->buckets[i];
	}
	return NULL;
}

/* The bucket of the address, made if there is none. */
static struct bind_bucket *take_bucket(struct bind_cache *cache, const uint8_t address[16], bool connect_only)
{
	struct bind_bucket *bucket = find_bucket(cache, address);

	if (bucket != NULL)
		return bucket;
	if (cache->bucket_count == cache->bucket_size) {
		cache->bucket_size = cache->bucket_size ? 2 * cache->bucket_size : 8;
		cache->buckets = xrealloc_array(cache->buckets, cache->bucket_size, sizeof(cache->buckets[0]));
	}
	bucket = &cache->buckets[cache->bucket_count++];
	*bucket = (struct bind_bucket){ .connect_only = connect_only };
	memcpy(bucket->address, address, 16);
	return bucket;
}

/* inet_bind2_bucket_destroy(): gone with its last socket, and as new when only those of connect() are left. */
static void left_bucket(struct bind_cache *cache, const uint8_t address[16])
{
	struct bind_bucket *bucket = find_bucket(cache, address);
	size_t count = 0, by_connect = 0;

	for (size_t i = 0; i < cache->member_count; i++) {
		if (memcmp(cache->members[i].address, address, 16) == 0) {
			count++;
			by_connect += cache->members[i].connect_bound;
		}
	}
	if (bucket != NULL && count == 0)
		*bucket = cache->buckets[--cache->bucket_count];
	else if (bucket != NULL && count == by_connect)
		bucket->connect_only = true;
}

/* inet_bind_bucket_destroy(): the same of the port, when all of its addresses are so (Linux 6.18). */
static void left_port(struct bind_cache *cache)
{
	for (size_t i = 0; i < cache->bucket_count; i++) {
		if (!cache->buckets[i].connect_only)
			return;
	}
	cache->connect_only = true;
	cache->has_reuseport = false;
}

static void leave(struct bind_cache *cache, size_t index)
{
	struct bind_member gone = cache->members[index];

	cache->members[index] = cache->members[--cache->member_count];
	chain_remove(&cache->by_port, gone.cookie);
	chain_remove(&cache->by_address, gone.cookie);
	left_bucket(cache, gone.address);
	left_port(cache);
}

/* __inet_bhash2_update_saddr(), udp_lib_rehash() */
static void move(struct bind_cache *cache, struct bind_member *member, const uint8_t address[16])
{
	uint8_t before[16];

	memcpy(before, member->address, 16);
	memcpy(member->address, address, 16);
	left_bucket(cache, before);
	take_bucket(cache, address, member->connect_bound);
	if (cache->by_address.count > 0) {
		chain_remove(&cache->by_address, member->cookie);
		chain_add(&cache->by_address, member->cookie, 0);
	}
}

/* sk_add_node_rcu(), udp_lib_get_port(): SO_REUSEPORT sockets of IPv6 go to the tail. */
static void append(struct bind_cache *cache, uint64_t cookie, bool to_tail)
{
	chain_add(&cache->by_port, cookie, to_tail ? cache->by_port.count : 0);
	chain_add(&cache->by_address, cookie, to_tail ? cache->by_address.count : 0);
}

/* UDP: connect() of a socket without a port.  TCP: the same (__inet_hash_connect()), or accept() (__inet_inherit_port()). */
static void join(struct bind_cache *cache, const struct bind_sock *sock, const uint8_t address[16])
{
	struct bind_member member = { .cookie = sock->cookie, .connect_bound = sock->connect_bound == TRI_YES };

	memcpy(member.address, address, 16);
	if (!proto_is_tcp(sock->proto))
		append(cache, sock->cookie, sock->reuseport == TRI_YES && sock->family == FAMILY_INET6);
	if (cache->member_count == 0)
		cache->connect_only = member.connect_bound;
	take_bucket(cache, address, member.connect_bound);
	add_member(cache, &member);
}

void bind_cache_update(struct bind_cache *cache, const struct bind_sock *socks, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct shape shape = shape_of(socks[i].family, socks[i].address, false);
		struct bind_member *member = find_member(cache, socks[i].cookie);

		if (member == NULL)
			join(cache, &socks[i], shape.v6);
		else if (memcmp(member->address, shape.v6, 16) != 0)
			move(cache, member, shape.v6);
	}
	for (size_t i = cache->member_count; i-- > 0;) {
		bool stays = false;

		for (size_t j = 0; j < count; j++)
			stays |= cache->members[i].cookie == socks[j].cookie;
		if (!stays)
			leave(cache, i);
	}
}

/*
 * sk_reuseport_match(), inet_csk_get_port(): the same user, and an address that the remembered one covers; of the two only
 * its wildcard counts.
 */
bool bind_cache_matches(const struct bind_cache *cache, const struct bind_wish *wish)
{
	if (!cache->has_reuseport || !wish->reuseport || wish->reuseport_bpf || cache->uid != wish->uid)
		return false;
	struct shape fast = shape_of(cache->family, cache->address, cache->v6only);
	struct shape own = shape_of(wish->family, wish->address, wish->v6only);
	return shape_covers(&fast, &own, true, false);
}

/* __inet_hash_connect() passes over ports with a bucket that bind() had a part in. */
bool bind_cache_is_shareable(const struct bind_cache *cache)
{
	return cache->member_count == 0 || cache->connect_only;
}

/*
 * inet_csk_update_fastreuse().  Of TCP only what SO_REUSEPORT leaves behind counts: the bucket of the address is linked to
 * that of the port before, so that the latter is never seen empty, and its fastreuse never becomes true (since Linux 6.8).
 */
static void remember(struct bind_cache *cache, const struct bind_wish *wish)
{
	cache->connect_only = false;
	if (wish->reuseport && bind_cache_matches(cache, wish))
		return;
	cache->has_reuseport = wish->reuseport;
	cache->uid = wish->uid;
	cache->family = wish->family;
	cache->v6only = wish->v6only;
	memcpy(cache->address, wish->address, sizeof(cache->address));
}

void bind_cache_admitted(struct bind_cache *cache, const struct bind_wish *wish)
{
	struct shape shape = shape_of(wish->family, wish->address, false);
	struct bind_member member = { .cookie = wish->cookie };
	struct bind_wish now = *wish;

	rules_settle(&now);
	memcpy(member.address, shape.v6, 16);
	if (find_member(cache, wish->cookie) == NULL) {
		add_member(cache, &member);
		if (!proto_is_tcp(wish->proto))
			append(cache, wish->cookie, wish->reuseport && wish->family == FAMILY_INET6);
	}
	take_bucket(cache, shape.v6, false)->connect_only = false;
	if (proto_is_tcp(wish->proto))
		remember(cache, &now);
}
