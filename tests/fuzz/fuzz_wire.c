/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any bytes as a message between the program and an agent, in both directions: what is understood is sent as a message
 * that is understood the same.
 */
#include <string.h>

#include "base/buf.h"
#include "fuzz.h"
#include "lab/wire.h"

static void check_request(uint32_t token, const struct step *step)
{
	struct buf message = BUF_INIT, again = BUF_INIT;
	uint32_t read_token;
	struct step read;

	wire_request(&message, token, step);
	must(message.length <= WIRE_BYTES_MAX);
	must(wire_parse_request(buf_str(&message), message.length, &read_token, &read));
	wire_request(&again, read_token, &read);
	must(strcmp(buf_str(&message), buf_str(&again)) == 0);
	buf_fini(&message);
	buf_fini(&again);
}

static void check_reply(const struct reply *reply)
{
	struct buf message = BUF_INIT;
	struct reply read;

	wire_reply(&message, reply);
	must(message.length <= WIRE_BYTES_MAX);
	must(wire_parse_reply(buf_str(&message), message.length, &read));
	must(read.token == reply->token && strcmp(read.word, reply->word) == 0 && read.cookie == reply->cookie);
	must(read.port == reply->port && read.pid == reply->pid && read.has_value == reply->has_value);
	must(read.value_length == reply->value_length && memcmp(read.value, reply->value, sizeof(read.value)) == 0);
	buf_fini(&message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reply reply;
	struct step step;
	uint32_t token;

	if (wire_parse_request((const char *)data, size, &token, &step))
		check_request(token, &step);
	if (wire_parse_reply((const char *)data, size, &reply))
		check_reply(&reply);
	return 0;
}
