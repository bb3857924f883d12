/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/form_internal.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lab/spawn.h"

/* As the language has it. */
static bool parse_user(const char *text, struct buf *why)
{
	struct fault fault = FAULT_INIT;
	struct buf line = BUF_INIT;
	struct step step;

	buf_printf(&line, "x: user %s", text);
	bool good = line_check(buf_str(&line), &fault) && step_parse(&step, buf_str(&line), &fault);
	buf_puts(why, buf_str(&fault.text));
	fault_fini(&fault);
	buf_fini(&line);
	return good;
}

static void check_user(const struct form *form, struct buf *why)
{
	const char *text = form->text[FIELD_USER];

	if (text[0] == '\0' || !parse_user(text, why))
		return;
	if (form->actor > 0)
		buf_puts(why, "only a new process can become another user");
	else if (geteuid() != 0)
		buf_puts(why, "to become another user takes root");
	else if (!spawn_has_users())
		buf_puts(why, "this network was made without root, and has no other user");
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

/* "tcp6" for a socket that is tcp4. */
static const char *other_family(unsigned kind)
{
	const char *name = socket_kinds[kind].name;
	size_t stem = strlen(name) - 1;

	for (unsigned other = 0; other < SOCKET_KIND_COUNT; other++) {
		if (other != kind && strlen(socket_kinds[other].name) == stem + 1 &&
		    strncmp(socket_kinds[other].name, name, stem) == 0)
			return socket_kinds[other].name;
	}
	return name;
}

static void check_address(const struct form *form, struct buf *why)
{
	const char *text = form->text[FIELD_ADDRESS], *kind = socket_kinds[form->kind].name;
	int family = socket_kinds[form->kind].family;
	bool four = is_inet(text, AF_INET), six = is_inet6(text);

	if (family == AF_UNIX) {
		if (text[0] == '\0' || strcmp(text, "@") == 0)
			buf_puts(why, "a unix socket has @NAME or a path");
		return;
	}
	if (strcmp(text, "*") == 0 || (family == AF_INET && four) || (family == AF_INET6 && six))
		return;
	if (four || six)
		buf_printf(why, "%s is an IPv%d address, and the socket is %s; %s takes it", text, four ? 4 : 6, kind,
			   other_family(form->kind));
	else
		buf_printf(why, "%s%san IPv%c address in numbers, such as %s or *; names are not looked up", text,
			   text[0] != '\0' ? " is not " : "", family == AF_INET6 ? '6' : '4',
			   family == AF_INET6 ? "::1, ::" : "127.0.0.1, 0.0.0.0");
}

static void check_port(const struct form *form, struct buf *why)
{
	const char *text = form->text[FIELD_PORT];
	size_t length = strlen(text);

	if (socket_kinds[form->kind].family == AF_UNIX)
		return;
	if (length == 0 || length > 5 || strspn(text, "0123456789") != length || strtoul(text, NULL, 10) > UINT16_MAX)
		buf_printf(why, "%s%sa number from 0 to 65535; 0: the kernel chooses", text, length > 0 ? " is not " : "");
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

unsigned form_find_faults(struct form *form)
{
	static void (*const checks[FIELD_OPTIONS])(const struct form *form, struct buf *why) = {
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
			checks[field](form, why);
		else if (field >= FIELD_OPTIONS && form->text[field][0] != '\0')
			form_option(form, field - FIELD_OPTIONS, &value, why);
		faults += why->length > 0 ? 1 : 0;
	}
	return faults;
}
