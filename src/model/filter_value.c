/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Values of a filter's conditions: from what is written to what is compared.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/text.h"
#include "model/exposure.h"
#include "model/filter_host.h"
#include "model/filter_node.h"
#include "model/proto.h"
#include "model/sock.h"

/* One of several words, and what it adds to a set. */
struct choice {
	const char *name;
	uint32_t set;
};

static bool fail(const struct filter_node *node, const char *value, struct buf *error)
{
	return filter_field_fail(node, value, filter_fields[node->field].expects, error);
}

/* "TIME_WAIT", "time-wait": case and dashes do not matter. */
static bool same_word(const char *a, const char *b, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		char c = a[i] == '_' ? '-' : a[i];

		if (b[i] == '\0' || (c != b[i] && !(c >= 'A' && c <= 'Z' && c - 'A' + 'a' == b[i])))
			return false;
	}
	return b[length] == '\0';
}

static const struct choice *find_choice(const struct choice *choices, const char *word, size_t length)
{
	for (; choices->name != NULL; choices++) {
		if (same_word(word, choices->name, length))
			return choices;
	}
	return NULL;
}

/* Words separated by commas. */
static bool read_set(struct filter_node *node, const char *value, const struct choice *choices, text_name_fn *name,
		     struct buf *error)
{
	struct buf word = BUF_INIT;
	bool good = true;

	for (const char *at = value, *end; good && at != NULL; at = *end == ',' ? end + 1 : NULL) {
		end = at + strcspn(at, ",");
		const struct choice *choice = find_choice(choices, at, (size_t)(end - at));

		buf_clear(&word);
		buf_add(&word, at, (size_t)(end - at));
		good = choice != NULL || text_fail_nearest(error, buf_str(&word), filter_fields[node->field].name, name);
		node->set |= choice != NULL ? choice->set : 0;
	}
	buf_fini(&word);
	return good;
}

#define STATES_UNCONNECTED (STATE_BIT(STATE_CLOSE) | STATE_BIT(STATE_UNCONN))
#define STATES_CONNECTED (~(STATES_UNCONNECTED | STATE_BIT(STATE_LISTEN) | STATE_BIT(STATE_BOUND)))
#define STATES_BUCKET (STATE_BIT(STATE_SYN_RECV) | STATE_BIT(STATE_TIME_WAIT))

/* Those of ss(8), then netstat's where they differ by more than a dash. */
static const struct choice states[] = {
	{ "established", STATE_BIT(STATE_ESTABLISHED) },
	{ "syn-sent", STATE_BIT(STATE_SYN_SENT) },
	{ "syn-recv", STATE_BIT(STATE_SYN_RECV) },
	{ "fin-wait-1", STATE_BIT(STATE_FIN_WAIT1) },
	{ "fin-wait-2", STATE_BIT(STATE_FIN_WAIT2) },
	{ "time-wait", STATE_BIT(STATE_TIME_WAIT) },
	{ "closed", STATES_UNCONNECTED },
	{ "close-wait", STATE_BIT(STATE_CLOSE_WAIT) },
	{ "last-ack", STATE_BIT(STATE_LAST_ACK) },
	{ "listening", STATE_BIT(STATE_LISTEN) },
	{ "closing", STATE_BIT(STATE_CLOSING) },
	{ "bound", STATE_BIT(STATE_BOUND) },
	{ "unconnected", STATES_UNCONNECTED },
	{ "all", STATES_ALL },
	{ "connected", STATES_CONNECTED },
	{ "synchronized", STATES_CONNECTED & ~STATE_BIT(STATE_SYN_SENT) },
	{ "bucket", STATES_BUCKET },
	{ "big", ~STATES_BUCKET },
	{ "listen", STATE_BIT(STATE_LISTEN) },
	{ "fin-wait1", STATE_BIT(STATE_FIN_WAIT1) },
	{ "fin-wait2", STATE_BIT(STATE_FIN_WAIT2) },
	{ "close", STATES_UNCONNECTED },
	{ "unconn", STATE_BIT(STATE_UNCONN) },
	{ "syn-rcv", STATE_BIT(STATE_SYN_RECV) },
	{ "bound-inactive", STATE_BIT(STATE_BOUND) },
	{ NULL, 0 },
};

static const struct choice families[] = {
	{ "inet", 1u << FAMILY_INET },
	{ "inet6", 1u << FAMILY_INET6 },
	{ "ipv4", 1u << FAMILY_INET },
	{ "ipv6", 1u << FAMILY_INET6 },
	{ "unix", 1u << FAMILY_UNIX },
	{ "packet", 1u << FAMILY_PACKET },
	{ "link", 1u << FAMILY_PACKET },
	{ "netlink", 1u << FAMILY_NETLINK },
	{ "vsock", 1u << FAMILY_VSOCK },
	{ "xdp", 1u << FAMILY_XDP },
	{ "tipc", 1u << FAMILY_TIPC },
	{ NULL, 0 },
};

