/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/portset.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

#define PORT_MAX 65535u

bool portset_has(const struct portset *set, uint16_t port)
{
	return set->bits[port / 64] >> (port % 64) & 1;
}

void portset_add(struct portset *set, uint16_t low, uint16_t high)
{
	for (uint32_t port = low; port <= high; port++) {
		set->count += portset_has(set, (uint16_t)port) ? 0 : 1;
		set->bits[port / 64] |= UINT64_C(1) << (port % 64);
	}
}

/* Always false, for the caller to return. */
static bool fail(struct buf *error, const char *word, const char *what)
{
	buf_putc(error, '"');
	text_clean(error, word);
	buf_printf(error, "\": %s", what);
	return false;
}

static bool is_number(const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* The digits at the beginning of the text. */
static bool parse_number(const char *text, uint16_t *port)
{
	uint32_t value = 0;

	for (; isdigit((unsigned char)*text); text++) {
		value = value * 10 + (uint32_t)(*text - '0');
		if (value > PORT_MAX)
			return false;
	}
	*port = (uint16_t)value;
	return value > 0;
}

/* tcp's entry decides; where only udp has the name, that one. */
static bool parse_service(const char *name, uint16_t *port)
{
	const struct servent *service = getservbyname(name, "tcp");

	if (service == NULL)
		service = getservbyname(name, "udp");
	if (service == NULL)
		return false;
	*port = ntohs((uint16_t)service->s_port);
	return true;
}

/* Service names may have a dash in them ("http-alt"), so an item is a range only if numbers stand on both sides. */
static bool parse_range(const char *item, struct port_range *range, struct buf *error)
{
	const char *dash = strchr(item, '-');

	if (!parse_number(item, &range->low) || !parse_number(dash + 1, &range->high))
		return fail(error, item, "not a range of ports, which are 1 to 65535");
	if (range->low > range->high)
		return fail(error, item, "the range runs backwards, the lower port comes first");
	return true;
}

static bool looks_like_range(const char *item)
{
	size_t digits = strspn(item, "0123456789");

	return digits > 0 && item[digits] == '-' && is_number(item + digits + 1);
}

/* What was meant with a word that is none of the three: "80-x" was not meant as a service. */
static bool looks_numeric(const char *item)
{
	return isdigit((unsigned char)item[0]) || item[0] == '-';
}

static bool parse_item(const char *item, struct port_range *range, struct buf *error)
{
	static const char not_a_range[] = "not a port or a range such as 8000-8100";
	static const char not_a_service[] = "neither a port (1 to 65535), a range (8000-8100) nor a name in the services "
					    "database (http)";

	if (item[0] == ':')
		item++;
	if (looks_like_range(item))
		return parse_range(item, range, error);
	if (is_number(item) && !parse_number(item, &range->low))
		return fail(error, item, "not a port, which are 1 to 65535");
	if (!is_number(item) && !parse_service(item, &range->low))
		return fail(error, item, looks_numeric(item) ? not_a_range : not_a_service);
	range->high = range->low;
	return true;
}

bool portset_parse(struct portset *set, const char *text, struct buf *error)
{
	struct portset parsed = *set;
	struct buf copy = BUF_INIT;
	bool good = true;

	buf_puts(&copy, text);
	for (char *rest = copy.data; good && rest != NULL;) {
		const char *item = strsep(&rest, ",");
		struct port_range range = { .low = 0 };

		if (strcmp(item, "") == 0 || strcmp(item, ":") == 0)
			good = fail(error, text, "nothing where a port, a range or a service name should stand");
		else
			good = parse_item(item, &range, error);
		if (good)
			portset_add(&parsed, range.low, range.high);
	}
	buf_fini(&copy);
	if (good)
		*set = parsed;
	return good;
}

bool portset_next(const struct portset *set, uint32_t *from, struct port_range *run)
{
	uint32_t port = *from;

	while (port <= PORT_MAX && !portset_has(set, (uint16_t)port))
		port++;
	if (port > PORT_MAX)
		return false;
	run->low = (uint16_t)port;
	while (port <= PORT_MAX && portset_has(set, (uint16_t)port))
		port++;
	run->high = (uint16_t)(port - 1);
	*from = port;
	return true;
}

void portset_format(struct buf *out, const struct portset *set)
{
	struct port_range run;
	uint32_t from = 0;
	const char *separator = "";

	while (portset_next(set, &from, &run)) {
		buf_puts(out, separator);
		buf_uint(out, run.low);
		if (run.high > run.low) {
			buf_putc(out, run.high == run.low + 1 ? ',' : '-');
			buf_uint(out, run.high);
		}
		separator = ",";
	}
}
