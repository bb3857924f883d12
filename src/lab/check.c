/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "lab/check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/capabilities.h"
#include "base/die.h"

struct known_socket {
	struct lab_name name;
	uint8_t kind;     /* enum socket_kind */
	unsigned closed;  /* the line; 0: it is open */
};

struct known_actor {
	struct lab_name name;
	unsigned ended;   /* the line; 0: it lives */
	struct known_socket sockets[ACTOR_SOCKETS_MAX];
	size_t count;
};

struct check {
	struct scenario *scenario;
	struct fault *fault;
	struct known_actor actors[ACTORS_MAX];
	size_t count;
};

static struct known_actor *find_actor(struct check *check, const struct lab_name *name)
{
	for (size_t i = 0; i < check->count; i++) {
		if (strcmp(check->actors[i].name.text, name->text) == 0)
			return &check->actors[i];
	}
	return NULL;
}

static struct known_socket *find_socket(struct known_actor *actor, const struct lab_name *name)
{
	for (size_t i = 0; i < actor->count; i++) {
		if (strcmp(actor->sockets[i].name.text, name->text) == 0)
			return &actor->sockets[i];
	}
	return NULL;
}

static struct known_actor *add_actor(struct check *check, const struct lab_name *name, unsigned column)
{
	if (check->count == ACTORS_MAX) {
		fault_set(check->fault, column, "more than %d actors", ACTORS_MAX);
		return NULL;
	}
	struct known_actor *actor = &check->actors[check->count++];
	*actor = (struct known_actor){ .name = *name };
	return actor;
}

/* The step makes a socket; one of a name that is closed is made anew. */
static bool add_socket(struct check *check, const struct step *step, struct known_actor *actor, const struct lab_name *name,
		       unsigned column)
{
	struct known_socket *known = find_socket(actor, name);

	if (known != NULL && known->closed == 0)
		return fault_set(check->fault, column, "%s has a socket \"%s\" already", actor->name.text, name->text);
	if (known == NULL && actor->count == ACTOR_SOCKETS_MAX)
		return fault_set(check->fault, column, "more than %d sockets of one actor", ACTOR_SOCKETS_MAX);
	if (known == NULL)
		known = &actor->sockets[actor->count++];
	*known = (struct known_socket){ .name = *name, .kind = step->kind };
	return true;
}

static bool fail_socket(struct check *check, const struct step *step, struct known_actor *actor)
{
	struct buf has = BUF_INIT;

	for (size_t i = 0; i < actor->count; i++)
		buf_printf(&has, "%s%s", i > 0 ? ", " : "; it has ", actor->sockets[i].name.text);
	fault_set(check->fault, step->columns[1], "%s has no socket \"%s\"%s", actor->name.text, step->sock.text,
		  buf_str(&has));
	buf_fini(&has);
	return false;
}

/* The socket that the step is about; NULL, and the fault is set, when it is not there. */
static struct known_socket *need_socket(struct check *check, const struct step *step, struct known_actor *actor)
{
	struct known_socket *known = find_socket(actor, &step->sock);

	if (known == NULL) {
		fail_socket(check, step, actor);
		return NULL;
	}
	if (known->closed != 0) {
		fault_set(check->fault, step->columns[1], "%s has closed the socket \"%s\" in line %u", actor->name.text,
			  step->sock.text, known->closed);
		return NULL;
	}
	return known;
}

/* $A.S, and $S in a step of A.  A socket that is closed had a port, too. */
static bool check_reference(struct check *check, const struct step *step, const struct endpoint *endpoint, unsigned column)
{
	const struct lab_name *name = endpoint->actor.text[0] != '\0' ? &endpoint->actor : &step->actor;

	if (endpoint->port_of.text[0] == '\0')
		return true;
	if (name->text[0] == '\0')
		return fault_set(check->fault, column, "\"$%s\": whose socket? $ACTOR.%s", endpoint->port_of.text,
				 endpoint->port_of.text);
	struct known_actor *actor = find_actor(check, name);
	if (actor == NULL || find_socket(actor, &endpoint->port_of) == NULL)
		return fault_set(check->fault, column, "\"$%s.%s\": up to here %s", name->text, endpoint->port_of.text,
				 actor == NULL ? "there is no such actor" : "this actor made no such socket");
	return true;
}

static bool is_of_family(const struct endpoint *endpoint, int family)
{
	switch (endpoint->kind) {
	case ENDPOINT_ANY:
		return family != AF_UNIX;
	case ENDPOINT_INET:
		return family == AF_INET;
	case ENDPOINT_INET6:
		return family == AF_INET6;
	default:
		return family == AF_UNIX;
	}
}

/* A socket of one family cannot use an address of another: that is a slip, not a lesson. */
static bool check_family(struct check *check, const struct step *step, const struct known_socket *known)
{
	const struct socket_kind_entry *kind = &socket_kinds[known->kind];

	if (is_of_family(&step->endpoint, kind->family))
		return true;
	return fault_set(check->fault, step->columns[2], "the socket \"%s\" is %s, and its addresses are written %s",
			 known->name.text, kind->name,
			 kind->family == AF_UNIX  ? "unix:PATH or unix:@NAME" :
			 kind->family == AF_INET6 ? "[::1]:80, [::]:80 or *:80" :
						    "127.0.0.1:80, 0.0.0.0:80 or *:80");
}

