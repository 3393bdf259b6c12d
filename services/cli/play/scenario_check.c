/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/play/scenario_check.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/document/csv.h"
#include "services/cli/file.h"
#include "services/cli/play/words.h"

#include "common/base/banned.h"

struct check {
    struct arena *arena;
    struct scenario *s;
    struct scenario_findings *found;
    int64_t stands; /* the instant of the last at */
    json_t *names;  /* what may stand behind a dollar so far; the values mean nothing */
    json_t *columns[SCENARIO_DEPTH]; /* of the open loops: of a file its columns; NULL: any */
    size_t open[SCENARIO_DEPTH];     /* their steps */
    int depth;
};

#define find(c, step, ...) \
    scenario_find((c)->found, (step)->line, arena_printf((c)->arena, __VA_ARGS__))

/* ---- names ---- */

static json_t *look_up(void *arg, const char *name)
{
    const struct check *c = arg;

    for (int i = 0; i < c->depth; i++)
        if (!c->columns[i] || json_object_get(c->columns[i], name))
            return json_object_get(c->names, "rows");
    return json_object_get(c->names, name);
}

static struct words words_of(struct check *c)
{
    return (struct words){c->arena, LANGUAGE_EN, look_up, c};
}

static void check_words(struct check *c, const struct scenario_step *step, const char *text)
{
    struct words w = words_of(c);
    struct errtext e = {0};
    const char *filled;

    if (text && words_fill(&w, text, &filled, &e))
        find(c, step, "%s", e.text);
}

static void check_json(struct check *c, const struct scenario_step *step)
{
    struct words w = words_of(c);
    struct errtext e = {0};
    json_t *json;
    int line;

    if (words_json(&w, step->rest, &json, &line, &e))
        scenario_find(c->found, step->line + line - 1, arena_strdup(c->arena, e.text));
    else
        json_decref(json);
}

static void set_name(struct check *c, const struct scenario_step *step, const char *name)
{
    for (const char *at = name; *at || at == name; at++)
        if (!((*at >= 'a' && *at <= 'z') || *at == '_' ||
              (at > name && *at >= '0' && *at <= '9'))) {
            find(c, step, "'%s' is not a name: small letters, digits and _", name);
            return;
        }
    json_object_set_new(c->names, name, json_integer(0));
}

/* ---- texts in two languages ---- */

/* Whether a person reads words in it besides the values of names. */
static bool has_words(const char *text)
{
    for (; *text; text++) {
        if (text[0] == '$' && text[1] == '{')
            text += strcspn(text, "}") - 1;
        else if (text[0] == '$')
            text += strspn(text + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");
        else if ((*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') || (*text & 0x80))
            return true;
    }
    return false;
}

static bool has_chinese(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0xE3 && (unsigned char)*text < 0xF0)
            return true;
    return false;
}

static void check_text(struct check *c, const struct scenario_step *step)
{
    if (has_words(step->rest) && !has_chinese(step->zh))
        find(c, step, "the text needs both languages: English | 中文");
    check_words(c, step, step->rest);
    if (step->zh != step->rest)
        check_words(c, step, step->zh);
}

/* ---- files ---- */

static char *read_beside(struct check *c, const struct scenario_step *step, const char *name,
                         size_t *ret_size)
{
    struct errtext e = {0};
    char *text;

    if (!c->s->folder || strchr(name, '$'))
        return NULL;
    if (read_file(arena_printf(c->arena, "%s/%s", c->s->folder, name), SCENARIO_FILE_MAX, &text,
                  ret_size, &e)) {
        find(c, step, "%s", e.text);
        return NULL;
    }
    return text;
}

static void check_file(struct check *c, const struct scenario_step *step, const char *name)
{
    size_t size;

    free(read_beside(c, step, name, &size));
}

/* ---- loops ---- */

/* Of a file that cannot be looked at any name may be a column: NULL. */
static json_t *columns_of(struct check *c, const struct scenario_step *step)
{
    json_t *columns = NULL;
    struct errtext e = {0};
    int line, column;
    struct csv *csv;
    size_t size;
    char *text = read_beside(c, step, step->words[0], &size);

    if (text && csv_parse(c->arena, text, size, &csv, &line, &column, &e)) {
        find(c, step, "%s:%d:%d: %s", step->words[0], line, column, e.text);
    } else if (text) {
        columns = json_object();
        for (size_t i = 0; i < csv->n_columns; i++)
            json_object_set_new(columns, csv->header[i], json_integer(0));
    }
    free(text);
    return columns;
}

static void check_filter(struct check *c, const struct scenario_step *step)
{
    const char *rest = step->rest, *word;

    while ((word = scenario_take(c->arena, &rest))) {
        bool where = strcmp(word, "where") == 0;

        if ((!where && strcmp(word, "by") != 0) || !scenario_take(c->arena, &rest) ||
            (where && !scenario_take(c->arena, &rest))) {
            find(c, step, "something is missing: %s", scenario_form(step->verb));
            return;
        }
    }
}

static void open_loop(struct check *c, const struct scenario_step *step)
{
    const char *source = step->words[0];

    check_filter(c, step);
    if (!scenario_is_file(source) && !look_up(c, source))
        find(c, step, "nothing is called %s", source);
    if (c->depth == SCENARIO_DEPTH) {
        find(c, step, "loops stand %d deep at most", SCENARIO_DEPTH);
        return;
    }
    c->columns[c->depth] = scenario_is_file(source) ? columns_of(c, step) : NULL;
    c->open[c->depth++] = (size_t)(step - c->s->steps);
}

static void close_loop(struct check *c, const struct scenario_step *step)
{
    if (c->depth == 0) {
        find(c, step, "there is no each that this could end");
        return;
    }
    json_decref(c->columns[--c->depth]);
    c->s->steps[c->open[c->depth]].end = (size_t)(step - c->s->steps);
}

/* ---- one step ---- */

static void check_instant(struct check *c, const struct scenario_step *step)
{
    int64_t at;

    if (instant_parse(step->words[0], &at)) {
        find(c, step, "'%s' is not an instant: write 2023-06-01T09:00:00+08:00", step->words[0]);
        return;
    }
    if (at < c->stands)
        find(c, step, "the clock stands behind %s already", step->words[0]);
    c->stands = at;
}

static void check_request(struct check *c, const struct scenario_step *step, const char *method,
                          const char *path)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};
    bool known = false;

    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        known = known || strcmp(methods[i], method) == 0;
    if (!known)
        find(c, step, "'%s' is not a method: GET, POST, PUT, DELETE", method);
    if (*path != '/')
        find(c, step, "'%s' is not a path: it begins with /", path);
}

