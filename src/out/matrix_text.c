/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/matrix.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/errname.h"
#include "model/matrix.h"

enum {
	LABEL_WIDTH = 46,   /* of a row of addresses */
	RESULT_WIDTH = 6,   /* of a row of options */
	DIFFERENCES_MAX = 20,
};

/* The letters of the tables of options, in the order of their first pair; the last one is for all that would need more. */
static const char letters[] = "XYZUVWABCDEFGHIJKLMNOPQRST?";
enum { TABLES_MAX = sizeof(letters) - 2 };

/* The pairs of one state: which of them behave alike. */
struct section {
	const struct matrix *matrix;
	unsigned state;
	const struct matrix_cell *cells; /* of the first pair */
	size_t pair_count;
	unsigned *classes;     /* owned; for each pair: 0 where everything works, else the number of its table */
	size_t representatives[TABLES_MAX + 1]; /* a pair of each class */
	unsigned class_count;  /* with 0 */
};

static const struct matrix_cell *pair_of(const struct section *section, size_t pair)
{
	return section->cells + pair * matrix_pair_cells(section->matrix);
}

static bool works(const struct matrix_cell *cell)
{
	const struct matrix_result *result = &cell->measured;

	return result->bind == 0 && result->listen <= 0 && result->first_listen <= 0;
}

static bool is_free(const struct section *section, size_t pair)
{
	for (size_t i = 0; i < matrix_pair_cells(section->matrix); i++) {
		if (!works(pair_of(section, pair) + i))
			return false;
	}
	return true;
}

static bool are_alike(const struct section *section, size_t a, size_t b)
{
	for (size_t i = 0; i < matrix_pair_cells(section->matrix); i++) {
		if (!matrix_result_equals(&pair_of(section, a)[i].measured, &pair_of(section, b)[i].measured))
			return false;
	}
	return true;
}

static bool is_predicted(const struct matrix_cell *cell)
{
	return matrix_result_equals(&cell->predicted, &cell->measured);
}

static bool is_pair_predicted(const struct section *section, size_t pair)
{
	for (size_t i = 0; i < matrix_pair_cells(section->matrix); i++) {
		if (!is_predicted(pair_of(section, pair) + i))
			return false;
	}
	return true;
}

static unsigned class_of(struct section *section, size_t pair)
{
	unsigned class = 1;

	if (is_free(section, pair))
		return 0;
	while (class < section->class_count && !are_alike(section, section->representatives[class], pair))
		class++;
	if (class == section->class_count && class <= TABLES_MAX)
		section->representatives[section->class_count++] = pair;
	return class;
}

static void section_init(struct section *section, const struct matrix *matrix, const struct matrix_cell *cells)
{
	*section = (struct section){
		.matrix = matrix,
		.state = cells->state,
		.cells = cells,
		.pair_count = matrix->address_count * matrix->address_count,
		.class_count = 1,
	};
	section->classes = xcalloc(section->pair_count, sizeof(section->classes[0]));
	for (size_t i = 0; i < section->pair_count; i++)
		section->classes[i] = class_of(section, i);
}

static const char *state_words(unsigned state)
{
	static const char *const words[MATRIX_STATE_COUNT] = {
		[MATRIX_BOUND] = "bound",
		[MATRIX_LISTENING] = "listening",
		[MATRIX_CHILD] = "closed, a connection that it accepted is left",
		[MATRIX_TIME_WAIT] = "closed, a connection that it accepted is in TIME_WAIT",
		[MATRIX_CONNECTED] = "connected",
	};

	return words[state];
}

/* "a 0.0.0.0, connection 127.0.0.1" */
static void add_label(struct buf *out, const struct section *section, size_t at)
{
	const struct matrix_address *address = &section->matrix->addresses[at];
	uint8_t local[16];

	buf_printf(out, "%c ", (char)('a' + at));
	matrix_address_format(out, address);
	matrix_local(address, section->state, local);
	if (memcmp(local, address->address, sizeof(local)) == 0)
		return;
	buf_puts(out, ", connection ");
	address_format(out, address->family, local);
}

