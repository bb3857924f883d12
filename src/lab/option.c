/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/option.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "lab/token.h"

/* Younger than some libcs (linux/in.h, linux/in6.h). */
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51 /* Linux 6.3 */
#endif
#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif
#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

const struct socket_kind_entry socket_kinds[SOCKET_KIND_COUNT] = {
	[SOCKET_TCP4] = { "tcp4", AF_INET, SOCK_STREAM, IPPROTO_TCP },
	[SOCKET_TCP6] = { "tcp6", AF_INET6, SOCK_STREAM, IPPROTO_TCP },
	[SOCKET_UDP4] = { "udp4", AF_INET, SOCK_DGRAM, IPPROTO_UDP },
	[SOCKET_UDP6] = { "udp6", AF_INET6, SOCK_DGRAM, IPPROTO_UDP },
	[SOCKET_UDPLITE4] = { "udplite4", AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE },
	[SOCKET_UDPLITE6] = { "udplite6", AF_INET6, SOCK_DGRAM, IPPROTO_UDPLITE },
	[SOCKET_MPTCP4] = { "mptcp4", AF_INET, SOCK_STREAM, IPPROTO_MPTCP },
	[SOCKET_MPTCP6] = { "mptcp6", AF_INET6, SOCK_STREAM, IPPROTO_MPTCP },
	[SOCKET_UNIX] = { "unix", AF_UNIX, SOCK_STREAM, 0 },
	[SOCKET_UNIX_DGRAM] = { "unix-dgram", AF_UNIX, SOCK_DGRAM, 0 },
	[SOCKET_UNIX_SEQPACKET] = { "unix-seqpacket", AF_UNIX, SOCK_SEQPACKET, 0 },
};

enum value_type {
	VALUE_FLAG,
	VALUE_NUMBER,
	VALUE_DEVICE,
	VALUE_LINGER,
	VALUE_RANGE,
};

/* Where IPv6 has an option of its own, level6 and name6 are not 0. */
static const struct entry {
	const char *name;
	enum value_type type;
	int level, option, level6, option6;
	uint32_t most; /* VALUE_NUMBER */
} entries[OPTION_COUNT] = {
	[OPTION_REUSEADDR] = { "reuseaddr", VALUE_FLAG, SOL_SOCKET, SO_REUSEADDR, 0, 0, 0 },
	[OPTION_REUSEPORT] = { "reuseport", VALUE_FLAG, SOL_SOCKET, SO_REUSEPORT, 0, 0, 0 },
	[OPTION_V6ONLY] = { "v6only", VALUE_FLAG, IPPROTO_IPV6, IPV6_V6ONLY, 0, 0, 0 },
	[OPTION_FREEBIND] = { "freebind", VALUE_FLAG, IPPROTO_IP, IP_FREEBIND, IPPROTO_IPV6, IPV6_FREEBIND, 0 },
	[OPTION_TRANSPARENT] = { "transparent", VALUE_FLAG, IPPROTO_IP, IP_TRANSPARENT, IPPROTO_IPV6, IPV6_TRANSPARENT, 0 },
	[OPTION_BIND_ADDRESS_NO_PORT] = { "bind_address_no_port", VALUE_FLAG, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, 0, 0, 0 },
	[OPTION_KEEPALIVE] = { "keepalive", VALUE_FLAG, SOL_SOCKET, SO_KEEPALIVE, 0, 0, 0 },
	[OPTION_NODELAY] = { "nodelay", VALUE_FLAG, IPPROTO_TCP, TCP_NODELAY, 0, 0, 0 },
	[OPTION_BROADCAST] = { "broadcast", VALUE_FLAG, SOL_SOCKET, SO_BROADCAST, 0, 0, 0 },
	[OPTION_DEVICE] = { "device", VALUE_DEVICE, SOL_SOCKET, SO_BINDTODEVICE, 0, 0, 0 },
	[OPTION_LINGER] = { "linger", VALUE_LINGER, SOL_SOCKET, SO_LINGER, 0, 0, 0 },
	[OPTION_PORT_RANGE] = { "port_range", VALUE_RANGE, IPPROTO_IP, IP_LOCAL_PORT_RANGE, 0, 0, 0 },
	[OPTION_RCVBUF] = { "rcvbuf", VALUE_NUMBER, SOL_SOCKET, SO_RCVBUF, 0, 0, 1u << 24 },
	[OPTION_SNDBUF] = { "sndbuf", VALUE_NUMBER, SOL_SOCKET, SO_SNDBUF, 0, 0, 1u << 24 },
	[OPTION_SYNCNT] = { "syncnt", VALUE_NUMBER, IPPROTO_TCP, TCP_SYNCNT, 0, 0, 127 },
};

