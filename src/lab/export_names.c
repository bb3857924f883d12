/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The sockets of the scenario: what the program calls them, of which kind they are, and whose ports are asked for.
 */
#include <stdio.h>
#include <string.h>

#include "base/die.h"
#include "lab/export_internal.h"

/* Words of C and of Python, and names that headers define as something else; what ends in _ is how such names begin. */
static const char *const reserved[] = {
	"and", "as", "assert", "async", "auto", "await", "bool", "break", "case", "char", "class", "complex", "const",
	"constexpr", "continue", "def", "default", "del", "do", "double", "elif", "else", "enum", "errno", "except",
	"extern", "false", "finally", "float", "for", "from", "global", "goto", "i386", "if", "ifa_", "ifc_", "ifr_",
	"import", "in", "inline", "int", "is", "lambda", "linux", "long", "nonlocal", "not", "nullptr", "or", "pass",
	"raise", "register", "restrict", "return", "s6_", "sa_", "short", "si_", "signed", "sizeof", "st_", "static",
	"stderr", "stdin", "stdout", "struct", "switch", "true", "try", "typedef", "typeof", "union", "unix", "unsigned",
	"void", "volatile", "while", "with", "yield",
};

static bool is_reserved(const char *text)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		size_t length = strlen(reserved[i]);

		if (strcmp(text, reserved[i]) == 0 ||
		    (reserved[i][length - 1] == '_' && strncmp(text, reserved[i], length) == 0))
			return true;
	}
	return false;
}

static bool is_taken(const struct export *export, const char *text)
{
	for (size_t i = 0; i < export->name_count; i++) {
		if (strcmp(export->names[i].text, text) == 0)
			return true;
	}
	return is_reserved(text);
}

static const struct export_name *find_name(const struct export *export, const struct lab_name *name)
{
	for (size_t i = 0; i < export->name_count; i++) {
		if (strcmp(export->names[i].name.text, name->text) == 0)
			return &export->names[i];
	}
	return NULL;
}

const char *export_name(const struct export *export, const struct lab_name *name)
{
	return find_name(export, name)->text; /* every socket that a step is about was made before */
}

/* The same, with _ for -; where that is taken, with my_ before it or a number behind it. */
static void add_name(struct export *export, const struct lab_name *name)
{
	struct export_name made = { .name = *name };
	char plain[NAME_BYTES_MAX + 1];

	if (find_name(export, name) != NULL)
		return;
	strcpy(plain, name->text);
	for (char *at = plain; *at != '\0'; at++)
		*at = *at == '-' ? '_' : *at;
	snprintf(made.text, sizeof(made.text), "%s%s", is_reserved(plain) ? "my_" : "", plain);
	for (unsigned i = 2; is_taken(export, made.text); i++)
		snprintf(made.text, sizeof(made.text), "%s_%u", plain, i);
	export->names = xrealloc_array(export->names, export->name_count + 1, sizeof(export->names[0]));
	export->names[export->name_count++] = made;
}

bool export_has_port(const struct export *export, const struct lab_name *actor, const struct lab_name *sock)
{
	for (size_t i = 0; i < export->port_count; i++) {
		const struct export_port *port = &export->ports[i];

		if (strcmp(port->actor.text, actor->text) == 0 && strcmp(port->sock.text, sock->text) == 0)
			return true;
	}
	return false;
}

const struct lab_name *export_port_actor(const struct export *export, const struct endpoint *endpoint)
{
	return endpoint->actor.text[0] != '\0' ? &endpoint->actor : &export_step(export)->actor;
}

static void add_port(struct export *export, const struct lab_name *actor, const struct lab_name *sock)
{
	if (sock->text[0] == '\0' || export_has_port(export, actor, sock))
		return;
	export->ports = xrealloc_array(export->ports, export->port_count + 1, sizeof(export->ports[0]));
	export->ports[export->port_count++] = (struct export_port){ *actor, *sock };
}

