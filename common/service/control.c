/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of package bus, which every service answers. */
#include "common/service/control.h"

#include <string.h>

#include "common/base/str.h"
#include "common/log/log.h"
#include "common/service/archive/archive_list.h"
#include "common/service/bell.h"
#include "common/service/handling.h"
#include "common/service/hear/hearer.h"
#include "common/service/inbox.h"
#include "common/service/lane.h"
#include "common/service/lease.h"
#include "common/service/job/list_jobs.h"
#include "common/service/list_log.h"
#include "common/service/sealing/proof.h"
#include "common/service/sealing/sealer.h"
#include "common/service/tell/stream.h"
#include "common/service/timer.h"
#include "common/service/verify/verify.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

/* ---- bus.GetState ---- */

static void state_streams(struct task *t, Hp__StateReply *reply, const struct rows *rows)
{
    size_t n = rows_count(rows);

    reply->streams = arena_new_array(t->arena, Hp__StreamState *, n + 1);
    for (size_t i = 0; i < n; i++) {
        Hp__StreamState *s = arena_new_one(t->arena, Hp__StreamState);

        hp__stream_state__init(s);
        s->district = (char *)rows_text(rows, i, "district");
        s->head = rows_i64(rows, i, "stream_seq");
        reply->streams[reply->n_streams++] = s;
    }
}

static Hp__SubscriptionState *subscription_state(struct arena *a, const struct rows *rows, size_t i)
{
    Hp__SubscriptionState *s = arena_new_one(a, Hp__SubscriptionState);

    hp__subscription_state__init(s);
    s->source = (char *)rows_text(rows, i, "source");
    s->district = (char *)rows_text(rows, i, "district");
    s->position = rows_i64(rows, i, "position");
    s->state = (char *)rows_text(rows, i, "state");
    s->event_type = (char *)rows_text(rows, i, "event_type");
    s->error = (char *)rows_text(rows, i, "error");
    s->has_attempts = true;
    s->attempts = (int32_t)rows_i64(rows, i, "attempts");
    if (!rows_null(rows, i, "event_id")) {
        struct uuid *id = arena_new_one(a, struct uuid);

        CHECK(uuid_parse(rows_text(rows, i, "event_id"), id) == 0);
        s->has_event_id = true;
        s->event_id = (ProtobufCBinaryData){sizeof(id->bytes), id->bytes};
    }
    if (!rows_null(rows, i, "failed_at")) {
        s->has_failed_at = true;
        s->failed_at = rows_at(rows, i, "failed_at");
    }
    return s;
}

static void state_subscriptions(struct task *t, Hp__StateReply *reply, const struct rows *rows)
{
    size_t n = rows_count(rows);

    reply->subscriptions = arena_new_array(t->arena, Hp__SubscriptionState *, n + 1);
    for (size_t i = 0; i < n; i++)
        reply->subscriptions[reply->n_subscriptions++] = subscription_state(t->arena, rows, i);
}

static void state_due(struct task *t, Hp__StateReply *reply, const struct rows *rows)
{
    size_t n = rows_count(rows);

    reply->due = arena_new_array(t->arena, char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *error = rows_text(rows, i, "error");

        reply->due[reply->n_due++] =
            arena_printf(t->arena, "%s %s%s%s", rows_text(rows, i, "kind"),
                         rows_text(rows, i, "key"), error ? ": " : "", error ? error : "");
    }
}

/* Of all districts, and of kinds this build does not know too: the clock must not pass them by. */
static int earliest(struct task *t, struct tx *tx, Hp__StateReply *reply)
{
    struct rows *rows;
    int r = sql_query(tx, &sql_frame_timer_first, &rows,
                      TA((const char *const *)t->svc->districts, t->svc->n_districts));

    if (r)
        return r;
    reply->has_next_due_at = !rows_null(rows, 0, "due_at");
    reply->next_due_at = reply->has_next_due_at ? rows_at(rows, 0, "due_at") : 0;
    return 0;
}

