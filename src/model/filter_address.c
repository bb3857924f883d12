/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Addresses and ports of a filter's conditions: "10.0.0.0/8", "[::1]:443", ":http", "80,443,8000-8100".
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"
#include "model/filter_host.h"
#include "model/filter_node.h"
#include "model/portset.h"

#define PORT_MAX 65535u

static struct portset *new_ports(struct filter_node *node)
{
	node->ports = xcalloc(1, sizeof(*node->ports));
	return node->ports;
}

/* Port 0 is one, too: the foreign one of all that has no peer.  No list of ports has it, nor is either port meant by it. */
static bool is_zero(const struct filter_node *node, const char *text)
{
	return text[0] != '\0' && text[strspn(text, "0")] == '\0' && (node->field != FIELD_PORT || node->op != OP_EQUAL);
}

/* "" and "*" are any port: nothing is to be compared. */
static bool read_ports(struct filter_node *node, const char *text, struct buf *error)
{
	if (text[0] == '\0' || strcmp(text, "*") == 0)
		return true;
	if (is_zero(node, text))
		portset_add(new_ports(node), 0, 0);
	else
		return portset_parse(new_ports(node), text, error);
	return true;
}

/* Of a set of one port. */
static uint16_t only_port(const struct portset *ports)
{
	struct port_range run = { 0, 0 };
	uint32_t from = 0;

	portset_next(ports, &from, &run);
	return run.low;
}

/* Makes of one port all that stand in that relation to it; none may be left. */
static void relate(struct portset *ports, enum filter_op op)
{
	uint16_t port = only_port(ports);

	*ports = (struct portset){ .count = 0 };
	if (op == OP_AT_LEAST || (op == OP_MORE && port < PORT_MAX))
		portset_add(ports, (uint16_t)(port + (op == OP_MORE ? 1 : 0)), PORT_MAX);
	if (op == OP_AT_MOST || (op == OP_LESS && port > 0))
		portset_add(ports, 0, (uint16_t)(port - (op == OP_LESS ? 1 : 0)));
}

static bool fail(const struct filter_node *node, const char *value, struct buf *error)
{
	return filter_field_fail(node, value, filter_fields[node->field].expects, error);
}

/* The families that ss(8) knows and this program does not mean nothing here. */
static const char *skip_family(struct filter_node *node, const char *value)
{
	static const struct {
		const char *text;
		uint8_t family;
	} names[] = { { "inet:", FAMILY_INET }, { "inet6:", FAMILY_INET6 } };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strncmp(value, names[i].text, strlen(names[i].text)) != 0)
			continue;
		node->address.family_only = true;
		node->address.family = names[i].family;
		return value + strlen(names[i].text);
	}
	return value;
}

bool value_ports(struct filter_node *node, const char *value, struct buf *error)
{
	const char *text = skip_family(node, value);

	if (text[0] == '\0' || strcmp(text, ":") == 0)
		return fail(node, value, error);
	if (!read_ports(node, text + (text[0] == ':' ? 1 : 0), error))
		return false;
	if (node->op == OP_EQUAL)
		return true;
	if (node->ports == NULL || node->ports->count != 1)
		return filter_field_fail(node, value, "one port can be less or more, and not several", error);
	relate(node->ports, (enum filter_op)node->op);
	return true;
}

bool value_autobound(struct filter_node *node, const char *value, struct buf *error)
{
	struct port_range range = filter_host_ephemeral();

	(void)value, (void)error;
	portset_add(new_ports(node), range.low, range.high);
	return true;
}

/* Bits of the prefix behind the slash; false: it is none, or longer than the address. */
static bool read_bits(struct filter_address *address, const char *slash)
{
	unsigned long most = address->family == FAMILY_INET ? 32 : 128, bits = most;
	char *end = NULL;

	if (slash != NULL)
		bits = strtoul(slash + 1, &end, 10);
	address->bits = (uint8_t)bits;
	return bits <= most && (slash == NULL || (slash[1] >= '0' && slash[1] <= '9' && *end == '\0'));
}

