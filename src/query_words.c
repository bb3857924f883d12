/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "query_words.h"

#include "model/proto.h"

void query_words_init(struct query_words *words)
{
	*words = (struct query_words){ .protos = 0 };
	query_init(&words->query);
}

bool query_apply_netns(void *context, const char *argument, struct buf *error)
{
	struct query_words *words = context;

	return netns_wish_add(&words->netns, argument, error);
}

bool query_take_word(void *context, const char *word, struct buf *error)
{
	struct query_words *words = context;

	return filter_words_take(&words->words, word, error);
}

bool query_apply_ports(void *context, const char *argument, struct buf *error)
{
	struct query_words *words = context;

	return portset_parse(&words->query.ports, argument, error);
}

bool query_apply_filter(void *context, const char *argument, struct buf *error)
{
	struct query_words *words = context;

	return filter_parse(&words->filter, argument, error);
}

bool query_apply_kinds(void *context, const char *argument, struct buf *error)
{
	struct query_words *words = context;
	uint32_t named;

	if (!proto_set_parse(&named, argument, error))
		return false;
	words->protos |= named;
	return true;
}

bool query_words_settle(struct query_words *words, struct buf *error)
{
	bool good = filter_words_end(&words->words, &words->query.ports, &words->filter, error);

	query_restrict(&words->query, words->protos, words->families, &words->filter);
	if (netns_wish_is_given(&words->netns))
		words->query.netns = &words->netns;
	return good;
}

uint32_t query_words_lack(const struct query_words *words)
{
	return words->query.netns == NULL ? ASKS_NETNS : 0;
}

void query_words_fini(struct query_words *words)
{
	filter_words_fini(&words->words);
	filter_fini(&words->filter);
	netns_wish_fini(&words->netns);
}
