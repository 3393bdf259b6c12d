/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/talk/follow.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/id.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

enum { ASK_MS = 5000, SILENCE_US = 120 * 1000000, LOOK_FIRST_MS = 20, LOOK_LAST_MS = 500 };

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* The first ^C is ours, a second one ends us. */
static void catch_interrupt(struct sigaction *ret_before)
{
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};

    interrupted = 0;
    sigaction(SIGINT, NULL, ret_before);
    if (ret_before->sa_handler != SIG_IGN)
        sigaction(SIGINT, &action, NULL);
}

static void show(const char *service, const Hp__Job *job, bool *shown)
{
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r\033[K%s: %s %s %lld/%lld", service, tr(job->state),
            job->phase ? job->phase : "", (long long)job->done, (long long)job->total);
    fflush(stderr);
    *shown = true;
}

static int start(struct operator* op, struct arena *a, const char *service, const char *kind,
                 const ProtobufCMessage *args, Hp__Job **ret_job, struct errtext *e)
{
    Hp__StartJob request = HP__START_JOB__INIT;

    request.kind = (char *)kind;
    if (args) {
        size_t size = protobuf_c_message_get_packed_size(args);

        request.has_args = true;
        request.args = (ProtobufCBinaryData){size, arena_alloc(a, size + 1)};
        protobuf_c_message_pack(args, request.args.data);
    }
    return operator_ask(op, a, service, NULL, &request.base, &hp__job__descriptor, ASK_MS, ret_job,
                        e);
}

/* @job as it is now; in the meantime the service may be started again. */
static int look(struct operator* op, struct arena *a, const char *service, Hp__Job **job,
                int64_t *silent_us, struct errtext *e)
{
    Hp__ListJobs request = HP__LIST_JOBS__INIT;
    int64_t began = monotonic_now_us();
    Hp__ListJobsReply *reply;
    int r;

    request.has_id = true;
    request.id = (*job)->id;
    r = operator_ask(op, a, service, NULL, &request.base, &hp__list_jobs_reply__descriptor, ASK_MS,
                     &reply, e);
    if (r == OPERATOR_E_SILENT && *silent_us < SILENCE_US) {
        *silent_us += monotonic_now_us() - began;
        return 0;
    }
    *silent_us = 0;
    if (r == 0 && reply->n_jobs)
        *job = reply->jobs[0];
    return r;
}

static bool is_over(const Hp__Job *job)
{
    return strcmp(job->state, "done") == 0 || strcmp(job->state, "failed") == 0 ||
           strcmp(job->state, "cancelled") == 0;
}

static int await(struct operator* op, struct arena *a, const char *service, Hp__Job **job,
                 struct errtext *e)
{
    int64_t silent_us = 0;
    long ms = LOOK_FIRST_MS;
    bool shown = false;
    int r = 0;

    while (r == 0 && !is_over(*job) && !interrupted) {
        struct timespec pause = {.tv_nsec = ms * 1000000};

        nanosleep(&pause, NULL); /* ^C ends it */
        ms = ms * 2 < LOOK_LAST_MS ? ms * 2 : LOOK_LAST_MS;
        if (!interrupted)
            r = look(op, a, service, job, &silent_us, e);
        if (r == 0)
            show(service, *job, &shown);
    }
    if (shown)
        fputs("\r\033[K", stderr);
    return r;
}

static int result_of(struct arena *a, const char *service, const Hp__Job *job,
                     const ProtobufCMessageDescriptor *type, void *ret_result, struct errtext *e)
{
    ProtobufCMessage *message;

    if (strcmp(job->state, "done") != 0) {
        errtext_set(e, tr("%s: the job is %s: %s"), service, tr(job->state),
                    job->error ? job->error : "-");
        say_about(strcmp(job->state, "cancelled") == 0 ? "job_cancelled" : "job_failed", NULL,
                  job->error);
        return OPERATOR_E_REFUSED;
    }
    message = protobuf_c_message_unpack(type, arena_pb(a), job->result.len, job->result.data);
    if (!message) {
        errtext_set(e, tr("the answer is not a %s"), type->name);
        return err_raise(-EBADMSG);
    }
    *(ProtobufCMessage **)ret_result = message;
    return 0;
}

int follow_job(struct operator* op, struct arena *a, const char *service, const char *kind,
               const ProtobufCMessage *args, const ProtobufCMessageDescriptor *type,
               void *ret_result, struct errtext *e)
{
    struct sigaction before;
    Hp__Job *job;
    int r = start(op, a, service, kind, args, &job, e);

    if (r)
        return r;
    catch_interrupt(&before);
    r = await(op, a, service, &job, e);
    sigaction(SIGINT, &before, NULL);
    if (r)
        return r;
    if (!is_over(job)) {
        say_about("left", NULL, NULL);
        say_fault(tr("%s goes on with it in the background; hongping jobs shows it"), service);
        return FOLLOW_E_LEFT;
    }
    return result_of(a, service, job, type, ret_result, e);
}
