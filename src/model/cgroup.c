/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/cgroup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"

enum { CONTAINER_DIGITS = 64, SHOWN_DIGITS = 12 };

void cgroup_fini(struct cgroup *cgroup)
{
	free(cgroup->path);
	free(cgroup->unit);
	free(cgroup->slice);
	free(cgroup->container);
	free(cgroup->name);
	free(cgroup->pod);
	*cgroup = (struct cgroup){ .id = cgroup->id };
}

static char *copy(const char *text, size_t length)
{
	char *made = xcalloc(length + 1, 1);

	memcpy(made, text, length);
	return made;
}

static void replace(char **text, char *made)
{
	free(*text);
	*text = made;
}

static bool ends_in(const char *text, size_t length, const char *ending)
{
	size_t more = strlen(ending);

	return length > more && memcmp(text + length - more, ending, more) == 0;
}

static bool is_unit(const char *part, size_t length)
{
	static const char *const endings[] = { ".service", ".scope", ".socket", ".mount", ".swap", ".slice" };

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		if (ends_in(part, length, endings[i]))
			return true;
	}
	return false;
}

/* "user-1000.slice" */
static void read_user(struct cgroup *cgroup, const char *part, size_t length)
{
	static const char before[] = "user-", after[] = ".slice";
	char *end;

	if (strncmp(part, before, sizeof(before) - 1) != 0 || !isdigit((unsigned char)part[sizeof(before) - 1]))
		return;
	unsigned long user = strtoul(part + sizeof(before) - 1, &end, 10);
	if (end + sizeof(after) - 1 != part + length || !ends_in(part, length, after) || user >= UINT32_MAX)
		return;
	cgroup->has_user = true;
	cgroup->user = (uint32_t)user;
}

static void read_units(struct cgroup *cgroup)
{
	const char *last = NULL;
	size_t last_length = 0;

	for (const char *part = cgroup->path; *part != '\0';) {
		size_t length = strcspn(part, "/");

		if (is_unit(part, length))
			replace(&cgroup->unit, copy(part, length));
		if (ends_in(part, length, ".slice"))
			replace(&cgroup->slice, copy(part, length));
		read_user(cgroup, part, length);
		if (length > 0) {
			last = part;
			last_length = length;
		}
		part += length + (part[length] == '/' ? 1 : 0);
	}
	if (cgroup->unit == NULL && last != NULL)
		cgroup->unit = copy(last, last_length);
}

/* How runtimes call the cgroup of a container; the first that fits. */
static const struct pattern {
	const char *before, *after; /* its id */
	const char *parent;         /* what stands before that part; NULL: anything */
	const char *runtime;        /* NULL: it is no container, or of whom it is is not told */
	enum { ID_DIGITS, ID_NAME, ID_NONE } id;
} patterns[] = {
	/* systemd's: the scope has the name of the runtime (runc, crun: --cgroup-parent SLICE:PREFIX:ID). */
	{ "docker-", ".scope", NULL, "docker", ID_DIGITS },
	{ "libpod-", ".scope", NULL, "podman", ID_DIGITS },
	{ "cri-containerd-", ".scope", NULL, "containerd", ID_DIGITS },
	{ "nerdctl-", ".scope", NULL, "containerd", ID_DIGITS },
	{ "crio-", ".scope", NULL, "cri-o", ID_DIGITS },
	/* The runtime's own; podman's with --cgroups=split; and what SLICE:PREFIX:ID becomes without systemd. */
	{ "libpod-payload-", "", NULL, "podman", ID_DIGITS },
	{ "libpod-", "", NULL, "podman", ID_DIGITS },
	{ "crio-", "", NULL, "cri-o", ID_DIGITS },
	{ "", "", "docker", "docker", ID_DIGITS },
	{ "", "", "cri-containerd", "containerd", ID_DIGITS },
	{ "", "", "crio", "cri-o", ID_DIGITS },
	{ "", "", NULL, NULL, ID_DIGITS },
	{ "lxc.payload.", "", NULL, "lxc", ID_NAME },
	{ "", "", "lxc.payload", "lxc", ID_NAME },
	{ "", "", "lxc", "lxc", ID_NAME },
	/* libvirt's machines, of which those of qemu are no containers. */
	{ "machine-qemu\\x2d", ".scope", "machine.slice", NULL, ID_NONE },
	{ "machine-lxc\\x2d", ".scope", "machine.slice", "lxc", ID_NAME },
	{ "machine-", ".scope", "machine.slice", "systemd-nspawn", ID_NAME },
	{ "systemd-nspawn@", ".service", NULL, "systemd-nspawn", ID_NAME },
};

/* A part of the path, and the one before. */
struct part {
	const char *text, *parent;
	size_t length, parent_length;
};

static bool is_digits(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (!isdigit((unsigned char)text[i]) && (text[i] < 'a' || text[i] > 'f'))
			return false;
	}
	return true;
}

static bool has_parent(const struct part *part, const char *parent)
{
	return parent == NULL ||
	       (strlen(parent) == part->parent_length && memcmp(parent, part->parent, part->parent_length) == 0);
}

