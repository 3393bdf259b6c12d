/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job snapshot: tables and positions, as of one instant, go to a file in archive.folder.
 *
 * It is written under another name (archive_draft_open) and gets its own when it is whole and on disk; a job that is taken up again
 * begins anew, or finds that the file is its own.
 */
#include "common/service/snapshot/snapshot.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/log/log.h"
#include "common/service/archive/archive_file.h"
#include "common/service/job/job.h"
#include "common/service/snapshot/snapshot_name.h"
#include "common/service/task.h"

#include "common/base/banned.h"

enum { WAIT_MS = 1000 };

/* ---- what both jobs share ---- */

static Hp__SnapshotJob *unpack_args(struct arena *a, struct bytes args)
{
    Hp__SnapshotJob *in = hp__snapshot_job__unpack(arena_pb(a), args.size, args.data);

    return in && !bus_text_fault(a, &in->base) ? in : NULL;
}

bool snapshot_admit_job(struct task *t, struct pg *pg, struct bytes args, int *ret_r)
{
    Hp__SnapshotJob *in = unpack_args(t->arena, args);

    (void)pg;
    *ret_r = 0;
    if (!in)
        task_refuse(t, reason_message_malformed, "args", NULL);
    else if (!t->svc->spec->heard)
        task_refuse(t, reason_snapshot_none, NULL, t->svc->spec->name, NULL);
    else if (!*t->svc->set.archive_folder)
        task_refuse(t, reason_folder_missing, "archive.folder", NULL);
    else if (!snapshot_is_name(in->file))
        task_refuse(t, reason_snapshot_name_bad, "file", in->file, NULL);
    else
        return true;
    return false;
}

int snapshot_begin(struct work *w, const char **ret_file, const char **ret_path)
{
    Hp__SnapshotJob *in = unpack_args(work_arena(w), work_args(w));
    const struct service *svc = work_service(w);
    char path[ARCHIVE_PATH];

    if (!in || !svc->spec->heard || !*svc->set.archive_folder || !snapshot_is_name(in->file)) {
        errtext_set(work_error(w),
                    "the arguments, or the settings since, are not those of a snapshot");
        return err_raise(-EINVAL);
    }
    *ret_file = in->file;
    *ret_path = arena_strdup(work_arena(w), archive_path(svc, in->file, path));
    return 0;
}

int snapshot_connect(struct work *w, struct pg **ret_pg)
{
    const struct service *svc = work_service(w);
    int r = pg_open(svc->conninfo, svc->schema, svc->statements, ret_pg, work_error(w));

    return r == -ENOTCONN ? TX_E_LOST : r;
}

int snapshot_fail(struct work *w, int r, const struct errtext *e)
{
    if (r != WORK_STOPPED && (!tx_failed(r) || r == TX_E_CONSTRAINT || r == TX_E_UNIQUE))
        *work_error(w) = *e;
    return r;
}

int snapshot_open(const char *path, struct snapshot_in **ret_in, struct errtext *e)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    enum archive_state state;
    FILE *f = archive_open(path, &state);

    if (f)
        return snapshot_from(f, name, ret_in, e);
    errtext_set(e,
                state == ARCHIVE_ABSENT ? "%s is not in archive.folder"
                                        : "%s cannot be read, or is no plain file",
                name);
    return err_raise(-ENOENT);
}

int64_t snapshot_schema(const struct service_spec *spec)
{
    int64_t newest = 0;

    for (const struct migration *m = spec->migrations; m && m->number; m++)
        newest = m->number;
    return newest;
}

int snapshot_table(struct tx *tx, const char *name, struct snapshot_table *ret_table,
                   struct errtext *e)
{
    Hp__SnapshotColumn *columns;
    struct rows *rows;
    size_t n;
    int r = sql_query(tx, &sql_frame_snapshot_table, &rows, T(name));

    if (r) {
        *e = *tx_error(tx);
        return r;
    }
    n = rows_count(rows);
    if (!n) {
        errtext_set(e, "there is no table %s", name);
        return err_raise(-ENOENT);
    }
    *ret_table = (struct snapshot_table){.said = HP__SNAPSHOT_TABLE__INIT,
                                         .read = rows_text(rows, 0, "read"),
                                         .target = rows_text(rows, 0, "target"),
                                         .probe = rows_text(rows, 0, "probe")};
    ret_table->said.name = (char *)name;
    ret_table->said.columns = arena_new_array(tx_arena(tx), Hp__SnapshotColumn *, n);
    columns = arena_new_array(tx_arena(tx), Hp__SnapshotColumn, n);
    for (size_t i = 0; i < n; i++) {
        hp__snapshot_column__init(&columns[i]);
        columns[i].name = (char *)rows_text(rows, i, "name");
        columns[i].type = (char *)rows_text(rows, i, "type");
        ret_table->said.columns[i] = &columns[i];
    }
    ret_table->said.n_columns = n;
    return 0;
}

