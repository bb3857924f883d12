/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/poller.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

#include "base/buf.h"
#include "kernel/diag_inet.h"
#include "kernel/family.h"
#include "kernel/netns.h"
#include "kernel/proc_inet.h"
#include "kernel/record.h"
#include "kernel/recording.h"

static const struct dump_class *class_at(const struct poller *poller)
{
	return &dump_classes[poller->at];
}

static void open_nl(struct poller *poller)
{
	poller->open_error = nl_open_in(&poller->nl, poller->place.netns, &poller->uids);
	poller->nl.record = record_replies;
	poller->nl.recorder = poller->recorder;
}

int poller_open(struct poller *poller, struct recorder *recorder)
{
	*poller = (struct poller){ .recorder = recorder, .place.netns = NETNS_OWN };
	open_nl(poller);
	return poller->open_error;
}

void poller_close(struct poller *poller)
{
	nl_close(&poller->nl);
}

int poller_fd(const struct poller *poller)
{
	return nl_fd(&poller->nl);
}

/*
 * ENOENT: no handler and no module for it (sock_diag_rcv_msg).  These will not come by themselves, so the error stays and
 * the dump is not asked for again.
 */
static bool is_lacking(int error)
{
	return error == -ENOENT || error == -EOPNOTSUPP || error == -EPROTONOSUPPORT;
}

static bool is_asked(const struct poller *poller, size_t at)
{
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++) {
		if ((dump_classes[at].protos >> proto & 1) != 0 && query_has_class(&poller->query, proto, dump_classes[at].family))
			return true;
	}
	return false;
}

static bool is_dumped(const struct poller *poller, size_t at)
{
	return is_asked(poller, at) && !is_lacking(poller->errors[at]);
}

/* Whether the request for the class at hand has become one for the next class, too. */
static bool join(const struct poller *poller, struct nlmsghdr *request)
{
	_Alignas(struct nlmsghdr) char buffer[DIAG_REQUEST_BYTES];
	const struct dump_class *class = class_at(poller), *next = class + 1;

	if (poller->apart || class->join == NULL || poller->at + 1 == dump_class_count || !is_dumped(poller, poller->at + 1))
		return false;
	const struct nlmsghdr *other = next->request(buffer, next->proto, next->family, &poller->query);
	return other != NULL && class->join(request, other);
}

/* Sends the request for the class at hand: 1 when it was sent, 0 when there is nothing to ask, or -errno. */
static int ask(struct poller *poller)
{
	_Alignas(struct nlmsghdr) char buffer[DIAG_REQUEST_BYTES];
	const struct dump_class *class = class_at(poller);
	struct nlmsghdr *request = class->request(buffer, class->proto, class->family, &poller->query);

	poller->joined = false;
	if (request == NULL)
		return 0;
	if (poller->plain && class->strip != NULL)
		class->strip(request);
	else
		poller->joined = join(poller, request);
	int error = poller->nl.socket != NULL ? nl_dump(&poller->nl, request) : poller->open_error;
	return error < 0 ? error : 1;
}

static void tell_end(const struct poller *poller, size_t at, bool complete)
{
	for (unsigned proto = 0; proto < PROTO_COUNT; proto++) {
		if ((dump_classes[at].protos >> proto & 1) != 0)
			poller->sink.class_end(poller->sink.context, proto, dump_classes[at].family, complete);
	}
}

/* An error of one namespace is not made good by the next one. */
static void end_class(struct poller *poller, int error)
{
	bool complete = error == 0 && !poller->nl.interrupted;

	record_dump_end(poller->recorder, error, poller->nl.interrupted);
	if (error != 0 || !poller->tours)
		poller->errors[poller->at] = error;
	poller->interrupted |= poller->nl.interrupted;
	poller->incomplete[poller->at] |= !complete;
	if (!poller->tours)
		tell_end(poller, poller->at, complete);
	poller->at++;
}

static void note_dump(const struct poller *poller)
{
	record_dump(poller->recorder, class_at(poller)->proto, class_at(poller)->family, poller->nl.sequence,
		    poller->nl.port_id);
}

