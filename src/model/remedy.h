/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What would make a bind work.  Nothing is advised because it helps in general: every change is made to a copy of the
 * situation, and the rules judge that.
 */
#ifndef MODEL_REMEDY_H
#define MODEL_REMEDY_H

struct why;
struct why_scene;

/* Fills in why.remedies; the rest of it is there.  scene: as why_make. */
void remedy_find(struct why *why, const struct why_scene *scene);

#endif
