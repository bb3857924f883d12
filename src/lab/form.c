/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "lab/combine.h"
#include "lab/form_internal.h"

void form_init(struct form *form)
{
	*form = (struct form){ .at = FIELD_ADDRESS, .entered = true };
	strcpy(form->text[FIELD_ADDRESS], "127.0.0.1");
	strcpy(form->text[FIELD_PORT], "9999");
}

void form_fini(struct form *form)
{
	buf_fini(&form->told);
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		buf_fini(&form->faults[i]);
}

void form_fill(struct form *form, const struct sock *sock)
{
	static const uint8_t kinds[PROTO_COUNT][FAMILY_COUNT] = {
		[PROTO_TCP] = { SOCKET_TCP4, SOCKET_TCP6 },
		[PROTO_UDP] = { SOCKET_UDP4, SOCKET_UDP6 },
		[PROTO_UDPLITE] = { SOCKET_UDPLITE4, SOCKET_UDPLITE6 },
	};
	struct buf address = BUF_INIT;

	form->actor = 0;
	form->at = FIELD_ADDRESS;
	form->entered = true;
	form->kind = kinds[sock->proto][sock->family];
	address_format(&address, sock->family, sock->local);
	snprintf(form->text[FIELD_ADDRESS], sizeof(form->text[0]), "%s", buf_str(&address));
	snprintf(form->text[FIELD_PORT], sizeof(form->text[0]), "%u", sock->local_port);
	buf_fini(&address);
}

const char *form_label(unsigned field)
{
	static const char *const labels[FIELD_OPTIONS] = {
		[FIELD_ACTOR] = "Actor", [FIELD_USER] = "User",	      [FIELD_KIND] = "Protocol",
		[FIELD_PORT] = "Port",	 [FIELD_ADDRESS] = "Address",
	};

	return field < FIELD_OPTIONS ? labels[field] : lab_option_name(field - FIELD_OPTIONS);
}

/* The actors that live, from 0 on; NULL behind the last one. */
static const struct member *living(const struct playground *play, unsigned number)
{
	for (size_t i = 0; i < play->crew.count; i++) {
		if (play->crew.all[i].channel >= 0 && number-- == 0)
			return &play->crew.all[i];
	}
	return NULL;
}

static void put_actor(const struct form *form, const struct playground *play, struct buf *out)
{
	const struct member *member = form->actor > 0 ? living(play, (form->actor - 1) / 2) : NULL;

	if (member == NULL)
		buf_puts(out, "new process");
	else
		buf_printf(out, "%s%s", form->actor % 2 == 0 ? "fork of " : "", member->name.text);
}

void form_value(const struct form *form, unsigned field, const struct playground *play, struct buf *out)
{
	if (field == FIELD_ACTOR)
		put_actor(form, play, out);
	else if (field == FIELD_KIND)
		buf_puts(out, socket_kinds[form->kind].name);
	else
		text_clean(out, form->text[field]);
}

bool form_is_typed(unsigned field)
{
	if (field >= FIELD_OPTIONS)
		return !lab_option_is_flag(field - FIELD_OPTIONS);
	return field == FIELD_USER || field == FIELD_ADDRESS || field == FIELD_PORT;
}

bool form_is_checked(const struct form *form, unsigned field)
{
	return field >= FIELD_OPTIONS && form->checked[field - FIELD_OPTIONS];
}

/* One address of a family is as good as another as long as nobody has said which. */
static void follow_family(struct form *form, int before)
{
	static const struct {
		const char *four, *six;
	} pairs[] = { { "127.0.0.1", "::1" }, { "0.0.0.0", "::" } };
	int family = socket_kinds[form->kind].family;
	char *text = form->text[FIELD_ADDRESS];

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const char *old = before == AF_INET6 ? pairs[i].six : pairs[i].four;

		if (strcmp(text, old) != 0 || family == before)
			continue;
		strcpy(text, family == AF_INET6 ? pairs[i].six : family == AF_INET ? pairs[i].four : "@playground");
		return;
	}
	if (before == AF_UNIX && family != AF_UNIX && strcmp(text, "@playground") == 0)
		strcpy(text, family == AF_INET6 ? "::1" : "127.0.0.1");
}

void form_move(struct form *form, unsigned by)
{
	form->at = (form->at + by) % FIELD_COUNT;
	form->entered = true;
}