/* Where it is, and with the users that it has here; false: it is not asked for. */
static bool settle(const struct poller *poller, struct sock *sock)
{
	sock->netns = poller->place.netns == NETNS_OWN ? 0 : poller->place.inode;
	if (!uid_map_outside(&poller->uids, sock->uid, &sock->uid))
		sock->have &= ~(uint32_t)HAVE_UID;
	return query_match(&poller->query, sock);
}

/* The words of a file of /proc/net.  Its headline, and what nobody holds any more, is no socket. */
static void take_file(struct poller *poller, const char *text, size_t length)
{
	const struct dump_class *class = class_at(poller);
	char line[256]; /* they have 150 */
	struct sock sock;

	for (const char *at = text, *end = text + length; at < end;) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t taken = (size_t)((newline != NULL ? newline : end) - at), most = sizeof(line) - 1;

		memcpy(line, at, taken < most ? taken : most);
		line[taken < most ? taken : most] = '\0';
		if (proc_inet_parse(line, class->proto, class->family, &sock) && settle(poller, &sock))
			poller->sink.sock(poller->sink.context, &sock, NULL);
		at += taken + 1;
	}
}

static bool is_file(const struct poller *poller, size_t at)
{
	return dump_classes[at].file != NULL && (dump_classes[at].request == NULL || poller->from_file[at]);
}

/* At once: a host that has so many of these that it would be seen is not known.  A file has no sequence number. */
static void read_file(struct poller *poller)
{
	struct buf text = BUF_INIT;

	record_dump(poller->recorder, class_at(poller)->proto, class_at(poller)->family, 0, 0);
	int error = proc_inet_read(&text, poller->place.netns, class_at(poller)->file);
	if (error == 0) {
		record_replies(poller->recorder, buf_str(&text), text.length);
		take_file(poller, buf_str(&text), text.length);
	}
	buf_fini(&text);
	end_class(poller, error);
}

/* In a recording each class has its dump, even if all came in the first one. */
static void end_dump(struct poller *poller, int error)
{
	bool joined = poller->joined;

	end_class(poller, error);
	if (!joined)
		return;
	note_dump(poller);
	end_class(poller, error);
}

/* Begins the next dump that can be begun; none: the snapshot has ended. */
static void advance(struct poller *poller)
{
	poller->nl.interrupted = false;
	while (poller->at < dump_class_count) {
		if (!is_dumped(poller, poller->at)) {
			poller->at++;
			continue;
		}
		if (is_file(poller, poller->at)) {
			read_file(poller);
			continue;
		}
		int sent = ask(poller);
		note_dump(poller);
		if (sent > 0)
			return;
		end_dump(poller, sent);
	}
	poller->running = false;
}

/*
 * The rest of a dump that was given up would still come, and a new request be answered EBUSY: a new socket is simpler.
 * Where none can be had, advance() finds so, and every dump fails.
 */
static void restart(struct poller *poller)
{
	nl_close(&poller->nl);
	open_nl(poller);
}

static void note_miss(struct poller *poller, int error)
{
	if (error == -EPERM)
		poller->refused++;
	else
		poller->missed = true;
}

static void prepare(struct poller *poller, const struct query *query, const struct poller_sink *sink)
{
	poller->query = *query;
	poller->sink = *sink;
	poller->interrupted = poller->tours = poller->missed = false;
	poller->refused = 0;
}

static void start(struct poller *poller)
{
	poller->at = 0;
	poller->running = true;
	advance(poller);
}

void poller_begin(struct poller *poller, const struct query *query, const struct poller_sink *sink)
{
	poller->place = (struct poller_place){ .netns = NETNS_OWN };
	if (poller->running || poller->nl.socket == NULL)
		restart(poller);
	prepare(poller, query, sink);
	start(poller);
}

/* What a dump of one namespace has found missing from the kernel is missing everywhere. */
static void begin_tour(struct poller *poller)
{
	poller->tours = true;
	memset(poller->incomplete, 0, sizeof(poller->incomplete));
	for (size_t i = 0; i < dump_class_count; i++)
		poller->errors[i] = is_lacking(poller->errors[i]) ? poller->errors[i] : 0;
}