static const struct choice timers[] = {
	{ "off", 1u << TIMER_OFF },
	{ "on", 1u << TIMER_ON },
	{ "keepalive", 1u << TIMER_KEEPALIVE },
	{ "timewait", 1u << TIMER_TIMEWAIT },
	{ "persist", 1u << TIMER_PERSIST },
	{ NULL, 0 },
};

static const struct choice reaches[] = {
	{ "loopback", 1u << REACH_LOOPBACK },
	{ "host", 1u << REACH_HOST },
	{ "multicast", 1u << REACH_MULTICAST },
	{ "device", 1u << REACH_DEVICE },
	{ "everywhere", 1u << REACH_EVERYWHERE },
	{ "none", 1u << REACH_NONE },
	{ NULL, 0 },
};

static const struct choice owners[] = {
	{ "none", 1u << OWNER_NONE },
	{ "former", 1u << OWNER_FORMER },
	{ "hidden", 1u << OWNER_HIDDEN },
	{ "known", 1u << OWNER_KNOWN },
	{ NULL, 0 },
};

const char *filter_state_name(size_t i)
{
	return states[i].name;
}

static const char *family_choice(size_t i)
{
	return families[i].name;
}

static const char *timer_choice(size_t i)
{
	return timers[i].name;
}

static const char *reach_choice(size_t i)
{
	return reaches[i].name;
}

static const char *owner_choice(size_t i)
{
	return owners[i].name;
}

bool value_state(struct filter_node *node, const char *value, struct buf *error)
{
	return read_set(node, value, states, filter_state_name, error);
}

bool value_proto(struct filter_node *node, const char *value, struct buf *error)
{
	return proto_set_parse(&node->set, value, error);
}

bool value_family(struct filter_node *node, const char *value, struct buf *error)
{
	return read_set(node, value, families, family_choice, error);
}

bool value_exposure(struct filter_node *node, const char *value, struct buf *error)
{
	return read_set(node, value, reaches, reach_choice, error);
}

bool value_timer(struct filter_node *node, const char *value, struct buf *error)
{
	return read_set(node, value, timers, timer_choice, error);
}

/* Whether no descriptor refers to a socket the kernel says, so nobody is looked for. */
bool value_owner(struct filter_node *node, const char *value, struct buf *error)
{
	if (!read_set(node, value, owners, owner_choice, error))
		return false;
	node->asks = node->set == 1u << OWNER_NONE ? 0 : node->asks;
	return true;
}

static uint32_t flag_of(char letter)
{
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		if (flag_names[i].letter == letter)
			return flag_names[i].flag;
	}
	return 0;
}

/* "AP", as the column says it.  SO_REUSEADDR and SO_REUSEPORT alone must be asked of the owner. */
bool value_flags(struct filter_node *node, const char *value, struct buf *error)
{
	for (const char *letter = value; *letter != '\0'; letter++) {
		if (flag_of(*letter) == 0)
			return fail(node, value, error);
		node->set |= flag_of(*letter);
	}
	if ((node->set & (FLAG_REUSEADDR | FLAG_REUSEPORT)) == 0)
		node->needs = node->asks = 0;
	return node->set != 0 || fail(node, value, error);
}

/* Decimal digits alone. */
static bool read_number(const char *text, uint64_t most, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *number <= most;
}

bool value_count(struct filter_node *node, const char *value, struct buf *error)
{
	return read_number(value, UINT64_MAX, &node->number) || fail(node, value, error);
}

/* What stands behind the digits, and how much it is. */
struct unit {
	const char *name;
	double size;
};

/* A number, with a fraction or without, and a unit. */
static bool read_measure(const char *value, const struct unit *units, double *measure)
{
	size_t length = strspn(value, "0123456789.");
	struct buf digits = BUF_INIT;
	double number;

	buf_add(&digits, value, length);
	bool good = text_number(buf_str(&digits), 0, 1e15, &number);
	buf_fini(&digits);
	for (; units->name != NULL; units++) {
		if (strcmp(units->name, value + length) == 0)
			break;
	}
	*measure = good && units->name != NULL ? number * units->size : 0;
	return good && units->name != NULL && *measure < 1e19; /* as fits in 64 bits */
}

/* k is 1000, as in the columns of rates. */
bool value_bytes(struct filter_node *node, const char *value, struct buf *error)
{
	static const struct unit units[] = { { "", 1 }, { "k", 1e3 }, { "M", 1e6 }, { "G", 1e9 }, { NULL, 0 } };
	double bytes;

	if (!read_measure(value, units, &bytes))
		return fail(node, value, error);
	node->number = (uint64_t)bytes;
	return true;
}

/* Without a unit nobody knows what a time is, but for 0. */
static bool read_ns(struct filter_node *node, const char *value, struct buf *error)
{
	static const struct unit units[] = { { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 }, { "m", 60e9 }, { "min", 60e9 },
					     { "h", 3600e9 }, { "d", 86400e9 }, { NULL, 0 } };
	double ns = 0;

	if (strcmp(value, "0") != 0 && !read_measure(value, units, &ns))
		return fail(node, value, error);
	node->number = (uint64_t)ns;
	return true;
}