static void add_grid(struct buf *out, const struct section *section)
{
	size_t count = section->matrix->address_count;
	struct buf label = BUF_INIT;

	buf_printf(out, "  %-*s", LABEL_WIDTH, "first: rows; second: columns");
	for (size_t i = 0; i < count; i++)
		buf_printf(out, " %c", (char)('a' + i));
	buf_putc(out, '\n');
	for (size_t i = 0; i < section->pair_count; i++) {
		unsigned class = section->classes[i];

		if (i % count == 0) {
			buf_clear(&label);
			add_label(&label, section, i / count);
			buf_printf(out, "  %-*s", LABEL_WIDTH, buf_str(&label));
		}
		buf_printf(out, "%c%c", is_pair_predicted(section, i) ? ' ' : '!', class > 0 ? letters[class - 1] : '.');
		if (i % count == count - 1)
			buf_putc(out, '\n');
	}
	buf_fini(&label);
}

static void add_mark(struct buf *out, int result)
{
	if (result != MATRIX_NOT_DONE)
		buf_putc(out, result == 0 ? '+' : result == EADDRINUSE ? 'x' : 'e');
}

/* "++x", at the right. */
static void add_result(struct buf *out, const struct matrix_cell *cell, bool predicted)
{
	struct buf text = BUF_INIT;

	add_mark(&text, cell->measured.bind);
	add_mark(&text, cell->measured.listen);
	add_mark(&text, cell->measured.first_listen);
	buf_puts(&text, predicted ? "" : "!");
	buf_printf(out, "%*s", RESULT_WIDTH, buf_str(&text));
	buf_fini(&text);
}

/* Whether the cell at that place was predicted in all pairs of the class. */
static bool is_place_predicted(const struct section *section, unsigned class, size_t place)
{
	for (size_t i = 0; i < section->pair_count; i++) {
		if (section->classes[i] == class && !is_predicted(pair_of(section, i) + place))
			return false;
	}
	return true;
}

static size_t count_class(const struct section *section, unsigned class)
{
	size_t count = 0;

	for (size_t i = 0; i < section->pair_count; i++)
		count += section->classes[i] == class ? 1 : 0;
	return count;
}

static void add_options_head(struct buf *out, const struct section *section, unsigned class)
{
	static const char *const users[] = { "second: of the same user", "second: of another user" }; /* 24 columns */
	size_t pairs = count_class(section, class);

	buf_printf(out, "\n  %c: %zu %s\n  %-9s", letters[class - 1], pairs, pairs == 1 ? "pair" : "pairs", "first");
	for (unsigned user = 0; user < (section->matrix->other_user ? 2 : 1); user++)
		buf_printf(out, "   %s", users[user]);
	buf_printf(out, "\n  %9s", "");
	for (unsigned i = 0; i < (section->matrix->other_user ? 2 : 1) * MATRIX_FLAGS; i++)
		buf_printf(out, "%*s%*s", i == MATRIX_FLAGS ? 3 : 0, "", RESULT_WIDTH, matrix_flags_name(i % MATRIX_FLAGS));
	buf_putc(out, '\n');
}

static void add_options(struct buf *out, const struct section *section, unsigned class)
{
	const struct matrix_cell *cells = pair_of(section, section->representatives[class]);
	unsigned users = section->matrix->other_user ? 2 : 1;

	add_options_head(out, section, class);
	for (unsigned first = 0; first < MATRIX_FLAGS; first++) {
		buf_printf(out, "  %9s", matrix_flags_name(first));
		for (unsigned i = 0; i < users * MATRIX_FLAGS; i++) {
			size_t place = (i / MATRIX_FLAGS * MATRIX_FLAGS + first) * MATRIX_FLAGS + i % MATRIX_FLAGS;

			buf_printf(out, "%*s", i == MATRIX_FLAGS ? 3 : 0, "");
			add_result(out, &cells[place], is_place_predicted(section, class, place));
		}
		buf_putc(out, '\n');
	}
}

