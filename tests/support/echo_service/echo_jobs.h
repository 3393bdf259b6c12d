/* SPDX-License-Identifier: Apache-2.0 */
/* echo_jobs - jobs of the echo service in tests: begun, looked at, awaited */
#pragma once
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/support/echo_service/harness.h"

enum { JOB_PATIENCE_US = 90000000 };

/* bus.StartJob of @kind with the packed @args. */
UNUSED static Hp__Envelope *echo_job_envelope(struct echo_stack *s, const char *kind,
                                              struct bytes args)
{
    Hp__StartJob start = HP__START_JOB__INIT;

    start.kind = (char *)kind;
    start.has_args = true;
    start.args = (ProtobufCBinaryData){args.size, (uint8_t *)args.data};
    return echo_envelope(s, "bus.StartJob", &start.base);
}

/* The job in an answer to bus.StartJob or bus.CancelJob. */
UNUSED static Hp__Job *echo_job_in(struct echo_stack *s, const Hp__Reply *reply)
{
    Hp__Job *job = hp__job__unpack(arena_pb(s->arena), reply->payload.len, reply->payload.data);

    cr_assert_not_null(job);
    return job;
}

/* As it stands now. */
UNUSED static Hp__Job *echo_job_look(struct echo_stack *s, const char *service, const Hp__Job *job)
{
    Hp__ListJobs list = HP__LIST_JOBS__INIT;
    Hp__ListJobsReply *reply;
    Hp__Reply *answer;

    list.has_id = true;
    list.id = job->id;
    answer = echo_done(s, service, echo_envelope(s, "bus.ListJobs", &list.base));
    reply =
        hp__list_jobs_reply__unpack(arena_pb(s->arena), answer->payload.len, answer->payload.data);
    cr_assert(reply && reply->n_jobs == 1);
    return reply->jobs[0];
}

/* Once it is in @state and, with @done >= 0, that far. */
UNUSED static Hp__Job *echo_job_await(struct echo_stack *s, const char *service, const Hp__Job *job,
                                      const char *state, int64_t done)
{
    int64_t until = monotonic_now_us() + JOB_PATIENCE_US;
    Hp__Job *now;

    do {
        now = echo_job_look(s, service, job);
        if (strcmp(now->state, state) == 0 && (done < 0 || now->done == done))
            return now;
    } while (monotonic_now_us() < until);
    cr_assert_fail("the job is %s at %lld: %s", now->state, (long long)now->done,
                   now->error ? now->error : "");
    return now;
}
