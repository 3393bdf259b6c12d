/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/download.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/str.h"
#include "gateway.pb-c.h"
#include "scoring.pb-c.h"
#include "services/gateway/edge/answer.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/door.h"
#include "services/gateway/file/files.h"
#include "services/gateway/file/sniff.h"

#include "common/base/banned.h"

static void add_headers(struct call *call, const Gateway__UploadFileReply *file, const char *etag)
{
    CLEANUP(str_release) struct str disposition = STR_INIT;

    /* never shown inside our pages: what others uploaded is theirs */
    str_add(&disposition, "attachment; filename*=UTF-8''");
    percent_encode(&disposition, file->file_name);
    http_add_header(call->req, "Content-Disposition", disposition.text);
    http_add_header(call->req, "ETag", etag);
    http_add_header(call->req, "Cache-Control", "private, no-cache");
}

static void answer_file(struct call *call, const Gateway__UploadFileReply *file)
{
    char *etag = arena_printf(call->a, "\"%s\"", file->file_sha256);
    struct stat st;
    int fd;

    if (call_not_modified(call, etag)) {
        call_finish(call, 304);
        add_headers(call, file, etag);
        http_answer(call->req, 304, NULL, "", 0);
        return;
    }
    fd = open(file_path(call->a, call->edge->g, file->file_sha256), O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) || st.st_size != file->size) {
        if (fd >= 0)
            close(fd);
        call_refuse0(call, reason_broken);
        return;
    }
    call_finish(call, 200);
    add_headers(call, file, etag);
    http_answer_fd(call->req, 200, sniff_media(file->media_type), fd, (uint64_t)st.st_size);
}

static void on_found(const struct bus_answer *answer, void *arg)
{
    struct call *call = arg;
    ProtobufCMessage *file;

    if (call_failed(call, answer->reply))
        return;
    file = call_payload(call, answer->reply, &gateway__upload_file_reply__descriptor);
    if (file)
        answer_file(call, (const Gateway__UploadFileReply *)file);
}

static void find(struct call *call, bus_answer_fn *then)
{
    uuid_new(&call->id);
    call_send(call, "gateway",
              call_envelope(call, "gateway.FindFile", call->match.district, call->message), then);
}

/* The right to a file is the right to what it is attached to: asked again with those who attached it to what he judges. */
static void on_used(const struct bus_answer *answer, void *arg)
{
    struct call *call = arg;
    Gateway__FindFile *m = (Gateway__FindFile *)call->message;
    const Scoring__FindFileUseReply *use;

    if (call_failed(call, answer->reply))
        return;
    use = (const Scoring__FindFileUseReply *)call_payload(
        call, answer->reply, &scoring__find_file_use_reply__descriptor);
    if (!use)
        return;
    m->attached_by = use->attached_by;
    m->n_attached_by = use->n_attached_by;
    find(call, on_found);
}

static bool refused_as_unknown(const Hp__Reply *reply)
{
    return reply && reply->status == HP__REPLY__STATUS__REFUSED &&
           str_equal(reply->code, reason_row(reason_not_found)->code);
}

/* Not his, and he examines nothing here: who judges (an expert, an assessor) may read what is attached to it. */
static void on_looked(const struct bus_answer *answer, void *arg)
{
    struct call *call = arg;
    Scoring__FindFileUse *m;

    if (!refused_as_unknown(answer->reply) ||
        !call_allows(call, ROLE_EXPERT | ROLE_ASSESSOR, REGION_COVERS)) {
        on_found(answer, arg);
        return;
    }
    m = arena_new_one(call->a, Scoring__FindFileUse);
    scoring__find_file_use__init(m);
    m->file_sha256 = ((const Gateway__FindFile *)call->message)->file_sha256;
    uuid_new(&call->id);
    call_send(call, "scoring",
              call_envelope(call, "scoring.FindFileUse", call->match.district, &m->base), on_used);
}

static void look(struct call *call)
{
    if (!call_may(call, ROLE_SIGNED_IN, REGION_ANY))
        find(call, on_looked);
}

void download_go(struct call *call, const char *sha256)
{
    Gateway__FindFile *m = arena_new_one(call->a, Gateway__FindFile);
    const char *args[] = {"file"};

    call->what = "gateway.GetFile";
    if (strlen(sha256) != SHA256_HEX - 1 || sha256[strspn(sha256, "0123456789abcdef")]) {
        call_refuse(call, reason_not_found, "file_sha256", args, 1);
        return;
    }
    gateway__find_file__init(m);
    m->file_sha256 = arena_strdup(call->a, sha256);
    call->message = &m->base;
    call->then = look;
    door_identify(call);
}