/* ---- the job ---- */

struct saving {
    struct work *work;
    struct service *svc;
    struct arena *arena;
    const char *file, *path;
    struct uuid job;
    Hp__SnapshotHead head;
    struct snapshot_table *tables;
    struct snapshot_out out;
    int64_t rows;
    bool stopped;
};

static bool tell(struct saving *s)
{
    work_progress(s->work, "snapshot", s->rows, -1);
    s->stopped = work_cancelled(s->work);
    return !s->stopped;
}

static Hp__SnapshotPosition *position_from(struct arena *a, const struct rows *rows, size_t i)
{
    Hp__SnapshotPosition *p = arena_new_one(a, Hp__SnapshotPosition);
    struct bytes hash = rows_bytes(rows, i, "sealed_hash");

    hp__snapshot_position__init(p);
    p->source = (char *)rows_text(rows, i, "source");
    p->district = (char *)rows_text(rows, i, "district");
    p->position = rows_i64(rows, i, "position");
    p->has_sealed_last = p->has_sealed_hash = hash.size == DIGEST_SIZE;
    p->sealed_last = rows_i64(rows, i, "sealed_last");
    if (p->has_sealed_hash)
        p->sealed_hash = (ProtobufCBinaryData){hash.size, (uint8_t *)hash.data};
    return p;
}

static int read_positions(struct saving *s, struct tx *tx, struct errtext *e)
{
    bool heard = false;
    struct rows *rows;
    int r = tx_query(tx, &sql_frame_snapshot_positions, NULL, 0, &rows);

    if (r) {
        *e = *tx_error(tx);
        return r;
    }
    s->head.positions = arena_new_array(s->arena, Hp__SnapshotPosition *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Hp__SnapshotPosition *p = position_from(s->arena, rows, i);
        bool diverged = strcmp(rows_text(rows, i, "state"), "diverged") == 0;

        if (diverged && p->position) {
            errtext_set(e, "what was heard of %s in %s is not its history any more (diverged)",
                        p->source, p->district);
            return err_raise(-EBADMSG);
        }
        if (!diverged) /* else it waits to begin */
            s->head.positions[s->head.n_positions++] = p;
        heard |= p->position > 0;
    }
    if (heard)
        return 0;
    errtext_set(e, "nothing was heard yet");
    return err_raise(-ENODATA);
}

static int read_tables(struct saving *s, struct tx *tx, struct errtext *e)
{
    const char *const *names = s->svc->spec->heard;
    size_t n = 0;
    int r = 0;

    while (names[n])
        n++;
    s->tables = arena_new_array(s->arena, struct snapshot_table, n + 1);
    s->head.tables = arena_new_array(s->arena, Hp__SnapshotTable *, n + 1);
    for (size_t i = 0; i < n && r == 0; i++) {
        r = snapshot_table(tx, names[i], &s->tables[i], e);
        s->head.tables[i] = &s->tables[i].said;
    }
    s->head.n_tables = n;
    return r;
}

static bool take_row(void *arg, struct copy_row row)
{
    struct saving *s = arg;

    if (!snapshot_put_row(&s->out, row))
        return false;
    s->rows++;
    return tell(s);
}

static int write_tables(struct saving *s, struct tx *tx, struct errtext *e)
{
    int r = 0;

    for (size_t i = 0; i < s->head.n_tables && r == 0; i++) {
        const struct sql_stmt read = {
            .name = s->head.tables[i]->name, .text = s->tables[i].read, .reads = true};

        r = tx_copy_out(tx, &read, NULL, 0, take_row, s);
        snapshot_put_table_end(&s->out);
        if (r == 0 && !tell(s))
            return WORK_STOPPED;
    }
    if (s->stopped)
        return WORK_STOPPED;
    r = s->out.failed ? s->out.failed : r ? r : snapshot_put_end(&s->out);
    if (r == -EMSGSIZE)
        errtext_set(e, "a row or the head is too long for a snapshot");
    else if (r && r == s->out.failed)
        errtext_set(e, "%s: %s", s->file, strerror(-r));
    else if (r)
        *e = *tx_error(tx);
    return r;
}

