/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ui/action.h"

#include <string.h>

#include "ui/acts.h"
#include "ui/input.h"
#include "ui/keymap.h"

#define F(number) (INPUT_F1 + (number) - 1)

const struct action actions[] = {
	{ "help", "Help", "this help", { F(1), '?', 'h' }, MODE_TABLE, false, act_help },
	{ "columns", "Columns", "choose the columns and their order", { F(2) }, MODE_TABLE, false, act_columns },
	{ "search", "Search", "find rows by what stands in any column", { F(3), '/' }, MODE_TABLE, false, act_search },
	{ "filter", "Filter", "show only rows that match: ports, or words that stand in any column", { F(4), '\\' }, MODE_TABLE, false, act_filter },
	{ "sort-next", "Sort", "sort by the next column", { F(6), '>' }, MODE_TABLE, false, act_sort_next },
	{ "kill", "Kill", "send a signal to the processes that hold the socket, after a question", { F(9), 'K' }, MODE_TABLE, true, act_ask_kill },
	{ "quit", "Quit", "end the program", { F(10), 'q', INPUT_CTRL('C') }, MODE_TABLE, false, act_quit },
	{ "detail", "Detail", "all about the selected row, or away with it; a headline is folded or unfolded", { INPUT_ENTER }, MODE_TABLE, false, act_toggle_detail },
	{ "pane", "Pane", "open the next pane below the table, and after the last one none", { INPUT_TAB }, MODE_TABLE, false, act_next_pane },
	{ "jump", "Port", "type a port to go to its first socket", { INPUT_DIGIT }, MODE_TABLE, false, act_jump },
	{ "pause", "Pause", "stop and go on; what is shown stays as it was", { 'p', 'Z' }, MODE_TABLE, false, act_pause_table },
	{ "tcp", "TCP", "TCP on and off", { 't' }, MODE_TABLE, false, act_toggle_tcp },
	{ "udp", "UDP", "UDP on and off", { 'u' }, MODE_TABLE, false, act_toggle_udp },
	{ "ipv4", NULL, "IPv4 on and off (four)", { 'f' }, MODE_TABLE, false, act_toggle_ipv4 },
	{ "ipv6", NULL, "IPv6 on and off (six)", { 's' }, MODE_TABLE, false, act_toggle_ipv6 },
	{ "listening", "Listen", "only sockets without a peer, or all", { 'l' }, MODE_TABLE, false, act_toggle_listening },
	{ "extended", "Extra", "inode and cookie on and off", { 'e' }, MODE_TABLE, false, act_toggle_extended },
	{ "resolve", "Names", "names of hosts and services instead of numbers, on and off", { 'r' }, MODE_TABLE, false, act_toggle_names },
	{ "all", "All", "every socket: no port, protocol or state left out", { 'a' }, MODE_TABLE, false, act_show_all },
	{ "group", "Group", "group by port, by process, by state, or not", { 'v' }, MODE_TABLE, false, act_group },
	{ "fold", NULL, "fold or unfold the group", { 'z' }, MODE_TABLE, false, act_fold },
	{ "fold-all", NULL, "fold or unfold all groups", { '*' }, MODE_TABLE, false, act_fold_all },
	{ "fold-left", NULL, "to the group's headline, then fold it", { INPUT_LEFT }, MODE_TABLE, false, act_fold_left },
	{ "unfold-right", NULL, "unfold the group, then to its first row", { INPUT_RIGHT }, MODE_TABLE, false, act_unfold_right },
	{ "follow", "Follow", "keep the selection on this socket, whatever is sorted, filtered or grouped, until it is moved", { 'F' }, MODE_TABLE, false, act_follow },
	{ "up", NULL, "one row up", { INPUT_UP, 'k' }, MODE_TABLE, false, act_up },
	{ "down", NULL, "one row down", { INPUT_DOWN, 'j' }, MODE_TABLE, false, act_down },
	{ "page-up", NULL, "one screen up", { INPUT_PAGE_UP, INPUT_CTRL('B') }, MODE_TABLE, false, act_page_up },
	{ "page-down", NULL, "one screen down", { INPUT_PAGE_DOWN, INPUT_CTRL('F') }, MODE_TABLE, false, act_page_down },
	{ "half-up", NULL, "half a screen up", { INPUT_CTRL('U') }, MODE_TABLE, false, act_half_up },
	{ "half-down", NULL, "half a screen down", { INPUT_CTRL('D') }, MODE_TABLE, false, act_half_down },
	{ "top", NULL, "the first row", { 'g', INPUT_HOME }, MODE_TABLE, false, act_top },
	{ "bottom", NULL, "the last row", { 'G', INPUT_END }, MODE_TABLE, false, act_bottom },
	{ "search-next", NULL, "the next row found", { 'n' }, MODE_TABLE, false, act_search_next },
	{ "search-previous", NULL, "the row found before", { 'N' }, MODE_TABLE, false, act_search_previous },
	{ "sort-previous", NULL, "sort by the column before", { '<' }, MODE_TABLE, false, act_sort_previous },
	{ "invert", NULL, "the last row comes first", { 'I' }, MODE_TABLE, false, act_invert },
	{ "focus", NULL, "the keys that move go to the pane, or back to the table", { 'o' }, MODE_TABLE, false, act_focus_pane },
	{ "back", NULL, "back to the table, then close the pane", { INPUT_ESCAPE }, MODE_TABLE, false, act_back_out },
	{ "why", "Why", "what it would take to bind beside the selected socket", { 'W' }, MODE_TABLE, false, act_why },
	{ "save-history", NULL, "write the history to a file, one JSON object a line", { 'w' }, MODE_TABLE, true, act_save_history },
	{ "theme", NULL, "the next theme: colours for a dark background, a light one, both, or none", { 'T' }, MODE_TABLE, false, act_next_theme },
	{ "save-view", NULL, "write the view into the configuration file: columns, order, pane and so on", { 'S' }, MODE_TABLE, true, act_save_view },
	{ "tag", NULL, "tag the row, or on a headline all its rows, or take the tag away: kill and destroy mean all tagged rows", { ' ' }, MODE_TABLE, false, act_tag },
	{ "untag", NULL, "take all tags away", { 'U' }, MODE_TABLE, false, act_untag },
	{ "destroy", NULL, "destroy the socket (SOCK_DESTROY), after a question", { 'x' }, MODE_TABLE, true, act_ask_destroy },
	{ "copy", NULL, "copy the row to the terminal's clipboard (OSC 52)", { 'c' }, MODE_TABLE, false, act_copy },
	{ "slower", NULL, "refresh less often", { '+', '=' }, MODE_TABLE, false, act_slower },
	{ "faster", NULL, "refresh more often", { '-' }, MODE_TABLE, false, act_faster },
	{ "redraw", NULL, "draw the screen again, columns as narrow as they can be", { INPUT_CTRL('L') }, MODE_TABLE, false, act_redraw },
	{ "suspend", NULL, "back to the shell; fg returns", { INPUT_CTRL('Z') }, MODE_TABLE, false, act_suspend },
	{ "jump-erase", NULL, "take the last digit back", { INPUT_BACKSPACE }, MODE_JUMP, false, act_erase },
	{ "jump-accept", "Stay", "stay at that socket", { INPUT_ENTER }, MODE_JUMP, false, act_accept },
	{ "jump-cancel", "Back", "back to where it was", { INPUT_ESCAPE }, MODE_JUMP, false, act_cancel },
	{ "search-erase", NULL, "take the last character back", { INPUT_BACKSPACE }, MODE_SEARCH, false, act_erase },
	{ "search-accept", "Stay", "stay at the row that was found", { INPUT_ENTER }, MODE_SEARCH, false, act_accept },
	{ "search-cancel", "Back", "back to where it was", { INPUT_ESCAPE }, MODE_SEARCH, false, act_cancel },
	{ "filter-erase", NULL, "take the last character back", { INPUT_BACKSPACE }, MODE_FILTER, false, act_erase },
	{ "filter-accept", "Keep", "keep this filter; an empty one shows all", { INPUT_ENTER }, MODE_FILTER, false, act_accept },
	{ "filter-cancel", "Back", "back to the filter that was", { INPUT_ESCAPE }, MODE_FILTER, false, act_cancel },
	{ "columns-up", NULL, "one column up", { INPUT_UP, 'k' }, MODE_COLUMNS, false, act_columns_up },
	{ "columns-down", NULL, "one column down", { INPUT_DOWN, 'j' }, MODE_COLUMNS, false, act_columns_down },
	{ "columns-toggle", "Show", "show it, or leave it out", { ' ', 'x' }, MODE_COLUMNS, false, act_columns_toggle },
	{ "columns-earlier", "Earlier", "one place further to the left", { '<', INPUT_LEFT }, MODE_COLUMNS, false, act_columns_earlier },
	{ "columns-later", "Later", "one place further to the right", { '>', INPUT_RIGHT }, MODE_COLUMNS, false, act_columns_later },
	{ "columns-leave", "Back", "back to the table", { INPUT_ESCAPE, INPUT_ENTER, 'q', F(2) }, MODE_COLUMNS, false, act_leave },
	{ "kill-term", "TERM", "send TERM: the process may clean up", { 'y' }, MODE_KILL, true, act_kill_term },
	{ "kill-kill", "KILL", "send KILL: it ends at once", { 'f' }, MODE_KILL, true, act_kill_kill },
	{ "kill-one", NULL, "only the process of that number", { INPUT_DIGIT }, MODE_KILL, true, act_kill_one },
	{ "kill-no", "No", "do nothing", { 'n', INPUT_ESCAPE, 'q' }, MODE_KILL, false, act_leave },
	{ "destroy-yes", "Yes", "destroy them", { 'y' }, MODE_DESTROY, true, act_destroy },
	{ "destroy-no", "No", "do nothing", { 'n', INPUT_ESCAPE, 'q' }, MODE_DESTROY, false, act_leave },
	{ "help-leave", "Back", "back to the table", { INPUT_ESCAPE, 'q', F(1), '?' }, MODE_HELP, false, act_leave },
	{ "help-up", NULL, "one line up", { INPUT_UP, 'k' }, MODE_HELP, false, act_help_up },
	{ "help-down", NULL, "one line down", { INPUT_DOWN, 'j' }, MODE_HELP, false, act_help_down },
	{ "help-page-up", NULL, "one screen up", { INPUT_PAGE_UP }, MODE_HELP, false, act_help_page_up },
	{ "help-page-down", NULL, "one screen down", { INPUT_PAGE_DOWN, ' ' }, MODE_HELP, false, act_help_page_down },
	{ "help-top", NULL, "the beginning", { 'g', INPUT_HOME }, MODE_HELP, false, act_help_top },
	{ "help-bottom", NULL, "the end", { 'G', INPUT_END }, MODE_HELP, false, act_help_bottom },
	{ "help-quit", "Quit", "end the program", { F(10), INPUT_CTRL('C') }, MODE_HELP, false, act_quit },
	{ .name = NULL },
};

_Static_assert(sizeof(actions) / sizeof(actions[0]) - 1 <= ACTIONS_MAX, "ACTIONS_MAX is too small");
_Static_assert((int)ACTION_KEYS_MAX <= (int)KEYMAP_KEYS_MAX, "KEYMAP_KEYS_MAX is too small");

const struct action *action_named(const char *name)
{
	for (const struct action *action = actions; action->name != NULL; action++) {
		if (strcmp(action->name, name) == 0)
			return action;
	}
	return NULL;
}
