/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab_matrix.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/text.h"
#include "lab/endpoint.h"
#include "lab/measure.h"
#include "lab_command.h"
#include "out/matrix.h"
#include "out/sink.h"

#define USUAL_ADDRESSES "0.0.0.0,127.0.0.1,127.0.0.2,::,::/only,::1,::1/only,::ffff:127.0.0.1,::ffff:0.0.0.0"

/* By the number of the protocol. */
static const char *const proto_names[] = { "tcp", "udp", NULL };
static const uint8_t protos[] = { BIND_TCP, BIND_UDP };

static const char *proto_name_at(size_t i)
{
	return proto_names[i];
}

void lab_no_namespace(struct buf *error, int reason)
{
	/* ENOSPC is what unshare(2) says of a limit in /proc/sys/user. */
	buf_printf(error, "a network namespace of its own is not to be had (%s)",
		   reason == -ENOSPC ? "user.max_user_namespaces or user.max_net_namespaces forbids it" : strerror(-reason));
}

static const uint8_t mapped_any[16] = { [10] = 0xff, [11] = 0xff };

static bool is_mapped(const uint8_t address[16])
{
	return memcmp(address, mapped_any, 12) == 0;
}

/* What a namespace has that has lo alone. */
static bool is_there(const struct matrix_address *address)
{
	struct endpoint endpoint = { .kind = address->family == FAMILY_INET6 ? ENDPOINT_INET6 : ENDPOINT_INET };

	memcpy(endpoint.address, address->address, sizeof(endpoint.address));
	return endpoint_is_loopback(&endpoint) || address_is_wildcard(address->family, address->address) ||
	       memcmp(address->address, mapped_any, sizeof(mapped_any)) == 0;
}

/* "127.0.0.1", "::", "[::1]/only" */
static bool read_address(struct matrix_address *address, const char *word)
{
	char text[64];
	size_t length = strlen(word);

	*address = (struct matrix_address){ .family = FAMILY_INET };
	address->v6only = length >= strlen("/only") && strcmp(word + length - strlen("/only"), "/only") == 0;
	length -= address->v6only ? strlen("/only") : 0;
	bool bracketed = length >= 2 && word[0] == '[' && word[length - 1] == ']';
	if (bracketed) {
		word++;
		length -= 2;
	}
	if (length >= sizeof(text))
		return false;
	memcpy(text, word, length);
	text[length] = '\0';
	if (!bracketed && !address->v6only && inet_pton(AF_INET, text, address->address) == 1)
		return true;
	address->family = FAMILY_INET6;
	return inet_pton(AF_INET6, text, address->address) == 1;
}

static bool is_known(const struct matrix *matrix, const struct matrix_address *address)
{
	for (size_t i = 0; i < matrix->address_count; i++) {
		const struct matrix_address *other = &matrix->addresses[i];

		if (other->family == address->family && other->v6only == address->v6only &&
		    memcmp(other->address, address->address, sizeof(other->address)) == 0)
			return true;
	}
	return false;
}

/* NULL, or what is wrong with it. */
static const char *take_address(struct matrix *matrix, const char *word)
{
	struct matrix_address address;

	if (!read_address(&address, word))
		return ": not a numeric address, such as 127.0.0.1, ::1 or, with IPV6_V6ONLY, ::/only";
	if (!is_there(&address))
		return ": not an address that a network with lo alone has: a wildcard, 127.0.0.0/8 or ::1";
	if (address.v6only && is_mapped(address.address))
		return ": with IPV6_V6ONLY there are no IPv4 addresses";
	if (is_known(matrix, &address))
		return " is named twice";
	if (matrix->address_count == MATRIX_ADDRESSES_MAX)
		return ": 16 addresses are the most";
	matrix->addresses[matrix->address_count++] = address;
	return NULL;
}

static bool take_addresses(struct matrix *matrix, const char *list, struct buf *error)
{
	char *copy = xstrdup(list), *rest = copy, *word;
	const char *wrong = NULL;

	while (wrong == NULL && (word = strsep(&rest, ",")) != NULL) {
		wrong = take_address(matrix, word);
		if (wrong != NULL)
			options_fault(error, "--addresses: ", word, wrong);
	}
	free(copy);
	return wrong == NULL;
}

