/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Following other services' streams. A subscription stands for one source and one district; those
 * that wait for events are asked for together, one bus.Fetch for all of them (a pull). What comes is
 * applied in the district's lane, and the subscription waits again. While it is applied, what is known
 * to come behind it is asked for (ahead), once. Whatever goes wrong leads back to reading the position,
 * after a while that grows, and what was asked for ahead is dropped.
 */
#include <errno.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/frame.h"
#include "common/base/banned.h"

enum {
    FETCH_MAX = 400,
    FETCH_MAX_BATCH = 1000, /* where batch handlers hear all: microseconds an event */
    FETCH_WAIT_MS = 5000,
    FETCH_DEADLINE_MS = 15000,
    BACKOFF_FIRST_MS = 50,
    BACKOFF_LAST_MS = 2000,
    STOPPED_LOOK_MS = 5000,
    ASIDE_LOOK_MS = 50,
    AWAIT_DEFAULT_MS = 30000,
    MAX_PULLS = 4 /* of one source; then one for all supersedes them */
};

enum sub_state {
    SUB_UNLED,   /* another instance hears */
    SUB_UNREAD,  /* the position is not known */
    SUB_IDLE,    /* to be asked for */
    SUB_PULLED,  /* asked for */
    SUB_APPLYING,
    SUB_BACKING_OFF,
    SUB_STOPPED, /* parked, diverged or unknown: until an operator or another build */
};

struct pull;
struct subscription {
    struct source *source;
    const char *district;
    enum sub_state state;
    const char *stopped_as;
    int64_t position, known_head;
    bool doubted; /* the server may have lost the end of what was applied: the position is to be read again */
    bool sealed;
    uint8_t sealed_hash[DIGEST_SIZE];
    struct pull *pull; /* SUB_PULLED, or SUB_APPLYING and asked ahead */
    struct apply apply;
    struct apply *next; /* what comes behind apply, in its own arena; NULL: not there (yet) */
    bool asked_ahead;   /* while apply is applied */
    int64_t backoff_ms, until_us; /* when it is looked at again */
    bool led;                     /* by this instance */
    bool refused;                 /* that the source does not serve the district was logged */
    /* it stands still: how far the source is by now is to be asked, and is asked */
    bool to_measure, measuring;
    struct task *awaiting;
};

struct source {
    struct hearers *all;
    const char *name;
    struct subscription *subs; /* by district */
    size_t n;
    int32_t fetch_max; /* events of a district at once */
    int n_pulls;
    int64_t backoff_ms, until_us; /* 0: not backing off */
    bool away;                    /* its silence was logged */
};

struct pull {
    struct source *source;
};

struct hearers {
    struct service *svc;
    struct source *sources;
    size_t n;
    uv_timer_t timer;
    struct job job; /* reads positions */
    struct arena *arena;
    const struct rows *rows;
    bool reading, again, stopped;
};

static void look_soon(struct hearers *all, int64_t until_us);
static void pump(struct source *source);
static void read_positions(struct hearers *all);
static void measure(struct source *source);

/* ---- who waits for a position ---- */

static void answer_awaiting(struct subscription *sub)
{
    struct task *ended = NULL, **end = &ended, *t;
    int64_t now = monotonic_now_us();

    /* first out of the list, then answered: an answer may bring the next question */
    for (struct task **at = &sub->awaiting; (t = *at);) {
        if ((sub->doubted || sub->position < t->target) && sub->state != SUB_STOPPED && t->until_us > now &&
            !sub->source->all->stopped) {
            at = &t->parked_next;
            continue;
        }
        *at = t->parked_next;
        t->parked_next = NULL;
        *end = t;
        end = &t->parked_next;
    }
    while ((t = ended)) {
        ended = t->parked_next;
        if (!sub->doubted && sub->position >= t->target)
            task_done(t, NULL, NULL);
        else
            task_refuse(t, reason_not_applied, "position", NULL);
        task_answer(t);
    }
}

static struct subscription *sub_of(struct source *source, const char *district)
{
    size_t i = service_place(source->all->svc, district);

    return i < source->n ? &source->subs[i] : NULL;
}

static struct source *source_of(struct hearers *all, const char *name)
{
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->sources[i].name, name) == 0)
            return &all->sources[i];
    return NULL;
}

static struct subscription *find(struct hearers *all, const char *source, const char *district)
{
    struct source *s = source_of(all, source);

    return s ? sub_of(s, district) : NULL;
}

