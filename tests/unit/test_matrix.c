/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The matrix as the rules predict it is the one that books should print; and what was not predicted is marked. */
#include "rules_fixture.h"

#include <errno.h>
#include <string.h>

#include "model/matrix.h"
#include "out/matrix.h"

struct fixture {
	struct matrix matrix;
	struct buf out;
};

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	matrix_fini(&fixture->matrix);
	buf_fini(&fixture->out);
	return 0;
}

static int setup(void **state)
{
	static struct fixture fixture;

	fixture = (struct fixture){
		.matrix = {
			.other_user = true,
			.other_uid = 65534,
			.address_count = 4,
			.addresses = {
				{ .family = FAMILY_INET },
				{ .family = FAMILY_INET, .address = { 127, 0, 0, 1 } },
				{ .family = FAMILY_INET6 },
				{ .family = FAMILY_INET6, .v6only = true, .address = { [15] = 1 } },
			},
		},
	};
	*state = &fixture;
	return 0;
}

/* As if the kernel had said what is predicted. */
static struct matrix *make(struct fixture *fixture, uint8_t proto)
{
	struct matrix *matrix = &fixture->matrix;

	matrix->proto = proto;
	matrix_fill(matrix);
	for (size_t i = 0; i < matrix->count; i++) {
		matrix_predict(matrix, &matrix->cells[i], &plain_host);
		matrix->cells[i].measured = matrix->cells[i].predicted;
	}
	return matrix;
}

static char mark_of(int result)
{
	return result == 0 ? '+' : result == EADDRINUSE ? 'x' : '?';
}

/* "++x" */
static void format_result(struct buf *out, const struct matrix_result *result)
{
	buf_putc(out, mark_of(result->bind));
	if (result->listen != MATRIX_NOT_DONE)
		buf_putc(out, mark_of(result->listen));
	if (result->first_listen != MATRIX_NOT_DONE)
		buf_putc(out, mark_of(result->first_listen));
}

/* The table of one pair of addresses: rows separated by "|", cells by blanks. */
static const char *table(struct fixture *fixture, unsigned state, size_t first, size_t second, bool other_user)
{
	buf_clear(&fixture->out);
	for (size_t i = 0; i < fixture->matrix.count; i++) {
		const struct matrix_cell *cell = &fixture->matrix.cells[i];

		if (cell->state != state || cell->first != first || cell->second != second || cell->other_user != other_user)
			continue;
		if (fixture->out.length > 0)
			buf_putc(&fixture->out, cell->second_flags == 0 ? '|' : ' ');
		format_result(&fixture->out, &cell->predicted);
	}
	return buf_str(&fixture->out);
}

static const struct {
	unsigned state;
	bool other_user;
	const char *table;
} tcp_tables[] = {
	{ MATRIX_BOUND, false, "x x x x|x ++x x ++x|x x +++ +++|x ++x +++ +++" },
	{ MATRIX_BOUND, true, "x x x x|x ++x x ++x|x x x x|x ++x x ++x" },
	{ MATRIX_LISTENING, false, "x x x x|x x x x|x x ++ ++|x x ++ ++" },
	{ MATRIX_LISTENING, true, "x x x x|x x x x|x x x x|x x x x" },
	{ MATRIX_CHILD, false, "x x x x|x ++ x ++|x x ++ ++|x ++ ++ ++" },
	{ MATRIX_CHILD, true, "x x x x|x ++ x ++|x x x x|x ++ x ++" },
	{ MATRIX_TIME_WAIT, false, "x x x x|x ++ x ++|x x ++ ++|x ++ ++ ++" },
	{ MATRIX_TIME_WAIT, true, "x x x x|x ++ x ++|x x ++ ++|x ++ ++ ++" },
}, udp_tables[] = {
	{ MATRIX_BOUND, false, "x x x x|x + x +|x x + +|x + + +" },
	{ MATRIX_BOUND, true, "x x x x|x + x +|x x x x|x + x +" },
	{ MATRIX_CONNECTED, false, "x x x x|x + x +|x x + +|x + + +" },
	{ MATRIX_CONNECTED, true, "x x x x|x + x +|x x x x|x + x +" },
};