void form_choose(struct form *form, const struct playground *play, bool forward)
{
	unsigned actors = 1;

	while (living(play, actors - 1) != NULL)
		actors++;
	actors = 2 * actors - 1;
	if (form->at == FIELD_ACTOR) {
		form->actor = (form->actor + (forward ? 1 : actors - 1)) % actors;
	} else if (form->at == FIELD_KIND) {
		int before = socket_kinds[form->kind].family;

		form->kind = (form->kind + (forward ? 1 : SOCKET_KIND_COUNT - 1)) % SOCKET_KIND_COUNT;
		follow_family(form, before);
	} else if (!form_is_typed(form->at)) {
		form->checked[form->at - FIELD_OPTIONS] ^= true;
	}
}

bool form_type(struct form *form, uint32_t c)
{
	char *text = form->text[form->at];

	if (!form_is_typed(form->at) || c <= ' ' || c >= 0x7f)
		return false;
	size_t length = form->entered ? 0 : strlen(text);
	form->entered = false;
	if (length < FIELD_BYTES_MAX) {
		text[length] = (char)c;
		text[length + 1] = '\0';
	}
	return true;
}

void form_erase(struct form *form)
{
	char *text = form->text[form->at];

	form->entered = false;
	if (text[0] != '\0')
		text[strlen(text) - 1] = '\0';
}

/* "unix:@name" is written "@name" here, and an IPv6 address without its brackets. */
bool form_endpoint(const struct form *form, struct buf *out)
{
	int family = socket_kinds[form->kind].family;
	const char *address = form->text[FIELD_ADDRESS], *port = form->text[FIELD_PORT];

	if (form->faults[FIELD_ADDRESS].length > 0 || form->faults[FIELD_PORT].length > 0)
		return false;
	if (family == AF_UNIX) {
		buf_puts(out, "unix:");
		buf_puts(out, address);
	} else if (family == AF_INET6 && strcmp(address, "*") != 0) {
		buf_printf(out, "[%s]:%s", address, port);
	} else {
		buf_printf(out, "%s:%s", address, port);
	}
	return true;
}

static bool parse_line(struct step *step, struct buf *line)
{
	struct fault fault = FAULT_INIT;
	bool good = line_check(buf_str(line), &fault) && step_parse(step, buf_str(line), &fault);

	fault_fini(&fault);
	buf_clear(line);
	return good;
}

bool form_step(const struct form *form, const char *verb, struct step *step)
{
	struct buf line = BUF_INIT;
	bool good;

	buf_printf(&line, "x: %s s ", verb);
	good = strcmp(verb, "listen") == 0 || form_endpoint(form, &line);
	good = good && parse_line(step, &line);
	buf_fini(&line);
	return good;
}

static bool is_fork(const struct form *form)
{
	return form->actor > 0 && form->actor % 2 == 0;
}

struct past_sock form_foresee(const struct form *form, const struct playground *play)
{
	const struct member *member = form->actor > 0 ? living(play, (form->actor - 1) / 2) : NULL;
	const struct past *past = &play->past;
	uint32_t uid = member != NULL ? past_uid(past, &member->name) : past->uid;
	struct past_sock sock = past_new_sock(past, form->kind, uid);

	sock.wish.capabilities = member != NULL ? past_capabilities(past, &member->name) : past->capabilities;
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		struct option_value value = { .number = form->checked[i] };

		if (i == OPTION_V6ONLY && sock.wish.family != FAMILY_INET6)
			continue;
		if (form->checked[i] || (form->text[FIELD_OPTIONS + i][0] != '\0' && form_option(form, i, &value, NULL)))
			past_set_option(&sock, i, &value);
	}
	if (form->actor == 0 && form->text[FIELD_USER][0] != '\0') {
		struct step user;
		struct buf line = BUF_INIT;

		buf_printf(&line, "x: user %s", form->text[FIELD_USER]);
		if (parse_line(&user, &line)) {
			sock.wish.uid = user.uid;
			sock.wish.capabilities = 0;
		}
		buf_fini(&line);
	}
	return sock;
}

bool form_listens(const struct form *form)
{
	return socket_kinds[form->kind].type != SOCK_DGRAM;
}

/* In one sentence where it is the same that makes both work. */
static void tell_listen(struct form *form, const struct playground *play, const struct past_sock *bound)
{
	const struct step listen = { .verb = VERB_LISTEN };
	struct buf told = BUF_INIT;

	verdict_tell(&told, play, &listen, bound);
	bool same = strcmp(buf_str(&told) + strlen("listen"), buf_str(&form->told) + strlen("bind")) == 0;
	if (same)
		buf_clear(&form->told);
	buf_printf(&form->told, "%s%s", same ? "bind and " : "\n", buf_str(&told));
	buf_fini(&told);
}