const char *lab_option_name(size_t option)
{
	return option < OPTION_COUNT ? entries[option].name : NULL;
}

bool lab_option_is_flag(unsigned option)
{
	return entries[option].type == VALUE_FLAG;
}

void option_symbols(unsigned option, int family, const char **level, const char **name)
{
	static const struct {
		const char *level, *name, *level6, *name6;
	} symbols[OPTION_COUNT] = {
		[OPTION_REUSEADDR] = { .level = "SOL_SOCKET", .name = "SO_REUSEADDR" },
		[OPTION_REUSEPORT] = { .level = "SOL_SOCKET", .name = "SO_REUSEPORT" },
		[OPTION_V6ONLY] = { .level = "SOL_IPV6", .name = "IPV6_V6ONLY" },
		[OPTION_FREEBIND] = { .level = "SOL_IP", .name = "IP_FREEBIND", .level6 = "SOL_IPV6", .name6 = "IPV6_FREEBIND" },
		[OPTION_TRANSPARENT] = { .level = "SOL_IP", .name = "IP_TRANSPARENT", .level6 = "SOL_IPV6", .name6 = "IPV6_TRANSPARENT" },
		[OPTION_BIND_ADDRESS_NO_PORT] = { .level = "SOL_IP", .name = "IP_BIND_ADDRESS_NO_PORT" },
		[OPTION_KEEPALIVE] = { .level = "SOL_SOCKET", .name = "SO_KEEPALIVE" },
		[OPTION_NODELAY] = { .level = "SOL_TCP", .name = "TCP_NODELAY" },
		[OPTION_BROADCAST] = { .level = "SOL_SOCKET", .name = "SO_BROADCAST" },
		[OPTION_DEVICE] = { .level = "SOL_SOCKET", .name = "SO_BINDTODEVICE" },
		[OPTION_LINGER] = { .level = "SOL_SOCKET", .name = "SO_LINGER" },
		[OPTION_PORT_RANGE] = { .level = "SOL_IP", .name = "IP_LOCAL_PORT_RANGE" },
		[OPTION_RCVBUF] = { .level = "SOL_SOCKET", .name = "SO_RCVBUF" },
		[OPTION_SNDBUF] = { .level = "SOL_SOCKET", .name = "SO_SNDBUF" },
		[OPTION_SYNCNT] = { .level = "SOL_TCP", .name = "TCP_SYNCNT" },
	};
	bool own = family == AF_INET6 && symbols[option].name6 != NULL;

	*level = own ? symbols[option].level6 : symbols[option].level;
	*name = own ? symbols[option].name6 : symbols[option].name;
}

/* Decimal digits up to end, and nothing else. */
static bool parse_number(const char *text, const char *end, uint32_t most, uint32_t *number)
{
	size_t length = (size_t)(end - text);

	if (length == 0 || length > 9 || strspn(text, "0123456789") < length)
		return false;
	*number = (uint32_t)strtoul(text, NULL, 10);
	return *number <= most;
}

static bool parse_range(struct option_value *value, const struct token *token, struct fault *fault)
{
	const char *dash = strchr(token->text, '-');

	if (dash == NULL || !parse_number(token->text, dash, UINT16_MAX, &value->number) ||
	    !parse_number(dash + 1, dash + 1 + strlen(dash + 1), UINT16_MAX, &value->high))
		return fault_word(fault, token, "not a range of ports, LOW-HIGH");
	return true;
}

static bool parse_device(struct option_value *value, const struct token *token, struct fault *fault)
{
	if (token->length == 0 || token->length >= sizeof(value->device) || strlen(token->text) != token->length ||
	    strpbrk(token->text, "/ ") != NULL)
		return fault_word(fault, token, "not the name of a device, or - for none");
	if (strcmp(token->text, "-") != 0)
		strcpy(value->device, token->text);
	return true;
}

