/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/acts.h"

#include "ui/table_view.h"

void act_group(struct app *app, uint32_t key)
{
	uint32_t needs = group_by_needs(app->groups.by);

	(void)key;
	app->groups.by = (app->groups.by + 1) % GROUP_BY_COUNT;
	if (app->groups.by == GROUP_BY_NETNS && !app->tours)
		app->groups.by = GROUP_BY_NONE; /* all would be in one */
	if (group_by_needs(app->groups.by) != needs)
		app_recolumn(app);
	buf_clear(&app->message);
	if (app->groups.by == GROUP_BY_NONE)
		buf_puts(&app->message, "Not grouped");
	else
		buf_printf(&app->message, "Grouped by %s", group_by_name(app->groups.by));
	app_regroup(app);
}

static void say_none(struct app *app)
{
	app_say(app, "Rows are not grouped; ");
	keymap_name(&app->message, &app->keymap, "group");
	buf_puts(&app->message, " groups them");
}

/* The group on whose headline, or on one of whose rows, the selection is; NULL, and said so, when there is none. */
static const struct group *selected_group(struct app *app)
{
	const struct group *group = groups_line(&app->groups, app->view.at).group;

	if (group == NULL && app->groups.by == GROUP_BY_NONE)
		say_none(app);
	else if (group == NULL)
		app_say(app, "Nothing is listed");
	return group;
}

/* Who folds the rows away that are followed goes to their headline, and has moved the selection. */
static void folded(struct app *app, bool away)
{
	app->follow.on = app->follow.on && !away;
	table_view_follow(app);
}

static void fold(struct app *app, const struct group *group, bool away)
{
	groups_fold(&app->groups, group->key, away);
	folded(app, away);
}

void act_fold(struct app *app, uint32_t key)
{
	const struct group *group = selected_group(app);

	(void)key;
	if (group != NULL)
		fold(app, group, !group->folded);
}

void act_fold_all(struct app *app, uint32_t key)
{
	bool unfolded = app->groups.lines > app->groups.count;

	(void)key;
	if (selected_group(app) == NULL)
		return;
	groups_fold_all(&app->groups, unfolded);
	folded(app, unfolded);
}

/* As in a tree: from a row to its headline, and there the group is folded. */
void act_fold_left(struct app *app, uint32_t key)
{
	const struct group *group = selected_group(app);

	(void)key;
	if (group == NULL)
		return;
	if (app_selected_group(app) == NULL)
		table_view_select(app, group->line);
	else
		fold(app, group, true);
}

/* And the other way: the group is unfolded, and then it goes to its first row. */
void act_unfold_right(struct app *app, uint32_t key)
{
	const struct group *group = selected_group(app);

	(void)key;
	if (group == NULL)
		return;
	if (group->folded)
		fold(app, group, false);
	else if (app_selected_group(app) != NULL)
		table_view_select(app, group->line + 1);
}

void act_follow(struct app *app, uint32_t key)
{
	const struct row *row = app_selected(app);

	(void)key;
	if (app->follow.on && row != NULL && sock_is_same(&row->sock, &app->follow.sock)) {
		app->follow.on = false;
		app_say(app, "No longer followed");
	} else if (row == NULL || row->life == ROW_GONE) {
		app_say(app, row == NULL ? "Only a socket can be followed" : "This socket is gone");
	} else {
		follow_begin(app, row);
		app_say(app, "Followed until the selection is moved");
	}
}