static void tell(struct form *form, const struct playground *play)
{
	const struct past_sock sock = form_foresee(form, play);
	struct step step;

	if (!form_step(form, "bind", &step))
		return;
	form->verdict = verdict_tell(&form->told, play, &step, &sock);
	if (form->verdict == VERDICT_WORKS && form_listens(form) && (step.endpoint.port != 0 || sock.is_unix)) {
		const struct past_sock bound = verdict_bound(&sock, &step);

		tell_listen(form, play, &bound);
	}
	if (step.endpoint.port == 0 && !sock.is_unix)
		return;
	buf_putc(&form->told, '\n');
	if (form_step(form, "connect", &step))
		verdict_tell(&form->told, play, &step, &sock);
}

void form_judge(struct form *form, struct playground *play)
{
	unsigned faults = form_find_faults(form);
	unsigned long port = 0;

	buf_clear(&form->told);
	form->verdict = VERDICT_NONE;
	if (form->faults[FIELD_PORT].length == 0)
		port = strtoul(form->text[FIELD_PORT], NULL, 10);
	playground_set_form_port(play, (uint16_t)port);
	if (faults == 0 && play->look.error == 0)
		tell(form, play);
}

bool form_complain(const struct form *form, struct buf *out)
{
	unsigned field = form->at;

	for (unsigned i = 0; i < FIELD_COUNT && form->faults[field].length == 0; i++)
		field = i;
	if (form->faults[field].length == 0)
		return false;
	buf_printf(out, "%s: %s", form_label(field), buf_str(&form->faults[field]));
	return true;
}

static void add_line(struct playground *play, struct buf *line)
{
	struct fault fault = FAULT_INIT;

	playground_add_line(play, buf_str(line), &fault);
	fault_fini(&fault);
	buf_clear(line);
}

/* Who it is to be: a process that there is, its child, or a new one. */
static struct lab_name add_actor(const struct form *form, struct playground *play, struct buf *line)
{
	const struct member *member = form->actor > 0 ? living(play, (form->actor - 1) / 2) : NULL;
	struct lab_name name = combine_actor_name(play);

	if (member != NULL && !is_fork(form))
		return member->name;
	if (member != NULL) {
		buf_printf(line, "%s: fork %s", member->name.text, name.text);
		add_line(play, line);
	} else if (form->text[FIELD_USER][0] != '\0') {
		buf_printf(line, "%s: user %s", name.text, form->text[FIELD_USER]);
		add_line(play, line);
	}
	return name;
}

static void add_options(const struct form *form, struct playground *play, struct buf *line, const char *actor,
			const char *sock)
{
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const char *value = form->checked[i] ? "1" : form->text[FIELD_OPTIONS + i];

		if (value[0] == '\0')
			continue;
		buf_printf(line, "%s: set %s %s %s", actor, sock, lab_option_name(i), value);
		add_line(play, line);
	}
}

static void add_use(const struct form *form, struct playground *play, struct buf *line, const char *start)
{
	buf_puts(line, start);
	form_endpoint(form, line);
	add_line(play, line);
}

bool form_make(struct form *form, struct playground *play, unsigned use)
{
	static const struct {
		enum form_use use;
		const char *verb;
	} uses[] = { { FORM_BIND, "bind" }, { FORM_LISTEN, "listen" }, { FORM_CONNECT, "connect" } };
	struct buf line = BUF_INIT, start = BUF_INIT;

	if (form_find_faults(form) > 0)
		return false;
	struct lab_name actor = add_actor(form, play, &line);
	struct lab_name sock = combine_socket_name(play, &actor);
	buf_printf(&line, "%s: socket %s %s", actor.text, sock.text, socket_kinds[form->kind].name);
	add_line(play, &line);
	add_options(form, play, &line, actor.text, sock.text);
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		if (!(use & uses[i].use) || (uses[i].use == FORM_LISTEN && !form_listens(form)))
			continue;
		buf_clear(&start);
		buf_printf(&start, "%s: %s %s ", actor.text, uses[i].verb, sock.text);
		if (uses[i].use == FORM_LISTEN) {
			buf_puts(&line, buf_str(&start));
			add_line(play, &line);
			play->steps[play->count - 1].follows = true; /* a server elsewhere than asked for is none */
		} else {
			add_use(form, play, &line, buf_str(&start));
		}
	}
	buf_fini(&line);
	buf_fini(&start);
	return true;
}
