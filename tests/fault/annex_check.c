/* SPDX-License-Identifier: Apache-2.0 */
/* annex_check - each item and reminder of the annex is there once, none before its time */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "annex.h"
#include "common/base/clock.h"

enum { ASK_MS = 60000, REST_LIMIT_S = 60 };
/* Instances of one service may commit in another order than they took the time in, one that stands
 * still for a while by as long. A clock that is off is off by more. */
enum { ORDER_S = 60 };

/* A reminder's key has its instant, which is looked at after what ran was read. */
int64_t annex_early_us(void)
{
    long latest =
        scene_number("select coalesce(max(split_part(key, ' ', 2)::bigint), 0) from " ECHO_SCHEMA
                     ".reminded where key like 'due %'");
    int64_t now = wall_now_us();

    return latest < 0 ? -1 : latest > now ? latest - now : 0;
}

static long number_of(const char *sql)
{
    long n = scene_number(sql);

    if (n < 0)
        fail("annex: no answer to %s", sql);
    return n;
}

/* Reminders that are due by @at have run, and mirror has heard all there is. */
static void come_to_rest(struct operator* op, int64_t at)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__AwaitApplied await = HP__AWAIT_APPLIED__INIT;
    int64_t end = now_us() + REST_LIMIT_S * SECOND_US;
    struct errtext e = {0};
    char sql[256];

    snprintf(sql, sizeof(sql),
             "select count(*) from " ECHO_SCHEMA
             ".timer where due_at <= to_timestamp(%lld / 1000000.0)",
             (long long)at);
    while (!failed() && number_of(sql) > 0) {
        if (now_us() > end)
            fail("annex: reminders are due and do not run");
        pause_ms(20);
    }
    await.source = (char *)"echo";
    await.district = (char *)DISTRICT;
    await.position =
        number_of("select stream_seq from " ECHO_SCHEMA ".head where district = '" DISTRICT "'");
    if (!failed() &&
        operator_ask(op, a, "mirror", DISTRICT, &await.base, NULL, ASK_MS, NULL, &e) != 0)
        fail("annex: mirror has not heard up to %lld: %s", (long long)await.position, e.text);
}

static int times(const struct table *t, const char *key)
{
    int n;

    (void)table_find(t, key, &n);
    return n;
}

struct annex_tables {
    struct table *heard, *ran, *items, *log; /* read in this order: reminders go on meanwhile */
    size_t n_heard, n_ran, n_items;          /* of them known */
};

/* One that came due after @from may or may not have run. */
static void check_note(const struct annex_note *note, struct annex_tables *t, int64_t from)
{
    bool is_item = !note->due_at, must = is_item || note->due_at <= from;
    int n = times(is_item ? t->items : t->ran, note->key), told = times(t->heard, note->key);

    if (times(t->log, note->id_text) != 1)
        fail("annex: %s was acknowledged and is in the log %d times", note->key,
             times(t->log, note->id_text));
    if (n > 1 || (must && n != 1))
        fail("annex: %s is there %d times", note->key, n);
    if (told > n || (must && told != n))
        fail("annex: %s happened %d times and was heard %d times", note->key, n, told);
    t->n_heard += (size_t)told;
    t->n_items += is_item;
    t->n_ran += !is_item && n;
}

static void check_notes(const char *conninfo, int64_t from)
{
    struct annex_tables t = {
        .heard = table_load(conninfo, "select key from " MIRROR_SCHEMA ".heard"),
        .ran = table_load(conninfo, "select key from " ECHO_SCHEMA ".reminded"),
        .items = table_load(conninfo, "select key from " ECHO_SCHEMA ".item where writes = 1"),
        .log = table_load(conninfo,
                          "select message_id from " ECHO_SCHEMA ".log where outcome = 'done' "
                          "and account = '" ANNEX_ACCOUNT "'")};

    for (size_t i = 0; i < annex_notes.n && !failed(); i++)
        check_note(&annex_notes.list[i], &t, from);
    if (!failed() && (table_count(t.log) != annex_notes.n || table_count(t.items) != t.n_items ||
                      table_count(t.ran) != t.n_ran || table_count(t.heard) != t.n_heard))
        fail("annex: there are %zu commands, %zu items, %zu reminders that ran, %zu events heard; "
             "known are %zu, %zu, %zu, %zu",
             table_count(t.log), table_count(t.items), table_count(t.ran), table_count(t.heard),
             annex_notes.n, t.n_items, t.n_ran, t.n_heard);
    tell("annex: %zu commands there once, %ld sent again after restores; %zu reminders ran, none "
         "before its time",
         annex_notes.n, annex_notes.n_again, t.n_ran);
    table_free(t.heard);
    table_free(t.ran);
    table_free(t.items);
    table_free(t.log);
}

static void check_time(const char *ledger)
{
    char sql[512];
    long n;

    snprintf(sql, sizeof(sql),
             "select count(*) from (select at, max(at) over (partition by district order by seq "
             "rows between unbounded preceding and 1 preceding) as before from " ECHO_SCHEMA
             ".%s) l where at < before - make_interval(secs => %d)",
             ledger, ORDER_S);
    n = number_of(sql);
    if (n > 0)
        fail("annex: business time went back before %ld rows of %s", n, ledger);
}

static void check_chains(struct operator* op, const char *service)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Verify verify = HP__VERIFY__INIT;
    Hp__VerifyReply *reply;
    struct errtext e = {0};

    if (operator_ask(op, a, service, DISTRICT, &verify.base, &hp__verify_reply__descriptor, ASK_MS,
                     &reply, &e) != 0)
        fail("annex: verify of %s: %s", service, e.text);
    else if (reply->n_faults || !reply->rows)
        fail("annex: verify of %s: %lld rows, %s", service, (long long)reply->rows,
             reply->n_faults ? reply->faults[0]->reason : "no fault");
}

void annex_check(struct operator* op)
{
    int64_t from = wall_now_us();
    char conninfo[600];

    come_to_rest(op, from);
    if (!failed())
        check_notes(superuser(conninfo), from);
    if (!failed() && annex_early_us() != 0)
        fail("annex: reminders ran before they were due");
    if (!failed())
        check_time("stream");
    if (!failed())
        check_time("log");
    if (!failed())
        check_chains(op, "echo");
    if (!failed())
        check_chains(op, "mirror");
}