static void add_section(struct buf *out, const struct matrix *matrix, const struct matrix_cell *cells)
{
	struct section section;

	section_init(&section, matrix, cells);
	buf_printf(out, "\nThe first socket is %s\n\n", state_words(section.state));
	add_grid(out, &section);
	for (unsigned class = 1; class < section.class_count; class++)
		add_options(out, &section, class);
	if (count_class(&section, TABLES_MAX + 1) > 0)
		buf_puts(out, "\n  ?: other tables still, which --csv and --json tell\n");
	free(section.classes);
}

static void add_head(struct buf *out, const struct matrix *matrix, const struct matrix_head *head)
{
	bool tcp = matrix->proto != BIND_UDP;

	buf_printf(out, "Two %s sockets and one port, on Linux %s\n\n", tcp ? "TCP" : "UDP", head->release);
	buf_puts(out, "  .  nothing is in the way, whatever the options\n"
		      "  X  addresses that meet: it depends on the options, see the table X\n"
		      "  -  no option   A  SO_REUSEADDR   P  SO_REUSEPORT   AP  both\n"
		      "  +  works       x  EADDRINUSE     e  another error  !  was not predicted\n");
	if (tcp)
		buf_puts(out, "  Up to three marks: bind() of the second socket, its listen(), and then\n"
			      "  listen() of the first one, where that was only bound.\n");
	buf_puts(out, "  /only: with IPV6_V6ONLY.\n");
}

static void add_words(struct buf *out, const struct matrix_result *result)
{
	const int16_t results[] = { result->bind, result->listen, result->first_listen };
	static const char *const calls[] = { "bind", ", listen", ", listen of the first" };

	for (size_t i = 0; i < 3 && results[i] != MATRIX_NOT_DONE; i++) {
		const char *name = results[i] == 0 ? "ok" : results[i] == MATRIX_UNKNOWN ? "unknown" : errname(results[i]);

		buf_printf(out, "%s %s", calls[i], name != NULL ? name : "error");
	}
}

static void add_difference(struct buf *out, const struct matrix *matrix, const struct matrix_cell *cell)
{
	buf_puts(out, "  ");
	matrix_address_format(out, &matrix->addresses[cell->first]);
	buf_printf(out, " %s %s, then ", matrix_flags_name(cell->first_flags), matrix_state_id(cell->state));
	matrix_address_format(out, &matrix->addresses[cell->second]);
	buf_printf(out, " %s%s:\n      ", matrix_flags_name(cell->second_flags), cell->other_user ? " of another user" : "");
	add_words(out, &cell->measured);
	buf_puts(out, "; predicted: ");
	add_words(out, &cell->predicted);
	buf_putc(out, '\n');
}

static void add_differences(struct buf *out, const struct matrix *matrix)
{
	size_t told = 0, all = matrix_differences(matrix);

	for (size_t i = 0; i < matrix->count && told < DIFFERENCES_MAX; i++) {
		if (is_predicted(&matrix->cells[i]))
			continue;
		buf_puts(out, told++ == 0 ? "\nNot as predicted\n\n" : "");
		add_difference(out, matrix, &matrix->cells[i]);
	}
	if (all > told)
		buf_printf(out, "  and %zu more, which --csv and --json tell\n", all - told);
}

void matrix_write_text(struct buf *out, const struct matrix *matrix, const struct matrix_head *head)
{
	size_t step = matrix->address_count * matrix->address_count * matrix_pair_cells(matrix);
	size_t differences = matrix_differences(matrix);

	add_head(out, matrix, head);
	for (size_t i = 0; i < matrix->count; i += step)
		add_section(out, matrix, &matrix->cells[i]);
	add_differences(out, matrix);
	if (head->left_out != NULL)
		buf_printf(out, "\nNot measured: %s.\n", head->left_out);
	buf_printf(out, "\n%zu cells measured in %.1f s, ", matrix->count, (double)head->took_ns / (double)NS_PER_S);
	if (differences == 0)
		buf_puts(out, "all as predicted\n");
	else
		buf_printf(out, "%zu not as predicted\n", differences);
}
