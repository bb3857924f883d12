/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the actions do; action.c says with which keys.  Each is given the key, for those that have several.
 */
#ifndef UI_ACTS_H
#define UI_ACTS_H

#include <stdint.h>

#include "ui/app.h"

/* Moving, panes, prompts and the help. */
void act_help(struct app *app, uint32_t key);
void act_help_leave(struct app *app, uint32_t key);
void act_leave(struct app *app, uint32_t key);
void act_next_pane(struct app *app, uint32_t key);
void act_toggle_detail(struct app *app, uint32_t key);
void act_focus_pane(struct app *app, uint32_t key);
void act_back_out(struct app *app, uint32_t key);
void act_up(struct app *app, uint32_t key);
void act_down(struct app *app, uint32_t key);
void act_page_up(struct app *app, uint32_t key);
void act_page_down(struct app *app, uint32_t key);
void act_half_up(struct app *app, uint32_t key);
void act_half_down(struct app *app, uint32_t key);
void act_top(struct app *app, uint32_t key);
void act_bottom(struct app *app, uint32_t key);
void act_jump(struct app *app, uint32_t key);
void act_search(struct app *app, uint32_t key);
void act_filter(struct app *app, uint32_t key);
void act_search_next(struct app *app, uint32_t key);
void act_search_previous(struct app *app, uint32_t key);
void act_erase(struct app *app, uint32_t key);
void act_accept(struct app *app, uint32_t key);
void act_cancel(struct app *app, uint32_t key);
void act_clear(struct app *app, uint32_t key);
void act_help_up(struct app *app, uint32_t key);
void act_help_down(struct app *app, uint32_t key);
void act_help_page_up(struct app *app, uint32_t key);
void act_help_page_down(struct app *app, uint32_t key);
void act_help_top(struct app *app, uint32_t key);
void act_help_bottom(struct app *app, uint32_t key);

/* What is shown and how. */
void act_quit(struct app *app, uint32_t key);
void act_suspend(struct app *app, uint32_t key);
void act_redraw(struct app *app, uint32_t key);
void act_toggle_tcp(struct app *app, uint32_t key);
void act_toggle_udp(struct app *app, uint32_t key);
void act_toggle_unix(struct app *app, uint32_t key);
void act_toggle_kinds(struct app *app, uint32_t key);
void act_toggle_ipv4(struct app *app, uint32_t key);
void act_toggle_ipv6(struct app *app, uint32_t key);
void act_toggle_listening(struct app *app, uint32_t key);
void act_toggle_extended(struct app *app, uint32_t key);
void act_toggle_names(struct app *app, uint32_t key);
void act_show_all(struct app *app, uint32_t key);
void act_pause_table(struct app *app, uint32_t key);
void act_slower(struct app *app, uint32_t key);
void act_faster(struct app *app, uint32_t key);
void act_sort_next(struct app *app, uint32_t key);
void act_sort_previous(struct app *app, uint32_t key);
void act_invert(struct app *app, uint32_t key);

void act_next_theme(struct app *app, uint32_t key);
void act_columns(struct app *app, uint32_t key);
void act_columns_up(struct app *app, uint32_t key);
void act_columns_down(struct app *app, uint32_t key);
void act_columns_toggle(struct app *app, uint32_t key);
void act_columns_earlier(struct app *app, uint32_t key);
void act_columns_later(struct app *app, uint32_t key);

/* Groups, and the socket that is followed. */
void act_group(struct app *app, uint32_t key);
void act_fold(struct app *app, uint32_t key);
void act_fold_all(struct app *app, uint32_t key);
void act_fold_left(struct app *app, uint32_t key);
void act_unfold_right(struct app *app, uint32_t key);
void act_follow(struct app *app, uint32_t key);

