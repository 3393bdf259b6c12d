/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rebuild - the read models once more, aside, from the streams; and every difference to the live
 * ones
 *
 * The live rows and positions are read in one snapshot; the schema reporting_aside is emptied and
 * fed with every event up to those positions by the same reporting_apply(); then both are walked by
 * key. The live service goes on meanwhile.
 */
#include <errno.h>
#include <string.h>

#include "common/base/str.h"
#include "common/service/events.h"
#include "frame_sql.h"
#include "reporting_sql.h"
#include "services/reporting/reporting.h"

#include "common/base/banned.h"

#define ASIDE "reporting_aside"
enum { PAGE = 500, FETCH_WAIT_MS = 5000, MOST_DIFFERENCES = 1000 };

struct rebuild {
    struct ctx *c; /* the query's: its arena holds the reply */
    struct pg *live, *aside;
    struct bus_link *link;
    Reporting__RebuildReply reply;
    size_t room;
};

static const struct sql_stmt *const *const statement_lists[] = {frame_statements,
                                                                reporting_statements, NULL};

static int open_all(struct rebuild *b, struct errtext *e)
{
    const char *conninfo = service_conninfo(b->c->svc);
    int r;

    r = migrate(conninfo, ASIDE, "frame", frame_migrations, e);
    if (r == 0)
        r = migrate(conninfo, ASIDE, "reporting", reporting_migrations, e);
    if (r == 0)
        r = pg_open(conninfo, ASIDE, statement_lists, &b->aside, e);
    if (r == 0)
        r = pg_open(conninfo, service_schema(b->c->svc), statement_lists, &b->live, e);
    if (r == 0)
        r = bus_link_new(service_bus_conf(b->c->svc), &b->link, e);
    return err_fold(r);
}

static int clear(struct rebuild *b, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct tx *tx = tx_begin(b->aside, TX_WRITE, arena);

    sql_exec(tx, &sql_aside_clear);
    return err_fold(tx_commit(tx, e));
}

/* Apply one event aside, in @tx. */
static int apply_event(struct rebuild *b, struct tx *tx, struct arena *arena, const char *source,
                       const Hp__Event *event)
{
    const struct view *v = view_for(source, event->type);
    struct ctx c = *b->c;

    if (!v)
        return 0;
    c.tx = tx;
    c.arena = arena;
    c.district = event->district;
    c.event = event;
    c.source = source;
    c.actor = NULL;
    c.account = "";
    c.request = protobuf_c_message_unpack(v->event, arena_pb(arena), event->payload.len,
                                          event->payload.data);
    if (!c.request)
        return err_raise(-EBADMSG);
    return reporting_apply(&c);
}

/* One batch of a stream, not beyond @until; moves @after to its last event. */
static int apply_batch(struct rebuild *b, const char *source, const char *district, int64_t *after,
                       int64_t until, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct events batch;
    struct tx *tx;
    int r;

    r = events_fetch(b->link, arena, source, district, *after, 0, FETCH_WAIT_MS, &batch, e);
    if (r)
        return err_fold(r);
    if (batch.n == 0)
        return err_raise(-EBADMSG);
    tx = tx_begin(b->aside, TX_WRITE, arena);
    for (size_t i = 0; i < batch.n && batch.list[i]->position <= until; i++) {
        r = apply_event(b, tx, arena, source, batch.list[i]);
        if (r) {
            tx_rollback(tx);
            return err_fold(r);
        }
        *after = batch.list[i]->position;
        b->reply.events++;
    }
    return err_fold(tx_commit(tx, e));
}

static int replay(struct rebuild *b, struct tx *live, struct errtext *e)
{
    struct rows *positions;
    int r = sql_query(live, &sql_live_positions, &positions);

    for (size_t i = 0; r == 0 && i < rows_count(positions); i++) {
        int64_t after = 0, until = rows_i64(positions, i, "position");

        while (r == 0 && after < until)
            r = apply_batch(b, rows_text(positions, i, "source"),
                            rows_text(positions, i, "district"), &after, until, e);
    }
    return err_fold(r);
}

