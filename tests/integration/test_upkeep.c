/* SPDX-License-Identifier: Apache-2.0 */
/* What is done hourly whoever asks: the partitions of the months, and forgetting message ids and ended jobs. Its first round is seconds after the start. */
#include <criterion/criterion.h>
#include <signal.h>

#include "common/base/clock.h"
#include "common/base/str.h"
#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"

/* The first instant of the next month, and what it is called. */
#define NEXT \
    "((date_trunc('month', now() at time zone 'UTC') + interval '1 month') at time zone 'UTC')"
#define NAME "to_char(" NEXT " at time zone 'UTC', '\"_\"YYYY\"_\"MM')"

static struct echo_stack s;

static void open_stack(void)
{
    echo_open(&s);
}

static void close_stack(void)
{
    echo_close(&s);
}

TestSuite(upkeep, .init = open_stack, .fini = close_stack, .timeout = 120);

static const char *faults(void)
{
    const Hp__VerifyReply *v = echo_verify(&s, "echo");
    const char *text = "";

    for (size_t i = 0; i < v->n_faults; i++)
        text = arena_printf(s.arena, "%s%s %lld %s ", text, v->faults[i]->ledger,
                            (long long)v->faults[i]->seq, v->faults[i]->reason);
    return text;
}

/* No partition of the next month, and a row of each table in it, which is in the default one then. */
static void row_of_next_month(const char *move)
{
    pg_test_age(&s.echo, arena_printf(s.arena,
                                      "do $$ begin execute 'drop table stream' || " NAME
                                      "; execute 'drop table log' || " NAME
                                      "; end $$; %s; select pg_temp.age_seal('echo')",
                                      move));
}

static const char of_next_month[] =
    "select (select tableoid::regclass::text from stream where seq = 2) || ' ' || "
    "(select tableoid::regclass::text from log where seq = 2)";

Test(upkeep, a_row_of_a_month_to_come_moves_into_the_months_partition)
{
    pid_t pid = echo_start(&s, "echo", NULL);

    for (int i = 0; i < 3; i++)
        echo_done(&s, "echo", echo_put(&s, "a", "x"));
    echo_end(&s, pid, SIGTERM);
    row_of_next_month("update stream set wall_at = " NEXT " + interval '3 days' where seq = 2;"
                      "update log set wall_at = " NEXT " + interval '3 days' where seq = 2");
    cr_assert_str_eq(echo_value(&s, &s.echo, of_next_month), "stream_other log_other");
    echo_start(&s, "echo", NULL);
    wire_await(&s, &s.echo, of_next_month,
               echo_value(&s, &s.echo, "select 'stream' || " NAME " || ' log' || " NAME));
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from stream"), "3");
    cr_assert_str_eq(faults(), "");
}

Test(upkeep, ids_are_forgotten_while_a_month_cannot_be_made)
{
    pid_t pid = echo_start(&s, "echo", "message.days=1", NULL);
    PGconn *reader;

    echo_done(&s, "echo", echo_put(&s, "a", "x"));
    echo_end(&s, pid, SIGTERM);
    row_of_next_month("update message set wall_at = wall_at - interval '2 days', "
                      "id = overlay(id::text placing '0000' from 1)::uuid");
    reader = wire_session(&s.echo, "lock table stream_other in access share mode");
    echo_start(&s, "echo", "message.days=1", NULL);
    wire_await(&s, &s.echo, "select count(*) from message", "0");
    cr_assert_str_eq(echo_value(&s, &s.echo,
                                "select count(*) from pg_class where relname = 'stream' || " NAME
                                " and relnamespace = current_schema()::regnamespace"),
                     "0");
    wire_session_end(reader);
    wire_await(&s, &s.echo,
               "select count(*) from pg_class where relname in ('stream' || " NAME
               ", 'log' || " NAME ") and relnamespace = current_schema()::regnamespace",
               "2");
}

/* Rows that changed so long ago; nobody takes one of a kind that no build knows. */
static const char old_jobs[] =
    "insert into job (id, kind, args, state, changed_at)"
    " select gen_random_uuid(), 'sample', '', state, now() - age"
    " from unnest(array['queued', 'running', 'done', 'cancelled', 'failed']) state,"
    " unnest(array[interval '7 days 1 minute', interval '6 days 23 hours']) age";

Test(upkeep, a_job_that_ended_is_listed_for_its_days_and_one_that_did_not_stays)
{
    pid_t pid = echo_start(&s, "echo", "job.days=7", NULL);

    echo_end(&s, pid, SIGTERM);
    pg_test_run(&s.echo, old_jobs);
    echo_start(&s, "echo", "job.days=7", NULL);
    wire_await(&s, &s.echo, "select count(*) from job", "7");
    cr_assert_str_eq(echo_value(&s, &s.echo,
                                "select string_agg(state || n, ' ' order by state) from"
                                " (select state, count(*) as n from job group by state) j"),
                     "cancelled1 done1 failed1 queued2 running2");
}

/* A UUIDv7 that is made @ms since 1970. */
static Hp__Envelope *put_made(int64_t ms, const char *key)
{
    Hp__Envelope *env = echo_put(&s, key, "one");

    for (int i = 0; i < 6; i++)
        env->message_id.data[i] = (uint8_t)(ms >> (40 - 8 * i));
    return env;
}

/* It could not be told from one that was carried out and forgotten. */
Test(upkeep, an_id_older_than_they_are_remembered_is_refused)
{
    const int64_t now_ms = wall_now_us() / 1000, day_ms = DAY_US / 1000;
    Hp__Reply *reply;

    echo_start(&s, "echo", "message.days=1", NULL);
    reply = echo_ask(&s, "echo", put_made(now_ms - day_ms - 1000, "old"));
    cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED);
    cr_assert_str_eq(reply->code, "message_too_old");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from item"), "0");
    echo_done(&s, "echo", put_made(now_ms - day_ms + 600000, "young"));
}

Test(upkeep, an_id_is_kept_until_its_own_time_is_too_old)
{
    const int64_t now_ms = wall_now_us() / 1000, day_ms = DAY_US / 1000;
    pid_t pid = echo_start(&s, "echo", "message.days=1", NULL);
    Hp__Envelope *ahead = put_made(now_ms + 800 * day_ms, "ahead");
    Hp__Envelope *late = put_made(now_ms - day_ms / 2, "late"),
                 *gone = put_made(now_ms - day_ms + 60000, "gone");

    echo_done(&s, "echo", ahead);
    echo_done(&s, "echo", late);
    echo_done(&s, "echo", gone);
    echo_end(&s, pid, SIGTERM);
    /* two days later, as the table sees it: only the id of the last is as old itself */
    pg_test_run(&s.echo, "update message set wall_at = wall_at - interval '2 days';"
                         "update message set id = overlay(id::text placing '0000' from 1)::uuid "
                         "where id = (select min(id::text)::uuid from message)");
    echo_start(&s, "echo", "message.days=1", NULL);
    wire_await(&s, &s.echo, "select count(*) from message", "2");
    for (int i = 0; i < 2; i++) {
        /* the row of the log that it points to has another instant now: an answer from it cannot be given */
        cr_assert_eq(echo_ask(&s, "echo", ahead)->status, HP__REPLY__STATUS__REFUSED);
        cr_assert_eq(echo_ask(&s, "echo", late)->status, HP__REPLY__STATUS__REFUSED);
    }
    cr_assert_str_eq(echo_value(&s, &s.echo, "select sum(writes) from item"), "3");
}
