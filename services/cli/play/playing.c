/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/play/playing.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "common/base/str.h"
#include "services/cli/file.h"
#include "services/cli/play/words.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

/* ---- errors ---- */

int player_fail(struct player *p, const char *fmt, ...)
{
    char why[2048]; /* more than the errtext holds, which cuts between characters */
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(why, sizeof(why), fmt, ap);
    va_end(ap);
    errtext_set(p->e, "%s:%d: %s", p->s->path, p->step->line, why);
    return -EPROTO;
}

const char *player_shown(struct player *p, const char *text, int most)
{
    size_t size = 0;

    for (int i = 0; i < most && text[size]; i++)
        size += utf8_step(text + size, strlen(text + size));
    return arena_printf(p->arena, "%.*s%s", (int)size, text, text[size] ? "..." : "");
}

/* ---- words ---- */

json_t *player_value(const struct player *p, const char *name)
{
    for (int i = p->depth; i > 0; i--) {
        json_t *value = json_object_get(p->rows[i - 1], name);

        if (value)
            return value;
    }
    return json_object_get(p->names, name);
}

static json_t *look_up(void *arg, const char *name)
{
    return player_value(arg, name);
}

static struct words words_of(struct player *p)
{
    return (struct words){p->arena, p->play->language, look_up, p};
}

int player_fill(struct player *p, const char *text, const char **ret_text)
{
    struct words w = words_of(p);
    struct errtext why = {0};

    return words_fill(&w, text, ret_text, &why) ? player_fail(p, "%s", why.text) : 0;
}

int player_json(struct player *p, const char *text, json_t **ret_json)
{
    struct words w = words_of(p);
    struct errtext why = {0};

    return words_json(&w, text, ret_json, NULL, &why) ? player_fail(p, "%s", why.text) : 0;
}

int player_file(struct player *p, const char *name, char **ret_text, size_t *ret_size)
{
    struct errtext why = {0};

    if (read_file(arena_printf(p->arena, "%s/%s", p->s->folder, name), SCENARIO_FILE_MAX, ret_text,
                  ret_size, &why))
        return player_fail(p, "%s", why.text);
    return 0;
}

int player_keep(struct player *p, const char *name, json_t *value)
{
    if (!value || json_object_set_new(p->names, name, value))
        return player_fail(p, tr("%s has no value that is text"), name);
    return 0;
}

void player_note(struct player *p, const char *text)
{
    fprintf(p->play->out, "                    %s\n", text);
    fflush(p->play->out);
}

void player_answered(struct player *p, json_t *answer)
{
    json_decref(p->answer);
    p->answer = answer;
}
