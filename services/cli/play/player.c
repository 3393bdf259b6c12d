/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/play/player.h"

#include <string.h>

#include "common/base/clock.h"
#include "services/cli/play/playing.h"
#include "services/cli/play/requests.h"
#include "services/cli/play/rows.h"
#include "services/cli/play/words.h"
#include "services/cli/say.h"
#include "services/cli/talk/advance.h"

#include "common/base/banned.h"

/* ---- names ---- */

static int member_of(struct player *p, const char *path, json_t **ret_value)
{
    const char *filled;
    int r = player_fill(p, path, &filled);

    if (r)
        return r;
    *ret_value = words_member(p->arena, p->answer, filled);
    if (!*ret_value)
        return player_fail(
            p, tr("the last answer has no %s: %s"), filled,
            p->answer ? player_shown(p, words_text(p->arena, p->answer), PLAYER_SHOWN) : "-");
    return 0;
}

static int play_keep(struct player *p, const struct scenario_step *s)
{
    json_t *value = NULL;
    int r = member_of(p, s->words[1], &value);

    return r ? r : player_keep(p, s->words[0], json_incref(value));
}

static int play_expect(struct player *p, const struct scenario_step *s)
{
    json_t *value = NULL, *wanted = NULL;
    int r = member_of(p, s->words[0], &value);

    if (r == 0)
        r = player_json(p, s->rest, &wanted);
    if (r == 0 && !json_equal(value, wanted))
        r = player_fail(p, tr("%s is %s, not %s\n  reply: %s"), s->words[0],
                        player_shown(p, words_text(p->arena, value), PLAYER_SHOWN),
                        player_shown(p, words_text(p->arena, wanted), PLAYER_SHOWN),
                        player_shown(p, words_text(p->arena, p->answer), PLAYER_SHOWN));
    json_decref(wanted);
    return r;
}

static int play_file(struct player *p, const struct scenario_step *s)
{
    const char *name;
    char *text;
    size_t size;
    int r = player_fill(p, s->words[1], &name);

    if (r == 0)
        r = player_file(p, name, &text, &size);
    if (r)
        return r;
    r = player_keep(p, s->words[0], json_stringn(text, size));
    free(text);
    return r;
}

static int play_set(struct player *p, const struct scenario_step *s)
{
    json_t *value = NULL;
    int r = player_json(p, s->rest, &value);

    return r ? r : player_keep(p, s->words[0], value);
}

static int play_append(struct player *p, const struct scenario_step *s)
{
    json_t *list = json_object_get(p->names, s->words[0]), *value = NULL;
    int r = player_json(p, s->rest, &value);

    if (r)
        return r;
    if (!list) {
        list = json_array();
        json_object_set_new(p->names, s->words[0], list);
    }
    if (json_array_append_new(list, value))
        return player_fail(p, tr("%s is not a list"), s->words[0]);
    return 0;
}

static int play_result(struct player *p, const struct scenario_step *s)
{
    json_t *value = NULL;
    int r = player_json(p, s->rest, &value);

    if (r == 0)
        json_object_set_new(p->play->result, s->words[0], value);
    return r;
}

/* ---- the story ---- */

static const char *told(struct player *p, const struct scenario_step *s)
{
    return p->play->language == LANGUAGE_ZH ? s->zh : s->rest;
}

static int play_settle(struct player *p, const struct scenario_step *s)
{
    struct errtext why = {0};

    (void)s;
    return advance_settle(p->play->op, &why) ? player_fail(p, "%s", why.text) : 0;
}

static int play_at(struct player *p, const struct scenario_step *s)
{
    struct operator* op = p->play->op;
    struct errtext why = {0};
    char when[INSTANT_TEXT];
    const char *step, *text;
    int64_t at, now;
    int r = player_fill(p, s->rest, &step);

    if (r == 0)
        r = player_fill(p, told(p, s), &text);
    if (r)
        return r;
    CHECK(instant_parse(s->words[0], &at) == 0); /* scenario_check has looked */
    r = advance_now(op, &now, &why);
    if (r == 0)
        r = at > now ? advance_to(op, at, NULL, NULL, &why) : advance_settle(op, &why);
    if (r)
        return player_fail(p, "%s", why.text);
    instant_format(at > now ? at : now, when);
    json_array_append_new(json_object_get(p->play->result, "clock"),
                          json_pack("{ssss}", "at", when, "step", step));
    fprintf(p->play->out, "%.10s %.5s  %s\n", when, when + 11, text);
    fflush(p->play->out);
    return 0;
}

