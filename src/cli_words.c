/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"
#include "model/portset.h"

static void add(struct words *words, const char *before, const char *text, size_t length)
{
	struct buf word = BUF_INIT;

	buf_puts(&word, before);
	buf_add(&word, text, length);
	words->list = xrealloc_array(words->list, (size_t)words->count + 2, sizeof(words->list[0]));
	words->list[words->count] = word.data;
	words->list[++words->count] = NULL;
}

void words_fini(struct words *words)
{
	for (int i = 0; i < words->count; i++)
		free(words->list[i]);
	free(words->list);
}

/* What begins like a port was meant as one, so that a mistake in it is told as such: "-p 70000", "-p ''". */
static bool means_ports(const char *text)
{
	struct portset ports = { .count = 0 };
	struct buf error = BUF_INIT;
	bool good = portset_parse(&ports, text, &error);

	buf_fini(&error);
	return good || text[0] == '\0' || text[0] == ':' || (text[0] >= '0' && text[0] <= '9');
}

/* The offset of the -p in a cluster of letters; its length when there is none, or only in the argument of a letter. */
static size_t find_p(const char *cluster, int (*takes_argument)(char letter))
{
	for (size_t i = 0; cluster[i] != '\0'; i++) {
		if (cluster[i] == 'p')
			return i;
		if (takes_argument(cluster[i]) == 1)
			break;
	}
	return strlen(cluster);
}

static bool are_letters(const char *cluster, int (*takes_argument)(char letter))
{
	for (; *cluster != '\0'; cluster++) {
		int takes = takes_argument(*cluster);

		if (takes != 0)
			return takes > 0;
	}
	return true;
}

/*
 * Adds what a cluster ("tulpn" of "-tulpn") stands for; next is the word behind it or NULL.  *used is set when next held
 * the ports.
 */
static bool expand_cluster(struct words *words, const char *cluster, const char *next, bool *used,
			   int (*takes_argument)(char letter))
{
	while (*cluster != '\0') {
		size_t p = find_p(cluster, takes_argument);
		const char *rest = cluster[p] == 'p' ? cluster + p + 1 : "";

		if (p > 0)
			add(words, "-", cluster, p);
		if (cluster[p] == '\0')
			return true;
		if (*rest == '\0' && next != NULL && next[0] != '-' && means_ports(next)) {
			add(words, "--port=", next, strlen(next));
			*used = true;
			return true;
		}
		if (*rest != '\0' && means_ports(rest)) {
			add(words, "--port=", rest, strlen(rest));
			return true;
		}
		if (!are_letters(rest, takes_argument))
			return false;
		add(words, "--processes", "", 0);
		cluster = rest;
	}
	return true;
}

/* Whether the word behind this one is its argument, whatever that looks like. */
static bool takes_next(const char *word, const struct word_rules *rules)
{
	return word[0] == '-' && word[1] == '-' && strchr(word, '=') == NULL && rules->name_takes(word + 2);
}

bool words_expand(struct words *words, int argc, char *const argv[], const struct word_rules *rules, struct buf *error)
{
	bool options = true, argument = false;

	*words = (struct words){ .list = NULL };
	for (int i = 0; i < argc; i++) {
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;
		bool used = false;

		options = options && (argument || strcmp(argv[i], "--") != 0);
		if (i == 0 || !options || argument || argv[i][0] != '-' || argv[i][1] == '-' || argv[i][1] == '\0') {
			add(words, "", argv[i], strlen(argv[i]));
			argument = i > 0 && options && !argument && takes_next(argv[i], rules);
			continue;
		}
		if (!expand_cluster(words, argv[i] + 1, next, &used, rules->letter_takes)) {
			buf_putc(error, '"');
			text_clean(error, argv[i]);
			buf_puts(error, "\": behind -p stand neither ports (-p9999, -phttp) nor letters of options (-pn)");
			return false;
		}
		i += used ? 1 : 0;
	}
	if (words->list == NULL)
		words->list = xcalloc(1, sizeof(words->list[0])); /* not even a program's name (execve(2), before 5.18) */
	return true;
}