/* Whether the part is the cgroup of a container of that kind, and where in it the id stands. */
static bool fits(const struct pattern *pattern, const struct part *part, struct part *id)
{
	size_t before = strlen(pattern->before), after = strlen(pattern->after);

	if (part->length <= before + after || !has_parent(part, pattern->parent) ||
	    memcmp(part->text, pattern->before, before) != 0 ||
	    memcmp(part->text + part->length - after, pattern->after, after) != 0)
		return false;
	*id = (struct part){ .text = part->text + before, .length = part->length - before - after };
	return pattern->id != ID_DIGITS || (id->length == CONTAINER_DIGITS && is_digits(id->text, id->length));
}

/* What systemd wrote as "\x2d" (systemd.unit(5), string escaping) as it was, but for a NUL. */
static char *unescape(const char *text, size_t length)
{
	char *made = copy(text, length), *to = made;

	for (const char *from = made; *from != '\0'; to++) {
		char digits[3] = { 0 };

		if (from[0] == '\\' && from[1] == 'x' && isxdigit((unsigned char)from[2]) && isxdigit((unsigned char)from[3]))
			memcpy(digits, from + 2, 2);
		char was = (char)strtoul(digits, NULL, 16);
		*to = was != '\0' ? was : *from;
		from += was != '\0' ? 4 : 1;
	}
	*to = '\0';
	return made;
}

static void take_container(struct cgroup *cgroup, const struct pattern *pattern, const struct part *id)
{
	if (pattern->id == ID_NONE)
		return;
	cgroup->runtime = pattern->runtime;
	if (pattern->id == ID_DIGITS) {
		cgroup->container = copy(id->text, id->length);
		return;
	}
	cgroup->container = unescape(id->text, id->length);
	cgroup_set_name(cgroup, cgroup->container);
}

/* A UUID, which systemd's names have with "_" for "-"; or the 32 digits of a pod that no API server made. */
static bool is_uid(const char *text, size_t length)
{
	if (length == 32)
		return is_digits(text, length);
	for (size_t i = 0; i < length; i++) {
		bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (is_dash ? text[i] != '-' && text[i] != '_' : !is_digits(text + i, 1))
			return false;
	}
	return length == 36;
}

/* "podUID", or "kubepods-burstable-podUID.slice". */
static void read_pod(struct cgroup *cgroup, const struct part *part)
{
	static const char mark[] = "pod";
	size_t end = part->length - (ends_in(part->text, part->length, ".slice") ? strlen(".slice") : 0);

	for (size_t at = 0; at + sizeof(mark) - 1 < end; at++) {
		const char *uid = part->text + at + sizeof(mark) - 1;

		if (memcmp(part->text + at, mark, sizeof(mark) - 1) != 0 || (at > 0 && part->text[at - 1] != '-') ||
		    !is_uid(uid, end - at - (sizeof(mark) - 1)))
			continue;
		replace(&cgroup->pod, copy(uid, end - at - (sizeof(mark) - 1)));
		for (char *c = cgroup->pod; (c = strchr(c, '_')) != NULL;)
			*c = '-';
	}
}

/* The pods of the third class stand beside the folders of these two (kubernetes, pkg/kubelet/cm/pod_container_manager_linux.go). */
static const char *qos_of(const char *path)
{
	return strstr(path, "besteffort") != NULL ? "besteffort" : strstr(path, "burstable") != NULL ? "burstable" : "guaranteed";
}

/* What is in a container is its own business: the first one is that which this host runs. */
static void read_container(struct cgroup *cgroup)
{
	struct part part = { .text = cgroup->path, .parent = "" }, id;

	while (*part.text != '\0' && cgroup->container == NULL) {
		part.length = strcspn(part.text, "/:");
		for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
			if (fits(&patterns[i], &part, &id)) {
				take_container(cgroup, &patterns[i], &id);
				break;
			}
		}
		if (cgroup->container == NULL)
			read_pod(cgroup, &part);
		part.parent = part.text;
		part.parent_length = part.length;
		part.text += part.length + (part.text[part.length] != '\0' ? 1 : 0);
	}
	if (cgroup->pod != NULL)
		cgroup->qos = qos_of(cgroup->path);
}

void cgroup_read(struct cgroup *cgroup, const char *path)
{
	size_t length = strlen(path);

	cgroup_fini(cgroup);
	cgroup->gone = strcmp(path, CGROUP_DELETED) == 0 || ends_in(path, length, " " CGROUP_DELETED);
	if (cgroup->gone)
		length -= length == strlen(CGROUP_DELETED) ? length : strlen(" " CGROUP_DELETED);
	if (length == 0)
		return;
	cgroup->path = copy(path, length);
	read_units(cgroup);
	read_container(cgroup);
}

void cgroup_set_name(struct cgroup *cgroup, const char *name)
{
	char *made = copy(name, strlen(name));

	replace(&cgroup->name, made);
}

void cgroup_format(struct buf *out, const struct cgroup *cgroup)
{
	if (cgroup->path != NULL)
		text_clean(out, cgroup->path);
	buf_puts(out, cgroup->gone ? "(gone)" : "");
}

void cgroup_format_container(struct buf *out, const struct cgroup *cgroup)
{
	if (cgroup->name != NULL)
		text_clean(out, cgroup->name);
	else if (cgroup->container != NULL)
		buf_add(out, cgroup->container, SHOWN_DIGITS);
	else
		buf_printf(out, "pod/%s", cgroup->pod);
}
