/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "common/base/str.h"
#include "reporting.pb-c.h"
#include "reporting_sql.h"
#include "services/reporting/todo/todo.h"

#include "common/base/banned.h"

/* Decided here: no source says when a day is near. */
enum { SOON_DAYS = 3 };

/* Whose tasks: everybody's, or those of somebody's bindings. */
struct whose {
    bool all;
    const char **roles, **prefixes, **subjects;
    size_t n;
    const char *programme_id;
};

/* Where a page ended; no task: the first. */
struct place {
    int64_t due_at, since_at;
    const char *task_id;
};

/* The digits of a region's code that stand for something: of six digits, two zeros at the end stand for all below. */
static const char *prefix_of(const struct ctx *c, const char *region)
{
    size_t n = strlen(region);

    while (n <= 6 && n > 2 && strncmp(region + n - 2, "00", 2) == 0)
        n -= 2;
    return arena_strndup(c->arena, region, n);
}

static struct whose whose_of(const struct ctx *c)
{
    size_t n = c->actor ? c->actor->n_bindings : 0;
    struct whose w = {.roles = arena_new_array(c->arena, const char *, n + 1),
                      .prefixes = arena_new_array(c->arena, const char *, n + 1),
                      .subjects = arena_new_array(c->arena, const char *, n + 1),
                      .n = n};

    for (size_t i = 0; i < n; i++) {
        const Hp__Binding *b = c->actor->bindings[i];

        w.roles[i] = b->role;
        w.prefixes[i] = prefix_of(c, b->region);
        w.subjects[i] = b->subject ? b->subject : "";
    }
    return w;
}

/* "<due in us, or - for none>/<since in us>/<task>" */
static const char *page_text(const struct ctx *c, const Reporting__Task *task)
{
    const char *due = task->has_due_at ? arena_printf(c->arena, "%" PRId64, task->due_at) : "-";

    return arena_printf(c->arena, "%s/%" PRId64 "/%s", due, task->since_at, task->task_id);
}

static int read_instant(const char **text, int64_t *ret_at)
{
    char *end;
    long long at = strtoll(*text, &end, 10);

    if (end == *text || *end != '/' || at < 0 || at > day_end(INT32_C(2932896)) - 1)
        return -1;
    *ret_at = at;
    *text = end + 1;
    return 0;
}

static int read_place(struct ctx *c, const char *after, struct place *ret_place)
{
    const char *rest = after;

    *ret_place = (struct place){INSTANT_NONE, INSTANT_NONE, NULL};
    if (!after || !*after)
        return 0;
    if (strncmp(rest, "-/", 2) == 0)
        rest += 2;
    else if (read_instant(&rest, &ret_place->due_at))
        return refuse(c, reason_value_unknown, "after", after, NULL);
    if (read_instant(&rest, &ret_place->since_at) || !*rest)
        return refuse(c, reason_value_unknown, "after", after, NULL);
    ret_place->task_id = rest;
    return 0;
}

static const char *state_of(const struct ctx *c, const Reporting__Task *task)
{
    if (!task->has_due_at)
        return "open";
    if (task->due_at <= c->now)
        return "late";
    return task->due_at <= c->now + SOON_DAYS * DAY_US ? "soon" : "open";
}

/* The sentence's code, and what fills it: the thing, then whom it is about where that is somebody else. */
static Reporting__Sentence *title_of(const struct ctx *c, const struct rows *rows, size_t i)
{
    Reporting__Sentence *title = arena_new_one(c->arena, Reporting__Sentence);
    const char *subject = rows_text(rows, i, "subject_name"), *name = rows_text(rows, i, "name");

    reporting__sentence__init(title);
    title->code = arena_printf(c->arena, "todo.%s", rows_text(rows, i, "kind"));
    title->args = arena_new_array(c->arena, char *, 2);
    if (name || !subject)
        title->args[title->n_args++] = (char *)(name ? name : rows_text(rows, i, "thing_id"));
    if (subject && !str_equal(subject, name))
        title->args[title->n_args++] = (char *)subject;
    return title;
}

static Reporting__TaskHolder *holder_of(const struct ctx *c, const struct rows *rows, size_t i)
{
    Reporting__TaskHolder *holder = arena_new_one(c->arena, Reporting__TaskHolder);
    const char *role = rows_text(rows, i, "role");

    reporting__task_holder__init(holder);
    holder->region = (char *)rows_text(rows, i, "region");
    holder->subject_id = (char *)rows_text(rows, i, "holder");
    holder->roles = arena_new_array(c->arena, char *, N_ROLES);
    for (size_t n; role && *role; role += n + (role[n] == ',')) {
        n = strcspn(role, ",");
        CHECK(holder->n_roles < N_ROLES);
        holder->roles[holder->n_roles++] = arena_strndup(c->arena, role, n);
    }
    return holder;
}