void hearers_await(struct task *t)
{
    const Hp__AwaitApplied *wish = t->request;
    struct hearers *all = t->svc->hearers;
    struct subscription *sub = find(all, wish->source, wish->district);
    int64_t left_us = task_left_us(t, AWAIT_DEFAULT_MS);

    if (!sub) {
        task_refuse(t, reason_not_found, "source", "subscription", NULL);
        task_answer(t);
        return;
    }
    t->target = wish->position;
    /* a little before the caller stops listening */
    t->until_us = monotonic_now_us() + left_us - (left_us / 4 < 100000 ? left_us / 4 : 100000);
    t->parked_next = sub->awaiting;
    sub->awaiting = t;
    look_soon(all, t->until_us);
    if (sub->state == SUB_UNLED)
        read_positions(all);
    answer_awaiting(sub); /* may end @t */
}

/* ---- states ---- */

static int64_t lag_of(const struct subscription *sub)
{
    return sub->known_head > sub->position ? sub->known_head - sub->position : 0;
}

static void gauge_lag(const struct subscription *sub)
{
    frame_gauge_lag(sub->source->name, sub->district, lag_of(sub));
}

static void gauge_stopped(struct hearers *all)
{
    static const char *const states[] = {"parked", "diverged", "unknown"};

    for (size_t k = 0; k < ARRAY_LEN(states); k++) {
        int64_t n = 0;

        for (size_t i = 0; i < all->n; i++)
            for (size_t j = 0; j < all->sources[i].n; j++) {
                const struct subscription *sub = &all->sources[i].subs[j];

                n += sub->state == SUB_STOPPED && strcmp(sub->stopped_as, states[k]) == 0;
            }
        frame_gauge_stopped(states[k], n);
    }
}

static void sub_back_off(struct subscription *sub)
{
    sub->state = SUB_BACKING_OFF;
    sub->backoff_ms = sub->backoff_ms ? sub->backoff_ms * 2 : BACKOFF_FIRST_MS;
    if (sub->backoff_ms > BACKOFF_LAST_MS)
        sub->backoff_ms = BACKOFF_LAST_MS;
    sub->until_us = monotonic_now_us() + sub->backoff_ms * 1000;
    look_soon(sub->source->all, sub->until_us);
}

static void sub_unread(struct subscription *sub)
{
    sub->state = SUB_UNREAD;
    read_positions(sub->source->all);
}

static void sub_stopped(struct subscription *sub, const char *state)
{
    sub->state = SUB_STOPPED;
    sub->stopped_as = strcmp(state, "diverged") == 0  ? "diverged"
                      : strcmp(state, "unknown") == 0 ? "unknown"
                                                      : "parked";
    if (strcmp(state, "unknown") == 0)
        lease_stuck(sub->source->all->svc, sub->district);
    sub->until_us = monotonic_now_us() + STOPPED_LOOK_MS * 1000;
    sub->to_measure = true;
    gauge_stopped(sub->source->all);
    answer_awaiting(sub);
    /* another instance may hear the operator's decision */
    look_soon(sub->source->all, sub->until_us);
}

/* ---- positions ---- */

static void read_run(struct job *job, void *worker)
{
    struct hearers *all = container_of(job, struct hearers, job);
    struct pg *pg = worker_pg(worker, 0);
    struct rows *rows;
    struct tx *tx;

    all->rows = NULL;
    if (!pg)
        return;
    tx = tx_begin(pg, TX_READ_ONLY, all->arena);
    if (sql_query(tx, &sql_frame_subscription_read, &rows,
                  TA((const char *const *)all->svc->districts, all->svc->n_districts)) == 0)
        all->rows = rows;
    tx_rollback(tx);
}

/* Whether @sub is to be left to another instance; then it stands aside. */
static bool stands_aside(struct subscription *sub)
{
    if (!sub->led)
        sub->state = SUB_UNLED;
    return !sub->led;
}

static void take_position(struct subscription *sub, const struct rows *rows, size_t i)
{
    struct bytes hash = rows_bytes(rows, i, "sealed_hash");
    const char *state = rows_text(rows, i, "state");
    bool stood = sub->state == SUB_STOPPED;

    sub->position = rows_i64(rows, i, "position");
    sub->doubted = false;
    sub->sealed = hash.size == DIGEST_SIZE;
    if (sub->sealed)
        memcpy(sub->sealed_hash, hash.data, DIGEST_SIZE);
    if (strcmp(state, "following") != 0) {
        sub_stopped(sub, state);
        return;
    }
    sub->state = SUB_IDLE;
    if (stood)
        gauge_stopped(sub->source->all);
    answer_awaiting(sub);
}

