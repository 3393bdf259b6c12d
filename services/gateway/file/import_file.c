/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/import_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/document/filter.h"
#include "common/document/xlsx.h"
#include "common/json/pbjson.h"
#include "gateway.pb-c.h"
#include "services/gateway/edge/answer.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/file/files.h"

#include "common/base/banned.h"

enum { CSV_MAX = 4 << 20 };
#define PARTED "\x1f" /* between a sentence and its values */

struct reading {
    struct job job;
    struct call *call;
    void (*then)(struct call *call);
    char **csv, **sha256; /* of the request */
    struct str text, complaints;
    int error;
};

/* ---- the child ---- */

int import_file_child(void)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(str_release) struct str bytes = STR_INIT;
    CLEANUP(str_release) struct str csv = STR_INIT;
    struct xlsx_remarks notices;
    struct xlsx_remark fault;
    char buf[65536];
    size_t n;

    xlsx_limit();
    while (bytes.size <= XLSX_FILE_MAX && (n = fread(buf, 1, sizeof(buf), stdin)) > 0)
        str_add_bytes(&bytes, buf, n);
    if (xlsx_to_csv(a, bytes.text, bytes.size, &csv, &notices, &fault)) {
        fprintf(stderr, "%s" PARTED "%s" PARTED "%s", fault.sentence, fault.args[0], fault.args[1]);
        return 1;
    }
    return fwrite(csv.text, 1, csv.size, stdout) == csv.size && fflush(stdout) == 0 ? 0 : 1;
}

/* ---- on a worker ---- */

static int read_file(const char *path, struct str *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    char buf[65536];
    ssize_t n;

    if (fd < 0)
        return -errno;
    while (out->size <= XLSX_FILE_MAX && (n = read(fd, buf, sizeof(buf))) > 0)
        str_add_bytes(out, buf, (size_t)n);
    close(fd);
    return n < 0 ? -EIO : 0;
}

static void read_run(struct job *job, void *worker)
{
    struct reading *r = container_of(job, struct reading, job);
    char *argv[] = {(char *)"gateway", (char *)IMPORT_FILE_CHILD, NULL};
    CLEANUP(str_release) struct str bytes = STR_INIT;

    (void)worker;
    r->error = read_file(file_path(r->call->a, r->call->edge->g, *r->sha256), &bytes);
    if (!r->error)
        r->error = filter_run(argv, bytes.text, bytes.size, CSV_MAX, &r->text, &r->complaints);
}

/* ---- on the loop ---- */

/* What the child said, in the reader's language. */
static void refuse_unreadable(struct call *call, const char *said)
{
    char *copy = arena_strdup(call->a, said ? said : ""), *rest = copy;
    const char *sentence = strsep(&rest, PARTED), *args[2] = {"", ""}, *one[1];

    for (size_t i = 0; i < 2 && rest; i++)
        args[i] = strsep(&rest, PARTED);
    one[0] = text_fill(call->a, call->language, text_in(call->language, sentence), args, 2);
    call_refuse(call, reason_table_unreadable, "file_sha256", one, 1);
}

static void read_done(struct job *job)
{
    struct reading *r = container_of(job, struct reading, job);
    struct call *call = r->call;
    char limit[16];
    const char *args[] = {limit};

    snprintf(limit, sizeof(limit), "%d", CSV_MAX);
    if (r->error == FILTER_E_BAD)
        refuse_unreadable(call, r->complaints.text);
    else if (r->error == FILTER_E_LARGE)
        call_refuse(call, reason_file_too_large, "file_sha256", args, 1);
    else if (r->error)
        call_refuse0(call, reason_unavailable);
    else
        *r->csv = arena_strndup(call->a, r->text.text ? r->text.text : "", r->text.size);
    str_release(&r->text);
    str_release(&r->complaints);
    if (!r->error)
        r->then(call);
}

static void on_found(const struct bus_answer *answer, void *arg)
{
    struct reading *r = arg;
    struct call *call = r->call;
    const Gateway__UploadFileReply *file;

    if (call_failed(call, answer->reply))
        return;
    file = (const Gateway__UploadFileReply *)call_payload(call, answer->reply,
                                                          &gateway__upload_file_reply__descriptor);
    if (!file)
        return;
    if (strcmp(file->media_type, "xlsx") != 0) {
        call_refuse(call, reason_file_no_table, "file_sha256", NULL, 0);
        return;
    }
    r->job = (struct job){.run = read_run, .done = read_done};
    if (service_job(call->edge->svc, &r->job))
        call_refuse0(call, reason_busy);
}

/* Whether he may read it is asked first. */
static void find(struct reading *r)
{
    struct call *call = r->call;
    Gateway__FindFile *m = arena_new_one(call->a, Gateway__FindFile);
    struct uuid kept = call->id;
    const Hp__Envelope *env;

    gateway__find_file__init(m);
    m->file_sha256 = *r->sha256;
    uuid_new(&call->id);
    env = call_envelope(call, "gateway.FindFile", call->match.district, &m->base);
    call->id = kept;
    if (service_submit(call->edge->svc, env, on_found, r))
        call_refuse0(call, reason_busy);
}

static char **text_field(struct call *call, const char *name)
{
    const ProtobufCFieldDescriptor *field = pbjson_field(call->message->descriptor, name);

    return field && field->type == PROTOBUF_C_TYPE_STRING &&
                   field->label == PROTOBUF_C_LABEL_OPTIONAL
               ? (char **)((char *)call->message + field->offset)
               : NULL;
}

bool import_file_go(struct call *call, void (*then)(struct call *call))
{
    char **csv = text_field(call, "csv"), **sha256 = text_field(call, "file_sha256");
    struct reading *r;

    if (!csv || !sha256 || !*sha256 || !**sha256)
        return false;
    if (*csv && **csv) {
        call_refuse(call, reason_table_twice, "file_sha256", NULL, 0);
        return true;
    }
    if (strlen(*sha256) != SHA256_HEX - 1 || (*sha256)[strspn(*sha256, "0123456789abcdef")]) {
        const char *args[] = {"file"};

        call_refuse(call, reason_not_found, "file_sha256", args, 1);
        return true;
    }
    r = arena_new_one(call->a, struct reading);
    *r = (struct reading){.call = call,
                          .then = then,
                          .csv = csv,
                          .sha256 = sha256,
                          .text = STR_INIT,
                          .complaints = STR_INIT};
    find(r);
    return true;
}
