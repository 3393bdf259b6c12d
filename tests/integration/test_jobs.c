/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs: how far they are, cancelled, left behind by a process, taken up again, never twice at once. */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/support/beside.h"
#include "tests/support/echo_service/echo_jobs.h"
#include "tests/support/pg_test.h"

static struct echo_stack s;

static void open_stack(void)
{
    echo_open(&s);
}

static void close_stack(void)
{
    echo_close(&s);
}

TestSuite(jobs, .init = open_stack, .fini = close_stack, .timeout = 120);

enum { PATIENCE_US = 60000000 };

static struct bytes bytes_of(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

static Hp__Job *start_count(const char *upto)
{
    return echo_job_in(&s, echo_done(&s, "echo", echo_job_envelope(&s, "count", bytes_of(upto))));
}

static Hp__ListJobsReply *list(const Hp__Job *job)
{
    Hp__ListJobs list = HP__LIST_JOBS__INIT;
    Hp__ListJobsReply *reply;
    Hp__Reply *answer;

    if (job) {
        list.has_id = true;
        list.id = job->id;
    }
    answer = echo_done(&s, "echo", echo_envelope(&s, "bus.ListJobs", &list.base));
    reply =
        hp__list_jobs_reply__unpack(arena_pb(s.arena), answer->payload.len, answer->payload.data);
    cr_assert_not_null(reply);
    return reply;
}

static Hp__Job *cancel(const Hp__Job *job)
{
    Hp__CancelJob cancel = HP__CANCEL_JOB__INIT;

    cancel.id = job->id;
    return echo_job_in(&s, echo_done(&s, "echo", echo_envelope(&s, "bus.CancelJob", &cancel.base)));
}

/* A job that ended is said to have ended, in words that name how. */
static void cancel_too_late(const Hp__Job *job, const char *state)
{
    Hp__CancelJob cancel = HP__CANCEL_JOB__INIT;
    Hp__Reply *answer;

    cancel.id = job->id;
    answer = echo_ask(&s, "echo", echo_envelope(&s, "bus.CancelJob", &cancel.base));
    cr_assert_eq(answer->status, HP__REPLY__STATUS__REFUSED);
    cr_assert_str_eq(answer->code, "job_ended");
    cr_assert_eq(answer->n_args, 2);
    cr_assert_str_eq(answer->args[1], state);
}

static void hold(int step)
{
    pg_test_run(&s.echo, arena_printf(s.arena, "insert into held values ('310000', %d)", step));
}

static void let_go(void)
{
    pg_test_run(&s.echo, "delete from held");
}

static const char *counted(void)
{
    return echo_value(&s, &s.echo, "select string_agg(step::text, ' ' order by n) from counted");
}

Test(jobs, a_job_tells_how_far_it_is_and_what_it_came_to)
{
    Hp__Envelope *start = echo_job_envelope(&s, "count", bytes_of("5")), *other;
    Hp__Reply *answer;
    Hp__Job *job;

    echo_start(&s, "echo", NULL);
    hold(4);
    job = echo_job_in(&s, echo_done(&s, "echo", start));
    cr_assert_eq(memcmp(job->id.data, start->message_id.data, 16), 0);
    cr_assert_str_eq(job->account, "sample-officer");
    job = echo_job_await(&s, "echo", job, "running", 3);
    cr_assert_str_eq(job->phase, "counting");
    cr_assert_eq(job->total, 5);
    cr_assert_not(job->has_result);
    let_go();
    job = echo_job_await(&s, "echo", job, "done", 5);
    cr_assert_eq(job->result.len, 7);
    cr_assert_eq(memcmp(job->result.data, "counted", 7), 0);
    cr_assert_str_eq(counted(), "1 2 3 4 5");
    /* the same again starts nothing; the same id with something else is refused */
    cr_assert_str_eq(echo_job_in(&s, echo_done(&s, "echo", start))->state, "done");
    other = echo_job_envelope(&s, "count", bytes_of("6"));
    other->message_id = start->message_id;
    answer = echo_ask(&s, "echo", other);
    cr_assert_str_eq(answer->code, "message_reused");
    cr_assert_eq(list(NULL)->n_jobs, 1);
}

Test(jobs, a_job_that_cannot_be_done_says_why)
{
    Hp__Reply *answer;
    Hp__Job *job;

    echo_start(&s, "echo", NULL);
    job = echo_job_await(&s, "echo", start_count("many"), "failed", -1);
    cr_assert_str_eq(job->error, "count needs a number");
    answer = echo_ask(&s, "echo", echo_job_envelope(&s, "dance", bytes_of("")));
    cr_assert_str_eq(answer->code, "value_unknown");
}

Test(jobs, a_cancelled_job_stops_and_one_that_waits_never_begins)
{
    Hp__Job *first, *second, *third;

    echo_start(&s, "echo", NULL);
    hold(1);
    first = start_count("3");
    second = start_count("3");
    echo_job_await(&s, "echo", first, "running", -1);
    echo_job_await(&s, "echo", second, "running", -1);
    third = start_count("3"); /* two at once, no more */
    cr_assert_str_eq(cancel(third)->state, "cancelled");
    cancel_too_late(third, "cancelled");
    cr_assert_str_eq(cancel(first)->state, "cancelling");
    echo_job_await(&s, "echo", first, "cancelled", 0);
    let_go();
    echo_job_await(&s, "echo", second, "done", 3);
    cr_assert_str_eq(echo_job_look(&s, "echo", third)->state, "cancelled");
    cancel_too_late(second, "done");
    cancel_too_late(first, "cancelled");
    cr_assert_str_eq(counted(), "1 2 3");
}

Test(jobs, a_stopped_service_goes_on_from_the_mark)
{
    Hp__Job *job;
    pid_t pid = echo_start(&s, "echo", NULL);

    hold(4);
    job = start_count("6");
    echo_job_await(&s, "echo", job, "running", 3);
    cr_assert_eq(echo_end(&s, pid, SIGTERM), 0);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select state from job"), "queued");
    let_go();
    echo_start(&s, "echo", NULL);
    job = echo_job_await(&s, "echo", job, "done", 6);
    cr_assert_eq(job->turn, 2);
    cr_assert_str_eq(counted(), "1 2 3 4 5 6");
}

Test(jobs, a_killed_service_goes_on_from_the_mark)
{
    Hp__Job *job;
    pid_t pid = echo_start(&s, "echo", NULL);

    hold(4);
    job = start_count("6");
    echo_job_await(&s, "echo", job, "running", 3); /* kept together with its mark */
    echo_end(&s, pid, SIGKILL);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select state from job"), "running");
    let_go();
    echo_start(&s, "echo", NULL);
    job = echo_job_await(&s, "echo", job, "done", 6);
    cr_assert_eq(job->turn, 2);
    cr_assert_str_eq(counted(), "1 2 3 4 5 6");
}

Test(jobs, two_instances_never_run_one_twice)
{
    char *dir = arena_printf(s.arena, "%s/second", s.dir);
    Hp__Job *jobs[6];

    cr_assert_eq(mkdir(dir, 0700), 0);
    echo_start(&s, "echo", NULL);
    echo_spawn(&s, "echo", dir, NULL);
    hold(2);
    for (int i = 0; i < 6; i++)
        jobs[i] = start_count("3");
    /* two here and two there */
    for (int64_t until = monotonic_now_us() + PATIENCE_US;
         strcmp(echo_value(&s, &s.echo,
                           "select count(*) || ' ' || count(distinct instance) from job"
                           " where state = 'running' and done = 1"),
                "4 2") != 0;)
        cr_assert_lt(monotonic_now_us(), until);
    let_go();
    for (int i = 0; i < 6; i++)
        cr_assert_eq(echo_job_await(&s, "echo", jobs[i], "done", 3)->turn, 1);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from counted"), "18");
}

/* ---- verify ---- */

static Hp__VerifyReply *verified(const Hp__Job *job)
{
    Hp__VerifyReply *reply =
        hp__verify_reply__unpack(arena_pb(s.arena), job->result.len, job->result.data);

    cr_assert_not_null(reply);
    return reply;
}

static Hp__Job *start_verify(const Hp__VerifyJob *args)
{
    struct bytes packed = {arena_alloc(s.arena, 4096), hp__verify_job__get_packed_size(args)};

    hp__verify_job__pack(args, (uint8_t *)packed.data);
    return echo_job_in(&s, echo_done(&s, "echo", echo_job_envelope(&s, "verify", packed)));
}

static Hp__Job *verify(const Hp__VerifyJob *args)
{
    return echo_job_await(&s, "echo", start_verify(args), "done", -1);
}

static void put_some(int n)
{
    for (int i = 0; i < n; i++)
        echo_done(&s, "echo", echo_put(&s, arena_printf(s.arena, "k%d", i), "text"));
}

Test(jobs, verify_names_what_was_changed)
{
    Hp__VerifyJob args = HP__VERIFY_JOB__INIT;
    Hp__VerifyReply *reply;
    Hp__Job *job;

    echo_start(&s, "echo", NULL);
    put_some(10);
    job = verify(&args);
    reply = verified(job);
    cr_assert_eq(reply->n_faults, 0);
    cr_assert_eq(reply->rows, 20);
    cr_assert_eq(job->total, 20);
    pg_test_run(&s.echo, "update stream set type = 'echo.Other' where seq = 7");
    pg_test_run(&s.echo, "update log set note = 'x' where seq = 3");
    reply = verified(verify(&args));
    cr_assert_eq(reply->n_faults, 2);
    cr_assert_str_eq(reply->faults[0]->reason, "digest");
    args.ledger = (char *)"log";
    args.district = (char *)ECHO_DISTRICT;
    reply = verified(verify(&args));
    cr_assert_eq(reply->n_faults, 1);
    cr_assert_eq(reply->faults[0]->seq, 3);
    cr_assert_eq(reply->rows, 10);
}

/* A mark that says: the log is done, of the stream what lies up to seal 5. */
static const char *packed_mark(void)
{
    Hp__VerifyMark mark = HP__VERIFY_MARK__INIT;
    Hp__VerifyChain log = HP__VERIFY_CHAIN__INIT, stream = HP__VERIFY_CHAIN__INIT,
                    *chains[] = {&stream, &log};
    Hp__LedgerFault known = HP__LEDGER_FAULT__INIT, again = HP__LEDGER_FAULT__INIT,
                    *faults[] = {&known, &again};
    const char *hex = echo_value(&s, &s.echo,
                                 "select encode(hash, 'hex') from seal"
                                 " where ledger = 'stream' and district = '310105' and last = 5");
    uint8_t hash[32], packed[1024];
    char *text = arena_zalloc(s.arena, 2 * sizeof(packed) + 1);
    size_t size;

    for (size_t i = 0; i < sizeof(hash); i++)
        cr_assert_eq(sscanf(hex + 2 * i, "%2hhx", &hash[i]), 1);
    log.ledger = (char *)"log";
    stream.ledger = known.ledger = again.ledger = (char *)"stream";
    log.district = stream.district = known.district = again.district = (char *)ECHO_DISTRICT;
    log.has_over = log.over = true;
    stream.has_after = stream.has_hash = true;
    stream.after = 5;
    stream.hash = (ProtobufCBinaryData){sizeof(hash), hash};
    known.seq = 2;
    again.seq = 7;
    known.reason = again.reason = (char *)"digest";
    mark.rows = 15;
    mark.n_chains = mark.n_faults = 2;
    mark.chains = chains;
    mark.faults = faults;
    size = hp__verify_mark__pack(&mark, packed);
    for (size_t i = 0; i < size; i++)
        snprintf(text + 2 * i, 3, "%02x", packed[i]);
    return text;
}

/* The log's default partition is read by a walk through all of it, and written by no command. */
Test(jobs, commands_and_events_go_on_while_a_verify_is_held_in_the_middle)
{
    Hp__VerifyJob args = HP__VERIFY_JOB__INIT;
    Hp__Job *job;

    beside_patient();
    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    put_some(10);
    beside_session(&s.echo, "lock table log_other in access exclusive mode");
    job = start_verify(&args);
    beside_await(&s.echo, 1); /* the stream is behind it, the log is not */
    put_some(50);
    cr_assert_eq(echo_await(&s, 60), HP__REPLY__STATUS__DONE);
    cr_assert_eq(echo_state(&s, "echo")->n_streams, 2);
    cr_assert_str_eq(echo_job_look(&s, "echo", job)->state, "running", "it is still held");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select log_seq from head where district = '310105'"),
                     "60");
    beside_let_go();
    job = echo_job_await(&s, "echo", job, "done", -1);
    cr_assert_eq(verified(job)->n_faults, 0);
    cr_assert_geq(verified(job)->rows, 20);
}

Test(jobs, verify_goes_on_behind_its_mark)
{
    Hp__VerifyReply *reply;
    Hp__Job job = HP__JOB__INIT;
    uint8_t id[16] = {1};

    echo_start(&s, "echo", NULL);
    put_some(10);
    /* before the mark: not looked at again; behind it: found, once */
    pg_test_run(&s.echo, "update stream set type = 'echo.Other' where seq in (4, 7)");
    pg_test_run(&s.echo, "update log set note = 'x' where seq = 3");
    pg_test_run(&s.echo, arena_printf(s.arena,
                                      "insert into job (id, kind, args, mark) values"
                                      " ('01000000-0000-0000-0000-000000000000', 'verify', '', "
                                      "'\\x%s')",
                                      packed_mark()));
    job.id = (ProtobufCBinaryData){sizeof(id), id};
    reply = verified(echo_job_await(&s, "echo", &job, "done", -1));
    cr_assert_eq(reply->n_faults, 2);
    cr_assert_eq(reply->faults[0]->seq, 2);
    cr_assert_eq(reply->faults[1]->seq, 7);
    cr_assert_eq(reply->rows, 20);
}
