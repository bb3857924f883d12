/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "out/why.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/buf.h"
#include "model/column.h"
#include "model/why.h"
#include "model/why_text.h"
#include "out/json.h"

/* A busy server's connections are all in the way for the same reason, and nobody reads a thousand of them. */
enum { BLOCKERS_MAX = 8 };

/* What the verdict has said already is not said again. */
static void add_reason(struct buf *out, const struct why *why, const struct bind_blocker *blocker)
{
	struct buf reason = BUF_INIT;

	why_reason_text(&reason, why, blocker);
	if (strcmp(buf_str(&reason), rules_sentence(why->verdict.rule)) != 0)
		buf_printf(out, ": %s", buf_str(&reason));
	buf_fini(&reason);
}

static void write_behalf(struct buf *out, const struct row *row, const struct why_context *context)
{
	struct buf behalf = BUF_INIT;

	if (row != NULL)
		why_behalf_text(&behalf, row, context);
	if (behalf.length > 0)
		buf_printf(out, "    %s.\n", behalf.data);
	buf_fini(&behalf);
}

static void write_blockers(struct buf *out, const struct why *why, const struct why_context *context)
{
	if (why->verdict.count > 0)
		buf_puts(out, why->verdict.outcome == BIND_FAILS ? "\nIn the way:\n" : "\nPerhaps in the way:\n");
	for (size_t i = 0; i < why->verdict.count && i < BLOCKERS_MAX; i++) {
		const struct row *row = why_row(why, &why->verdict.blockers[i]);

		buf_puts(out, "  ");
		why_blocker_text(out, why, &why->verdict.blockers[i], context);
		add_reason(out, why, &why->verdict.blockers[i]);
		buf_puts(out, ".\n");
		write_behalf(out, row, context);
	}
	if (why->verdict.count > BLOCKERS_MAX)
		buf_printf(out, "  and %zu more, which --json names.\n", why->verdict.count - BLOCKERS_MAX);
}

static void write_remedies(struct buf *out, const struct why *why, const struct why_context *context)
{
	if (why->remedy_count > 0)
		buf_puts(out, "\nWhat would help:\n");
	for (size_t i = 0; i < why->remedy_count; i++) {
		buf_puts(out, "  - ");
		why_remedy_text(out, why, &why->remedies[i], context);
		buf_puts(out, ".\n");
	}
}

bool why_is_contradicted(const struct why *why, const struct why_trial *trial)
{
	int error = trial->bind_error != 0 ? trial->bind_error : trial->listen_error;
	const struct bind_verdict *verdict = &why->verdict;

	if (!trial->done || verdict->outcome == BIND_UNKNOWN || (error == 0 && verdict->cache_may_admit))
		return false;
	/* What was not tried cannot contradict. */
	if (verdict->outcome == BIND_FAILS && verdict->step == STEP_LISTEN && !trial->listened && error == 0)
		return false;
	return error != (verdict->outcome == BIND_OK ? 0 : verdict->error);
}

/* All that is needed to see later what was wrong. */
static void write_report(struct buf *out, const struct why *why)
{
	struct utsname name;

	buf_puts(out, "That is not what was expected. A bug report should have this line: ports " PACKAGE_VERSION);
	if (uname(&name) == 0)
		buf_printf(out, ", Linux %s %s", name.release, name.machine);
	buf_printf(out, ", rule %s, %zu sockets, wish ", rules_id(why->verdict.rule), why->count);
	why_wish_text(out, &why->wish);
	buf_printf(out, " A%d P%d 6%d F%d if%u uid%u\n", why->wish.reuseaddr, why->wish.reuseport, why->wish.v6only,
		   why->wish.freebind, why->wish.ifindex, why->wish.uid);
}

static void write_trial(struct buf *out, const struct why *why, const struct why_trial *trial)
{
	int error = trial->bind_error != 0 ? trial->bind_error : trial->listen_error;

	if (!trial->done) {
		if (trial->left_out != NULL)
			buf_printf(out, "\nNot tried: %s.\n", trial->left_out);
		return;
	}
	buf_printf(out, "\nTried now: %s ", trial->bind_error != 0 || !trial->listened ? "bind()" : "bind() and listen()");
	if (error != 0) {
		buf_puts(out, trial->bind_error != 0 ? "failed with " : ": listen() failed with ");
		why_errno_text(out, error);
		buf_puts(out, ".\n");
	} else {
		buf_puts(out, "worked; the socket is closed again.\n");
	}
	if (why_is_contradicted(why, trial))
		write_report(out, why);
}

