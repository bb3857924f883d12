/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/matrix.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/errname.h"
#include "model/matrix.h"
#include "out/json.h"

/* "ok", "EADDRINUSE", "unknown"; "" for what was not done. */
static const char *word_of(int result)
{
	if (result == MATRIX_NOT_DONE)
		return "";
	if (result == MATRIX_UNKNOWN)
		return "unknown";
	const char *name = result > 0 ? errname(result) : "ok";
	return name != NULL ? name : "error";
}

static const char *proto_of(const struct matrix *matrix)
{
	return matrix->proto == BIND_UDP ? "udp" : "tcp";
}

static const char *yes_no(bool value)
{
	return value ? "yes" : "no";
}

static bool is_predicted(const struct matrix_cell *cell)
{
	return matrix_result_equals(&cell->predicted, &cell->measured);
}

void matrix_write_csv_header(struct buf *out)
{
	buf_puts(out, "proto,first,first_v6only,first_options,first_state,second,second_v6only,second_options,second_user,bind,"
		      "listen,first_listen,predicted_bind,predicted_listen,predicted_first_listen,as_predicted\r\n");
}

static void add_address(struct buf *out, const struct matrix *matrix, size_t at)
{
	const struct matrix_address *address = &matrix->addresses[at];

	buf_putc(out, ',');
	address_format(out, address->family, address->address);
	buf_printf(out, ",%s", address->family == FAMILY_INET6 ? yes_no(address->v6only) : "");
}

static void add_result(struct buf *out, const struct matrix_result *result)
{
	buf_printf(out, ",%s,%s,%s", word_of(result->bind), word_of(result->listen), word_of(result->first_listen));
}

/* No field can have a comma, a quote or a line's end in it. */
void matrix_write_csv(struct buf *out, const struct matrix *matrix)
{
	for (size_t i = 0; i < matrix->count; i++) {
		const struct matrix_cell *cell = &matrix->cells[i];

		buf_puts(out, proto_of(matrix));
		add_address(out, matrix, cell->first);
		buf_printf(out, ",%s,%s", matrix_flags_name(cell->first_flags), matrix_state_id(cell->state));
		add_address(out, matrix, cell->second);
		buf_printf(out, ",%s,%s", matrix_flags_name(cell->second_flags), cell->other_user ? "other" : "same");
		add_result(out, &cell->measured);
		add_result(out, &cell->predicted);
		buf_printf(out, ",%s\r\n", yes_no(is_predicted(cell)));
	}
}

static void json_bool(struct buf *out, const char *member, bool value)
{
	buf_printf(out, ",\"%s\":%s", member, value ? "true" : "false");
}

static void json_sock(struct buf *out, const struct matrix *matrix, size_t at, unsigned flags)
{
	const struct matrix_address *address = &matrix->addresses[at];

	buf_puts(out, "{\"addr\":\"");
	address_format(out, address->family, address->address);
	buf_putc(out, '"');
	json_bool(out, "reuseaddr", flags & MATRIX_REUSEADDR);
	json_bool(out, "reuseport", flags & MATRIX_REUSEPORT);
	if (address->family == FAMILY_INET6)
		json_bool(out, "v6only", address->v6only);
	else
		buf_puts(out, ",\"v6only\":null");
}

static void json_word(struct buf *out, const char *member, int result)
{
	const char *word = word_of(result);

	if (word[0] == '\0')
		buf_printf(out, "\"%s\":null", member);
	else
		buf_printf(out, "\"%s\":\"%s\"", member, word);
}

static void json_result(struct buf *out, const char *member, const struct matrix_result *result)
{
	buf_printf(out, ",\"%s\":{", member);
	json_word(out, "bind", result->bind);
	buf_putc(out, ',');
	json_word(out, "listen", result->listen);
	buf_putc(out, ',');
	json_word(out, "first_listen", result->first_listen);
	buf_putc(out, '}');
}

static void json_cell(struct buf *out, const struct matrix *matrix, const struct matrix_cell *cell)
{
	buf_printf(out, "{\"type\":\"cell\",\"proto\":\"%s\",\"first\":", proto_of(matrix));
	json_sock(out, matrix, cell->first, cell->first_flags);
	buf_printf(out, ",\"state\":\"%s\"},\"second\":", matrix_state_id(cell->state));
	json_sock(out, matrix, cell->second, cell->second_flags);
	buf_printf(out, ",\"user\":\"%s\"}", cell->other_user ? "other" : "same");
	json_result(out, "actual", &cell->measured);
	json_result(out, "predicted", &cell->predicted);
	json_bool(out, "ok", is_predicted(cell));
	buf_puts(out, "}\n");
}

void matrix_write_json(struct buf *out, const struct matrix *matrix, const struct matrix_head *head)
{
	for (size_t i = 0; i < matrix->count; i++)
		json_cell(out, matrix, &matrix->cells[i]);
	buf_printf(out, "{\"type\":\"matrix\",\"proto\":\"%s\",\"kernel\":", proto_of(matrix));
	json_string(out, head->release);
	buf_printf(out, ",\"cells\":%zu,\"differences\":%zu,\"ms\":", matrix->count, matrix_differences(matrix));
	buf_uint(out, head->took_ns / NS_PER_MS);
	buf_puts(out, ",\"left_out\":");
	if (head->left_out != NULL)
		json_string(out, head->left_out);
	else
		buf_puts(out, "null");
	buf_puts(out, "}\n");
}
