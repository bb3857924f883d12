/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "query_words.h"

#include "model/sock.h"

void query_words_init(struct query_words *words)
{
	*words = (struct query_words){ .protos = 0 };
	query_init(&words->query);
}

bool query_take_word(void *context, const char *word, struct buf *error)
{
	struct query_words *words = context;

	return portset_parse(&words->query.ports, word, error);
}

bool query_apply_tcp(void *context, const char *argument, struct buf *error)
{
	struct query_words *words = context;

	(void)argument, (void)error;
	words->protos |= 1u << PROTO_TCP;
	return true;
}

bool query_apply_udp(void *context, const char *argument, struct buf *error)
{
	struct query_words *words = context;

	(void)argument, (void)error;
	words->protos |= 1u << PROTO_UDP;
	return true;
}

bool query_apply_ipv4(void *context, const char *argument, struct buf *error)
{
	struct query_words *words = context;

	(void)argument, (void)error;
	words->families |= 1u << FAMILY_INET;
	return true;
}

bool query_apply_ipv6(void *context, const char *argument, struct buf *error)
{
	struct query_words *words = context;

	(void)argument, (void)error;
	words->families |= 1u << FAMILY_INET6;
	return true;
}

void query_words_settle(struct query_words *words)
{
	if (words->protos != 0)
		words->query.protos = words->protos;
	if (words->families != 0)
		words->query.families = words->families;
}