/* Which protocols are wanted: one bit each. */
static bool take_words(const struct lab_matrix_plan *plan, unsigned *wanted, struct buf *error)
{
	*wanted = plan->count == 0 ? 3 : 0;
	for (size_t i = 0; i < plan->count; i++) {
		size_t at = 0;

		while (proto_names[at] != NULL && strcmp(proto_names[at], plan->words[i]) != 0)
			at++;
		if (proto_names[at] == NULL) {
			options_fault(error, "", plan->words[i], "");
			buf_printf(error, " is no protocol to measure; the nearest is %s", text_nearest(plan->words[i], proto_name_at));
			return false;
		}
		*wanted |= 1u << at;
	}
	return true;
}

static const char *left_out(const struct matrix *matrix, const struct measured *measured)
{
	if (measured->no_inet6 && !matrix->other_user)
		return "IPv6, which is not to be had here, and a second socket of another user, which takes root";
	if (measured->no_inet6)
		return "IPv6, which is not to be had here";
	return matrix->other_user ? NULL : "a second socket of another user, which takes root";
}

static int fail(const struct matrix *matrix, const struct measured *measured, int reason, struct buf *error)
{
	if (measured->no_namespace) {
		lab_no_namespace(error, reason);
		buf_puts(error, ", and the matrix is measured in one");
		return LAB_NOT_PERMITTED;
	}
	buf_puts(error, "the first socket cannot be had: ");
	matrix_address_format(error, &matrix->addresses[measured->cell->first]);
	buf_printf(error, " %s %s: %s", matrix_flags_name(measured->cell->first_flags), matrix_state_id(measured->cell->state),
		   strerror(-reason));
	return LAB_SYSTEM;
}

static void write_out(const struct lab_matrix_plan *plan, const struct matrix *matrix, const struct measured *measured,
		      uint64_t took_ns, struct sink *sink)
{
	struct utsname name;
	const struct matrix_head head = {
		.release = uname(&name) == 0 ? name.release : "",
		.left_out = left_out(matrix, measured),
		.took_ns = took_ns,
	};

	if (plan->csv)
		matrix_write_csv(&sink->buf, matrix);
	else if (plan->json)
		matrix_write_json(&sink->buf, matrix, &head);
	else
		matrix_write_text(&sink->buf, matrix, &head);
	sink_flush(sink);
}

/* One protocol. */
static int run(const struct lab_matrix_plan *plan, struct matrix *matrix, struct sink *sink, struct buf *error)
{
	struct measured measured;
	uint64_t began = clock_mono_ns();
	int reason = measure(matrix, &measured), status;

	if (reason < 0) {
		status = fail(matrix, &measured, reason, error);
	} else if (matrix->count == 0) {
		buf_puts(error, "there is no IPv6 here, and no address of IPv4 is named");
		status = LAB_SKIPPED;
	} else {
		status = matrix_differences(matrix) > 0 ? LAB_FAILED : LAB_PASSED;
		write_out(plan, matrix, &measured, clock_mono_ns() - began, sink);
	}
	matrix_fini(matrix);
	return status;
}

int lab_matrix(const struct lab_matrix_plan *plan, struct sink *sink, struct buf *error)
{
	struct matrix addresses = { .address_count = 0 };
	int status = LAB_PASSED;
	unsigned wanted;

	if (!take_words(plan, &wanted, error) ||
	    !take_addresses(&addresses, plan->addresses != NULL ? plan->addresses : USUAL_ADDRESSES, error))
		return LAB_USAGE;
	if (plan->csv)
		matrix_write_csv_header(&sink->buf);
	for (unsigned i = 0; i < 2 && status <= LAB_FAILED && sink->error == 0; i++) {
		struct matrix matrix = addresses;

		if (!(wanted & 1u << i))
			continue;
		if (i > 0 && wanted == 3 && !plan->csv && !plan->json)
			buf_puts(&sink->buf, "\n\n");
		matrix.proto = protos[i];
		int one = run(plan, &matrix, sink, error);
		status = one > status ? one : status;
	}
	return status;
}
