/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any text as a filter: it is one, which can be judged and compiled, or there is one line that says why not.
 */
#include "base/buf.h"
#include "checks.h"
#include "fuzz.h"
#include "kernel/diag_inet.h"
#include "model/column.h"
#include "model/filter.h"
#include "model/names.h"
#include "model/query.h"
#include "model/table.h"

/* What is true of a socket in the end must have been possible from the beginning. */
static void check_filter(const struct filter *filter)
{
	static _Alignas(8) char request[DIAG_REQUEST_BYTES];
	struct row row = { .sock = { .cookie = 1, .have = HAVE_QUEUES, .state = STATE_LISTEN, .local_port = 80, .local = { 127 } } };
	struct names names = NAMES_INIT;
	const struct column_context context = { .names = &names };
	struct query query;

	query_init(&query);
	query.filter = filter;
	for (unsigned family = 0; family <= FAMILY_INET6; family++) {
		row.sock.family = (uint8_t)family;
		bool matches = filter_match(filter, &row, &context);

		must(!matches || filter_admits(filter, &row.sock, KNOWN_ALL));
		must(!matches || filter_admits(filter, &row.sock, KNOWN_CLASS));
		must(!matches || diag_inet_request(request, PROTO_TCP, family, &query) != NULL);
	}
	names_fini(&names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct filter filter = FILTER_INIT;
	struct buf text = BUF_INIT, error = BUF_INIT;

	use_utf8();
	buf_add(&text, data, size);
	if (filter_parse(&filter, buf_str(&text), &error)) {
		must_be_told(true, &error);
		check_filter(&filter);
	} else {
		must_be_told(false, &error);
		must(filter.count == 0);
	}
	filter_fini(&filter);
	buf_fini(&text);
	buf_fini(&error);
	return 0;
}