static void check_person(struct check *c, const struct scenario_step *step)
{
    const char *at = step->words[1] ? strchr(step->words[1], '@') : NULL;

    if (step->words[1] && (!at || at == step->words[1] || !at[1] || !*step->rest))
        find(c, step, "something is missing: %s", scenario_form(step->verb));
}

static void check_head(struct check *c, const struct scenario_step *step, const char **slot)
{
    if (*slot)
        find(c, step, "%s stands twice", scenario_form(step->verb));
    *slot = step->words[0];
    if (step->verb == SCENARIO_STARTS)
        check_instant(c, step);
}

/* What only this verb needs; its words and its rest are looked at already. */
static void check_verb(struct check *c, const struct scenario_step *step)
{
    const char *const *words = step->words;

    switch (step->verb) {
    case SCENARIO_DISTRICT:
        return check_head(c, step, &c->s->district);
    case SCENARIO_STARTS:
        return check_head(c, step, &c->s->starts);
    case SCENARIO_ONCE:
        return check_head(c, step, &c->s->once);
    case SCENARIO_AT:
        return check_instant(c, step);
    case SCENARIO_AS:
        return check_person(c, step);
    case SCENARIO_DO:
        return check_request(c, step, words[0], words[1]);
    case SCENARIO_REFUSED:
        return check_request(c, step, words[1], words[2]);
    case SCENARIO_GET:
    case SCENARIO_UNTIL:
        return check_request(c, step, "GET", words[0]);
    case SCENARIO_LIST:
        check_request(c, step, "GET", words[1]);
        return set_name(c, step, words[0]);
    case SCENARIO_UPLOAD:
        return check_file(c, step, words[0]);
    case SCENARIO_FILE:
        check_file(c, step, words[1]);
        return set_name(c, step, words[0]);
    case SCENARIO_KEEP:
    case SCENARIO_SET:
    case SCENARIO_APPEND:
        return set_name(c, step, words[0]);
    case SCENARIO_EACH:
        return open_loop(c, step);
    case SCENARIO_END:
        return close_loop(c, step);
    default:
        return;
    }
}

static void check_step(struct check *c, const struct scenario_step *step)
{
    for (int i = 0; i < SCENARIO_WORDS; i++)
        check_words(c, step, step->words[i]);
    switch (scenario_rest(step->verb)) {
    case SCENARIO_REST_TEXT:
        check_text(c, step);
        break;
    case SCENARIO_REST_WORDS:
        check_words(c, step, step->rest);
        break;
    case SCENARIO_REST_JSON:
        check_json(c, step);
        break;
    case SCENARIO_REST_JSON_OR_NONE:
        if (*step->rest)
            check_json(c, step);
        break;
    case SCENARIO_REST_NONE:
        break;
    }
    check_verb(c, step);
}

void scenario_check(struct arena *a, struct scenario *s, struct scenario_findings *found)
{
    struct check c = {.arena = a, .s = s, .found = found, .stands = INSTANT_NONE};

    c.names = json_pack("{si}", "rows", 0);
    for (size_t i = 0; i < s->n; i++)
        check_step(&c, &s->steps[i]);
    while (c.depth) {
        find(&c, &s->steps[c.open[--c.depth]], "this each has no end");
        json_decref(c.columns[c.depth]);
    }
    json_decref(c.names);
    if (!s->district || !s->starts || !s->once)
        scenario_find(found, 1, "a scenario says its district, starts and once");
}
