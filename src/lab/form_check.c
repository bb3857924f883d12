/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/form_check.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void check_user(const struct form *form, const struct playground *play, struct buf *why)
{
	const char *text = form->text[FIELD_USER];
	size_t digits = strspn(text, "0123456789");

	(void)play;
	if (text[0] == '\0')
		return;
	if (form->actor > 0)
		buf_puts(why, "only a new process can become another user");
	else if (digits == 0 || digits > 9 || (text[digits] != '\0' && text[digits] != ':') ||
		 (text[digits] == ':' && (text[digits + 1] == '\0' || strlen(text) - digits > 10 ||
					  text[digits + 1 + strspn(text + digits + 1, "0123456789")] != '\0')))
		buf_puts(why, "a user is written in numbers, UID or UID:GID");
	else if (geteuid() != 0)
		buf_puts(why, "to become another user takes root");
}

static bool is_inet(const char *text, int family)
{
	uint8_t address[16];

	return inet_pton(family, text, address) == 1;
}

/* Behind a % stands a device, which only the kernel knows to be right. */
static bool is_inet6(const char *text)
{
	char address[FIELD_BYTES_MAX + 1];

	strcpy(address, text);
	char *device = strchr(address, '%');
	if (device != NULL) {
		*device++ = '\0';
		if (device[0] == '\0' || strlen(device) > 15 || strchr(device, '/') != NULL)
			return false;
	}
	return is_inet(address, AF_INET6);
}

static void check_address(const struct form *form, const struct playground *play, struct buf *why)
{
	const char *text = form->text[FIELD_ADDRESS];
	int family = socket_kinds[form->kind].family;
	bool four = is_inet(text, AF_INET), six = is_inet6(text);

	(void)play;
	if (family == AF_UNIX) {
		if (text[0] == '\0' || strcmp(text, "@") == 0)
			buf_puts(why, "a unix socket has @NAME or a path");
		return;
	}
	if (strcmp(text, "*") == 0 || (family == AF_INET && four) || (family == AF_INET6 && six))
		return;
	if (four || six)
		buf_printf(why, "an %s address, and the socket is %s", four ? "IPv4" : "IPv6", socket_kinds[form->kind].name);
	else
		buf_printf(why, "not an IPv%c address in numbers, such as %s; names are not looked up",
			   family == AF_INET6 ? '6' : '4', family == AF_INET6 ? "::1 or ::" : "127.0.0.1 or 0.0.0.0");
}

static void check_port(const struct form *form, const struct playground *play, struct buf *why)
{
	const char *text = form->text[FIELD_PORT];
	size_t length = strlen(text);

	(void)play;
	if (socket_kinds[form->kind].family == AF_UNIX)
		return;
	if (length == 0 || length > 5 || strspn(text, "0123456789") != length || strtoul(text, NULL, 10) > UINT16_MAX)
		buf_puts(why, "a port is a number from 0 to 65535; 0: the kernel chooses");
}

bool form_option(const struct form *form, unsigned option, struct option_value *value, struct buf *why)
{
	const char *text = form->text[FIELD_OPTIONS + option];
	const struct token token = { .text = text, .length = strlen(text) };
	struct fault fault = FAULT_INIT;
	bool good = option_value_parse(value, option, &token, &fault);

	if (!good && why != NULL)
		buf_puts(why, buf_str(&fault.text));
	fault_fini(&fault);
	return good;
}

unsigned form_find_faults(struct form *form, const struct playground *play)
{
	static void (*const checks[FIELD_OPTIONS])(const struct form *form, const struct playground *play, struct buf *why) = {
		[FIELD_USER] = check_user,
		[FIELD_ADDRESS] = check_address,
		[FIELD_PORT] = check_port,
	};
	unsigned faults = 0;

	for (unsigned field = 0; field < FIELD_COUNT; field++) {
		struct buf *why = &form->faults[field];
		struct option_value value;

		buf_clear(why);
		if (field < FIELD_OPTIONS && checks[field] != NULL)
			checks[field](form, play, why);
		else if (field >= FIELD_OPTIONS && form->text[field][0] != '\0')
			form_option(form, field - FIELD_OPTIONS, &value, why);
		faults += why->length > 0 ? 1 : 0;
	}
	return faults;
}