bool value_age(struct filter_node *node, const char *value, struct buf *error)
{
	return read_ns(node, value, error);
}

bool value_rtt(struct filter_node *node, const char *value, struct buf *error)
{
	if (!read_ns(node, value, error))
		return false;
	node->number /= 1000;
	return true;
}

/* "0x1/0xff", as ss(8) takes it: hexadecimal, octal or decimal. */
bool value_fwmark(struct filter_node *node, const char *value, struct buf *error)
{
	char *end;

	errno = 0;
	node->number = strtoull(value, &end, 0);
	node->mask = UINT32_MAX;
	bool good = end != value && *value >= '0' && *value <= '9';
	if (good && *end == '/') {
		const char *mask = end + 1;

		node->mask = strtoull(mask, &end, 0);
		good = end != mask && *mask >= '0' && *mask <= '9';
	}
	good = good && *end == '\0' && errno == 0 && node->number <= UINT32_MAX && node->mask <= UINT32_MAX;
	return good || fail(node, value, error);
}

static bool keep_text(struct filter_node *node, const char *value)
{
	node->text = xstrdup(value);
	return true;
}

/* How often "{2,5}" has a part repeated. */
static unsigned long repeats_of(const char *brace)
{
	char *end;
	unsigned long least = strtoul(brace + 1, &end, 10), most = *end == ',' ? strtoul(end + 1, NULL, 10) : 0;

	return most > least ? most : least;
}

/* What stands before a "+" is copied once; of a single character that is nothing, of what is repeated or a group it adds up. */
static unsigned long repeats_at(const char *pattern, const char *at)
{
	unsigned long repeats = *at == '{' ? repeats_of(at) : 1;

	if (*at == '+' && at > pattern && strchr(")+*?}", at[-1]) != NULL)
		repeats = 2;
	return repeats > 1 ? repeats : 1;
}

/*
 * What POSIX has no word for (\1), and what would take the machine's memory: regcomp(3) of the C library copies what is repeated
 * as often as it may be.
 */
static const char *pattern_fault(const char *pattern)
{
	enum { LENGTH_MAX = 200, REPEATS_MAX = 1000 };
	unsigned long repeats = 1;

	if (strlen(pattern) > LENGTH_MAX)
		return "it is longer than 200 bytes";
	for (const char *at = pattern; *at != '\0'; at++) {
		unsigned long more = repeats_at(pattern, at);

		if (*at == '\\' && at[1] >= '0' && at[1] <= '9')
			return "it refers back to what was found";
		if (more > REPEATS_MAX || repeats * more > REPEATS_MAX)
			return "it repeats more than a thousand times";
		repeats *= more;
	}
	return NULL;
}

static bool read_pattern(struct filter_node *node, const char *value, struct buf *error)
{
	const char *fault = pattern_fault(value);
	regex_t *regex = xcalloc(1, sizeof(*regex));
	int code = fault == NULL ? regcomp(regex, value, REG_EXTENDED | REG_NOSUB) : 0;
	char why[128];

	if (fault == NULL && code == 0) {
		node->regex = regex;
		return true;
	}
	if (fault == NULL)
		regerror(code, regex, why, sizeof(why));
	free(regex);
	buf_putc(error, '"');
	text_clean(error, value);
	buf_printf(error, "\" is no regular expression: %s", fault != NULL ? fault : why);
	return false;
}

bool value_text(struct filter_node *node, const char *value, struct buf *error)
{
	return node->op == OP_MATCHES ? read_pattern(node, value, error) : keep_text(node, value);
}

static bool read_number_or_text(struct filter_node *node, const char *value, struct buf *error)
{
	node->numeric = node->op == OP_EQUAL && read_number(value, UINT32_MAX, &node->number);
	return node->numeric || value_text(node, value, error);
}

bool value_user(struct filter_node *node, const char *value, struct buf *error)
{
	return read_number_or_text(node, value, error);
}

bool value_netns(struct filter_node *node, const char *value, struct buf *error)
{
	return read_number_or_text(node, value, error);
}

bool value_dev(struct filter_node *node, const char *value, struct buf *error)
{
	return read_number_or_text(node, value, error);
}

bool value_word(struct filter_node *node, const char *value, struct buf *error)
{
	(void)error;
	return keep_text(node, value);
}

bool value_cgroup(struct filter_node *node, const char *value, struct buf *error)
{
	int result = filter_host_cgroup(value, &node->number);

	if (result == 0)
		return true;
	buf_putc(error, '"');
	text_clean(error, value);
	buf_printf(error, "\" is no cgroup of this system: %s", result == -ENODEV ? "no cgroup2 file system is mounted" :
									    strerror(-result));
	return false;
}
