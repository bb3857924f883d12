/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/endpoint.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "base/buf.h"
#include "lab/token.h"
#include "model/sock.h"

bool name_is_good(const char *text)
{
	size_t length = strlen(text);

	return text[0] >= 'a' && text[0] <= 'z' && length <= NAME_BYTES_MAX &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_-") == length;
}

/* "$s" or "$a.s", without the dollar. */
static bool parse_reference(struct endpoint *endpoint, const char *text, const struct token *token, struct fault *fault)
{
	const char *dot = strchr(text, '.');
	const char *socket_name = dot != NULL ? dot + 1 : text;
	size_t length = dot != NULL ? (size_t)(dot - text) : 0;

	if (length <= NAME_BYTES_MAX)
		memcpy(endpoint->actor.text, text, length);
	if (!name_is_good(socket_name) || (dot != NULL && (length > NAME_BYTES_MAX || !name_is_good(endpoint->actor.text))))
		return fault_word(fault, token, "behind a $ stands SOCKET or ACTOR.SOCKET");
	strcpy(endpoint->port_of.text, socket_name);
	return true;
}

static bool parse_port(struct endpoint *endpoint, const char *text, const struct token *token, struct fault *fault)
{
	if (text[0] == '$')
		return parse_reference(endpoint, text + 1, token, fault);
	size_t length = strlen(text);
	unsigned long port = strtoul(text, NULL, 10);
	if (length == 0 || length > 5 || strspn(text, "0123456789") != length || port > UINT16_MAX)
		return fault_word(fault, token, "behind the last colon stands a port, 0 to 65535, or $SOCKET");
	endpoint->port = (uint16_t)port;
	return true;
}

static bool parse_unix(struct endpoint *endpoint, const struct token *token, struct fault *fault)
{
	const char *path = token->text + strlen("unix:");
	size_t length = token->length - strlen("unix:");

	endpoint->kind = ENDPOINT_UNIX;
	endpoint->abstract = path[0] == '@';
	if (endpoint->abstract) {
		path++;
		length--;
	}
	if (length == 0 || length > PATH_BYTES_MAX)
		return fault_word(fault, token, "the name of a unix socket has 1 to %d bytes", PATH_BYTES_MAX);
	if (memchr(path, '\0', length) != NULL)
		return fault_word(fault, token, "the name of a unix socket has no NUL in it");
	memcpy(endpoint->path, path, length);
	endpoint->path_length = (uint8_t)length;
	return true;
}

/* What stands between the brackets, without them. */
static bool parse_inet6(struct endpoint *endpoint, char *text, const struct token *token, struct fault *fault)
{
	char *device = strchr(text, '%');

	endpoint->kind = ENDPOINT_INET6;
	if (device != NULL) {
		*device++ = '\0';
		if (device[0] == '\0' || strlen(device) >= sizeof(endpoint->device) || strchr(device, '/') != NULL)
			return fault_word(fault, token, "behind a %% stands the name of a device");
		strcpy(endpoint->device, device);
	}
	if (inet_pton(AF_INET6, text, endpoint->address) != 1)
		return fault_word(fault, token, "between the brackets stands an IPv6 address in numbers");
	return true;
}

bool endpoint_parse(struct endpoint *endpoint, const struct token *token, struct fault *fault)
{
	char text[128];

	*endpoint = (struct endpoint){ .kind = ENDPOINT_NONE };
	if (strncmp(token->text, "unix:", strlen("unix:")) == 0)
		return parse_unix(endpoint, token, fault);
	if (token->length >= sizeof(text) || strlen(token->text) != token->length)
		return fault_word(fault, token, "not ADDRESS:PORT");
	strcpy(text, token->text);
	char *colon = strrchr(text, ':');
	if (colon == NULL)
		return fault_word(fault, token, "not ADDRESS:PORT, such as 127.0.0.1:80, [::1]:80, *:80 or unix:NAME");
	*colon = '\0';
	if (!parse_port(endpoint, colon + 1, token, fault))
		return false;
	if (strcmp(text, "*") == 0) {
		endpoint->kind = ENDPOINT_ANY;
		return true;
	}
	if (text[0] == '[' && colon[-1] == ']') {
		colon[-1] = '\0';
		return parse_inet6(endpoint, text + 1, token, fault);
	}
	endpoint->kind = ENDPOINT_INET;
	if (inet_pton(AF_INET, text, endpoint->address) != 1)
		return fault_word(fault, token, "an address is written in numbers: 127.0.0.1:80, [::1]:80 or *:80");
	return true;
}

