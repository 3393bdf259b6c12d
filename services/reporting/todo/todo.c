/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/todo/todo.h"

#include <string.h>

#include "common/base/str.h"
#include "common/json/field.h"
#include "services/reporting/todo/tasks.h"
#include "services/reporting/todo/term.h"
#include "services/reporting/views.h"

#include "common/base/banned.h"

/* What a rule is looked at with: the event, and one item of its list. */
struct about {
    const struct ctx *c;
    const struct task_rule *rule;
    const ProtobufCMessage *event;
    const ProtobufCMessage *item; /* NULL where the rule has no list, or one of texts */
    const char *item_text;        /* an item that is a text */
};

/* The message in which the last word of @path stands, and that word in @ret_name. */
static const ProtobufCMessage *place_of(const struct about *a, const char *path,
                                        const char **ret_name)
{
    const ProtobufCMessage *from = *path == '.' ? a->item : a->event;
    const char *dot;

    path += *path == '.';
    dot = strrchr(path, '.');
    *ret_name = dot ? dot + 1 : path;
    return dot && from ? field_message(from, arena_strndup(a->c->arena, path, (size_t)(dot - path)))
                       : from;
}

static const char *value(const struct about *a, const char *path)
{
    const ProtobufCMessage *m;
    const char *name, *text;

    if (!path)
        return NULL;
    if (strcmp(path, ".") == 0)
        return a->item_text;
    m = place_of(a, path, &name);
    text = m ? field_text(a->c->arena, m, name) : NULL;
    return text && *text ? text : NULL;
}

/* Whether @text is one of @words, with bars between. */
static bool one_of(const char *text, const char *words)
{
    size_t size = strlen(text);

    for (const char *w = words; w; w = strchr(w, '|') ? strchr(w, '|') + 1 : NULL)
        if (strncmp(w, text, size) == 0 && (w[size] == '\0' || w[size] == '|'))
            return true;
    return false;
}

static bool applies(const struct about *a)
{
    const struct task_rule *rule = a->rule;
    const char *equal, *text;

    if (rule->unless && value(a, rule->unless))
        return false;
    if (!rule->when)
        return true;
    equal = strchr(rule->when, '=');
    text = value(a, arena_strndup(a->c->arena, rule->when, (size_t)(equal - rule->when)));
    return text && one_of(text, equal + 1);
}

/* A field that stands beside the thing's id, else in the event itself. */
static const char *beside(const struct about *a, const char *name)
{
    const char *id;
    const ProtobufCMessage *thing = place_of(a, a->rule->id, &id);
    const char *text = thing ? field_text(a->c->arena, thing, name) : NULL;

    return text && *text ? text : field_text(a->c->arena, a->event, name);
}

/* What people call the thing: its name, or its printed number. */
static const char *name_of(const struct about *a)
{
    static const char *const names[] = {"name", "number", "receipt", "title"};
    const char *text = NULL;

    for (size_t i = 0; i < ARRAY_LEN(names) && !text; i++)
        text = beside(a, names[i]);
    return text;
}

/* An instant, or the end of a day. */
static int64_t due_of(const struct about *a)
{
    const char *text = value(a, a->rule->due);
    int64_t at;
    int32_t day;

    if (!text)
        return INSTANT_NONE;
    if (day_parse(text, &day) == 0)
        return day_end(day);
    return instant_parse(text, &at) == 0 ? at : INSTANT_NONE;
}

static void put_ended(const struct about *a, struct sink *to, const char *id, const char *who)
{
    const struct ctx *c = a->c;

    sink_put(to, PUT_TASK, T(c->district), T(a->rule->kind), T(id), T(who), T(c->source), I(0),
             AT(c->event->at), I(source_rank(c->source)), I(c->event->position), T(NULL), T(NULL),
             T(NULL), T(NULL), T(NULL), T(NULL), T(NULL), T(NULL), AT(INSTANT_NONE), T(NULL));
}

static void put_waiting(const struct about *a, struct sink *to, const char *id, const char *who)
{
    const struct ctx *c = a->c;
    const struct task_rule *rule = a->rule;
    const char *region = value(a, rule->region), *category = beside(a, "category");
    const char *role = rule->role_from ? value(a, rule->role_from) : rule->role;
    const char *named = *who ? who : category;
    const char *term = rule->role_term && named
                           ? arena_printf(c->arena, "%s/%s", rule->role_term, named)
                           : rule->role_term;

    sink_put(to, PUT_TASK, T(c->district), T(rule->kind), T(id), T(who), T(c->source), I(1),
             AT(c->event->at), I(source_rank(c->source)), I(c->event->position), T(rule->thing),
             T(beside(a, "programme_id")), T(beside(a, "subject_id")), T(name_of(a)), T(role),
             T(term), T(region ? region : c->district), T(value(a, rule->holder)), AT(due_of(a)),
             T(rule->due_term));
}

static void put_task(const struct about *a, struct sink *to)
{
    const char *id = value(a, a->rule->id), *who = value(a, a->rule->who);

    if (!id || (a->rule->who && !who) || !applies(a))
        return;
    if (a->rule->waits)
        put_waiting(a, to, id, who ? who : "");
    else
        put_ended(a, to, id, who ? who : "");
}

static void put_rule(const struct ctx *c, struct sink *to, const struct task_rule *rule)
{
    struct about a = {.c = c, .rule = rule, .event = c->request};
    ProtobufCMessage *const *items;
    const char *const *texts;
    size_t n;

    if (!rule->each) {
        put_task(&a, to);
        return;
    }
    items = field_items(a.event, rule->each, &n);
    for (size_t i = 0; i < n; i++) {
        a.item = items[i];
        put_task(&a, to);
    }
    texts = field_texts(a.event, rule->each, &n);
    for (size_t i = 0; i < n; i++) {
        a.item_text = texts[i];
        put_task(&a, to);
    }
}

void todo_read(const struct ctx *c, struct sink *to)
{
    const ProtobufCMessage *event = c->request;

    term_read(c, to);
    for (const struct task_rule *rule = task_rules; rule->source; rule++)
        if (rule->event == event->descriptor)
            put_rule(c, to, rule);
}