/* Another instance hears; who waits here is told all the same. */
static void look_aside(struct subscription *sub, const struct rows *rows, size_t i)
{
    sub->position = rows_i64(rows, i, "position");
    sub->doubted = false;
    answer_awaiting(sub);
    sub->until_us = monotonic_now_us() + ASIDE_LOOK_MS * 1000;
    if (sub->awaiting)
        look_soon(sub->source->all, sub->until_us);
}

static void read_done(struct job *job)
{
    struct hearers *all = container_of(job, struct hearers, job);

    all->reading = false;
    for (size_t i = 0; all->rows && i < rows_count(all->rows); i++) {
        struct subscription *sub = find(all, rows_text(all->rows, i, "source"),
                                        rows_text(all->rows, i, "district"));

        if (sub && sub->state == SUB_UNREAD && !all->again) /* else it is read anew, for this may be from before a crash */
            take_position(sub, all->rows, i);
        else if (sub && sub->state == SUB_UNLED && sub->awaiting)
            look_aside(sub, all->rows, i);
    }
    for (size_t i = 0; i < all->n && !all->stopped; i++) {
        for (size_t j = 0; j < all->sources[i].n; j++)
            if (all->sources[i].subs[j].state == SUB_UNREAD && !all->again)
                sub_back_off(&all->sources[i].subs[j]);
        pump(&all->sources[i]);
        measure(&all->sources[i]);
    }
    all->rows = NULL;
    arena_free(TAKE(all->arena));
    if (TAKE(all->again))
        read_positions(all);
}

static void read_positions(struct hearers *all)
{
    if (all->stopped)
        return;
    if (all->reading) {
        all->again = true;
        return;
    }
    all->reading = true;
    all->arena = arena_new();
    all->job = (struct job){.run = read_run, .done = read_done};
    workers_submit_own(all->svc->readers, &all->job);
}

/* ---- applying ---- */

static void sub_apply(struct subscription *sub, const struct apply *ap);

static void drop_ahead(struct subscription *sub)
{
    if (sub->next)
        arena_free(TAKE(sub->next)->arena);
    sub->pull = NULL; /* its answer is not looked at */
}

/* A batch is applied: the one behind it, if it is there, is begun. */
static void sub_go_on(struct subscription *sub)
{
    sub->backoff_ms = 0;
    if (sub->next)
        sub_apply(sub, TAKE(sub->next));
    else if (sub->pull)
        sub->state = SUB_PULLED;
    pump(sub->source);
}

static void on_applied(struct lane_item *item)
{
    struct apply *ap = container_of(item, struct apply, item);
    struct subscription *sub = container_of(ap, struct subscription, apply);
    struct hearers *all = sub->source->all;

    aftermath_apply(all->svc, &ap->after);
    sub->position = ap->position;
    sub->sealed = ap->result == 0 && ap->has_seal;
    memcpy(sub->sealed_hash, ap->sealed_hash, DIGEST_SIZE);
    gauge_lag(sub);
    arena_free(TAKE(ap->arena));
    if (ap->result != 0 || sub->doubted || !sub->led || all->stopped)
        drop_ahead(sub);
    if (ap->result == APPLY_STOPPED) {
        sub_stopped(sub, ap->state);
        return;
    }
    sub->state = SUB_IDLE;
    answer_awaiting(sub);
    if (all->stopped || stands_aside(sub))
        return;
    if (ap->result == APPLY_LATER)
        sub_back_off(sub);
    else if (ap->result == APPLY_MOVED || sub->doubted)
        sub_unread(sub);
    else
        sub_go_on(sub);
}

static void sub_apply(struct subscription *sub, const struct apply *ap)
{
    sub->apply = *ap;
    sub->apply.item = (struct lane_item){.kind = LANE_EVENTS, .done = on_applied};
    sub->apply.svc = sub->source->all->svc;
    sub->apply.source = sub->source->name;
    sub->apply.district = sub->district;
    sub->apply.position = sub->position;
    sub->state = SUB_APPLYING;
    sub->asked_ahead = false;
    CHECK(lane_put(sub->apply.svc, sub->district, &sub->apply.item) == 0);
}

/*
 * The source's history is not the one that was heard. Loud, and nothing is applied until an operator says how to go on. Only
 * the newest seal is kept here: what it shows is behind which position nothing counts any more.
 */
static void sub_diverged(struct subscription *sub, int64_t head)
{
    struct apply ap = {.arena = arena_new(), .state = "diverged"};
    bool gone = head < sub->position;
    long long most = gone ? head : sub->position - 1;

    ap.error = arena_printf(
        ap.arena,
        "the history of %s changed: position %lld was heard and is %s; nothing that was heard "
        "behind position %lld counts any more. If hongping verify finds what was signed of %s up "
        "to there unchanged: hongping streams rejoin %s %s --in %s --from %lld --reason TEXT; else "
        "--from the last position that is",
        sub->source->name, (long long)sub->position, gone ? "not there any more" : "another now",
        most, sub->source->name, sub->source->name, sub->district,
        sub->source->all->svc->spec->name, most);
    sub_apply(sub, &ap);
}

