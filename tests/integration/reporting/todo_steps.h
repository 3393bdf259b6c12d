/* SPDX-License-Identifier: Apache-2.0 */
/* todo_steps - reporting hears events one after the other, and what waits after each */
#pragma once
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "intake.pb-c.h"
#include "reporting.pb-c.h"
#include "services/reporting/rebuild/rebuild.h"
#include "services/reporting/views.h"
#include "tests/support/event_source/sources.h"
#include "tests/support/pg_test.h"

#define D SOURCES_DISTRICT
static struct sources s;

/* An event as JSON with ' for ", and the tasks that wait from then on: their ids, blanks between. */
struct step {
    const char *event, *json, *waiting;
};

UNUSED static void setup(void)
{
    sources_open(&s, "reporting", "2023-06-05T09:00:00+08:00", "intake", "scoring", "publicity",
                 "credit", NULL);
}

UNUSED static void teardown(void)
{
    sources_close(&s);
}

static const char *with_quotes(const char *json)
{
    char *text = arena_strdup(s.arena, json);

    for (char *p = text; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    return text;
}

/* @event as JSON, said by the service whose it is. */
UNUSED static void say_json(const char *event, const char *json)
{
    const char *source = arena_strndup(s.arena, event, strcspn(event, "."));
    const char *text = with_quotes(json);
    const struct view *v = view_for(source, event);
    ProtobufCMessage *message;
    struct pbjson_fault fault;

    cr_assert(v, "%s", event);
    cr_assert_eq(pbjson_read(s.arena, v->event, text, strlen(text), &message, &fault), 0,
                 "%s %s: %s", event, fault.field, text);
    sources_say(&s, source, D, message);
    sources_settle(&s);
}

static const char *ids_of(Reporting__Task *const *tasks, size_t n)
{
    const char *all = "";

    for (size_t i = 0; i < n; i++)
        all = arena_printf(s.arena, "%s%s%s", all, i ? " " : "", tasks[i]->task_id);
    return all;
}

/* What waits for anybody, as the auditor reads it. */
UNUSED static Reporting__GetWaitingReply *waiting(const char *programme_id)
{
    Reporting__GetWaiting q = REPORTING__GET_WAITING__INIT;

    q.programme_id = (char *)programme_id;
    return sources_done(&s, "auditor", D, NULL, &q.base, &reporting__get_waiting_reply__descriptor);
}

/* The to-do list of one binding. */
UNUSED static const char *todo(const char *role, const char *region, const char *subject)
{
    Reporting__GetTodo q = REPORTING__GET_TODO__INIT;
    const Reporting__GetTodoReply *reply =
        sources_done(&s, role, region, subject, &q.base, &reporting__get_todo_reply__descriptor);

    return ids_of(reply->tasks, reply->n_tasks);
}

static void no_progress(void *arg, const char *phase, int64_t done, int64_t total)
{
    (void)arg;
    (void)phase;
    (void)done;
    (void)total;
}

static bool never(void *arg)
{
    (void)arg;
    return false;
}

static void expect_rebuilt(void)
{
    struct rebuild_spec spec = {.conninfo = s.pg.conninfo,
                                .schema = s.pg.schema,
                                .bus = &s.conf,
                                .progress = no_progress,
                                .cancelled = never};
    struct rebuild_result result = {0};
    struct errtext e = {0};

    cr_assert_eq(rebuild_run(&spec, s.arena, &result, &e), 0, "%s", e.text);
    cr_expect_eq(result.found, 0, "%s %s: live %s, rebuilt %s", result.differences[0].table,
                 result.differences[0].key, result.differences[0].live,
                 result.differences[0].rebuilt);
}

/* Each step in turn; in the end the same made once more from the streams. */
UNUSED static void play(const struct step *steps, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const Reporting__GetWaitingReply *reply;

        say_json(steps[i].event, steps[i].json);
        reply = waiting(NULL);
        cr_expect_str_eq(ids_of(reply->tasks, reply->n_tasks), steps[i].waiting, "%zu %s %s:\n%s",
                         i, steps[i].event, steps[i].json, ids_of(reply->tasks, reply->n_tasks));
    }
    expect_rebuilt();
}
