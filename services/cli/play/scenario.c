/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/play/scenario.h"

#include <string.h>

#include "common/base/str.h"
#include "services/cli/file.h"
#include "services/cli/play/scenario_check.h"

#include "common/base/banned.h"

static const struct verb {
    const char *name, *form;
    int least, most; /* words */
    enum scenario_rest rest;
} verbs[SCENARIO_N_VERBS] = {
    [SCENARIO_DISTRICT] = {"district", "district CODE", 1, 1, SCENARIO_REST_NONE},
    [SCENARIO_STARTS] = {"starts", "starts INSTANT", 1, 1, SCENARIO_REST_NONE},
    [SCENARIO_ONCE] = {"once", "once PROGRAMME", 1, 1, SCENARIO_REST_NONE},
    [SCENARIO_AT] = {"at", "at INSTANT TEXT", 1, 1, SCENARIO_REST_TEXT},
    [SCENARIO_SETTLE] = {"settle", "settle", 0, 0, SCENARIO_REST_NONE},
    [SCENARIO_AS] = {"as", "as ACCOUNT [ROLE@REGION[/SUBJECT] NAME]", 1, 2, SCENARIO_REST_WORDS},
    [SCENARIO_DO] = {"do", "do METHOD PATH [JSON]", 2, 2, SCENARIO_REST_JSON_OR_NONE},
    [SCENARIO_REFUSED] = {"refused", "refused CODE METHOD PATH [JSON]", 3, 3,
                          SCENARIO_REST_JSON_OR_NONE},
    [SCENARIO_GET] = {"get", "get PATH", 1, 1, SCENARIO_REST_NONE},
    [SCENARIO_LIST] = {"list", "list NAME PATH", 2, 2, SCENARIO_REST_NONE},
    [SCENARIO_UNTIL] = {"until", "until PATH MEMBER JSON", 2, 2, SCENARIO_REST_JSON},
    [SCENARIO_UPLOAD] = {"upload", "upload FILE FILE_NAME MEDIA_TYPE", 3, 3, SCENARIO_REST_NONE},
    [SCENARIO_KEEP] = {"keep", "keep NAME MEMBER", 2, 2, SCENARIO_REST_NONE},
    [SCENARIO_EXPECT] = {"expect", "expect MEMBER JSON", 1, 1, SCENARIO_REST_JSON},
    [SCENARIO_FILE] = {"file", "file NAME FILE", 2, 2, SCENARIO_REST_NONE},
    [SCENARIO_SET] = {"set", "set NAME JSON", 1, 1, SCENARIO_REST_JSON},
    [SCENARIO_APPEND] = {"append", "append NAME JSON", 1, 1, SCENARIO_REST_JSON},
    [SCENARIO_EACH] = {"each", "each FILE.csv|NAME [where MEMBER VALUE]... [by MEMBER]", 1, 1,
                       SCENARIO_REST_WORDS},
    [SCENARIO_END] = {"end", "end", 0, 0, SCENARIO_REST_NONE},
    [SCENARIO_SAY] = {"say", "say TEXT", 0, 0, SCENARIO_REST_TEXT},
    [SCENARIO_PRINT] = {"print", "print TEXT", 0, 0, SCENARIO_REST_TEXT},
    [SCENARIO_RESULT] = {"result", "result KEY JSON", 1, 1, SCENARIO_REST_JSON},
};

struct reader {
    struct arena *arena;
    struct scenario *s;
    struct scenario_findings found;
    const char *at; /* what is not read yet */
    int line;
    size_t room; /* of the steps */
};

void scenario_find(struct scenario_findings *found, int line, const char *message)
{
    struct scenario_finding *f = arena_new_one(found->arena, struct scenario_finding);

    f->line = line;
    f->message = message;
    *found->tail = f;
    found->tail = &f->next;
}
#define find(r, step, ...) \
    scenario_find(&(r)->found, (step)->line, arena_printf((r)->arena, __VA_ARGS__))

const char *scenario_form(enum scenario_verb verb)
{
    return verbs[verb].form;
}

enum scenario_rest scenario_rest(enum scenario_verb verb)
{
    return verbs[verb].rest;
}

bool scenario_is_file(const char *source)
{
    size_t size = strlen(source);

    return size > 4 && strcmp(source + size - 4, ".csv") == 0;
}

const char *scenario_take(struct arena *a, const char **rest)
{
    const char *from = *rest + strspn(*rest, " \t");
    size_t size = strcspn(from, " \t");

    *rest = from + size;
    return size ? arena_strndup(a, from, size) : NULL;
}

/* ---- the text ---- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void skip_blanks(struct reader *r)
{
    while (is_blank(*r->at))
        r->at++;
}

static bool at_line_end(struct reader *r)
{
    skip_blanks(r);
    return *r->at == '\n' || !*r->at;
}

static const char *take_word(struct reader *r)
{
    size_t size = strcspn(r->at, " \t\r\n");
    const char *word = arena_strndup(r->arena, r->at, size);

    r->at += size;
    return word;
}

/* What is left of the line, without white space at both ends. */
static const char *take_line(struct reader *r)
{
    const char *from;
    size_t size;

    skip_blanks(r);
    from = r->at;
    size = strcspn(from, "\n");
    r->at += size;
    while (size && is_blank(from[size - 1]))
        size--;
    return arena_strndup(r->arena, from, size);
}