void poller_tour(struct poller *poller, const struct query *query, const struct poller_sink *sink)
{
	prepare(poller, query, sink);
	begin_tour(poller);
	poller->running = false;
}

int poller_enter(struct poller *poller, const struct poller_place *place)
{
	poller->place = *place;
	restart(poller);
	if (poller->open_error < 0)
		return poller->open_error;
	record_netns(poller->recorder, &(struct recorded_netns){
		.inode = place->inode,
		.is_own = place->netns == NETNS_OWN,
		.uids_differ = poller->uids.differs,
		.range_count = poller->uids.differs ? poller->uids.count : 0,
	}, poller->uids.ranges);
	start(poller);
	return 0;
}

void poller_miss(struct poller *poller, uint32_t inode, int error)
{
	record_netns(poller->recorder, &(struct recorded_netns){ .inode = inode, .error = error }, NULL);
	note_miss(poller, error);
}

/* The socket, which would keep the last of the namespaces alive, is closed.  Where there were none, nothing is in them. */
void poller_tour_end(struct poller *poller)
{
	nl_close(&poller->nl);
	for (size_t i = 0; i < dump_class_count; i++) {
		if (is_asked(poller, i) && !is_lacking(poller->errors[i]))
			tell_end(poller, i, !poller->incomplete[i] && !poller->missed);
	}
}

static void take(const struct nlmsghdr *message, void *context)
{
	struct poller *poller = context;
	const struct dump_class *class = class_at(poller);
	struct sock_info info;
	struct sock sock;

	if (!class->parse(message, class->proto, &sock, &poller->malformed)) {
		poller->malformed++;
		return;
	}
	if (!settle(poller, &sock))
		return;
	bool informs = class->inform != NULL &&
		       class->inform(message, class->proto, &poller->query, &info, &poller->malformed);
	poller->sink.sock(poller->sink.context, &sock, informs ? &info : NULL);
}

/*
 * An older kernel does not know every operation of its filter (EINVAL), and marks may be asked for with CAP_NET_ADMIN only (EPERM;
 * inet_diag_bc_audit).  It is not needed: what comes is matched here.  And what is wrong with a dump of two classes is told by
 * those of each.
 */
static bool is_refusal(const struct poller *poller, int error)
{
	return poller->joined ? error < 0 : (error == -EINVAL || error == -EPERM) && !poller->plain;
}

/* Then it is asked again, in a way that more kernels know. */
static void ask_simpler(struct poller *poller)
{
	poller->plain |= !poller->joined;
	poller->apart |= poller->joined;
	restart(poller);
}

bool poller_step(struct poller *poller)
{
	if (!poller->running)
		return true;
	int ended = nl_step(&poller->nl, take, poller);
	if (is_lacking(ended) && class_at(poller)->file != NULL) {
		record_dump_end(poller->recorder, ended, false);
		poller->from_file[poller->at] = true;
		restart(poller);
		advance(poller);
	} else if (is_refusal(poller, ended)) {
		record_dump_end(poller->recorder, ended, false);
		ask_simpler(poller);
		advance(poller);
	} else if (ended != 0) {
		end_dump(poller, ended < 0 ? ended : 0);
		if (ended < 0)
			restart(poller);
		advance(poller);
	}
	return !poller->running;
}

void poller_abandon(struct poller *poller, int error)
{
	if (!poller->running)
		return;
	record_dump_end(poller->recorder, error, false);
	for (size_t begun = poller->at; poller->at < dump_class_count; poller->at++) {
		if (!is_dumped(poller, poller->at))
			continue;
		poller->errors[poller->at] = error;
		if (poller->at == begun)
			continue;
		note_dump(poller);
		record_dump_end(poller->recorder, error, false);
	}
	nl_close(&poller->nl);
	poller->running = false;
}

void poller_replay(struct poller *poller, const struct query *query, const struct poller_sink *sink)
{
	prepare(poller, query, sink);
	poller->query.needs &= ~(uint32_t)NEED_FILE; /* the files here are not those of then and there */
	poller->place = (struct poller_place){ .netns = NETNS_OWN };
	poller->uids.differs = false;
	poller->running = true;
}