static Reporting__Task *task_of(const struct ctx *c, const struct rows *rows, size_t i)
{
    Reporting__Task *task = arena_new_one(c->arena, Reporting__Task);

    reporting__task__init(task);
    task->task_id = (char *)rows_text(rows, i, "task_id");
    task->kind = (char *)rows_text(rows, i, "kind");
    task->thing_kind = (char *)rows_text(rows, i, "thing_kind");
    task->thing_id = (char *)rows_text(rows, i, "thing_id");
    task->programme_id = (char *)rows_text(rows, i, "programme_id");
    task->subject_id = (char *)rows_text(rows, i, "subject_id");
    task->title = title_of(c, rows, i);
    task->since_at = rows_at(rows, i, "since_at");
    task->has_due_at = !rows_null(rows, i, "due_at");
    task->due_at = task->has_due_at ? rows_at(rows, i, "due_at") : 0;
    task->state = (char *)state_of(c, task);
    task->holder = holder_of(c, rows, i);
    return task;
}

static int fill_counts(struct ctx *c, const struct whose *w, Reporting__GetTodoReply *reply)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_todo_count, &rows, T(c->district), B(w->all), TA(w->roles, w->n),
                      TA(w->prefixes, w->n), TA(w->subjects, w->n), T(w->programme_id), AT(c->now));

    if (r)
        return r;
    reply->counts = arena_new_array(c->arena, Reporting__TaskCount *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Reporting__TaskCount *count = arena_new_one(c->arena, Reporting__TaskCount);

        reporting__task_count__init(count);
        count->kind = (char *)rows_text(rows, i, "kind");
        count->n = rows_i64(rows, i, "n");
        count->late = rows_i64(rows, i, "late");
        reply->counts[reply->n_counts++] = count;
    }
    return 0;
}

static int fill(struct ctx *c, const struct whose *w, const char *after, int32_t limit,
                Reporting__GetTodoReply *reply)
{
    struct place place;
    struct rows *rows;
    size_t n;
    int r = need_range(c, "limit", limit, 1, 1000);

    if (r == 0)
        r = read_place(c, after, &place);
    if (r == 0)
        r = sql_query(c->tx, &sql_todo_list, &rows, T(c->district), B(w->all), TA(w->roles, w->n),
                      TA(w->prefixes, w->n), TA(w->subjects, w->n), T(w->programme_id),
                      T(service_city(c->svc)), AT(place.due_at), AT(place.since_at),
                      T(place.task_id), I((int64_t)limit + 1));
    if (r == 0)
        r = fill_counts(c, w, reply);
    if (r)
        return r;
    n = rows_count(rows) < (size_t)limit ? rows_count(rows) : (size_t)limit;
    reply->tasks = arena_new_array(c->arena, Reporting__Task *, n + 1);
    for (size_t i = 0; i < n; i++)
        reply->tasks[reply->n_tasks++] = task_of(c, rows, i);
    if (rows_count(rows) > n)
        reply->next = (char *)page_text(c, reply->tasks[n - 1]);
    return 0;
}

int reporting_get_todo(struct ctx *c)
{
    const Reporting__GetTodo *req = c->request;
    Reporting__GetTodoReply reply = REPORTING__GET_TODO_REPLY__INIT;
    struct whose w = whose_of(c);
    int r = fill(c, &w, req->after, req->limit, &reply);

    if (r)
        return r;
    reply_with(c, &reply.base);
    return 0;
}

int reporting_get_waiting(struct ctx *c)
{
    const Reporting__GetWaiting *req = c->request;
    Reporting__GetTodoReply found = REPORTING__GET_TODO_REPLY__INIT;
    Reporting__GetWaitingReply reply = REPORTING__GET_WAITING_REPLY__INIT;
    struct whose w = {.all = true, .programme_id = req->programme_id};
    int r = fill(c, &w, req->after, req->limit, &found);

    if (r)
        return r;
    reply.tasks = found.tasks;
    reply.n_tasks = found.n_tasks;
    reply.counts = found.counts;
    reply.n_counts = found.n_counts;
    reply.next = found.next;
    reply_with(c, &reply.base);
    return 0;
}
