/* SPDX-License-Identifier: Apache-2.0 */
/*
 * playing - a scenario that is being played: what its steps share
 *
 * Functions return 0, or -EPROTO once player_fail has said why.
 */
#pragma once
#include "services/cli/play/people.h"
#include "services/cli/play/player.h"
#include "services/cli/play/scenario.h"

enum {
    PLAYER_SHOWN = 80, /* characters of a request or reply, in errors */
    PLAYER_WHY = 240,  /* and of its reason */
};

struct player {
    const struct play *play;
    const struct scenario *s;
    struct arena *arena;
    struct people *people;
    struct errtext *e;
    const struct scenario_step *step;
    const char *account; /* who speaks; NULL: the public */
    const struct api_session *session;
    json_t *answer; /* the last one */
    json_t *names;  /* what was kept and set */
    json_t *rows[SCENARIO_DEPTH];
    int depth;
};

/* Fail at the step that is played, with a sentence: FILE:LINE: why. Returns -EPROTO. */
int player_fail(struct player *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The beginning of a text, at most @most characters, for errors. */
const char *player_shown(struct player *p, const char *text, int most);
/* A remark on the story's current step. */
void player_note(struct player *p, const char *text);

/* What @name stands for, borrowed; NULL: nothing does. */
json_t *player_value(const struct player *p, const char *name);
/* Keep @value (stolen, NULL fails) under @name. */
int player_keep(struct player *p, const char *name, json_t *value) MUST_CHECK;
/* The last answer from now on; stolen, may be NULL. */
void player_answered(struct player *p, json_t *answer);
/* @text with its names replaced, in the arena; the JSON that it is. */
int player_fill(struct player *p, const char *text, const char **ret_text) MUST_CHECK;
int player_json(struct player *p, const char *text, json_t **ret_json) MUST_CHECK;
/* A file beside the scenario; free() it. */
int player_file(struct player *p, const char *name, char **ret_text, size_t *ret_size) MUST_CHECK;