/* What would come next is in the source's archives only. As loud. */
static void sub_archived(struct subscription *sub, int64_t kept)
{
    struct apply ap = {.arena = arena_new(), .state = "diverged"};

    ap.error = arena_printf(ap.arena,
                            "the events of %s up to position %lld were archived and this service "
                            "stands at %lld: restore a copy of it that stands "
                            "there or later (one that heard nothing yet: hongping snapshot "
                            "--load), or leave them out with hongping streams rejoin %s %s "
                            "--in %s --from %lld --reason TEXT",
                            sub->source->name, (long long)kept, (long long)sub->position,
                            sub->source->name, sub->district, sub->source->all->svc->spec->name,
                            (long long)kept);
    sub_apply(sub, &ap);
}

/* ---- pulls ---- */

struct stand {
    int64_t position;
    const uint8_t *hash; /* of the seal over it; NULL: not known */
};

/* Behind what is asked for: where @sub stands, or will when what is being applied is. */
static struct stand stand_of(const struct subscription *sub)
{
    const struct apply *ap = &sub->apply;

    if (sub->state == SUB_APPLYING)
        return (struct stand){ap->events[ap->n_events - 1]->position,
                              ap->has_seal ? ap->sealed_hash : NULL};
    return (struct stand){sub->position,
                          sub->sealed && sub->position > 0 ? sub->sealed_hash : NULL};
}

/* Its events in @a, when they continue where @sub stands: positions without a gap, ids of the right size. */
static bool take_events(const struct subscription *sub, const Hp__FetchStream *in, struct arena *a,
                        struct apply *ap)
{
    int64_t position = stand_of(sub).position;

    ap->events = arena_new_array(a, Hp__Event *, in->n_events + 1);
    ap->n_events = in->n_events;
    for (size_t i = 0; i < in->n_events; i++) {
        Hp__Event *event = hp__event__unpack(arena_pb(a), in->events[i].len,
                                             arena_memdup(a, in->events[i].data, in->events[i].len));

        if (!event || event->position != position + 1 + (int64_t)i ||
            event->event_id.len != 16 || strcmp(event->district, sub->district) != 0)
            return false;
        ap->events[i] = event;
    }
    ap->has_seal = ap->n_events && in->upto && in->upto->hash.len == DIGEST_SIZE &&
                   in->upto->last >= ap->events[ap->n_events - 1]->position;
    if (ap->has_seal) {
        ap->sealed_last = in->upto->last;
        memcpy(ap->sealed_hash, in->upto->hash.data, DIGEST_SIZE);
    }
    return true;
}

static bool same_history(const struct subscription *sub, const Hp__FetchStream *in)
{
    struct stand stand = stand_of(sub);

    if (in->head < stand.position)
        return false;
    return !in->at || !stand.hash ||
           (in->at->hash.len == DIGEST_SIZE &&
            memcmp(in->at->hash.data, stand.hash, DIGEST_SIZE) == 0);
}

static void sub_refused(struct subscription *sub, const char *why)
{
    if (!sub->refused)
        log_line(LOG_WARN, "events cannot be fetched, trying again", "source", sub->source->name,
                 "district", sub->district, "why", why, NULL);
    sub->refused = true;
    sub_back_off(sub);
}

static void take_stream(struct subscription *sub, const Hp__FetchStream *in)
{
    struct apply ap = {.arena = NULL};

    if (in->code && in->has_kept) {
        sub_archived(sub, in->kept);
        return;
    }
    if (in->code) {
        sub_refused(sub, in->code);
        return;
    }
    sub->known_head = in->head;
    gauge_lag(sub);
    if (!same_history(sub, in)) {
        sub_diverged(sub, in->head);
        return;
    }
    ap.arena = arena_new();
    if (!take_events(sub, in, ap.arena, &ap)) {
        arena_free(ap.arena);
        sub_refused(sub, "its stream does not continue where this service stands");
        return;
    }
    if (sub->refused)
        log_line(LOG_INFO, "events are fetched again", "source", sub->source->name, "district",
                 sub->district, NULL);
    sub->refused = false;
    if (!ap.n_events) {
        arena_free(ap.arena);
        sub->state = SUB_IDLE;
        return;
    }
    sub_apply(sub, &ap);
}

