/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The what-if of a form: its socket with other flags, on its address and on the wildcard.  All of it is computed.
 */
#include <string.h>
#include <sys/socket.h>

#include "lab/form_internal.h"

/* A cell has room for "listen EADDRINUSE"; before the cells stand the flags. */
enum { CELL_WIDTH = 17, FLAGS_WIDTH = 9, V6ONLY_WIDTH = 6, GAP = 2 };

struct situation {
	const struct form *form;
	const struct playground *play;
	struct past_sock sock;   /* as the form has it */
	struct step binds[2];    /* here, and on the wildcard */
	unsigned count;          /* 1: here is the wildcard */
	size_t widths[2];
};

static void put_cell(struct buf *out, const char *text, size_t width)
{
	size_t length = strlen(text);

	buf_puts(out, text);
	buf_fill(out, ' ', (length < width ? width - length : 0) + GAP);
}

static void put_row(const struct situation *now, unsigned flags, bool v6only, struct buf *out)
{
	static const char *const names[] = { "neither", "REUSEADDR", "REUSEPORT", "both" };
	struct past_sock sock = now->sock;
	struct buf cell = BUF_INIT;

	sock.wish.reuseaddr = (flags & 1) != 0;
	sock.wish.reuseport = (flags & 2) != 0;
	sock.wish.v6only = v6only;
	put_cell(out, names[flags], FLAGS_WIDTH);
	if (sock.wish.family == FAMILY_INET6)
		put_cell(out, v6only ? "v6only" : "", V6ONLY_WIDTH);
	for (unsigned i = 0; i < now->count; i++) {
		buf_clear(&cell);
		verdict_brief(&cell, now->play, &now->binds[i], &sock, form_listens(now->form));
		put_cell(out, buf_str(&cell), now->widths[i]);
	}
	buf_putc(out, '\n');
	buf_fini(&cell);
}

static void put_header(struct situation *now, struct buf *out)
{
	bool six = now->sock.wish.family == FAMILY_INET6;
	struct buf cell = BUF_INIT;

	put_cell(out, "What if", FLAGS_WIDTH + (six ? GAP + V6ONLY_WIDTH : 0));
	for (unsigned i = 0; i < now->count; i++) {
		buf_clear(&cell);
		endpoint_format(&cell, &now->binds[i].endpoint);
		now->widths[i] = cell.length > CELL_WIDTH ? cell.length : CELL_WIDTH;
		put_cell(out, buf_str(&cell), now->widths[i]);
	}
	buf_putc(out, '\n');
	buf_fini(&cell);
}

void form_matrix(const struct form *form, const struct playground *play, struct buf *out)
{
	struct situation now = { .form = form, .play = play, .count = 2 };
	bool six = socket_kinds[form->kind].family == AF_INET6;

	if (socket_kinds[form->kind].family == AF_UNIX) {
		buf_puts(out, "The flags mean nothing to a unix socket.\n");
		return;
	}
	if (!form_step(form, "bind", &now.binds[0])) {
		buf_puts(out, "The form has no address that is right.\n");
		return;
	}
	now.sock = form_foresee(form, play);
	now.binds[1] = now.binds[0];
	struct endpoint *wildcard = &now.binds[1].endpoint;
	memset(wildcard->address, 0, sizeof(wildcard->address));
	wildcard->device[0] = '\0';
	if (memcmp(wildcard->address, now.binds[0].endpoint.address, sizeof(wildcard->address)) == 0)
		now.count = 1;
	put_header(&now, out);
	for (unsigned v6only = 0; v6only < (six ? 2u : 1u); v6only++) {
		for (unsigned flags = 0; flags < 4; flags++)
			put_row(&now, flags, v6only > 0, out);
	}
}