static void format_port(struct buf *out, const struct endpoint *endpoint)
{
	buf_putc(out, ':');
	if (endpoint->port_of.text[0] == '\0')
		buf_uint(out, endpoint->port);
	else if (endpoint->actor.text[0] == '\0')
		buf_printf(out, "$%s", endpoint->port_of.text);
	else
		buf_printf(out, "$%s.%s", endpoint->actor.text, endpoint->port_of.text);
}

static void format_unix(struct buf *out, const struct endpoint *endpoint)
{
	struct buf text = BUF_INIT;

	buf_puts(&text, endpoint->abstract ? "unix:@" : "unix:");
	buf_add(&text, endpoint->path, endpoint->path_length);
	token_quote(out, text.data, text.length);
	buf_fini(&text);
}

/* The name of a device may have any byte in it but a few. */
static void format_inet6(struct buf *out, const struct endpoint *endpoint)
{
	struct buf text = BUF_INIT;

	buf_putc(&text, '[');
	address_format(&text, FAMILY_INET6, endpoint->address);
	buf_printf(&text, "%s%s]", endpoint->device[0] != '\0' ? "%" : "", endpoint->device);
	format_port(&text, endpoint);
	token_add(out, text.data, text.length);
	buf_fini(&text);
}

void endpoint_format(struct buf *out, const struct endpoint *endpoint)
{
	switch (endpoint->kind) {
	case ENDPOINT_UNIX:
		format_unix(out, endpoint);
		return;
	case ENDPOINT_ANY:
		buf_putc(out, '*');
		break;
	case ENDPOINT_INET:
		address_format(out, FAMILY_INET, endpoint->address);
		break;
	default:
		format_inet6(out, endpoint);
		return;
	}
	format_port(out, endpoint);
}

bool endpoint_is_loopback(const struct endpoint *endpoint)
{
	static const uint8_t mapped[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 127 };
	static const uint8_t one[16] = { [15] = 1 };

	switch (endpoint->kind) {
	case ENDPOINT_INET:
		return endpoint->address[0] == 127;
	case ENDPOINT_INET6:
		return memcmp(endpoint->address, mapped, sizeof(mapped)) == 0 ||
		       memcmp(endpoint->address, one, sizeof(one)) == 0;
	case ENDPOINT_UNIX:
		return endpoint->abstract;
	default:
		return false;
	}
}

static socklen_t unix_sockaddr(const struct endpoint *endpoint, struct sockaddr_storage *storage)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	size_t from = endpoint->abstract ? 1 : 0, length = endpoint->path_length;

	/* A path's NUL belongs to its length, a name without a file has none (unix(7)). */
	memcpy(name.sun_path + from, endpoint->path, length);
	memcpy(storage, &name, sizeof(name));
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + 1);
}

socklen_t endpoint_sockaddr(const struct endpoint *endpoint, int family, struct sockaddr_storage *storage)
{
	if (endpoint->kind == ENDPOINT_UNIX)
		return unix_sockaddr(endpoint, storage);
	if (endpoint->kind == ENDPOINT_INET || (endpoint->kind == ENDPOINT_ANY && family == AF_INET)) {
		struct sockaddr_in name = { .sin_family = AF_INET, .sin_port = htons(endpoint->port) };

		memcpy(&name.sin_addr, endpoint->address, sizeof(name.sin_addr));
		memcpy(storage, &name, sizeof(name));
		return sizeof(name);
	}
	struct sockaddr_in6 name = { .sin6_family = AF_INET6, .sin6_port = htons(endpoint->port) };
	memcpy(&name.sin6_addr, endpoint->address, sizeof(name.sin6_addr));
	if (endpoint->device[0] != '\0') {
		name.sin6_scope_id = if_nametoindex(endpoint->device);
		if (name.sin6_scope_id == 0)
			return 0;
	}
	memcpy(storage, &name, sizeof(name));
	return sizeof(name);
}
