/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/objection_files.h"

#include <string.h>

#include "common/base/str.h"
#include "gateway.pb-c.h"
#include "publicity.pb-c.h"
#include "services/gateway/edge/answer.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/keyed.h"
#include "services/gateway/file/form_files.h"

#include "common/base/banned.h"

#define EVERY_MS (3600 * 1000)

/* ---- the form ---- */

void objection_form_fill(struct call *call, ProtobufCMessage *reply)
{
    Publicity__GetObjectionFormReply *form = (Publicity__GetObjectionFormReply *)reply;
    int64_t until = wall_now_us() / SECOND_US + FORM_TOKEN_S;

    if (reply->descriptor != &publicity__get_objection_form_reply__descriptor)
        return;
    form->form_token =
        (char *)keyed_form_token(call->edge->g, call->match.district, form->notice_id, until,
                                 arena_alloc(call->a, FORM_TOKEN));
    form->has_expires_at = form->has_max_files = form->has_max_bytes = true;
    form->expires_at = until * SECOND_US;
    form->max_files = FORM_FILES;
    form->max_bytes =
        call->edge->g->max_upload < FORM_FILE_MAX ? call->edge->g->max_upload : FORM_FILE_MAX;
    form->types = (char **)form_types;
    while (form_types[form->n_types])
        form->n_types++;
}

/* ---- the claim ---- */

struct claim {
    void (*then)(struct call *call);
    Gateway__ClaimFiles m;
    char form_id[FORM_ID], claim_id[UUID_TEXT];
};

static Publicity__FileObjection *objection_of(const struct call *call)
{
    bool is_one =
        call->message && call->message->descriptor == &publicity__file_objection__descriptor;

    return is_one ? (Publicity__FileObjection *)call->message : NULL;
}

/* The claim is a command of its own beside the call's. */
static const Hp__Envelope *envelope(struct call *call, const struct claim *claim)
{
    struct uuid kept = call->id;
    const Hp__Envelope *env;

    uuid_new(&call->id);
    env = call_envelope(call, "gateway.ClaimFiles", call->match.district, &claim->m.base);
    call->id = kept;
    return env;
}

static void on_claimed(const struct bus_answer *answer, void *arg)
{
    struct call *call = arg;
    Publicity__FileObjection *q = objection_of(call);
    const Gateway__ClaimFilesReply *files;

    if (call_failed(call, answer->reply))
        return;
    files = (const Gateway__ClaimFilesReply *)call_payload(call, answer->reply,
                                                           &gateway__claim_files_reply__descriptor);
    for (size_t i = 0; files && i < q->n_files && i < files->n_files; i++) {
        q->files[i]->file_name = files->files[i]->file_name;
        q->files[i]->media_type = files->files[i]->media_type;
        q->files[i]->has_size = true;
        q->files[i]->size = files->files[i]->size;
    }
    if (files)
        call->claim->then(call);
}

/* Whose the files are: the form's, or the account's. Non-zero: answered. */
static int find_owner(struct call *call, const Publicity__FileObjection *q, struct claim *claim)
{
    const char *token = q->form_token && *q->form_token ? q->form_token : NULL;

    if (token ? keyed_form_id(call->edge->g, call->match.district, q->notice_id, token,
                              wall_now_us() / SECOND_US, claim->form_id)
              : call->visitor != NULL)
        return 0;
    call_refuse(call, reason_form_token_bad, "form_token", NULL, 0);
    return 1;
}

bool objection_files_go(struct call *call, void (*then)(struct call *call))
{
    Publicity__FileObjection *q = objection_of(call);
    const char *limit[] = {arena_printf(call->a, "%d", FORM_FILES)};
    struct claim *claim;

    if (!q || !q->n_files)
        return false;
    if (q->n_files > FORM_FILES) {
        call_refuse(call, reason_files_too_many, "files", limit, 1);
        return true;
    }
    claim = arena_new_one(call->a, struct claim);
    *claim = (struct claim){.then = then, .m = GATEWAY__CLAIM_FILES__INIT};
    if (find_owner(call, q, claim))
        return true;
    claim->m.claim_id = (char *)uuid_format(&call->id, claim->claim_id);
    claim->m.form_id = claim->form_id[0] ? claim->form_id : NULL;
    claim->m.file_sha256s = arena_new_array(call->a, char *, q->n_files);
    for (size_t i = 0; i < q->n_files; i++)
        claim->m.file_sha256s[claim->m.n_file_sha256s++] = q->files[i]->file_sha256;
    call->claim = claim;
    call_send(call, "gateway", envelope(call, claim), on_claimed);
    return true;
}

static void on_released(const struct bus_answer *answer, void *arg)
{
    (void)answer, (void)arg;
}

void objection_files_release(struct call *call)
{
    struct claim *claim = call->claim;

    if (!claim || !claim->form_id[0])
        return;
    claim->m.has_release = true;
    claim->m.release = true;
    /* the call ends before the answer comes; if it fails, a file is kept that nobody names */
    (void)!service_submit(call->edge->svc, envelope(call, claim), on_released, NULL);
}

/* ---- collecting ---- */

struct collecting {
    struct job job;
    uv_timer_t timer;
    struct service *svc;
    const struct gateway *g;
    bool running, closed;
};

static void on_closed(uv_handle_t *handle)
{
    free(container_of((uv_timer_t *)handle, struct collecting, timer));
}

static void collect_run(struct job *job, void *worker)
{
    struct collecting *c = container_of(job, struct collecting, job);

    form_files_collect(c->g, service_city(c->svc), worker);
}

static void collect_done(struct job *job)
{
    struct collecting *c = container_of(job, struct collecting, job);

    c->running = false;
    if (c->closed)
        uv_close((uv_handle_t *)&c->timer, on_closed);
}

static void on_timer(uv_timer_t *timer)
{
    struct collecting *c = container_of(timer, struct collecting, timer);

    if (c->running)
        return;
    c->job = (struct job){.run = collect_run, .done = collect_done};
    c->running = service_job(c->svc, &c->job) == 0; /* full: the next time */
}

struct collecting *collecting_new(struct edge *edge)
{
    struct collecting *c = calloc(1, sizeof(*c));

    CHECK(c);
    c->svc = edge->svc;
    c->g = edge->g;
    CHECK(uv_timer_init(service_loop(edge->svc), &c->timer) == 0);
    uv_timer_start(&c->timer, on_timer, 0, EVERY_MS);
    return c;
}

void collecting_close(struct collecting *c)
{
    if (!c)
        return;
    uv_timer_stop(&c->timer);
    c->closed = true;
    if (!c->running)
        uv_close((uv_handle_t *)&c->timer, on_closed);
}
