/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/upload.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/digest.h"
#include "gateway.pb-c.h"
#include "services/gateway/edge/answer.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/door.h"
#include "services/gateway/edge/keyed.h"
#include "services/gateway/file/file_name.h"
#include "services/gateway/file/files.h"
#include "services/gateway/file/form_files.h"
#include "services/gateway/file/multipart.h"
#include "services/gateway/file/scan.h"
#include "services/gateway/file/sniff.h"

#include "common/base/banned.h"

struct upload {
    struct job job;
    struct call *call;
    int fd; /* of the temporary file, -1: none */
    char *temporary;
    struct digest *digest;
    uint64_t size;     /* of the file so far */
    uint64_t received; /* of the body */
    bool is_multipart;
    struct multipart multipart;
    const char *name;
    char sha256[SHA256_HEX];
    char form_id[FORM_ID]; /* of an objection's form; "": somebody's who is logged in */
    const char *type;      /* of the content; NULL: not one we take */
    enum reason why;       /* ... for this reason */
    int error;             /* negative errno of the worker's part */
};

/* ---- receiving ---- */

/* Bytes that the file may have. */
static uint64_t most(const struct call *call)
{
    uint64_t limit = (uint64_t)call->edge->g->max_upload;

    return call->notice_id && limit > FORM_FILE_MAX ? FORM_FILE_MAX : limit;
}

static int refuse_size(struct call *call)
{
    char limit[24];
    const char *args[] = {limit};

    snprintf(limit, sizeof(limit), "%llu", (unsigned long long)most(call));
    call_refuse(call, reason_body_too_large, NULL, args, 1);
    return reason_row(reason_body_too_large)->status;
}

static int refuse_as(struct call *call, enum reason reason)
{
    call_refuse0(call, reason);
    return reason_row(reason)->status;
}

static int open_temporary(struct upload *u)
{
    u->temporary = arena_printf(u->call->a, "%s/tmp/XXXXXX", u->call->edge->g->data_dir);
    u->fd = mkostemp(u->temporary, O_CLOEXEC);
    return u->fd < 0 ? -errno : 0;
}

/* The parts' headers of a multipart body come on top. */
static uint64_t room(const struct call *call)
{
    return most(call) + 16 * 1024;
}

/* The form that a file without an account is uploaded under; else the status it was refused with. */
static int check_form(struct call *call, char ret_id[FORM_ID])
{
    const char *token = http_query(call->req, "form_token");
    const struct gateway *g = call->edge->g;
    int64_t wait_us;
    char minutes[24];
    const char *args[] = {minutes};

    if (!token || !keyed_form_id(g, call->match.district, call->notice_id, token,
                                 wall_now_us() / SECOND_US, ret_id))
        return refuse_as(call, reason_form_token_bad);
    if (pace_take(&call->edge->public_uploads, http_peer(call->req), monotonic_now_us(),
                  g->public_uploads, &wait_us))
        return 0;
    snprintf(minutes, sizeof(minutes), "%lld", (long long)(wait_us / SECOND_US / 60 + 1));
    call_refuse(call, reason_too_often, NULL, args, 1);
    return reason_row(reason_too_often)->status;
}

int upload_begin(struct call *call)
{
    const char *length = http_header(call->req, "Content-Length");
    char form_id[FORM_ID] = "";
    struct upload *u;
    int status;

    call->what = "gateway.UploadFile";
    if (call->notice_id) {
        status = check_form(call, form_id);
        if (status)
            return status;
    } else if (!http_header(call->req, "Authorization") &&
               !http_cookie(call->req, "hongping_session"))
        return refuse_as(call, reason_session_missing);
    if (call_check_coding(call))
        return reason_row(reason_content_coding)->status;
    if (length && strtoull(length, NULL, 10) > room(call))
        return refuse_size(call);
    if (call->edge->n_uploads >= UPLOADS_AT_ONCE)
        return refuse_as(call, reason_busy);
    u = arena_new_one(call->a, struct upload);
    *u = (struct upload){.call = call, .fd = -1};
    memcpy(u->form_id, form_id, sizeof(form_id));
    if (open_temporary(u))
        return refuse_as(call, reason_unavailable);
    u->digest = digest_new(DIGEST_SHA256);
    u->is_multipart = multipart_init(&u->multipart, http_header(call->req, "Content-Type"));
    call->upload = u;
    call->edge->n_uploads++;
    return HTTPD_STREAM;
}

void upload_gone(struct call *call)
{
    struct upload *u = call->upload;

    if (u->fd >= 0) {
        close(u->fd);
        unlink(u->temporary);
    }
    digest_free(u->digest);
    multipart_release(&u->multipart);
    call->edge->n_uploads--;
}