/* What comes behind that which is being applied. Anything but events that go on there is dropped: asked
 * for again in its turn, it is dealt with then. */
static void take_ahead(struct subscription *sub, const Hp__FetchStream *in)
{
    struct arena *a = arena_new();
    struct apply *ap = arena_new_one(a, struct apply);

    *ap = (struct apply){.arena = a};
    if (!in->code && same_history(sub, in) && take_events(sub, in, a, ap) && ap->n_events) {
        sub->known_head = in->head;
        sub->next = ap;
    } else {
        arena_free(a);
    }
}

/* Nothing was heard of the source. */
static void source_silent(struct source *source, const char *why)
{
    if (!source->away)
        log_line(LOG_WARN, "events cannot be fetched, trying again", "source", source->name, "why",
                 why, NULL);
    source->away = true;
    for (size_t i = 0; i < source->n; i++)
        frame_gauge_lag(source->name, source->subs[i].district, -1);
    source->backoff_ms = source->backoff_ms ? source->backoff_ms * 2 : BACKOFF_FIRST_MS;
    if (source->backoff_ms > BACKOFF_LAST_MS)
        source->backoff_ms = BACKOFF_LAST_MS;
    source->until_us = monotonic_now_us() + source->backoff_ms * 1000;
    look_soon(source->all, source->until_us);
}

static void source_heard(struct source *source)
{
    if (source->away)
        log_line(LOG_INFO, "events are fetched again", "source", source->name, NULL);
    if (source->away)
        for (size_t i = 0; i < source->n; i++)
            gauge_lag(&source->subs[i]);
    source->away = false;
    source->backoff_ms = source->until_us = 0;
}

static const char *reply_fault(const struct source *source, const Hp__Reply *reply)
{
    const char *why = bus_client_error(source->all->svc->client, source->name);

    if (reply)
        return reply->code ? reply->code : "not available";
    return *why ? why : "no answer";
}

/* @pull is over: its subscriptions wait to be asked for again, but for those that are applying. */
static void take_back(const struct pull *pull)
{
    struct source *source = pull->source;

    for (size_t i = 0; i < source->n; i++)
        if (source->subs[i].pull == pull) {
            source->subs[i].pull = NULL;
            if (source->subs[i].state == SUB_PULLED)
                source->subs[i].state = source->subs[i].led ? SUB_IDLE : SUB_UNLED;
        }
}

/* What @pull asked @sub's source for. */
static void take_asked(struct subscription *sub, const Hp__FetchStream *in)
{
    sub->pull = NULL;
    if (sub->state == SUB_APPLYING) {
        take_ahead(sub, in);
        return;
    }
    sub->state = SUB_IDLE;
    if (!stands_aside(sub))
        take_stream(sub, in);
}

static void on_pulled(const struct bus_answer *answer, void *arg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct pull *pull = arg;
    struct source *source = pull->source;
    const Hp__Reply *reply = answer->reply;
    Hp__FetchReply *batch = NULL;

    source->n_pulls--;
    if (source->all->stopped) {
        take_back(pull);
        free(pull);
        return;
    }
    if (reply && reply->status == HP__REPLY__STATUS__DONE && reply->has_payload)
        batch = hp__fetch_reply__unpack(arena_pb(a), reply->payload.len, reply->payload.data);
    if (batch)
        source_heard(source);
    else
        source_silent(source, reply_fault(source, reply));
    for (size_t i = 0; batch && i < batch->n_streams; i++) {
        struct subscription *sub = sub_of(source, batch->streams[i]->district);

        /* one that another pull asks for by now is told again */
        if (sub && sub->pull == pull)
            take_asked(sub, batch->streams[i]);
    }
    take_back(pull);
    free(pull);
    pump(source);
}

static void add_from(struct arena *a, Hp__Fetch *fetch, struct subscription *sub)
{
    Hp__FetchFrom *from = arena_new_one(a, Hp__FetchFrom);
    struct stand stand = stand_of(sub);

    hp__fetch_from__init(from);
    from->district = (char *)sub->district;
    from->after = stand.position;
    from->has_sealed_hash = stand.hash != NULL;
    if (from->has_sealed_hash)
        from->sealed_hash = (ProtobufCBinaryData){DIGEST_SIZE, (uint8_t *)stand.hash};
    fetch->from[fetch->n_from++] = from;
}

/* To be asked for, or for what is known to come behind what is being applied. */
static bool waits(const struct subscription *sub)
{
    if (sub->state == SUB_APPLYING)
        return sub->led && !sub->doubted && !sub->asked_ahead && sub->apply.n_events &&
               sub->known_head > stand_of(sub).position && sub->source->n_pulls < MAX_PULLS;
    return sub->state == SUB_IDLE;
}