/* All of it, as of one instant. */
static int write_all(struct saving *s, FILE *f, struct errtext *e)
{
    CLEANUP(pg_close) struct pg *pg = NULL;
    int r = snapshot_connect(s->work, &pg);
    struct rows *rows;
    struct tx *tx;

    if (r) {
        *e = *work_error(s->work);
        return r;
    }
    tx = tx_begin(pg, TX_SNAPSHOT, s->arena);
    r = tx_query(tx, &sql_frame_snapshot_session, NULL, 0, &rows);
    if (r)
        *e = *tx_error(tx);
    r = r ? r : read_positions(s, tx, e);
    r = r ? r : read_tables(s, tx, e);
    if (r == 0) {
        snapshot_out_init(&s->out, f, s->arena, &s->head);
        r = write_tables(s, tx, e);
        snapshot_out_release(&s->out);
    }
    tx_rollback(tx);
    return r;
}

static void begin_head(struct saving *s)
{
    s->job = work_id(s->work);
    hp__snapshot_head__init(&s->head);
    s->head.service = (char *)s->svc->spec->name;
    s->head.schema = snapshot_schema(s->svc->spec);
    s->head.job = (ProtobufCBinaryData){sizeof(s->job.bytes), s->job.bytes};
    s->head.made_at = wall_now_us();
}

static int report(struct saving *s)
{
    Hp__SnapshotReport out = HP__SNAPSHOT_REPORT__INIT;
    struct bytes packed;

    out.file = (char *)s->file;
    out.rows = s->rows;
    out.bytes = s->out.bytes;
    out.n_positions = s->head.n_positions;
    out.positions = s->head.positions;
    packed = bus_pack(s->arena, &out.base);
    work_result(s->work, packed.data, packed.size);
    return 0;
}

/* The file is there: this job's own, if it ended after the file had its name. */
static int find_own(struct saving *s, struct errtext *e)
{
    CLEANUP(snapshot_close) struct snapshot_in *in = NULL;
    Hp__SnapshotHead *head;
    struct copy_row row;
    int r = snapshot_open(s->path, &in, e);

    while (r == 0 && (r = snapshot_check(in, e)) == 0)
        if (!tell(s))
            return WORK_STOPPED;
    r = r == SNAPSHOT_WHOLE ? snapshot_head(in, s->arena, &head, e) : r;
    if (r || head->job.len != sizeof(s->job.bytes) ||
        memcmp(head->job.data, s->job.bytes, sizeof(s->job.bytes)) != 0) {
        errtext_set(e, "%s is there already", s->file);
        return err_raise(-EEXIST);
    }
    for (size_t i = 0; i < head->n_tables && r == 0; i++)
        while ((r = snapshot_row(in, (int)head->tables[i]->n_columns, &row, e)) !=
               SNAPSHOT_TABLE_END) {
            if (r)
                return r;
            s->rows++;
        }
    s->head.n_positions = head->n_positions;
    s->head.positions = head->positions;
    s->out.bytes = snapshot_size(in);
    return 0;
}

/* Another process may be at it: then wait. */
static int open_draft(struct saving *s, struct archive_draft *d, struct errtext *e)
{
    int r;

    while ((r = archive_draft_open(d, s->path, e)) == ARCHIVE_E_BUSY) {
        if (!tell(s))
            return WORK_STOPPED;
        work_pause(s->work, WAIT_MS);
    }
    return r;
}

static int save(struct saving *s, struct errtext *e)
{
    struct archive_draft d;
    int r = open_draft(s, &d, e);

    if (r)
        return r;
    if (access(s->path, F_OK) == 0) {
        archive_draft_drop(&d);
        return find_own(s, e);
    }
    r = write_all(s, d.f, e);
    if (r) {
        archive_draft_drop(&d);
        return r;
    }
    return archive_draft_keep(&d, e);
}

int snapshot_job(struct work *work)
{
    struct saving s = {.work = work, .svc = work_service(work), .arena = work_arena(work)};
    struct errtext e = {0};
    int r = snapshot_begin(work, &s.file, &s.path);

    if (r)
        return r;
    begin_head(&s);
    r = save(&s, &e);
    if (r)
        return snapshot_fail(work, r, &e);
    log_line(LOG_INFO, "a snapshot was written", "file", s.file, NULL);
    return report(&s);
}