/* A piece of the file itself; an HTTP status once it was refused. */
static int take(const void *data, size_t size, void *arg)
{
    struct upload *u = arg;

    if (size > most(u->call) - u->size)
        return refuse_size(u->call);
    for (size_t done = 0; done < size;) {
        ssize_t n = write(u->fd, (const char *)data + done, size - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return refuse_as(u->call, reason_unavailable);
        done += (size_t)n;
    }
    digest_add(u->digest, data, size);
    u->size += size;
    return 0;
}

/* ---- the whole file is here ---- */

/* By what it is called and what it is; false where the name is no text. */
static bool take_name(struct upload *u)
{
    u->name = file_name_of(u->call->a,
                           u->is_multipart ? u->multipart.file_name.text
                                           : http_query(u->call->req, "file_name"),
                           u->type);
    return u->name != NULL;
}

static int sync_folder(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;

    if (fd < 0)
        return -errno;
    if (fsync(fd))
        r = -errno;
    close(fd);
    return r;
}

/* Synced before it gets its name, and the name before anybody hears of it. */
static int put_in_place(struct upload *u)
{
    struct arena *a = u->call->a; /* the loop waits for us, so it is ours */
    char *path = file_path(a, u->call->edge->g, u->sha256);
    char *folder = arena_strndup(a, path, (size_t)(strrchr(path, '/') - path));
    int r;

    if (fsync(u->fd) || fchmod(u->fd, 0640))
        return -errno;
    if (mkdir(folder, 0750) && errno != EEXIST)
        return -errno;
    if (rename(u->temporary, path))
        return -errno;
    r = sync_folder(folder);
    /* the folder may be new, made by us or by an upload beside us */
    return r ? r : sync_folder(arena_printf(a, "%s/files", u->call->edge->g->data_dir));
}

static bool is_form_type(const char *type)
{
    for (const char *const *t = form_types; *t; t++)
        if (strcmp(*t, type) == 0)
            return true;
    return false;
}

static void finish_run(struct job *job, void *worker)
{
    struct upload *u = container_of(job, struct upload, job);

    (void)worker;
    u->type = sniff_type(u->fd, u->size, &u->why);
    if (u->type && u->form_id[0] && !is_form_type(u->type)) {
        u->type = NULL;
        u->why = reason_file_type_of_form;
    } else if (u->type && !scan_clean(u->call->edge->g->scan_command, u->temporary)) {
        u->type = NULL;
        u->why = reason_file_not_clean;
    }
    if (u->type && take_name(u))
        u->error = put_in_place(u);
}

static void on_recorded(const struct bus_answer *answer, void *arg)
{
    struct call *call = arg;
    ProtobufCMessage *reply;

    if (call_failed(call, answer->reply))
        return;
    reply = call_payload(call, answer->reply, &gateway__upload_file_reply__descriptor);
    if (!reply)
        return;
    if (call->notice_id)
        call_made(call, NULL); /* for whoever handles the objection alone */
    else
        call_made(call, arena_printf(call->a, "%s/%s", http_path(call->req), call->upload->sha256));
    call_answer(call, reply, &call->id);
}

static const ProtobufCMessage *record(const struct upload *u, const char **ret_type)
{
    struct arena *a = u->call->a;
    Gateway__RecordFile *m = arena_new_one(a, Gateway__RecordFile);
    Gateway__RecordFormFile *f = arena_new_one(a, Gateway__RecordFormFile);

    *ret_type = u->form_id[0] ? "gateway.RecordFormFile" : "gateway.RecordFile";
    gateway__record_file__init(m);
    gateway__record_form_file__init(f);
    m->file_sha256 = f->file_sha256 = (char *)u->sha256;
    m->media_type = f->media_type = (char *)u->type;
    m->size = f->size = (int64_t)u->size;
    m->file_name = f->file_name = (char *)u->name;
    f->form_id = (char *)u->form_id;
    f->most = FORM_FILES;
    return u->form_id[0] ? &f->base : &m->base;
}

static void finish_done(struct job *job)
{
    struct upload *u = container_of(job, struct upload, job);
    struct call *call = u->call;
    const ProtobufCMessage *message;
    const char *type;
    char limit[8];
    const char *args[] = {limit};

    if (!u->type) {
        call_refuse0(call, u->why);
        return;
    }
    if (!u->name) {
        snprintf(limit, sizeof(limit), "%d", FILE_NAME_MAX);
        call_refuse(call, reason_file_name_bad, "file_name", args, 1);
        return;
    }
    if (u->error) {
        call_refuse0(call, reason_unavailable);
        return;
    }
    close(u->fd);
    u->fd = -1; /* it has its name now: not to be removed */
    message = record(u, &type);
    call_send(call, "gateway", call_envelope(call, type, call->match.district, message),
              on_recorded);
}

static void upload_go(struct call *call)
{
    struct upload *u = call->upload;

    if (call_may(call, u->form_id[0] ? ROLE_PUBLIC : ROLE_SIGNED_IN, REGION_ANY) ||
        call_check_origin(call) || call_make_id(call))
        return;
    u->job = (struct job){.run = finish_run, .done = finish_done};
    if (service_job(call->edge->svc, &u->job))
        call_refuse0(call, reason_busy);
}

static int end(struct upload *u)
{
    uint8_t value[DIGEST_SIZE];

    if (!u->size || (u->is_multipart && !multipart_complete(&u->multipart)))
        return refuse_as(u->call, reason_file_missing);
    digest_finish(u->digest, value);
    hex_format(value, sizeof(value), u->sha256);
    u->call->then = upload_go;
    door_identify(u->call);
    return 0;
}

int upload_chunk(struct call *call, const void *data, size_t size)
{
    struct upload *u = call->upload;
    int r;

    if (!size)
        return end(u);
    u->received += size;
    if (u->received > room(call)) /* parts that are not the file count too */
        return refuse_size(call);
    if (!u->is_multipart)
        return take(data, size, u);
    r = multipart_feed(&u->multipart, data, size, take, u);
    return r < 0 ? refuse_as(call, reason_file_missing) : r;
}