/* What cannot be undone, and what goes out of the program. */
void act_save_view(struct app *app, uint32_t key);
void act_why(struct app *app, uint32_t key);
void act_save_history(struct app *app, uint32_t key);
void act_tag(struct app *app, uint32_t key);
void act_untag(struct app *app, uint32_t key);
void act_ask_kill(struct app *app, uint32_t key);
void act_ask_destroy(struct app *app, uint32_t key);
void act_kill_term(struct app *app, uint32_t key);
void act_kill_kill(struct app *app, uint32_t key);
void act_kill_one(struct app *app, uint32_t key);
void act_destroy(struct app *app, uint32_t key);
void act_copy(struct app *app, uint32_t key);

/* The playground, its form, and the ways out of it. */
void act_play(struct app *app, uint32_t key);
void act_beside(struct app *app, uint32_t key);
void act_play_table(struct app *app, uint32_t key);
void act_play_form(struct app *app, uint32_t key);
void act_play_up(struct app *app, uint32_t key);
void act_play_down(struct app *app, uint32_t key);
void act_play_back(struct app *app, uint32_t key);
void act_play_forth(struct app *app, uint32_t key);
void act_play_bind(struct app *app, uint32_t key);
void act_play_listen(struct app *app, uint32_t key);
void act_play_connect(struct app *app, uint32_t key);
void act_play_accept(struct app *app, uint32_t key);
void act_play_receive(struct app *app, uint32_t key);
void act_play_close(struct app *app, uint32_t key);
void act_play_close_first(struct app *app, uint32_t key);
void act_play_fork(struct app *app, uint32_t key);
void act_play_exit(struct app *app, uint32_t key);
void act_play_kill(struct app *app, uint32_t key);
void act_play_send(struct app *app, uint32_t key);
void act_play_shutdown(struct app *app, uint32_t key);
void act_play_set(struct app *app, uint32_t key);
void act_form_socket(struct app *app, uint32_t key);
void act_form_bind(struct app *app, uint32_t key);
void act_form_server(struct app *app, uint32_t key);
void act_form_client(struct app *app, uint32_t key);
void act_play_client(struct app *app, uint32_t key);
void act_play_echo(struct app *app, uint32_t key);
void act_play_undo(struct app *app, uint32_t key);
void act_play_save(struct app *app, uint32_t key);
void act_play_ports(struct app *app, uint32_t key);
void act_play_matrix(struct app *app, uint32_t key);
void act_play_lessons(struct app *app, uint32_t key);
void act_play_next(struct app *app, uint32_t key);
void act_play_rest(struct app *app, uint32_t key);
void act_play_by_hand(struct app *app, uint32_t key);
void act_play_yes(struct app *app, uint32_t key);
void act_play_no(struct app *app, uint32_t key);
void act_play_leave(struct app *app, uint32_t key);
void act_play_private(struct app *app, uint32_t key);
void act_leave_yes(struct app *app, uint32_t key);
void act_leave_no(struct app *app, uint32_t key);
void act_lessons_up(struct app *app, uint32_t key);
void act_lessons_down(struct app *app, uint32_t key);
void act_lessons_begin(struct app *app, uint32_t key);
void act_lessons_back(struct app *app, uint32_t key);
void act_form_next(struct app *app, uint32_t key);
void act_form_previous(struct app *app, uint32_t key);
void act_form_choose(struct app *app, uint32_t key);
void act_form_choose_back(struct app *app, uint32_t key);
void act_form_erase(struct app *app, uint32_t key);
void act_form_clear(struct app *app, uint32_t key);
void act_form_back(struct app *app, uint32_t key);

/* What was typed in MODE_SEND, MODE_OPTION or MODE_SHUTDOWN is done with the selected socket; in MODE_SAVE it is a file. */
void play_send(struct app *app);
void play_set(struct app *app);
void play_shutdown(struct app *app);
void play_save(struct app *app);

/* Types into the form; false where the key is no character for it. */
bool form_takes(struct app *app, uint32_t key);

#endif