static bool joins(const struct subscription *sub, bool every)
{
    return every ? sub->state == SUB_IDLE || sub->state == SUB_PULLED : waits(sub);
}

/* All that wait (or, with @every, are idle or asked for) at the instance where the first of them is to be asked; their number. */
static size_t gather(struct source *source, bool every, struct pull *pull, struct arena *a,
                     Hp__Fetch *fetch)
{
    struct bus_client *client = source->all->svc->client;
    const char *where = NULL;

    fetch->from = arena_new_array(a, Hp__FetchFrom *, source->n);
    for (size_t i = 0; i < source->n; i++) {
        struct subscription *sub = &source->subs[i];

        if (!joins(sub, every))
            continue;
        if (!where)
            where = arena_strdup(a, bus_client_endpoint(client, source->name, sub->district));
        else if (strcmp(where, bus_client_endpoint(client, source->name, sub->district)) != 0)
            continue;
        add_from(a, fetch, sub);
        if (sub->state == SUB_APPLYING)
            sub->asked_ahead = true;
        else
            sub->state = SUB_PULLED;
        sub->pull = pull;
    }
    return fetch->n_from;
}

static bool send_pull(struct source *source, bool every)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct hearers *all = source->all;
    Hp__Fetch fetch = HP__FETCH__INIT;
    struct pull *pull = calloc(1, sizeof(*pull));
    const char *why;

    CHECK(pull);
    pull->source = source;
    if (gather(source, every, pull, a, &fetch) == 0) {
        free(pull);
        return false;
    }
    fetch.has_max = fetch.has_wait_ms = fetch.has_hearer = fetch.has_supersede = true;
    fetch.max = source->fetch_max;
    fetch.wait_ms = FETCH_WAIT_MS;
    fetch.hearer = (ProtobufCBinaryData){sizeof(all->svc->instance.bytes),
                                         all->svc->instance.bytes};
    fetch.supersede = every;
    source->n_pulls++;
    if (bus_call_waiting(all->svc->client, source->name,
                         bus_envelope(a, "bus.Fetch", fetch.from[0]->district, &fetch.base,
                                      FETCH_DEADLINE_MS),
                         on_pulled, pull) == 0)
        return true;
    why = bus_client_error(all->svc->client, source->name);
    source->n_pulls--;
    take_back(pull);
    free(pull);
    source_silent(source, *why ? why : "too many questions are open");
    return false;
}

/* Ask for all that wait; when too many questions are open, for those too, and end them. */
static void pump(struct source *source)
{
    bool every = source->n_pulls >= MAX_PULLS, any = false;

    if (source->all->stopped || source->until_us > monotonic_now_us())
        return;
    for (size_t i = 0; i < source->n && !any; i++)
        any = joins(&source->subs[i], false) && (!every || source->subs[i].state == SUB_IDLE);
    /* one question an instance of the source; the second time round only those that are elsewhere are left */
    while (any && send_pull(source, every))
        every = false;
}

/* ---- how far the source is, of what stands still ---- */

static void on_measured(const struct bus_answer *answer, void *arg)
{
    struct subscription *sub = arg;
    const Hp__Reply *reply = answer->reply;
    Hp__FetchReply *batch = NULL;

    sub->measuring = false;
    if (sub->source->all->stopped || sub->state != SUB_STOPPED)
        return;
    if (reply && reply->status == HP__REPLY__STATUS__DONE && reply->has_payload)
        batch = hp__fetch_reply__unpack(arena_pb(answer->arena), reply->payload.len,
                                        reply->payload.data);
    if (!batch || batch->n_streams != 1 || batch->streams[0]->code) {
        frame_gauge_lag(sub->source->name, sub->district, -1);
        return;
    }
    sub->known_head = batch->streams[0]->head;
    gauge_lag(sub);
}

/* Beyond any head: answered at once with where the head is, and no events. */
static void measure_one(struct subscription *sub)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__FetchFrom from = HP__FETCH_FROM__INIT, *list[] = {&from};
    Hp__Fetch fetch = HP__FETCH__INIT;

    from.district = (char *)sub->district;
    from.after = INT64_MAX;
    fetch.from = list;
    fetch.n_from = 1;
    fetch.has_wait_ms = true;
    fetch.wait_ms = 0;
    sub->measuring =
        bus_call(sub->source->all->svc->client, sub->source->name,
                 bus_envelope(a, "bus.Fetch", sub->district, &fetch.base, STOPPED_LOOK_MS),
                 on_measured, sub) == 0;
}