static int read_state(struct task *t, struct tx *tx, Hp__StateReply *reply)
{
    const char *const *districts = (const char *const *)t->svc->districts;
    size_t n = t->svc->n_districts;
    struct rows *rows;
    int r;

    r = sql_query(tx, &sql_frame_heads, &rows, TA(districts, n));
    if (r)
        return r;
    state_streams(t, reply, rows);
    r = sql_query(tx, &sql_frame_subscription_list, &rows, TA(districts, n));
    if (r)
        return r;
    state_subscriptions(t, reply, rows);
    r = sql_query(tx, &sql_frame_timer_due, &rows, TA(districts, n), AT(reply->now_at));
    if (r)
        return r;
    state_due(t, reply, rows);
    return earliest(t, tx, reply);
}

static void state_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    struct pg *pg = worker_pg(worker, 0);
    Hp__StateReply reply = HP__STATE_REPLY__INIT;
    struct tx *tx;

    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
    if (!pg)
        return;
    reply.service = (char *)t->svc->spec->name;
    reply.now_at = clock_now(t->svc->clock);
    reply.manual_clock = clock_is_manual(t->svc->clock);
    reply.has_clock_held = true;
    reply.clock_held = clock_is_held(t->svc->clock);
    reply.waiting = t->target;
    reply.version = (char *)HP_VERSION;
    proof_state(t, &reply);
    tx = tx_begin(pg, TX_SNAPSHOT, t->arena);
    if (read_state(t, tx, &reply) == 0)
        task_done(t, &reply.base, "bus.StateReply");
    tx_rollback(tx);
}

static void answer_done(struct job *job)
{
    task_answer(container_of(job, struct task, job));
}

static void start_state(struct task *t)
{
    t->target =
        lanes_waiting(t->svc) + workers_waiting(t->svc->queries) + workers_waiting(t->svc->readers);
    task_work(t, state_run, answer_done);
}

/* ---- bus.SetClock ---- */

static int64_t clock_wish(const struct task *t)
{
    return ((const Hp__SetClock *)t->request)->at;
}

static void clock_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    struct pg *pg = worker_pg(worker, 1000);
    struct tx *tx;

    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
    if (!pg)
        return;
    tx = tx_begin(pg, TX_WRITE, t->arena);
    sql_exec(tx, &sql_frame_clock_set, T(t->svc->set.city), AT(clock_wish(t)));
    if (tx_commit(tx, NULL) == 0)
        task_status(t, HP__REPLY__STATUS__DONE);
}

static void clock_done(struct job *job)
{
    struct task *t = container_of(job, struct task, job);

    if (t->reply.status != HP__REPLY__STATUS__DONE) {
        task_answer(t);
        return;
    }
    if (clock_wish(t) > clock_now(t->svc->clock))
        clock_set(t->svc->clock, clock_wish(t));
    bell_tell_clock(t->svc);
    timers_await_drained(t);
}

/* Another instance set it. */
struct clock_look {
    struct job job;
    struct service *svc;
    int64_t at;
};

static void look_run(struct job *job, void *worker)
{
    struct clock_look *look = container_of(job, struct clock_look, job);
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct pg *pg = worker_pg(worker, 0);
    struct rows *rows;
    struct tx *tx;

    if (!pg)
        return;
    tx = tx_begin(pg, TX_READ_ONLY, a);
    if (sql_query(tx, &sql_frame_clock_get, &rows, T(look->svc->set.city)) == 0 && rows_count(rows))
        look->at = rows_at(rows, 0, "at");
    tx_rollback(tx);
}

static void look_done(struct job *job)
{
    struct clock_look *look = container_of(job, struct clock_look, job);

    if (look->at != INSTANT_NONE && look->at > clock_now(look->svc->clock)) {
        clock_set(look->svc->clock, look->at);
        if (!service_is_stopping(look->svc))
            timers_kick(look->svc);
    }
    free(look);
}

void clock_read_again(struct service *svc)
{
    struct clock_look *look;

    if (!clock_is_manual(svc->clock) || service_is_stopping(svc))
        return;
    look = calloc(1, sizeof(*look));
    CHECK(look);
    *look = (struct clock_look){
        .job = {.run = look_run, .done = look_done}, .svc = svc, .at = INSTANT_NONE};
    workers_submit_own(svc->readers, &look->job);
}