static void tcp_is_as_the_kernel_has_it(void **state)
{
	struct fixture *fixture = *state;

	make(fixture, BIND_TCP);
	assert_int_equal(fixture->matrix.count, 4 * 4 * 4 * 2 * 16);
	for (size_t i = 0; i < ARRAY_SIZE(tcp_tables); i++) {
		assert_string_equal(table(fixture, tcp_tables[i].state, 1, 0, tcp_tables[i].other_user), tcp_tables[i].table);
		assert_string_equal(table(fixture, tcp_tables[i].state, 0, 1, tcp_tables[i].other_user), tcp_tables[i].table);
	}
}

static void udp_is_as_the_kernel_has_it(void **state)
{
	struct fixture *fixture = *state;

	make(fixture, BIND_UDP);
	assert_int_equal(fixture->matrix.count, 2 * 4 * 4 * 2 * 16);
	for (size_t i = 0; i < ARRAY_SIZE(udp_tables); i++)
		assert_string_equal(table(fixture, udp_tables[i].state, 1, 1, udp_tables[i].other_user), udp_tables[i].table);
}

static void a_connection_has_an_address_of_its_own(void **state)
{
	struct fixture *fixture = *state;

	make(fixture, BIND_TCP);
	/* What is left of [::] is on ::1: it is in the way of 0.0.0.0, and not of 127.0.0.1. */
	assert_string_equal(table(fixture, MATRIX_TIME_WAIT, 2, 0, false), tcp_tables[6].table);
	assert_string_equal(table(fixture, MATRIX_TIME_WAIT, 2, 1, false), "++ ++ ++ ++|++ ++ ++ ++|++ ++ ++ ++|++ ++ ++ ++");
	assert_string_equal(table(fixture, MATRIX_LISTENING, 2, 1, false), tcp_tables[2].table);
}

static void as_many_tables_are_printed_as_there_are(void **state)
{
	struct fixture *fixture = *state;
	const struct matrix_head head = { .release = "6.18", .left_out = NULL };
	const char *text;

	matrix_write_text(&fixture->out, make(fixture, BIND_UDP), &head);
	text = buf_str(&fixture->out);
	assert_non_null(strstr(text, "The first socket is bound\n\n"
				     "  first: rows; second: columns                   a b c d\n"
				     "  a 0.0.0.0                                      X X X .\n"
				     "  b 127.0.0.1                                    X X X .\n"
				     "  c ::                                           X X X X\n"
				     "  d ::1/only                                     . . X X\n"
				     "\n"
				     "  X: 12 pairs\n"
				     "  first       second: of the same user   second: of another user\n"
				     "                -     A     P    AP        -     A     P    AP\n"
				     "          -     x     x     x     x        x     x     x     x\n"
				     "          A     x     +     x     +        x     +     x     +\n"
				     "          P     x     x     +     +        x     x     x     x\n"
				     "         AP     x     +     +     +        x     +     x     +\n"));
	assert_non_null(strstr(text, "  c ::, connection ::1                           X . X X\n"));
	assert_null(strstr(text, "Y:"));
	assert_null(strstr(text, "Not measured"));
	assert_non_null(strstr(text, "1024 cells measured in 0.0 s, all as predicted\n"));
}

/* The first pair of the first state: the first socket has SO_REUSEADDR, the second one both, and is the same user's. */
static struct matrix_cell *spoil(struct matrix *matrix)
{
	struct matrix_cell *cell = &matrix->cells[MATRIX_REUSEADDR * MATRIX_FLAGS + 3];

	cell->measured = (struct matrix_result){ .bind = EACCES, .listen = MATRIX_NOT_DONE, .first_listen = MATRIX_NOT_DONE };
	return cell;
}

static void what_was_not_predicted_is_marked_and_told(void **state)
{
	struct fixture *fixture = *state;
	const struct matrix_head head = { .release = "6.18", .left_out = "the rest" };
	struct matrix *matrix = make(fixture, BIND_TCP);

	assert_int_equal(matrix_differences(matrix), 0);
	spoil(matrix);
	assert_int_equal(matrix_differences(matrix), 1);
	matrix_write_text(&fixture->out, matrix, &head);
	const char *text = buf_str(&fixture->out);
	assert_non_null(strstr(text, "  a 0.0.0.0                                     !X Y Y .\n"));
	assert_non_null(strstr(text, "  X: 1 pair\n"));
	assert_non_null(strstr(text, "          A     x   ++x     x    e!        x   ++x     x   ++x\n"));
	assert_non_null(strstr(text, "  Y: 11 pairs\n"));
	assert_non_null(strstr(text, "\nNot as predicted\n\n"
				     "  0.0.0.0 A bound, then 0.0.0.0 AP:\n"
				     "      bind EACCES; predicted: bind ok, listen ok, listen of the first EADDRINUSE\n"));
	assert_non_null(strstr(text, "\nNot measured: the rest.\n"));
	assert_non_null(strstr(text, "2048 cells measured in 0.0 s, 1 not as predicted\n"));
}

