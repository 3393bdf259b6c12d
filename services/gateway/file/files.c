/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/str.h"
#include "gateway.pb-c.h"
#include "gateway_sql.h"

#include "common/base/banned.h"

/* ---- its place ---- */

/* What a crash left behind. Not the young: another process on the same folder may be writing them.
 */
static void sweep_temporary(const struct gateway *g)
{
    char path[4096];
    struct dirent *entry;
    struct stat st;
    DIR *dir;

    snprintf(path, sizeof(path), "%s/tmp", g->data_dir);
    dir = opendir(path);
    while (dir && (entry = readdir(dir)))
        if (fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(st.st_mode) && st.st_mtime < wall_now_us() / SECOND_US - 24 * 3600)
            unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
}

int files_prepare(const struct gateway *g, struct errtext *e)
{
    static const char *const folders[] = {"", "/files", "/tmp"};
    char path[4096];

    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        snprintf(path, sizeof(path), "%s%s", g->data_dir, folders[i]);
        if (mkdir(path, 0750) && errno != EEXIST) {
            int r = -errno;

            errtext_set(e, "data.dir: %s: %s", path, strerror(-r));
            return err_raise(r);
        }
    }
    sweep_temporary(g);
    return 0;
}

char *file_path(struct arena *a, const struct gateway *g, const char *sha256)
{
    return arena_printf(a, "%s/files/%.2s/%s", g->data_dir, sha256, sha256 + 2);
}

/* ---- its record ---- */

int gateway_record_file(struct ctx *c)
{
    const Gateway__RecordFile *m = c->request;
    Gateway__UploadFileReply reply = GATEWAY__UPLOAD_FILE_REPLY__INIT;

    sql_exec(c->tx, &sql_file_insert, T(service_city(c->svc)), T(m->file_sha256), T(c->account),
             T(m->media_type), I(m->size), T(m->file_name), AT(wall_now_us()));
    reply.file_sha256 = m->file_sha256;
    reply.media_type = m->media_type;
    reply.size = m->size;
    reply.file_name = m->file_name;
    reply_with(c, &reply.base);
    return 0;
}

/* One that an attacher uploaded: a file attached by somebody who never had it is not shown through that. */
static bool attached(const Gateway__FindFile *m, const struct rows *rows)
{
    for (size_t i = 0; i < rows_count(rows); i++)
        for (size_t k = 0; k < m->n_attached_by; k++)
            if (str_equal(rows_text(rows, i, "account"), m->attached_by[k]))
                return true;
    return false;
}

/* Its uploader, those who examine evidence, and those who judge what it is attached to; nobody else learns that it exists. */
static bool may_read(const struct ctx *c, const struct rows *rows)
{
    return str_equal(c->account, rows_text(rows, 0, "account")) ||
           actor_is_here_as(c, ROLE_OFFICERS | ROLE_SUBDISTRICT | ROLE_AUDITOR) ||
           attached(c->request, rows);
}

int gateway_find_file(struct ctx *c)
{
    const Gateway__FindFile *m = c->request;
    Gateway__UploadFileReply reply = GATEWAY__UPLOAD_FILE_REPLY__INIT;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_file_find, &rows, T(service_city(c->svc)), T(m->file_sha256),
                      T(c->account));

    if (r)
        return r;
    if (!rows_count(rows) || !may_read(c, rows))
        return refuse(c, reason_not_found, "file_sha256", "file", NULL);
    reply.file_sha256 = m->file_sha256;
    reply.media_type = (char *)rows_text(rows, 0, "media_type");
    reply.size = rows_i64(rows, 0, "size");
    reply.file_name = (char *)rows_text(rows, 0, "file_name");
    reply_with(c, &reply.base);
    return 0;
}