static void write_elsewhere(struct buf *out, const struct why *why, const struct why_elsewhere *elsewhere)
{
	if (elsewhere->count > 0)
		buf_puts(out, "\nIn other network namespaces, whose sockets are never in the way of one in this:\n");
	for (size_t i = 0; i < elsewhere->count && i < BLOCKERS_MAX; i++) {
		buf_puts(out, "  ");
		why_elsewhere_text(out, why, elsewhere->rows[i], elsewhere->context);
		buf_puts(out, ".\n");
		write_behalf(out, elsewhere->rows[i], elsewhere->context);
	}
	if (elsewhere->count > BLOCKERS_MAX)
		buf_printf(out, "  and %zu more, which --json names.\n", elsewhere->count - BLOCKERS_MAX);
	if (elsewhere->gaps != NULL)
		buf_printf(out, "\nOther network namespaces could not all be looked into: %s.\n", elsewhere->gaps);
}

void why_write_text(struct buf *out, const struct why *why, const struct why_context *context,
		    const struct why_trial *trial)
{
	why_wish_text(out, &why->wish);
	buf_puts(out, ": ");
	why_verdict_text(out, why);
	buf_puts(out, ".\n");
	write_blockers(out, why, context);
	write_remedies(out, why, context);
	write_trial(out, why, trial);
	if (context->elsewhere != NULL)
		write_elsewhere(out, why, context->elsewhere);
	if (why->verdict.outcome == BIND_OK && trial->bind_error == 0)
		buf_puts(out, "\nIf it fails for a program nevertheless: that one is in another network namespace (a container), is "
			      "another user's (--user), or sets other options than those named here.\n");
}

static void add_text(struct buf *out, const char *member, const struct buf *text)
{
	buf_printf(out, "\"%s\":", member);
	json_string(out, buf_str(text));
}

static void add_flag(struct buf *out, const char *name, bool value)
{
	buf_printf(out, ",\"%s\":%s", name, value ? "true" : "false");
}

static void add_wish(struct buf *out, const struct why *why)
{
	const struct bind_wish *wish = &why->wish;
	struct buf text = BUF_INIT;

	why_wish_text(&text, wish);
	buf_puts(out, "\"wish\":{");
	add_text(out, "socket", &text);
	buf_printf(out, ",\"port\":%u", (unsigned)wish->port);
	add_flag(out, "reuseaddr", wish->reuseaddr);
	add_flag(out, "reuseport", wish->reuseport);
	add_flag(out, "v6only", wish->v6only);
	add_flag(out, "freebind", wish->freebind);
	add_flag(out, "listen", why->listens);
	buf_printf(out, ",\"ifindex\":%u,\"uid\":%u}", wish->ifindex, wish->uid);
	buf_fini(&text);
}

static void add_errno(struct buf *out, int error)
{
	buf_putc(out, '"');
	if (error == 0)
		buf_puts(out, "ok");
	else
		why_errno_text(out, error);
	buf_putc(out, '"');
}

static void add_verdict(struct buf *out, const struct why *why)
{
	static const char *const outcomes[] = { [BIND_OK] = "ok", [BIND_FAILS] = "fail", [BIND_UNKNOWN] = "unknown" };
	static const char *const steps[] = { [STEP_BIND] = "bind", [STEP_LISTEN] = "listen", [STEP_CONNECT] = "connect" };
	const struct bind_verdict *verdict = &why->verdict;

	buf_printf(out, ",\"verdict\":\"%s\",\"errno\":", outcomes[verdict->outcome]);
	if (verdict->outcome == BIND_OK)
		buf_puts(out, "null");
	else
		add_errno(out, verdict->error);
	buf_printf(out, ",\"step\":\"%s\",\"rule\":\"%s\",\"cache_may_admit\":%s", steps[verdict->step],
		   rules_id(verdict->rule), verdict->cache_may_admit ? "true" : "false");
}

