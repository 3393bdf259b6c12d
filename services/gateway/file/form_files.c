/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/form_files.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/str.h"
#include "common/log/log.h"
#include "gateway.pb-c.h"
#include "gateway_sql.h"
#include "services/gateway/file/files.h"

#include "common/base/banned.h"

const char *const form_types[] = {"jpeg", "png", "pdf", NULL};

static const char *owner(struct ctx *c, const char *form_id)
{
    return form_id ? arena_printf(c->arena, "form:%s", form_id) : c->account;
}

int gateway_record_form_file(struct ctx *c)
{
    const Gateway__RecordFormFile *m = c->request;
    Gateway__UploadFileReply reply = GATEWAY__UPLOAD_FILE_REPLY__INIT;
    const char *form = owner(c, m->form_id);
    struct rows *rows;
    int r = sql_query(c->tx, &sql_file_count_of, &rows, T(service_city(c->svc)), T(form),
                      T(m->file_sha256));

    if (r)
        return r;
    if (rows_i64(rows, 0, "n") >= m->most)
        return refuse(c, reason_files_too_many, NULL, arena_printf(c->arena, "%d", m->most), NULL);
    sql_exec(c->tx, &sql_file_insert, T(service_city(c->svc)), T(m->file_sha256), T(form),
             T(m->media_type), I(m->size), T(m->file_name), AT(wall_now_us()));
    reply.file_sha256 = m->file_sha256;
    reply.media_type = m->media_type;
    reply.size = m->size;
    reply.file_name = m->file_name;
    reply_with(c, &reply.base);
    return 0;
}

static Gateway__UploadFileReply *file_message(struct ctx *c, const struct rows *rows,
                                              const char *sha256)
{
    for (size_t i = 0; i < rows_count(rows); i++) {
        Gateway__UploadFileReply *f;

        if (!str_equal(rows_text(rows, i, "file_sha256"), sha256))
            continue;
        f = arena_new_one(c->arena, Gateway__UploadFileReply);
        gateway__upload_file_reply__init(f);
        f->file_sha256 = (char *)rows_text(rows, i, "file_sha256");
        f->media_type = (char *)rows_text(rows, i, "media_type");
        f->size = rows_i64(rows, i, "size");
        f->file_name = (char *)rows_text(rows, i, "file_name");
        return f;
    }
    return NULL;
}

/* One form's files are one objection's, so that what is let go is nobody else's. */
static int need_unclaimed(struct ctx *c, const struct rows *rows, const char *claim_id)
{
    for (size_t i = 0; i < rows_count(rows); i++)
        if (!rows_null(rows, i, "claimed_by") &&
            !str_equal(rows_text(rows, i, "claimed_by"), claim_id))
            return refuse(c, reason_files_claimed, "files", NULL);
    return 0;
}

int gateway_claim_files(struct ctx *c)
{
    const Gateway__ClaimFiles *m = c->request;
    Gateway__ClaimFilesReply reply = GATEWAY__CLAIM_FILES_REPLY__INIT;
    const char *city = service_city(c->svc),
               *account = owner(c, m->form_id), *const *ids = (const char *const *)m->file_sha256s;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_files_of, &rows, T(city), T(account), TA(ids, m->n_file_sha256s));

    if (r == 0 && m->form_id && !m->release)
        r = need_unclaimed(c, rows, m->claim_id);
    if (r)
        return r;
    reply.files = arena_new_array(c->arena, Gateway__UploadFileReply *, m->n_file_sha256s + 1);
    for (; reply.n_files < m->n_file_sha256s; reply.n_files++) {
        reply.files[reply.n_files] = file_message(c, rows, ids[reply.n_files]);
        if (!reply.files[reply.n_files])
            return refuse(c, reason_not_found, "files", "file", NULL);
    }
    if (m->form_id && m->release)
        sql_exec(c->tx, &sql_file_release, T(city), T(account), T(m->claim_id));
    else if (m->form_id)
        sql_exec(c->tx, &sql_file_claim, T(city), T(account), TA(ids, m->n_file_sha256s),
                 T(m->claim_id));
    reply_with(c, &reply.base);
    return 0;
}

/* ---- what goes again ---- */

/* Unless somebody is uploading the same just now: his is young, and comes back to its place. */
static void remove_content(const struct gateway *g, struct arena *a, const char *sha256)
{
    const char *path = file_path(a, g, sha256),
               *aside = arena_printf(a, "%s/tmp/gone-%s", g->data_dir, sha256);
    struct stat st;

    if (rename(path, aside) || stat(aside, &st))
        return;
    if ((int64_t)st.st_mtime * SECOND_US > wall_now_us() - DAY_US && link(aside, path) == 0)
        log_line(LOG_INFO, "a file came again while it was collected", "file", sha256, NULL);
    unlink(aside);
}

void form_files_collect(const struct gateway *g, const char *city, void *worker)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct pg *pg = service_job_pg(worker);
    struct tx *tx = pg ? tx_begin(pg, TX_WRITE, a) : NULL;
    struct rows *rows;

    if (!tx)
        return; /* the next time */
    if (sql_query(tx, &sql_file_drop_unclaimed, &rows, T(city), AT(wall_now_us() - DAY_US))) {
        tx_rollback(tx);
        return;
    }
    if (tx_commit(tx, NULL))
        return;
    for (size_t i = 0; i < rows_count(rows); i++)
        remove_content(g, a, rows_text(rows, i, "file_sha256"));
}
