/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/forward.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/die.h"
#include "base/text.h"
#include "model/process.h"
#include "model/sock.h"

/* Copies the word that follows that one; false: there is none. */
static bool find_argument(const char *command_line, const char *option, char *word, size_t size)
{
	size_t length = strlen(option);

	for (const char *at = command_line; (at = strstr(at, option)) != NULL; at += length) {
		if ((at != command_line && at[-1] != ' ') || at[length] != ' ')
			continue;
		const char *value = at + length + 1;
		snprintf(word, size, "%.*s", (int)strcspn(value, " "), value);
		return true;
	}
	return false;
}

/* docker-proxy -proto tcp -host-ip 0.0.0.0 -host-port 8080 -container-ip 172.17.0.2 -container-port 80 */
static void read_docker(struct forward *forward, const char *command_line)
{
	char address[64], port[8];
	unsigned number;

	if (!find_argument(command_line, "-container-ip", address, sizeof(address)) ||
	    !find_argument(command_line, "-container-port", port, sizeof(port)) ||
	    sscanf(port, "%u", &number) != 1 || number == 0 || number > UINT16_MAX)
		return;
	forward->family = strchr(address, ':') != NULL ? FAMILY_INET6 : FAMILY_INET;
	forward->port = (uint16_t)number;
	forward->has_address = inet_pton(forward->family == FAMILY_INET6 ? AF_INET6 : AF_INET, address, forward->address) == 1;
}

/* The names that the kernel knows them by; those without words that are read have processes or sockets there. */
static const struct {
	const char *name;
	void (*read)(struct forward *forward, const char *command_line);
} programs[] = {
	{ "docker-proxy", read_docker },
	{ "pasta", NULL },
	{ "pasta.avx2", NULL },
	{ "rootlesskit", NULL },
	{ "rootlessport", NULL },
	{ "slirp4netns", NULL },
};

bool forward_read(struct forward *forward, const struct process *process)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (strcmp(programs[i].name, process->comm) != 0)
			continue;
		*forward = (struct forward){ .pid = process->pid, .program = programs[i].name };
		if (programs[i].read != NULL && process->command_line != NULL)
			programs[i].read(forward, process->command_line);
		return true;
	}
	return false;
}

bool forward_text(struct buf *out, const struct forward *forward)
{
	bool is_six = forward->family == FAMILY_INET6;

	if (!forward->has_address && !forward->located)
		return false;
	buf_printf(out, "%s publishes it for ", forward->program);
	if (forward->has_address) {
		buf_puts(out, is_six ? "[" : "");
		address_format(out, forward->family, forward->address);
		buf_printf(out, "%s:%u", is_six ? "]" : "", (unsigned)forward->port);
	}
	if (!forward->located)
		return true;
	buf_puts(out, forward->has_address ? " in network namespace " : "network namespace ");
	if (forward->label != NULL)
		text_clean(out, forward->label);
	else
		buf_uint(out, forward->netns);
	return true;
}

void forward_list_add(struct forward_list *list, const struct forward *forward)
{
	list->all = xrealloc_array(list->all, list->count + 1, sizeof(list->all[0]));
	list->all[list->count++] = *forward;
}

void forward_list_fini(struct forward_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->all[i].label);
	free(list->all);
	*list = (struct forward_list){ .all = NULL };
}

const struct forward *forward_list_find(const struct forward_list *list, int32_t pid)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->all[i].pid == pid)
			return &list->all[i];
	}
	return NULL;
}
