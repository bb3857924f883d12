/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/crew_view.h"

#include <string.h>

#include "lab/combine.h"
#include "ui/theme.h"

/* Of a socket in the list: what it is called, its state, its flags; addresses stand behind them, and may be longer. */
enum { NAME_WIDTH = 10, STATE_WIDTH = 12, FLAGS_WIDTH = 3 };

/* What it is doing, or that it is no more. */
static void put_actor(const struct play_pane *pane, const struct member *member, struct buf *out)
{
	const struct past *past = &pane->ground->past;
	const struct play_echo *echo = &pane->ground->echo;

	buf_puts(out, member->name.text);
	if (member->channel < 0)
		buf_printf(out, " (%s)", member->fate);
	else if (member->pid > 0)
		buf_printf(out, " (pid %d)", member->pid);
	if (past_uid(past, &member->name) != past->uid)
		buf_printf(out, " user %u", past_uid(past, &member->name));
	if (member->waits)
		buf_puts(out, " ...");
	if (echo->left > 0 && strcmp(echo->actor.text, member->name.text) == 0)
		buf_puts(out, " echoes");
}

/* Up to that width, and a blank at least. */
static void pad(struct buf *out, size_t start, size_t width)
{
	size_t length = out->length - start;

	buf_fill(out, ' ', length < width ? width - length : 1);
}

static void put_flags(const struct bind_wish *wish, struct buf *out)
{
	const bool set[FLAG_COUNT] = { wish->reuseaddr, wish->reuseport, wish->v6only && wish->family == FAMILY_INET6,
				       wish->freebind, wish->transparent, wish->bind_address_no_port };

	for (unsigned i = 0; i < FLAG_COUNT; i++) {
		for (unsigned bit = 0; bit < FLAG_COUNT; bit++) {
			if (flag_names[i].flag == 1u << bit && set[bit])
				buf_putc(out, flag_names[i].letter);
		}
	}
}

/* What the kernel says of it; where that is nothing, as of a socket without a port, what was done with it. */
static void put_state(const struct past_sock *sock, const struct row *row, struct buf *out)
{
	if (row != NULL)
		state_format(out, row->sock.state);
	else if (sock->is_unix && sock->wish.state == STATE_LISTEN)
		state_format(out, STATE_LISTEN);
	else if (sock->is_unix && (sock->was_connected || sock->wish.is_bound))
		state_format(out, sock->was_connected ? STATE_ESTABLISHED : STATE_BOUND);
	else
		buf_puts(out, sock->was_connected ? "closed" : sock->wish.is_bound ? "-" : "new");
}

static void put_socket(const struct play_pane *pane, const struct past_name *name, struct buf *out)
{
	const struct past_sock *sock = pane->ground->past.socks[name->index];
	const struct row *row = combine_row(pane->ground, sock);
	size_t start = out->length;

	buf_printf(out, "  %s %s", name->sock.text, combine_kind_name(sock));
	pad(out, start, NAME_WIDTH);
	put_state(sock, row, out);
	pad(out, start, NAME_WIDTH + STATE_WIDTH);
	put_flags(&sock->wish, out);
	pad(out, start, NAME_WIDTH + STATE_WIDTH + FLAGS_WIDTH);
	if (sock->is_unix && sock->wish.is_bound)
		endpoint_format(out, &sock->name);
	if (row == NULL)
		return;
	look_format(out, row->sock.family, row->sock.local, row->sock.local_port);
	if (row->sock.foreign_port != 0) {
		buf_putc(out, '>');
		look_format(out, row->sock.family, row->sock.foreign, row->sock.foreign_port);
	}
}

static unsigned item_face(const struct play_pane *pane, const struct play_item *item)
{
	if (item->name == NULL)
		return item->member->channel < 0 ? FACE_GONE : FACE_TITLE;
	const struct row *row = combine_row(pane->ground, pane->ground->past.socks[item->name->index]);
	return row != NULL ? theme_state_face(row->sock.state) : FACE_TEXT;
}

void crew_view_draw(struct play_pane *pane, const struct rect *place, bool has_keys, struct screen *screen)
{
	struct buf text = BUF_INIT;

	if (pane->at < pane->top)
		pane->top = pane->at;
	if (place->height > 0 && pane->at >= pane->top + place->height)
		pane->top = pane->at - place->height + 1;
	if (pane->item_count == 0 && place->height > 0)
		screen_put(screen, place->x, place->y, place->width, FACE_DIM, "No actor yet: the form makes the first socket");
	for (unsigned y = 0; y < place->height && pane->top + y < pane->item_count; y++) {
		const struct play_item *item = &pane->items[pane->top + y];
		unsigned selected = has_keys && pane->top + y == pane->at ? FACE_SELECTED : 0;

		buf_clear(&text);
		if (item->name != NULL)
			put_socket(pane, item->name, &text);
		else
			put_actor(pane, item->member, &text);
		screen_fill(screen, place->x, place->y + y, place->width, FACE_TEXT | selected);
		screen_put(screen, place->x, place->y + y, place->width, item_face(pane, item) | selected, buf_str(&text));
	}
	buf_fini(&text);
}