static void add_actor(struct export *export, const struct lab_name *name)
{
	for (size_t i = 0; i < export->actor_count; i++) {
		if (strcmp(export->actors[i].text, name->text) == 0)
			return;
	}
	if (name->text[0] == '\0')
		return;
	export->actors = xrealloc_array(export->actors, export->actor_count + 1, sizeof(export->actors[0]));
	export->actors[export->actor_count++] = *name;
}

/* A child has its ports from its parent: those are to be remembered as well. */
static void add_inherited(struct export *export, const struct step *step)
{
	size_t count = export->port_count;

	for (size_t i = 0; i < count; i++) {
		const struct export_port port = export->ports[i];

		if (strcmp(port.actor.text, step->other.text) == 0)
			add_port(export, &step->actor, &port.sock);
	}
}

void export_collect(struct export *export)
{
	const struct scenario *scenario = export->scenario;

	for (export->at = 0; export->at < scenario->count; export->at++) {
		const struct step *step = export_step(export);

		add_actor(export, &step->actor);
		if (step->verb == VERB_FORK)
			add_actor(export, &step->other);
		if (step->verb == VERB_SOCKET)
			add_name(export, &step->sock);
		if (step->verb == VERB_ACCEPT)
			add_name(export, &step->other);
		add_port(export, export_port_actor(export, &step->endpoint), &step->endpoint.port_of);
		add_port(export, export_port_actor(export, &step->remote), &step->remote.port_of);
	}
	for (size_t i = scenario->count; i-- > 0;) {
		if (scenario->steps[i].verb == VERB_FORK)
			add_inherited(export, &scenario->steps[i]);
	}
}

const struct step *export_step(const struct export *export)
{
	return &export->scenario->steps[export->at];
}

/* The steps before are gone through backwards; what is accepted is of its listener's kind, what is inherited of the parent's. */
int export_kind(const struct export *export, const struct lab_name *actor, const struct lab_name *sock)
{
	for (size_t i = export->at; i-- > 0;) {
		const struct step *step = &export->scenario->steps[i];

		if (step->verb == VERB_FORK && strcmp(step->other.text, actor->text) == 0)
			actor = &step->actor;
		if (strcmp(step->actor.text, actor->text) != 0)
			continue;
		if (step->verb == VERB_SOCKET && strcmp(step->sock.text, sock->text) == 0)
			return step->kind;
		if (step->verb == VERB_ACCEPT && strcmp(step->other.text, sock->text) == 0 && step_allows(step, "ok", NULL))
			sock = &step->sock;
	}
	return -1;
}

const struct lab_name *export_remembered(const struct export *export)
{
	const struct step *step = export_step(export);
	const struct lab_name *sock = step->verb == VERB_ACCEPT ? &step->other : &step->sock;

	switch (step->verb) {
	case VERB_BIND:
	case VERB_LISTEN:
	case VERB_CONNECT:
	case VERB_SEND:
	case VERB_SENDTO:
		break;
	case VERB_ACCEPT:
		if (!step_allows(step, "ok", NULL))
			return NULL;
		break;
	default:
		return NULL;
	}
	return export_has_port(export, &step->actor, sock) ? sock : NULL;
}

void export_add_reference(const struct export *export, struct buf *out, const struct lab_name *actor,
			  const struct lab_name *sock)
{
	struct buf text = BUF_INIT;

	buf_printf(&text, "%s.%s", actor->text, sock->text);
	export->dialect->add_text(out, buf_str(&text));
	buf_fini(&text);
}

void export_add_port(struct export *export, struct buf *out, const struct endpoint *endpoint)
{
	if (endpoint->port_of.text[0] == '\0') {
		buf_uint(out, endpoint->port);
		return;
	}
	export_need(export, "port_of(");
	buf_puts(out, "port_of(");
	export_add_reference(export, out, export_port_actor(export, endpoint), &endpoint->port_of);
	buf_putc(out, ')');
}