static void start_clock(struct task *t)
{
    int64_t now = clock_now(t->svc->clock);
    char text[INSTANT_TEXT];

    if (!clock_is_manual(t->svc->clock))
        task_refuse(t, reason_clock_not_manual, NULL, NULL);
    else if (clock_wish(t) < now)
        task_refuse(t, reason_clock_backwards, "at", instant_format(now, text), NULL);
    else {
        task_work(t, clock_run, clock_done);
        return;
    }
    task_answer(t);
}

/* ---- an operator's decisions: commands like any other, logged with their reason ---- */

static int on_retry(struct ctx *c)
{
    const Hp__RetryParked *in = c->request;
    int64_t changed;
    int r =
        sql_change(c->tx, &sql_frame_subscription_retry, &changed, T(in->district), T(in->source));

    if (r)
        return r;
    return changed ? 0 : refuse(c, reason_not_parked, NULL, NULL);
}

static int on_skip(struct ctx *c)
{
    const Hp__SkipParked *in = c->request;
    char id_text[UUID_TEXT];
    int64_t changed;
    struct uuid id;
    int r = need_text(c, "reason", in->reason, 1, 500);

    if (r)
        return r;
    if (in->event_id.len != sizeof(id.bytes))
        return refuse(c, reason_message_malformed, "event_id", NULL);
    memcpy(id.bytes, in->event_id.data, sizeof(id.bytes));
    uuid_format(&id, id_text);
    handling_of(c)->note =
        arena_printf(c->arena, "%s %s event %s: %s", in->source, in->district, id_text, in->reason);
    r = sql_change(c->tx, &sql_frame_subscription_skip, &changed, T(in->district), T(in->source),
                   T(id_text));
    if (r)
        return r;
    return changed ? 0 : refuse(c, reason_not_parked, NULL, NULL);
}

static int on_rejoin(struct ctx *c)
{
    const Hp__Rejoin *in = c->request;
    int64_t changed;
    int r = need_text(c, "reason", in->reason, 1, 500);

    if (r)
        return r;
    if (in->from < 0)
        return refuse(c, reason_number_out_of_range, "from", "0", "-", NULL);
    if (in->has_sealed_hash && in->sealed_hash.len != DIGEST_SIZE)
        return refuse(c, reason_message_malformed, "sealed_hash", NULL);
    handling_of(c)->note = arena_printf(c->arena, "%s %s from %lld: %s", in->source, in->district,
                                        (long long)in->from, in->reason);
    r = sql_change(c->tx, &sql_frame_subscription_rejoin, &changed, T(in->district), T(in->source),
                   I(in->from), BY(in->has_sealed_hash ? in->sealed_hash.data : NULL, DIGEST_SIZE));
    if (r)
        return r;
    return changed ? 0 : refuse(c, reason_not_diverged, NULL, NULL);
}

const struct route control_routes[] = {
    COMMAND(hp__retry_parked, on_retry),
    COMMAND(hp__skip_parked, on_skip),
    COMMAND(hp__rejoin, on_rejoin),
    ROUTE_END,
};
const char *const control_route_types[] = {"bus.RetryParked", "bus.SkipParked", "bus.Rejoin"};

static const struct control controls[] = {
    {"bus.Fetch", &hp__fetch__descriptor, streams_fetch},
    {"bus.GetState", &hp__get_state__descriptor, start_state},
    {"bus.SetClock", &hp__set_clock__descriptor, start_clock},
    {"bus.AwaitApplied", &hp__await_applied__descriptor, hearers_await},
    {"bus.Verify", &hp__verify__descriptor, verify_start},
    {"bus.StartJob", &hp__start_job__descriptor, start_job_start},
    {"bus.ListJobs", &hp__list_jobs__descriptor, list_jobs_start},
    {"bus.CancelJob", &hp__cancel_job__descriptor, cancel_job_start},
    {"bus.ListLog", &hp__list_log__descriptor, list_log_start},
    {"bus.GetProof", &hp__get_proof__descriptor, proof_start},
    {"bus.ListArchives", &hp__list_archives__descriptor, list_archives_start},
};

const struct control *control_for(const char *type)
{
    for (size_t i = 0; i < ARRAY_LEN(controls); i++)
        if (strcmp(controls[i].type, type) == 0)
            return &controls[i];
    return NULL;
}