/* Where it was there is nobody who could go there again. */
void poller_replay_netns(struct poller *poller, const struct recorded_netns *about)
{
	if (!poller->tours)
		begin_tour(poller);
	if (about->error != 0)
		note_miss(poller, about->error);
	poller->place = (struct poller_place){ about->is_own ? NETNS_OWN : 0, about->inode };
	poller->uids.differs = about->uids_differ != 0;
	poller->uids.count = about->range_count;
	memcpy(poller->uids.ranges, about + 1, about->range_count * sizeof(poller->uids.ranges[0]));
}

void poller_replay_dump(struct poller *poller, const struct recorded_dump *dump)
{
	poller->at = dump_class_find(dump->proto, dump->family); /* there is one: replay_file.c has looked */
	poller->nl.sequence = dump->sequence;
	poller->nl.port_id = dump->port_id;
	poller->nl.interrupted = false;
}

void poller_replay_chunk(struct poller *poller, const void *chunk, size_t length)
{
	const struct dump_class *class = class_at(poller);

	if (poller->nl.sequence == 0 && class->file != NULL)
		take_file(poller, chunk, length);
	else if (class->parse != NULL)
		nl_feed(&poller->nl, chunk, length, take, poller);
}

void poller_replay_dump_end(struct poller *poller, int error, bool interrupted)
{
	poller->nl.interrupted |= interrupted;
	end_class(poller, error);
}

void poller_replay_end(struct poller *poller)
{
	poller->running = false;
	if (poller->tours)
		poller_tour_end(poller);
}

/* A protocol that is lacking for both families of the internet is named once. */
static bool is_named_before(const struct poller *poller, size_t at)
{
	return at > 0 && dump_classes[at].family == FAMILY_INET6 && dump_classes[at - 1].proto == dump_classes[at].proto &&
	       is_asked(poller, at - 1) && is_lacking(poller->errors[at - 1]);
}

/* All that this kernel lacks is one sentence, however much it is. */
static void explain_lack(struct buf *out, const struct poller *poller)
{
	const char *before = out->length > 0 ? "; this kernel has no sock_diag for " : "this kernel has no sock_diag for ";
	size_t from = out->length;

	for (size_t i = 0; i < dump_class_count; i++) {
		if (!is_asked(poller, i) || !is_lacking(poller->errors[i]) || is_named_before(poller, i))
			continue;
		buf_printf(out, "%s%s", before, dump_classes[i].name);
		before = ", ";
	}
	if (out->length > from)
		buf_puts(out, " sockets, which are not shown");
}

void poller_explain(struct buf *out, const struct poller *poller)
{
	explain_lack(out, poller);
	for (size_t i = 0; i < dump_class_count; i++) {
		if (is_asked(poller, i) && poller->errors[i] != 0 && !is_lacking(poller->errors[i]))
			buf_printf(out, "%s%s sockets are not shown (%s)", out->length > 0 ? "; " : "", dump_classes[i].name,
				   strerror(-poller->errors[i]));
	}
	if (poller->interrupted)
		buf_printf(out, "%ssockets may be missing (the kernel's tables changed while they were read)",
			   out->length > 0 ? "; " : "");
	if (poller->malformed > 0)
		buf_printf(out, "%ssockets or facts may be missing (%lu times the kernel's words were not understood)",
			   out->length > 0 ? "; " : "", poller->malformed);
}

bool poller_is_partial(const struct poller *poller)
{
	bool partial = poller->interrupted || poller->missed;

	for (size_t i = 0; i < dump_class_count; i++)
		partial |= is_asked(poller, i) && poller->errors[i] != 0 && !is_lacking(poller->errors[i]);
	return partial;
}

int poller_failed(const struct poller *poller)
{
	int first = 0;

	for (size_t i = 0; i < dump_class_count; i++) {
		if (is_asked(poller, i) && poller->errors[i] == 0)
			return 0;
		if (is_asked(poller, i) && first == 0)
			first = poller->errors[i];
	}
	return first;
}
