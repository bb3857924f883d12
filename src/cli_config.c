/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cli_config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "cli.h"

void config_path(struct buf *path)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config != NULL && config[0] == '/')
		buf_printf(path, "%s/ports/config", config); /* relative paths are to be ignored, says the specification */
	else if (home != NULL && home[0] != '\0')
		buf_printf(path, "%s/.config/ports/config", home);
}

static const struct option_entry *find_name(const char *name)
{
	for (const struct option_entry *entry = cli_options; entry->name != NULL; entry++) {
		if (strcmp(entry->name, name) == 0)
			return entry;
	}
	return NULL;
}

/* Cuts the blanks, and what ends the line, off both ends. */
static char *trim(char *text)
{
	text += strspn(text, " \t");
	for (size_t length = strlen(text); length > 0 && strchr(" \t\r\n", text[length - 1]) != NULL; length--)
		text[length - 1] = '\0';
	return text;
}

bool config_split(char *line, char **name, char **value)
{
	char *equals = strchr(line, '=');

	*value = equals != NULL ? trim(equals + 1) : NULL;
	if (equals != NULL)
		*equals = '\0';
	*name = trim(line);
	return (*name)[0] != '#' && ((*name)[0] != '\0' || equals != NULL);
}

static bool apply_line(struct settings *settings, char *line, struct buf *error)
{
	char *name, *value;

	if (!config_split(line, &name, &value))
		return true;
	const struct option_entry *entry = find_name(name);
	if (entry == NULL)
		return text_fail_nearest(error, name, "option", cli_option_name);
	if (entry->argument == NULL && value != NULL) {
		buf_printf(error, "\"%s\" takes no value", name);
		return false;
	}
	if (entry->argument != NULL && value == NULL) {
		buf_printf(error, "\"%s\" needs a value: %s=%s", name, name, entry->argument);
		return false;
	}
	return options_apply(entry, settings, value, error);
}

static bool apply_lines(struct settings *settings, FILE *file, const char *path, struct buf *error)
{
	struct buf fault = BUF_INIT;
	char *line = NULL;
	size_t size = 0;
	unsigned number = 0;
	bool good = true;

	while (good && getline(&line, &size, file) >= 0) {
		number++;
		good = apply_line(settings, line, &fault);
	}
	if (!good)
		buf_printf(error, "%s:%u: %s", path, number, fault.data);
	if (good && ferror(file)) {
		buf_printf(error, "%s cannot be read: %s", path, strerror(errno));
		good = false;
	}
	free(line);
	buf_fini(&fault);
	return good;
}

bool config_apply(struct settings *settings, struct buf *error)
{
	struct buf path = BUF_INIT;
	bool good = true;

	config_path(&path);
	FILE *file = path.length > 0 ? fopen(path.data, "re") : NULL;
	if (file != NULL) {
		good = apply_lines(settings, file, path.data, error);
		fclose(file);
	} else if (path.length > 0 && errno != ENOENT && errno != ENOTDIR && errno != EACCES) {
		buf_printf(error, "%s cannot be opened: %s", path.data, strerror(errno));
		good = false;
	}
	buf_fini(&path);
	return good;
}