static void measure(struct source *source)
{
    for (size_t i = 0; i < source->n; i++) {
        struct subscription *sub = &source->subs[i];

        if (sub->state != SUB_STOPPED || !sub->to_measure || sub->measuring)
            continue;
        sub->to_measure = false;
        measure_one(sub);
    }
}

/* ---- looking again ---- */

static void on_timer(uv_timer_t *timer)
{
    struct hearers *all = timer->data;
    int64_t now = monotonic_now_us(), next = INT64_MAX;

    for (size_t i = 0; i < all->n; i++) {
        struct source *source = &all->sources[i];

        for (size_t j = 0; j < source->n; j++) {
            struct subscription *sub = &source->subs[j];

            answer_awaiting(sub);
            for (struct task *t = sub->awaiting; t; t = t->parked_next)
                next = t->until_us < next ? t->until_us : next;
            if (sub->state != SUB_BACKING_OFF && sub->state != SUB_STOPPED &&
                !(sub->state == SUB_UNLED && sub->awaiting))
                continue;
            if (sub->until_us <= now && sub->state == SUB_UNLED)
                read_positions(all);
            else if (sub->until_us <= now)
                sub_unread(sub);
            else if (sub->until_us < next)
                next = sub->until_us;
        }
        if (source->until_us > now)
            next = source->until_us < next ? source->until_us : next;
        else
            pump(source);
    }
    if (next != INT64_MAX)
        look_soon(all, next);
}

static void look_soon(struct hearers *all, int64_t until_us)
{
    int64_t ms = (until_us - monotonic_now_us()) / 1000 + 1;

    if (all->stopped || (uv_is_active((uv_handle_t *)&all->timer) &&
                         (int64_t)uv_timer_get_due_in(&all->timer) <= ms))
        return;
    uv_timer_start(&all->timer, on_timer, (uint64_t)(ms > 0 ? ms : 0), 0);
}

void hearers_resume(struct service *svc, const char *source, const char *district)
{
    struct subscription *sub = find(svc->hearers, source, district);

    /* a reading under way may be from before the decision */
    if (sub && (sub->state == SUB_STOPPED || sub->state == SUB_UNREAD))
        sub_unread(sub);
}

/* ---- how it stands ---- */

void hearers_sum(const struct service *svc, struct hearing_sum *ret_sum)
{
    const struct hearers *all = svc->hearers;

    *ret_sum = (struct hearing_sum){0};
    for (size_t i = 0; i < all->n; i++)
        for (size_t j = 0; j < all->sources[i].n; j++) {
            const struct subscription *sub = &all->sources[i].subs[j];

            if (sub->state == SUB_UNLED)
                ret_sum->elsewhere++;
            else if (sub->state != SUB_STOPPED)
                ret_sum->following++;
            else if (strcmp(sub->stopped_as, "diverged") == 0)
                ret_sum->diverged++;
            else if (strcmp(sub->stopped_as, "unknown") == 0)
                ret_sum->unknown++;
            else
                ret_sum->parked++;
            ret_sum->lag += sub->state == SUB_UNLED ? 0 : lag_of(sub);
        }
}

void hearers_stopped(const struct service *svc,
                     void (*fn)(const char *source, const char *district, const char *state,
                                int64_t position, int64_t lag, void *arg),
                     void *arg)
{
    const struct hearers *all = svc->hearers;

    for (size_t i = 0; i < all->n; i++)
        for (size_t j = 0; j < all->sources[i].n; j++) {
            const struct subscription *sub = &all->sources[i].subs[j];

            if (sub->state == SUB_STOPPED)
                fn(all->sources[i].name, sub->district, sub->stopped_as, sub->position,
                   lag_of(sub), arg);
        }
}

void hearers_silent(const struct service *svc, void (*fn)(const char *source, void *arg), void *arg)
{
    const struct hearers *all = svc->hearers;

    for (size_t i = 0; i < all->n; i++)
        if (all->sources[i].away)
            fn(all->sources[i].name, arg);
}

/* ---- from start to stop ---- */

static bool is_first(const struct hearing *hearings, const struct hearing *h)
{
    for (const struct hearing *other = hearings; other != h; other++)
        if (strcmp(other->source, h->source) == 0)
            return false;
    return true;
}

static void source_init(struct hearers *all, struct source *source, const char *name)
{
    struct service *svc = all->svc;

    *source = (struct source){
        .all = all, .name = name, .n = svc->n_districts, .fetch_max = FETCH_MAX_BATCH};
    for (const struct hearing *h = svc->spec->hearings; h->source; h++)
        if (strcmp(h->source, name) == 0 && !h->batch)
            source->fetch_max = FETCH_MAX;
    source->subs = calloc(source->n, sizeof(*source->subs));
    CHECK(source->subs);
    for (size_t i = 0; i < source->n; i++)
        source->subs[i] = (struct subscription){
            .source = source, .district = svc->districts[i], .state = SUB_UNLED};
}

