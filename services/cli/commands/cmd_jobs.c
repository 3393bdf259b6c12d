/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_jobs.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/base/str.h"
#include "services/cli/say.h"
#include "services/cli/talk/operator.h"

#include "common/base/banned.h"

enum { ASK_MS = 10000 };

static const char *id_text(const Hp__Job *job, char buf[UUID_TEXT])
{
    struct uuid id;

    if (job->id.len != sizeof(id.bytes))
        return "";
    memcpy(id.bytes, job->id.data, sizeof(id.bytes));
    return uuid_format(&id, buf);
}

static json_t *instant(bool has, int64_t at)
{
    char text[INSTANT_TEXT];

    return has ? json_string(instant_format(at, text)) : json_null();
}

static json_t *job_json(const char *service, const Hp__Job *job)
{
    char id[UUID_TEXT];
    json_t *total = job->has_total ? json_integer((json_int_t)job->total) : json_null();

    return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s?, s:I, s:o, s:s?, s:o, s:o, s:o}", "service",
                     service, "id", id_text(job, id), "kind", job->kind, "state", job->state,
                     "account", job->account, "phase", job->phase, "done", (json_int_t)job->done,
                     "total", total, "error", job->error, "created", instant(true, job->created_at),
                     "started", instant(job->has_started_at, job->started_at), "changed",
                     instant(true, job->changed_at));
}

static void print_head(void)
{
    say_cell(stdout, tr("service"), 12);
    say_cell(stdout, tr("job"), 38);
    say_cell(stdout, tr("kind"), 15);
    say_cell(stdout, tr("state"), 12);
    say_cell(stdout, tr("progress"), 32);
    printf("%s\n", tr("started"));
}

static void print_job(const char *service, const Hp__Job *job)
{
    char id[UUID_TEXT], started[INSTANT_TEXT], progress[128];
    const char *phase = job->phase ? job->phase : "";

    if (job->has_total)
        snprintf(progress, sizeof(progress), "%s %lld/%lld", phase, (long long)job->done,
                 (long long)job->total);
    else
        snprintf(progress, sizeof(progress), "%s %lld", phase, (long long)job->done);
    say_cell(stdout, service, 12);
    say_cell(stdout, id_text(job, id), 38);
    say_cell(stdout, job->kind, 15);
    say_cell(stdout, tr(job->state), 12);
    say_cell(stdout, progress, 32);
    printf("%s\n", job->has_started_at ? instant_format(job->started_at, started) : "-");
    if (job->error)
        printf("%12s%s\n", "", job->error);
}

static int show(const struct args *args, struct operator* op)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    json_t *list = args_has(args, "json") ? json_array() : NULL, *unlooked = json_array();
    Hp__ListJobs request = HP__LIST_JOBS__INIT;
    struct errtext e = {0};
    int r;

    if (!list)
        print_head();
    for (const char *const *service = stack_services; *service; service++) {
        Hp__ListJobsReply *reply;

        if (operator_ask(op, a, *service, NULL, &request.base, &hp__list_jobs_reply__descriptor,
                         ASK_MS, &reply, &e)) {
            say_fault("%s", e.text);
            json_array_append_new(unlooked,
                                  json_pack("{s:s, s:s}", "what", *service, "error", e.text));
            continue;
        }
        for (size_t i = 0; i < reply->n_jobs; i++)
            if (list)
                json_array_append_new(list, job_json(*service, reply->jobs[i]));
            else
                print_job(*service, reply->jobs[i]);
    }
    r = list ? print_json(json_pack("{s:o, s:O}", "jobs", list, "unlooked", unlooked)) : CLI_DONE;
    if (r == CLI_DONE && json_array_size(unlooked))
        r = CLI_FINDING;
    json_decref(unlooked);
    return r;
}

static int print_cancelled(const struct args *args, const char *service, const Hp__Job *job)
{
    if (args_has(args, "json"))
        return print_json(job_json(service, job));
    print_head();
    print_job(service, job);
    return CLI_DONE;
}

/* Whichever service has it; one that is silent is no reason not to ask the others, and may be the one that has it. */
static int cancel(const struct args *args, struct operator* op, const struct uuid *id)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(str_release) struct str silent = STR_INIT;
    Hp__CancelJob request = HP__CANCEL_JOB__INIT;
    struct errtext e = {0};

    request.id = (ProtobufCBinaryData){sizeof(id->bytes), (uint8_t *)id->bytes};
    for (const char *const *service = stack_services; *service; service++) {
        Hp__Job *job;
        int r = operator_ask(op, a, *service, NULL, &request.base, &hp__job__descriptor, ASK_MS,
                             &job, &e);

        if (r == 0)
            return print_cancelled(args, *service, job);
        if (r == OPERATOR_E_SILENT)
            str_printf(&silent, "%s%s", silent.size ? ", " : "", *service);
        else if (r != OPERATOR_E_REFUSED)
            return say_fault("%s", e.text[0] ? e.text : strerror(-r));
        else if (strcmp(operator_code(op), "not_found") != 0)
            return say_fault("%s: %s", *service, e.text);
    }
    say_about(silent.size ? "silent" : "not_found", "id", NULL);
    if (silent.size)
        return say_fault(tr("the job %s was not found where an answer came; silent, and it may be "
                            "there: %s"),
                         args_word(args, 1), silent.text);
    return say_fault(tr("no service has a job %s; hongping jobs shows them"), args_word(args, 1));
}

int cmd_jobs(const struct args *args)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    CLEANUP(operator_free) struct operator* op = NULL;
    const char *what = args_word(args, 0);
    struct errtext e = {0};
    struct uuid id;
    int r;

    if (what && strcmp(what, "cancel") != 0)
        return say_usage(tr("jobs knows cancel, not '%s'"), what);
    if (what && (!args_word(args, 1) || uuid_parse(args_word(args, 1), &id)))
        return say_usage("%s", tr("jobs cancel needs a job's id; hongping jobs shows it"));
    r = stack_find(args_value(args, "data"), &s, &e);
    if (!r)
        r = operator_new(s, &op, &e);
    if (r)
        return say_fault("%s", e.text[0] ? e.text : strerror(-r));
    return what ? cancel(args, op, &id) : show(args, op);
}