static void csv_and_json_tell_both(void **state)
{
	struct fixture *fixture = *state;
	const struct matrix_head head = { .release = "6.18", .took_ns = 5000000 };
	struct matrix *matrix = make(fixture, BIND_TCP);

	spoil(matrix);
	matrix_write_csv(&fixture->out, matrix);
	assert_non_null(strstr(buf_str(&fixture->out),
			       "tcp,0.0.0.0,,A,bound,0.0.0.0,,AP,same,EACCES,,,ok,ok,EADDRINUSE,no\r\n"));
	assert_non_null(strstr(buf_str(&fixture->out),
			       "tcp,0.0.0.0,,A,bound,0.0.0.0,,AP,other,ok,ok,EADDRINUSE,ok,ok,EADDRINUSE,yes\r\n"));
	buf_clear(&fixture->out);
	matrix_write_json(&fixture->out, matrix, &head);
	assert_non_null(strstr(buf_str(&fixture->out),
			       "{\"type\":\"cell\",\"proto\":\"tcp\","
			       "\"first\":{\"addr\":\"0.0.0.0\",\"reuseaddr\":true,\"reuseport\":false,\"v6only\":null,\"state\":\"bound\"},"
			       "\"second\":{\"addr\":\"0.0.0.0\",\"reuseaddr\":true,\"reuseport\":true,\"v6only\":null,\"user\":\"same\"},"
			       "\"actual\":{\"bind\":\"EACCES\",\"listen\":null,\"first_listen\":null},"
			       "\"predicted\":{\"bind\":\"ok\",\"listen\":\"ok\",\"first_listen\":\"EADDRINUSE\"},\"ok\":false}\n"));
	assert_non_null(strstr(buf_str(&fixture->out), "{\"type\":\"matrix\",\"proto\":\"tcp\",\"kernel\":\"6.18\",\"cells\":2048,"
						       "\"differences\":1,\"ms\":5,\"left_out\":null}\n"));
}

/* Each of so many pairs behaves like no other one. */
static void more_tables_than_letters_are_no_trouble(void **state)
{
	struct fixture *fixture = *state;
	const struct matrix_head head = { .release = "6.18" };
	struct matrix *matrix = &fixture->matrix;

	matrix->address_count = 6;
	matrix->addresses[4] = matrix->addresses[5] = matrix->addresses[0];
	make(fixture, BIND_TCP);
	for (size_t i = 0; i < matrix->count; i++)
		matrix->cells[i].measured.bind = (int16_t)(1 + i / matrix_pair_cells(matrix) % 36);
	matrix_write_text(&fixture->out, matrix, &head);
	assert_non_null(strstr(buf_str(&fixture->out), "\n  T: 1 pair\n"));
	assert_non_null(strstr(buf_str(&fixture->out), "!?!?!?!?\n\n"));
	assert_non_null(strstr(buf_str(&fixture->out), "\n  ?: other tables still"));
	assert_non_null(strstr(buf_str(&fixture->out), " more, which --csv and --json tell\n"));
	assert_int_equal(strlen(buf_str(&fixture->out)), fixture->out.length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tcp_is_as_the_kernel_has_it, setup, teardown),
		cmocka_unit_test_setup_teardown(udp_is_as_the_kernel_has_it, setup, teardown),
		cmocka_unit_test_setup_teardown(a_connection_has_an_address_of_its_own, setup, teardown),
		cmocka_unit_test_setup_teardown(as_many_tables_are_printed_as_there_are, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_not_predicted_is_marked_and_told, setup, teardown),
		cmocka_unit_test_setup_teardown(csv_and_json_tell_both, setup, teardown),
		cmocka_unit_test_setup_teardown(more_tables_than_letters_are_no_trouble, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