static int play_as(struct player *p, const struct scenario_step *s)
{
    const char *account, *role, *name;
    struct errtext why = {0};
    int r = player_fill(p, s->words[0], &account);

    if (r)
        return r;
    p->account = strcmp(account, "public") == 0 ? NULL : account;
    p->session = p->account ? people_find(p->people, account) : NULL;
    if (!p->account || p->session)
        return 0;
    if (!s->words[1])
        return player_fail(p, tr("nobody is called %s"), account);
    r = player_fill(p, s->words[1], &role);
    if (r == 0)
        r = player_fill(p, s->rest, &name);
    if (r)
        return r;
    if (people_join(p->people, account, role, name, &why))
        return player_fail(p, tr("account %s: %s"), account, why.text);
    p->session = people_find(p->people, account);
    return 0;
}

static int play_say(struct player *p, const struct scenario_step *s)
{
    const char *text;
    int r = player_fill(p, told(p, s), &text);

    if (r == 0)
        player_note(p, text);
    return r;
}

static int play_print(struct player *p, const struct scenario_step *s)
{
    const char *text;
    int r = player_fill(p, told(p, s), &text);

    if (r == 0)
        fprintf(p->play->out, "%s\n", text);
    return r;
}

/* ---- loops ---- */

static int play_range(struct player *p, size_t from, size_t to);

/* "where MEMBER VALUE" and "by MEMBER", as often as they stand there. */
static int choose_rows(struct player *p, const char *filter, json_t *rows)
{
    const char *word, *member, *value;
    int r = 0;

    while (r == 0 && (word = scenario_take(p->arena, &filter))) {
        r = player_fill(p, scenario_take(p->arena, &filter), &member);
        if (r == 0 && strcmp(word, "by") == 0)
            rows_order(p->arena, rows, member);
        else if (r == 0)
            r = player_fill(p, scenario_take(p->arena, &filter), &value);
        if (r == 0 && strcmp(word, "where") == 0)
            rows_where(p->arena, rows, member, value);
    }
    return r;
}

static int rows_of(struct player *p, const struct scenario_step *s, json_t **ret_rows)
{
    struct errtext why = {0};
    char *text = NULL;
    size_t size = 0;
    int r;

    if (!scenario_is_file(s->words[0])) {
        r = rows_of_list(player_value(p, s->words[0]), ret_rows, &why);
    } else {
        r = player_file(p, s->words[0], &text, &size);
        if (r)
            return r;
        r = rows_of_csv(p->arena, text, size, ret_rows, &why);
        free(text);
    }
    return r ? player_fail(p, "%s: %s", s->words[0], why.text) : choose_rows(p, s->rest, *ret_rows);
}

static int play_each(struct player *p, const struct scenario_step *s)
{
    size_t first = (size_t)(s - p->s->steps) + 1, i;
    json_t *rows = NULL, *row;
    int r = rows_of(p, s, &rows);

    json_array_foreach(rows, i, row)
    {
        if (r)
            break;
        p->rows[p->depth++] = row;
        r = play_range(p, first, s->end);
        p->depth--;
    }
    if (r == 0)
        r = player_keep(p, "rows", json_integer((json_int_t)json_array_size(rows)));
    json_decref(rows);
    return r;
}

typedef int play_fn(struct player *p, const struct scenario_step *s);
/* clang-format off */
static play_fn *const plays[SCENARIO_N_VERBS] = { /* NULL: of the head, or an end */
    [SCENARIO_AT] = play_at,
    [SCENARIO_SETTLE] = play_settle,
    [SCENARIO_AS] = play_as,
    [SCENARIO_DO] = request_do,
    [SCENARIO_REFUSED] = request_refused,
    [SCENARIO_GET] = request_get,
    [SCENARIO_LIST] = request_list,
    [SCENARIO_UNTIL] = request_until,
    [SCENARIO_UPLOAD] = request_upload,
    [SCENARIO_KEEP] = play_keep,
    [SCENARIO_EXPECT] = play_expect,
    [SCENARIO_FILE] = play_file,
    [SCENARIO_SET] = play_set,
    [SCENARIO_APPEND] = play_append,
    [SCENARIO_EACH] = play_each,
    [SCENARIO_SAY] = play_say,
    [SCENARIO_PRINT] = play_print,
    [SCENARIO_RESULT] = play_result,
};
/* clang-format on */

static int play_range(struct player *p, size_t from, size_t to)
{
    int r = 0;

    for (size_t i = from; i < to && r == 0; i++) {
        p->step = &p->s->steps[i];
        if (plays[p->step->verb])
            r = plays[p->step->verb](p, p->step);
        if (r == 0 && p->s->steps[i].verb == SCENARIO_EACH)
            i = p->s->steps[i].end;
    }
    return r;
}

int play(const struct play *play, struct errtext *e)
{
    struct player p = {.play = play, .s = play->scenario, .e = e};
    int r;

    p.arena = arena_new();
    p.people = people_new(play->op, play->api);
    p.names = json_object();
    json_object_set_new(play->result, "clock", json_array());
    r = play_range(&p, 0, p.s->n);
    player_answered(&p, NULL);
    json_decref(p.names);
    people_free(p.people);
    arena_free(p.arena);
    return r;
}