static void differ(struct rebuild *b, const char *table, const char *key, const char *live,
                   const char *rebuilt)
{
    struct arena *a = b->c->arena;
    Reporting__RebuildDifference *d;

    if (b->reply.n_differences >= MOST_DIFFERENCES)
        return;
    if (!b->reply.differences)
        b->reply.differences = arena_new_array(a, Reporting__RebuildDifference *, MOST_DIFFERENCES);
    d = arena_new_one(a, Reporting__RebuildDifference);
    reporting__rebuild_difference__init(d);
    d->table = (char *)table;
    d->key = arena_strdup(a, key);
    d->live = arena_strdup(a, live);
    d->rebuilt = arena_strdup(a, rebuilt);
    b->reply.differences[b->reply.n_differences++] = d;
}

/* One side of the walk: pages of rows in key order. */
struct side {
    struct tx *tx;
    const struct sql_stmt *stmt;
    struct rows *rows;
    size_t at;
    bool over;
};

static int side_look(struct side *s)
{
    const char *after = "";

    if (s->over || (s->rows && s->at < rows_count(s->rows)))
        return 0;
    if (s->rows && rows_count(s->rows) < PAGE) {
        s->over = true;
        return 0;
    }
    if (s->rows)
        after = rows_text(s->rows, s->at - 1, "key");
    int r = sql_query(s->tx, s->stmt, &s->rows, T(after), I(PAGE));
    if (r)
        return err_fold(r);
    s->at = 0;
    s->over = rows_count(s->rows) == 0;
    return 0;
}

static int compare_table(struct rebuild *b, const char *table, const struct sql_stmt *stmt,
                         struct tx *live, struct tx *aside)
{
    struct side l = {.tx = live, .stmt = stmt}, a = {.tx = aside, .stmt = stmt};
    int r;

    while ((r = side_look(&l)) == 0 && (r = side_look(&a)) == 0 && !(l.over && a.over)) {
        const char *lk = l.over ? NULL : rows_text(l.rows, l.at, "key");
        const char *ak = a.over ? NULL : rows_text(a.rows, a.at, "key");
        int order = !lk ? 1 : !ak ? -1 : strcmp(lk, ak);
        const char *lv = order <= 0 ? rows_text(l.rows, l.at, "value") : "";
        const char *av = order >= 0 ? rows_text(a.rows, a.at, "value") : "";

        if (!str_equal(lv, av))
            differ(b, table, order <= 0 ? lk : ak, lv, av);
        b->reply.rows += order >= 0;
        l.at += order <= 0;
        a.at += order >= 0;
    }
    return err_fold(r);
}

static int compare_all(struct rebuild *b, struct tx *live)
{
    static const struct {
        const char *table;
        const struct sql_stmt *stmt;
    } tables[] = {
        {"timeline", &sql_compare_timeline}, {"timeline_subject", &sql_compare_timeline_subject},
        {"subject", &sql_compare_subject},   {"progress", &sql_compare_progress},
        {"dossier", &sql_compare_dossier},
    };
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct tx *aside = tx_begin(b->aside, TX_SNAPSHOT, arena);
    int r = 0;

    for (size_t i = 0; r == 0 && i < ARRAY_LEN(tables); i++)
        r = compare_table(b, tables[i].table, tables[i].stmt, live, aside);
    tx_rollback(aside);
    return err_pass(r);
}

static int run(struct rebuild *b, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct tx *live = NULL;
    int r;

    r = open_all(b, e);
    if (r == 0)
        r = clear(b, e);
    if (r)
        return err_pass(r);
    live = tx_begin(b->live, TX_SNAPSHOT, arena);
    r = replay(b, live, e);
    if (r == 0)
        r = compare_all(b, live);
    tx_rollback(live);
    return err_pass(r);
}

int reporting_rebuild(struct ctx *c)
{
    struct rebuild b = {.c = c, .reply = REPORTING__REBUILD_REPLY__INIT};
    struct errtext e = {0};
    int r = run(&b, &e);

    bus_link_free(b.link);
    pg_close(b.aside);
    pg_close(b.live);
    if (r)
        return refuse(c, reason_rebuild_failed, NULL, *e.text ? e.text : strerror(-r), NULL);
    reply_with(c, &b.reply.base);
    return 0;
}