/* A text, or null where there is none. */
static void add_text_or_null(struct buf *out, const char *member, const struct buf *text)
{
	if (text->length > 0)
		add_text(out, member, text);
	else
		buf_printf(out, "\"%s\":null", member);
}

static void add_blockers(struct buf *out, const struct why *why, const struct why_context *context)
{
	struct buf text = BUF_INIT;

	buf_puts(out, ",\"blockers\":[");
	for (size_t i = 0; i < why->verdict.count; i++) {
		const struct bind_blocker *blocker = &why->verdict.blockers[i];

		buf_clear(&text);
		why_blocker_text(&text, why, blocker, context);
		buf_puts(&text, ": ");
		why_reason_text(&text, why, blocker);
		buf_printf(out, "%s{\"socket\":", i > 0 ? "," : "");
		if (why_row(why, blocker) != NULL)
			json_socket(out, why_row(why, blocker), context->columns);
		else
			buf_puts(out, "null");
		buf_puts(out, ",");
		add_text(out, "why", &text);
		buf_printf(out, ",\"rule\":\"%s\",\"certain\":%s,", rules_id(blocker->rule),
			   blocker->is_certain ? "true" : "false");
		buf_clear(&text);
		if (why_row(why, blocker) != NULL)
			why_behalf_text(&text, why_row(why, blocker), context);
		add_text_or_null(out, "behalf", &text);
		buf_putc(out, '}');
	}
	buf_puts(out, "]");
	buf_fini(&text);
}

static void add_remedies(struct buf *out, const struct why *why, const struct why_context *context)
{
	struct buf text = BUF_INIT;

	buf_puts(out, ",\"remedies\":[");
	for (size_t i = 0; i < why->remedy_count; i++) {
		buf_clear(&text);
		why_remedy_text(&text, why, &why->remedies[i], context);
		buf_puts(out, i > 0 ? "," : "");
		json_string(out, buf_str(&text));
	}
	buf_puts(out, "]");
	buf_fini(&text);
}

static void add_trial(struct buf *out, const struct why_trial *trial)
{
	buf_puts(out, ",\"trial\":");
	if (!trial->done) {
		buf_puts(out, "null");
		return;
	}
	buf_puts(out, "{\"bind\":");
	add_errno(out, trial->bind_error);
	buf_puts(out, ",\"listen\":");
	if (trial->listened)
		add_errno(out, trial->listen_error);
	else
		buf_puts(out, "null");
	buf_putc(out, '}');
}

static void add_elsewhere(struct buf *out, const struct why *why, const struct why_elsewhere *elsewhere)
{
	struct buf text = BUF_INIT;

	if (elsewhere == NULL) {
		buf_puts(out, ",\"elsewhere\":null");
		return;
	}
	buf_puts(out, ",\"elsewhere\":{\"sockets\":[");
	for (size_t i = 0; i < elsewhere->count; i++) {
		buf_clear(&text);
		why_elsewhere_text(&text, why, elsewhere->rows[i], elsewhere->context);
		buf_printf(out, "%s{\"socket\":", i > 0 ? "," : "");
		json_socket(out, elsewhere->rows[i], elsewhere->context->columns);
		buf_putc(out, ',');
		add_text(out, "who", &text);
		buf_putc(out, '}');
	}
	buf_puts(out, "],");
	buf_clear(&text);
	buf_puts(&text, elsewhere->gaps != NULL ? elsewhere->gaps : "");
	add_text_or_null(out, "gaps", &text);
	buf_putc(out, '}');
	buf_fini(&text);
}

void why_write_json(struct buf *out, const struct why *why, const struct why_context *context,
		    const struct why_trial *trial)
{
	struct buf text = BUF_INIT;

	buf_puts(out, "{\"schema\":1,");
	add_wish(out, why);
	add_verdict(out, why);
	why_verdict_text(&text, why);
	buf_puts(out, ",");
	add_text(out, "sentence", &text);
	add_blockers(out, why, context);
	add_remedies(out, why, context);
	add_trial(out, trial);
	add_elsewhere(out, why, context->elsewhere);
	buf_puts(out, "}\n");
	buf_fini(&text);
}
