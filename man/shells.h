/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the shells' completions know of the program, made from its tables of commands and options.
 */
#ifndef MAN_SHELLS_H
#define MAN_SHELLS_H

/* Each prints one block; they end the program when an option has an argument that nobody has said how to complete. */
void put_bash(void);
void put_zsh(void);
void put_fish(void);

#endif