/* "10/8" and "193.233.7/24", as ss(8) takes them: what is missing is 0.  Without a prefix "10.1" would be a guess. */
static bool read_inet(struct filter_address *address, const char *text, bool may_be_short)
{
	struct buf whole = BUF_INIT;
	unsigned dots = 0;

	for (const char *at = text; *at != '\0'; at++)
		dots += *at == '.' ? 1 : 0;
	buf_puts(&whole, text);
	for (; may_be_short && dots < 3; dots++)
		buf_puts(&whole, ".0");
	bool good = inet_pton(AF_INET, buf_str(&whole), address->bytes) == 1;
	buf_fini(&whole);
	address->family = FAMILY_INET;
	return good;
}

/* Without a port.  The node's address is changed only when it is one. */
static bool read_address(struct filter_node *node, const char *text, size_t length)
{
	struct filter_address address = { .given = true, .family_only = node->address.family_only };
	struct buf plain = BUF_INIT;

	buf_add(&plain, text, length);
	const char *slash = strchr(buf_str(&plain), '/');
	struct buf host = BUF_INIT;
	buf_add(&host, plain.data, slash != NULL ? (size_t)(slash - plain.data) : plain.length);
	bool good = read_inet(&address, buf_str(&host), slash != NULL);
	if (!good) {
		address.family = FAMILY_INET6;
		good = inet_pton(AF_INET6, buf_str(&host), address.bytes) == 1;
	}
	good = good && read_bits(&address, slash) &&
	       (!address.family_only || address.family == node->address.family);
	buf_fini(&host);
	buf_fini(&plain);
	if (good)
		node->address = address;
	return good;
}

static bool is_any(const char *text, size_t length)
{
	static const char *const words[] = { "", "*", "any", "all", "default" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i]) == length && strncmp(words[i], text, length) == 0)
			return true;
	}
	return false;
}

static bool read_host(struct filter_node *node, const char *text, size_t length)
{
	return is_any(text, length) || read_address(node, text, length);
}

/* "[::1]", "[::1]:443", "[fe80::/10]:443", "[fe80::]/10:443". */
static bool read_bracketed(struct filter_node *node, const char *value, struct buf *error)
{
	const char *close = strchr(value, ']');
	size_t prefix = close != NULL ? strcspn(close + 1, ":") : 0;
	struct buf host = BUF_INIT;

	if (close == NULL || (prefix > 0 && close[1] != '/'))
		return fail(node, value, error);
	buf_add(&host, value + 1, (size_t)(close - value - 1));
	buf_add(&host, close + 1, prefix);
	bool good = read_host(node, buf_str(&host), host.length);
	const char *rest = close + 1 + prefix;
	buf_fini(&host);
	if (!good)
		return fail(node, value, error);
	return read_ports(node, rest + (*rest == ':' ? 1 : 0), error);
}

/* The names of unix sockets: "unix:/run/x.sock", "@name", "/run/x.sock". */
static bool is_name(const char *value)
{
	return strncmp(value, "unix:", 5) == 0 || value[0] == '/' || value[0] == '@';
}

static bool read_name(struct filter_node *node, const char *value)
{
	const char *pattern = value + (strncmp(value, "unix:", 5) == 0 ? 5 : 0);

	node->text = xstrdup(pattern[0] != '\0' ? pattern : "*");
	return true;
}

/*
 * As in ss(8) the last colon is before the port: "::1:80" is port 80 of ::1.  Where it cannot be, the whole may be an address:
 * "::1", "::ffff:10.0.0.1".
 */
static bool read_plain(struct filter_node *node, const char *text, struct buf *error)
{
	const char *slash = strchr(text, '/'), *colon = strrchr(slash != NULL ? slash : text, ':');
	bool splits = colon != NULL && read_host(node, text, (size_t)(colon - text));
	struct buf why = BUF_INIT;

	bool good = splits && read_ports(node, colon + 1, &why);
	if (!good && read_host(node, text, strlen(text))) {
		free(node->ports);
		node->ports = NULL;
		good = true;
	}
	if (!good && splits)
		buf_puts(error, buf_str(&why));
	else if (!good)
		fail(node, text, error);
	buf_fini(&why);
	return good;
}

bool value_host(struct filter_node *node, const char *value, struct buf *error)
{
	const char *text = skip_family(node, value);

	if (is_name(value))
		return read_name(node, value);
	if (text[0] == '\0')
		return node->address.family_only || fail(node, value, error);
	return text[0] == '[' ? read_bracketed(node, text, error) : read_plain(node, text, error);
}