/* The same, but for the blanks after the first: they are the text's. */
static const char *take_text(struct reader *r)
{
    size_t blanks;

    if (is_blank(*r->at))
        r->at++;
    blanks = strspn(r->at, " \t");
    r->at += blanks;
    return arena_printf(r->arena, "%*s%s", (int)blanks, "", take_line(r));
}

static void next_line(struct reader *r)
{
    if (*r->at == '\n') {
        r->at++;
        r->line++;
    }
}

/* Behind the bracket that closes the one at @from; NULL when none does. */
static const char *closing(const char *from)
{
    bool quoted = false;
    int depth = 0;

    for (const char *at = from; *at; at++) {
        if (quoted && *at == '\\' && at[1])
            at++;
        else if (*at == '"')
            quoted = !quoted;
        else if (!quoted && (*at == '{' || *at == '['))
            depth++;
        else if (!quoted && (*at == '}' || *at == ']') && --depth == 0)
            return at + 1;
    }
    return NULL;
}

/* To the bracket that closes it, or what is left of the line. */
static const char *take_json(struct reader *r, const struct scenario_step *step)
{
    const char *from, *end;

    skip_blanks(r);
    if (*r->at != '{' && *r->at != '[')
        return take_line(r);
    from = r->at;
    end = closing(from);
    if (!end) {
        find(r, step, "this JSON does not end");
        return take_line(r);
    }
    for (; r->at < end; r->at++)
        r->line += *r->at == '\n';
    if (!at_line_end(r))
        find(r, step, "something stands behind the JSON: %s", take_line(r));
    return arena_strndup(r->arena, from, (size_t)(end - from));
}

/* "English | 中文". */
static void split_text(struct reader *r, struct scenario_step *step)
{
    const char *bar = strstr(step->rest, " | ");

    step->zh = bar ? bar + 3 : step->rest;
    if (bar)
        step->rest = arena_strndup(r->arena, step->rest, (size_t)(bar - step->rest));
}

static const struct verb *verb_named(const char *name)
{
    for (int i = 0; i < SCENARIO_N_VERBS; i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static void read_rest(struct reader *r, const struct verb *verb, struct scenario_step *step)
{
    bool json = verb->rest == SCENARIO_REST_JSON || verb->rest == SCENARIO_REST_JSON_OR_NONE;

    step->rest = step->zh = "";
    if (verb->rest == SCENARIO_REST_NONE) {
        if (!at_line_end(r))
            find(r, step, "one word too many: %s", take_line(r));
        return;
    }
    if (json && !at_line_end(r))
        step->rest = take_json(r, step);
    else if (!json)
        step->rest = verb->rest == SCENARIO_REST_TEXT ? take_text(r) : take_line(r);
    if (verb->rest == SCENARIO_REST_TEXT)
        split_text(r, step);
}

static struct scenario_step *new_step(struct reader *r)
{
    struct scenario *s = r->s;

    if (s->n == r->room) {
        struct scenario_step *more;

        r->room = r->room ? 2 * r->room : 64;
        more = arena_new_array(r->arena, struct scenario_step, r->room);
        if (s->n)
            memcpy(more, s->steps, s->n * sizeof(*more));
        s->steps = more;
    }
    return &s->steps[s->n];
}

static void read_step(struct reader *r)
{
    struct scenario_step *step = new_step(r);
    const char *name = take_word(r);
    const struct verb *verb = verb_named(name);
    int n = 0;

    *step = (struct scenario_step){.line = r->line};
    if (!verb) {
        find(r, step, "there is no step '%s'", name);
        take_line(r);
        return;
    }
    step->verb = (enum scenario_verb)(verb - verbs);
    while (n < verb->most && !at_line_end(r))
        step->words[n++] = take_word(r);
    if (n < verb->least) {
        find(r, step, "something is missing: %s", verb->form);
        return;
    }
    read_rest(r, verb, step);
    r->s->n++;
}

static void read_all(struct reader *r)
{
    while (*r->at) {
        skip_blanks(r);
        if (*r->at == '#')
            take_line(r);
        else if (*r->at != '\n' && *r->at)
            read_step(r);
        take_line(r);
        next_line(r);
    }
}

struct scenario_finding *scenario_parse(struct arena *a, const char *path, const char *text,
                                        size_t size, struct scenario **ret_scenario)
{
    struct reader r = {.arena = a, .line = 1, .found = {.arena = a}};
    const char *slash = path ? strrchr(path, '/') : NULL;
    size_t bad;

    *ret_scenario = NULL;
    r.found.tail = &r.found.first;
    r.s = arena_new_one(a, struct scenario);
    r.s->path = arena_strdup(a, path);
    if (path)
        r.s->folder = slash ? arena_strndup(a, path, (size_t)(slash - path)) : ".";
    if (!utf8_valid(text, size, &bad)) {
        for (size_t i = 0; i < bad; i++)
            r.line += text[i] == '\n';
        scenario_find(&r.found, r.line, "this is not UTF-8 text");
        return r.found.first;
    }
    r.at = arena_strndup(a, text, size);
    read_all(&r);
    if (!r.found.first)
        scenario_check(a, r.s, &r.found);
    if (!r.found.first)
        *ret_scenario = r.s;
    return r.found.first;
}

int scenario_read(struct arena *a, const char *path, struct scenario **ret_scenario,
                  struct scenario_finding **ret_found, struct errtext *e)
{
    char *text;
    size_t size;
    int r = read_file(path, SCENARIO_FILE_MAX, &text, &size, e);

    if (r)
        return r;
    *ret_found = scenario_parse(a, path, text, size, ret_scenario);
    free(text);
    return 0;
}