static bool parse_linger(struct option_value *value, const struct token *token, struct fault *fault)
{
	value->off = strcmp(token->text, "off") == 0;
	if (!value->off && !parse_number(token->text, token->text + token->length, LINGER_SECONDS_MAX, &value->number))
		return fault_word(fault, token, "linger is off, or seconds from 0 to %d", LINGER_SECONDS_MAX);
	return true;
}

bool option_value_parse(struct option_value *value, unsigned option, const struct token *token, struct fault *fault)
{
	const struct entry *entry = &entries[option];
	const char *end = token->text + token->length;

	*value = (struct option_value){ .number = 0 };
	switch (entry->type) {
	case VALUE_FLAG:
		return parse_number(token->text, end, 1, &value->number) ||
		       fault_word(fault, token, "%s is 0 or 1", entry->name);
	case VALUE_NUMBER:
		return parse_number(token->text, end, entry->most, &value->number) ||
		       fault_word(fault, token, "%s is a number from 0 to %u", entry->name, entry->most);
	case VALUE_DEVICE:
		return parse_device(value, token, fault);
	case VALUE_LINGER:
		return parse_linger(value, token, fault);
	case VALUE_RANGE:
		return parse_range(value, token, fault);
	}
	return false;
}

void option_value_format(struct buf *out, unsigned option, const struct option_value *value)
{
	switch (entries[option].type) {
	case VALUE_DEVICE:
		buf_puts(out, value->device[0] != '\0' ? value->device : "-");
		break;
	case VALUE_RANGE:
		buf_printf(out, "%u-%u", value->number, value->high);
		break;
	case VALUE_LINGER:
		if (value->off) {
			buf_puts(out, "off");
			break;
		}
		buf_uint(out, value->number);
		break;
	default:
		buf_uint(out, value->number);
	}
}

/* The bytes that an option has in the kernel. */
union raw {
	int number;
	uint32_t range;
	struct linger linger;
	char device[16];
};

static socklen_t size_of(enum value_type type)
{
	static const socklen_t sizes[] = {
		[VALUE_FLAG] = sizeof(int),
		[VALUE_NUMBER] = sizeof(int),
		[VALUE_DEVICE] = 16,
		[VALUE_LINGER] = sizeof(struct linger),
		[VALUE_RANGE] = sizeof(uint32_t),
	};

	return sizes[type];
}

static void fill_raw(union raw *raw, enum value_type type, const struct option_value *value)
{
	if (type == VALUE_DEVICE)
		strcpy(raw->device, value->device);
	else if (type == VALUE_LINGER)
		raw->linger = (struct linger){ .l_onoff = !value->off, .l_linger = (int)value->number };
	else if (type == VALUE_RANGE)
		raw->range = value->high << 16 | value->number; /* ip(7) */
	else
		raw->number = (int)value->number;
}

void option_call(unsigned option, int family, int *level, int *name)
{
	const struct entry *entry = &entries[option];
	bool own = family == AF_INET6 && entry->option6 != 0;

	*level = own ? entry->level6 : entry->level;
	*name = own ? entry->option6 : entry->option;
}

int option_set(int fd, int family, unsigned option, const struct option_value *value)
{
	enum value_type type = entries[option].type;
	union raw raw = { .device = "" };
	int level, name;

	option_call(option, family, &level, &name);
	fill_raw(&raw, type, value);
	return setsockopt(fd, level, name, &raw, size_of(type)) < 0 ? -errno : 0;
}

int option_get(int fd, int family, unsigned option, struct option_value *value)
{
	const struct entry *entry = &entries[option];
	socklen_t size = size_of(entry->type);
	union raw raw = { .device = "" };
	int level, name;

	*value = (struct option_value){ .number = 0 };
	option_call(option, family, &level, &name);
	if (getsockopt(fd, level, name, &raw, &size) < 0)
		return -errno;
	if (entry->type == VALUE_DEVICE)
		memcpy(value->device, raw.device, sizeof(value->device) - 1);
	else if (entry->type == VALUE_LINGER)
		*value = (struct option_value){ .off = raw.linger.l_onoff == 0, .number = (uint32_t)raw.linger.l_linger };
	else if (entry->type == VALUE_RANGE)
		*value = (struct option_value){ .number = raw.range & 0xffff, .high = raw.range >> 16 };
	else
		value->number = (uint32_t)raw.number;
	return 0;
}
