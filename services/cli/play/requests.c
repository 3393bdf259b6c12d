/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/play/requests.h"

#include <string.h>

#include "common/base/clock.h"
#include "services/cli/play/words.h"
#include "services/cli/say.h"
#include "services/cli/talk/advance.h"

#include "common/base/banned.h"

enum { UNTIL_S = 60 };

/* What was asked and what came back, which is not what the story tells. */
static int request_fail(struct player *p, const char *method, const char *path, const json_t *body,
                        const char *why)
{
    const char *who = p->account ? p->account : "public";
    const json_t *reply = api_problem(p->play->api) ? api_problem(p->play->api) : p->answer;

    return player_fail(p, tr("%s %s by %s: %s\n  request: %s\n  reply: %s"), method, path, who,
                       player_shown(p, why, PLAYER_WHY),
                       body ? player_shown(p, words_text(p->arena, body), PLAYER_SHOWN) : "-",
                       reply ? player_shown(p, words_text(p->arena, reply), PLAYER_SHOWN) : "-");
}

/* What api_call returns; *ret_path and *ret_body as they went out. */
static int ask(struct player *p, const char *method, const char *path, const char *text,
               const char **ret_path, json_t **ret_body, struct errtext *why)
{
    bool bare = strcmp(method, "GET") == 0 || strcmp(method, "DELETE") == 0;
    json_t *answer = NULL, *body = NULL;
    int r = player_fill(p, path, ret_path);

    if (r == 0 && *text)
        r = player_json(p, text, &body);
    else if (!bare)
        body = json_object();
    if (r)
        return r;
    r = api_call(p->play->api, p->session, method, *ret_path, body, &answer, why);
    player_answered(p, r ? NULL : answer);
    *ret_body = body;
    if (r < 0)
        r = request_fail(p, method, *ret_path, body, why->text);
    return r;
}

static int ask_surely(struct player *p, const char *method, const char *path, const char *text)
{
    struct errtext why = {0};
    json_t *body = NULL;
    const char *filled;
    int r = ask(p, method, path, text, &filled, &body, &why);

    if (r > 0)
        r = request_fail(p, method, filled, body, why.text);
    json_decref(body);
    return r;
}

int request_do(struct player *p, const struct scenario_step *s)
{
    return ask_surely(p, s->words[0], s->words[1], s->rest);
}

int request_get(struct player *p, const struct scenario_step *s)
{
    return ask_surely(p, "GET", s->words[0], "");
}

int request_refused(struct player *p, const struct scenario_step *s)
{
    struct errtext why = {0};
    json_t *body = NULL;
    const char *path, *detail;
    int r = ask(p, s->words[1], s->words[2], s->rest, &path, &body, &why);

    if (r < 0) {
        json_decref(body);
        return r;
    }
    if (r != API_E_REFUSED || strcmp(api_code(p->play->api), s->words[0]) != 0) {
        r = request_fail(p, s->words[1], path, body,
                         arena_printf(p->arena, tr("should have been refused with %s, but: %s"),
                                      s->words[0], r ? why.text : tr("was done")));
    } else {
        detail = json_string_value(json_object_get(api_problem(p->play->api), "detail"));
        player_note(p, arena_printf(p->arena, tr("refused as it must be (%s): %s"), s->words[0],
                                    detail ? detail : ""));
        r = 0;
    }
    json_decref(body);
    return r;
}

int request_list(struct player *p, const struct scenario_step *s)
{
    struct errtext why = {0};
    const char *path;
    json_t *items = NULL;
    int r = player_fill(p, s->words[1], &path);

    if (r)
        return r;
    if (api_list(p->play->api, p->session, path, s->words[0], &items, &why))
        return request_fail(p, "GET", path, NULL, why.text);
    player_answered(p, json_pack("{sO}", s->words[0], items));
    return player_keep(p, s->words[0], items);
}

int request_until(struct player *p, const struct scenario_step *s)
{
    int64_t end = monotonic_now_us() + UNTIL_S * SECOND_US;
    struct errtext why = {0};
    json_t *wanted = NULL;
    bool equal = false;
    int r = player_json(p, s->rest, &wanted);

    while (r == 0 && !equal) {
        r = ask_surely(p, "GET", s->words[0], "");
        equal = r == 0 && json_equal(words_member(p->arena, p->answer, s->words[1]), wanted);
        if (r == 0 && !equal && monotonic_now_us() > end)
            r = request_fail(
                p, "GET", s->words[0], NULL,
                arena_printf(p->arena, tr("%s is not %s within a minute"), s->words[1], s->rest));
        if (r == 0 && !equal && advance_settle(p->play->op, &why))
            r = player_fail(p, "%s", why.text);
    }
    json_decref(wanted);
    return r;
}

int request_upload(struct player *p, const struct scenario_step *s)
{
    struct errtext why = {0};
    json_t *answer = NULL;
    char *data;
    size_t size;
    int r = player_file(p, s->words[0], &data, &size);

    if (r)
        return r;
    r = api_upload(p->play->api, p->session, s->words[1], s->words[2], data, size, &answer, &why);
    free(data);
    player_answered(p, r ? NULL : answer);
    return r ? request_fail(p, "POST", "/files", NULL, why.text) : 0;
}