/* What the steps with addresses tell of the scenario as a whole. */
static void note_address(struct scenario *scenario, const struct step *step)
{
	const struct endpoint *endpoint = &step->endpoint;

	if (!endpoint_is_loopback(endpoint) && scenario->outside == NULL)
		scenario->outside = step;
	if (endpoint->kind == ENDPOINT_UNIX && !endpoint->abstract)
		scenario->has_files = true;
	if (step->verb == VERB_BIND && endpoint->port > 0 && endpoint->port < 1024)
		scenario->capabilities |= CAPABILITY(CAP_NET_BIND_SERVICE);
}

static bool check_address(struct check *check, const struct step *step, const struct known_socket *known)
{
	if (!check_family(check, step, known) || !check_reference(check, step, &step->endpoint, step->columns[2]))
		return false;
	note_address(check->scenario, step);
	return true;
}

static void note_option(struct scenario *scenario, const struct step *step)
{
	if (step->option == OPTION_TRANSPARENT || step->option == OPTION_DEVICE)
		scenario->capabilities |= CAPABILITY(CAP_NET_RAW);
}

/* Whether the step may work, so that what it makes may be used. */
static bool may_work(const struct step *step)
{
	return step_allows(step, "ok", NULL);
}

static bool check_fork(struct check *check, const struct step *step, struct known_actor *actor)
{
	if (find_actor(check, &step->other) != NULL)
		return fault_set(check->fault, step->columns[1], "there is an actor \"%s\" already", step->other.text);
	struct known_actor *child = add_actor(check, &step->other, step->columns[1]);
	if (child == NULL)
		return false;
	*child = *actor;
	child->name = step->other;
	return true;
}

/* A step that makes or ends something. */
static bool check_making(struct check *check, const struct step *step, struct known_actor *actor)
{
	struct scenario *scenario = check->scenario;

	switch (step->verb) {
	case VERB_SOCKET:
		scenario->has_inet6 |= socket_kinds[step->kind].family == AF_INET6;
		return add_socket(check, step, actor, &step->sock, step->columns[1]);
	case VERB_FORK:
		return check_fork(check, step, actor);
	case VERB_EXIT:
	case VERB_KILL:
		actor->ended = step->line;
		return true;
	default: /* VERB_USER */
		scenario->becomes_user = true;
		return true;
	}
}

static bool check_accept(struct check *check, const struct step *step, struct known_actor *actor,
			 const struct known_socket *listener)
{
	struct step accepted = *step;

	accepted.kind = listener->kind;
	return !may_work(step) || add_socket(check, &accepted, actor, &step->other, step->columns[2]);
}

/* A step with a socket that is there. */
static bool check_using(struct check *check, const struct step *step, struct known_actor *actor)
{
	struct known_socket *known = need_socket(check, step, actor);

	if (known == NULL)
		return false;
	switch (step->verb) {
	case VERB_BIND:
	case VERB_CONNECT:
	case VERB_SENDTO:
		return check_address(check, step, known);
	case VERB_SET:
		note_option(check->scenario, step);
		return true;
	case VERB_ACCEPT:
		return check_accept(check, step, actor, known);
	case VERB_CLOSE:
		known->closed = step->line;
		return true;
	default:
		return true;
	}
}

static bool check_actor_step(struct check *check, const struct step *step)
{
	struct known_actor *actor = find_actor(check, &step->actor);
	bool makes = step->verb == VERB_SOCKET || step->verb == VERB_FORK || step->verb == VERB_EXIT ||
		     step->verb == VERB_KILL || step->verb == VERB_USER;

	if (step->verb == VERB_USER && actor != NULL)
		return fault_set(check->fault, step->columns[0], "user is an actor's first step, and %s has done others",
				 actor->name.text);
	if (actor == NULL)
		actor = add_actor(check, &step->actor, step->columns[0]);
	if (actor == NULL)
		return false;
	if (actor->ended != 0)
		return fault_set(check->fault, step->columns[0], "the actor \"%s\" has ended in line %u", actor->name.text,
				 actor->ended);
	return makes ? check_making(check, step, actor) : check_using(check, step, actor);
}

/* see, owners */
static bool check_look(struct check *check, const struct step *step)
{
	if (step->endpoint.kind == ENDPOINT_UNIX || step->remote.kind == ENDPOINT_UNIX)
		return fault_set(check->fault, step->columns[1], "%s is for TCP and UDP, ADDRESS:PORT", verb_name(step->verb));
	for (unsigned i = 0; i < step->actor_count; i++) {
		if (find_actor(check, &step->actors[i]) == NULL)
			return fault_set(check->fault, step->columns[0], "up to here there is no actor \"%s\"",
					 step->actors[i].text);
	}
	return check_reference(check, step, &step->endpoint, step->columns[1]) &&
	       check_reference(check, step, &step->remote, step->columns[2]);
}

struct check *check_new(struct scenario *scenario)
{
	struct check *check = xcalloc(1, sizeof(*check));

	check->scenario = scenario;
	return check;
}

bool check_step(struct check *check, const struct step *step, struct fault *fault)
{
	check->fault = fault;
	fault->line = step->line;
	if (verb_has_actor(step->verb))
		return check_actor_step(check, step);
	return (step->verb != VERB_SEE && step->verb != VERB_OWNERS) || check_look(check, step);
}

void check_free(struct check *check)
{
	free(check);
}

bool scenario_check(struct scenario *scenario, struct fault *fault)
{
	struct check *check = check_new(scenario);
	bool good = true;

	for (size_t i = 0; good && i < scenario->count; i++)
		good = check_step(check, &scenario->steps[i], fault);
	check_free(check);
	return good;
}