int hearers_new(struct service *svc)
{
    const struct hearing *hearings = svc->spec->hearings;
    struct hearers *all = calloc(1, sizeof(*all));
    size_t n = 0;

    if (!all)
        return err_raise(-ENOMEM);
    svc->hearers = all;
    all->svc = svc;
    for (const struct hearing *h = hearings; h && h->source; h++)
        n += is_first(hearings, h);
    all->sources = calloc(n + 1, sizeof(*all->sources));
    CHECK(all->sources);
    for (const struct hearing *h = hearings; h && h->source; h++)
        if (is_first(hearings, h))
            source_init(all, &all->sources[all->n++], h->source);
    uv_timer_init(&svc->loop, &all->timer);
    all->timer.data = all;
    return 0;
}

int hearers_prepare(struct service *svc, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct hearers *all = svc->hearers;
    size_t n = all->n * svc->n_districts, k = 0;
    bool waits = strcmp(svc->set.hear_from, "snapshot") == 0;
    const char **districts = arena_new_array(a, const char *, n + 1),
               **sources = arena_new_array(a, const char *, n + 1);
    struct tx *tx = tx_begin(svc->first_pg, TX_WRITE, a);

    for (size_t i = 0; i < all->n; i++)
        for (size_t j = 0; j < svc->n_districts; j++, k++) {
            districts[k] = svc->districts[j];
            sources[k] = all->sources[i].name;
        }
    if (n) {
        sql_exec(tx, &sql_frame_subscription_add, TA(districts, n), TA(sources, n),
                 T(waits ? "diverged" : "following"),
                 T(waits ? "nothing is heard before a snapshot is loaded (hear.from): hongping "
                           "snapshot SERVICE FILE --load"
                         : NULL));
        sql_exec(tx, &sql_frame_subscription_known,
                 TA((const char *const *)svc->districts, svc->n_districts));
    }
    return err_fold(tx_commit(tx, e));
}

/* Of what is under way the end is waited for: its events fit the position as it is in the database, or are refused by it. */
static void doubt(struct subscription *sub)
{
    sub->doubted = true;
    if (sub->state == SUB_PULLED)
        sub->pull = NULL;
    if (sub->state == SUB_IDLE || sub->state == SUB_PULLED)
        sub_unread(sub);
}

void hearers_doubt(struct service *svc)
{
    struct hearers *all = svc->hearers;

    for (size_t i = 0; i < all->n && !all->stopped; i++)
        for (size_t j = 0; j < all->sources[i].n; j++)
            doubt(&all->sources[i].subs[j]);
}

void hearers_read(struct service *svc)
{
    struct hearers *all = svc->hearers;

    hearers_doubt(svc);
    for (size_t i = 0; i < all->n && !all->stopped; i++)
        for (size_t j = 0; j < all->sources[i].n; j++)
            if (all->sources[i].subs[j].state == SUB_STOPPED)
                sub_unread(&all->sources[i].subs[j]);
}

void hearers_lead(struct service *svc, const char *district, bool lead)
{
    struct hearers *all = svc->hearers;

    for (size_t i = 0; i < all->n; i++) {
        struct subscription *sub = sub_of(&all->sources[i], district);

        if (!sub)
            continue;
        sub->led = lead;
        if (lead && sub->state == SUB_UNLED)
            sub_unread(sub);
        else if (!lead && sub->state != SUB_APPLYING && sub->state != SUB_PULLED)
            sub->state = SUB_UNLED; /* else when that is over */
    }
}

void hearers_stop(struct service *svc)
{
    struct hearers *all = svc->hearers;

    all->stopped = true;
    for (size_t i = 0; i < all->n; i++)
        for (size_t j = 0; j < all->sources[i].n; j++)
            answer_awaiting(&all->sources[i].subs[j]);
    uv_close((uv_handle_t *)&all->timer, NULL);
}

void hearers_free(struct service *svc)
{
    if (!svc->hearers)
        return;
    for (size_t i = 0; i < svc->hearers->n; i++) {
        for (size_t j = 0; j < svc->hearers->sources[i].n; j++)
            drop_ahead(&svc->hearers->sources[i].subs[j]);
        free(svc->hearers->sources[i].subs);
    }
    free(svc->hearers->sources);
    free(TAKE(svc->hearers));
}
