/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job load_snapshot: a service that heard nothing yet begins with a snapshot.
 *
 * The file is read twice: first to its end, so that a damaged one is known before anything is done; then its rows and positions go
 * into the database in one transaction, together with the job's mark, so that it happens once or not at all, whoever ends on the way.
 * The subscriptions are held from the beginning: nobody else hears meanwhile.
 */
#include "common/service/snapshot/snapshot.h"

#include <errno.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/job/job.h"

#include "common/base/banned.h"

struct loading {
    struct work *work;
    struct service *svc;
    struct arena *arena;
    const char *file, *path;
    struct snapshot_in *in;
    Hp__SnapshotHead *head;
    const char *phase;
    int n_columns; /* of the table under way */
    int64_t rows;
    int r; /* what ended its rows, if they were not all */
    struct errtext *e;
};

static bool tell(struct loading *l)
{
    work_progress(l->work, l->phase, snapshot_at(l->in), snapshot_size(l->in));
    return !work_cancelled(l->work);
}

static int refuse_file(struct loading *l, const char *what, const char *value)
{
    errtext_set(l->e, "%s %s %s", l->file, what, value);
    return err_raise(-EINVAL);
}

/* ---- the file ---- */

static int check_whole(struct loading *l)
{
    int r;

    l->phase = "check";
    while ((r = snapshot_check(l->in, l->e)) == 0)
        if (!tell(l))
            return WORK_STOPPED;
    return r == SNAPSHOT_WHOLE ? 0 : r;
}

static bool has_table(const Hp__SnapshotHead *head, const char *name)
{
    for (size_t i = 0; i < head->n_tables; i++)
        if (strcmp(head->tables[i]->name, name) == 0)
            return true;
    return false;
}

static bool is_heard(const struct service_spec *spec, const char *name)
{
    for (const char *const *heard = spec->heard; *heard; heard++)
        if (strcmp(*heard, name) == 0)
            return true;
    return false;
}

/* All the service's tables, each once, and no other. */
static int check_tables(struct loading *l)
{
    const struct service_spec *spec = l->svc->spec;
    size_t n = 0;

    for (size_t i = 0; i < l->head->n_tables; i++)
        if (!is_heard(spec, l->head->tables[i]->name))
            return refuse_file(
                l, "has a table that this build does not know:", l->head->tables[i]->name);
    for (const char *const *heard = spec->heard; *heard; heard++, n++)
        if (!has_table(l->head, *heard))
            return refuse_file(l, "lacks the table", *heard);
    return n == l->head->n_tables ? 0 : refuse_file(l, "has a table", "twice");
}

static int check_head(struct loading *l)
{
    const Hp__SnapshotHead *head = l->head;
    int64_t schema = snapshot_schema(l->svc->spec);

    if (strcmp(head->service, l->svc->spec->name) != 0)
        return refuse_file(l, "is another service's:", head->service);
    if (head->schema != schema)
        return refuse_file(
            l, "is not of this build's schema:",
            arena_printf(l->arena, "%lld, which is %s than %lld", (long long)head->schema,
                         head->schema < schema ? "older" : "newer", (long long)schema));
    for (size_t i = 0; i < head->n_positions; i++) {
        const Hp__SnapshotPosition *p = head->positions[i];

        if (p->position < 0 || (p->has_sealed_hash && p->sealed_hash.len != DIGEST_SIZE) ||
            p->has_sealed_hash != p->has_sealed_last)
            return refuse_file(l, "has a position that is none: of", p->source);
    }
    return head->n_positions ? check_tables(l) : refuse_file(l, "has no positions", "");
}

static int open_file(struct loading *l)
{
    int r = snapshot_open(l->path, &l->in, l->e);

    r = r ? r : check_whole(l);
    r = r ? r : snapshot_head(l->in, l->arena, &l->head, l->e);
    return r ? r : check_head(l);
}

/* ---- the database ---- */

static int tx_why(struct loading *l, const struct tx *tx, int r)
{
    if (r)
        *l->e = *tx_error(tx);
    return r;
}

static int heard_already(struct loading *l, const char *what)
{
    errtext_set(l->e,
                "this service has heard already (%s): a snapshot is for one that has heard nothing",
                what);
    return err_raise(-EEXIST);
}

static int find_heard(struct loading *l, struct tx *tx)
{
    struct rows *rows;
    int r = tx_query(tx, &sql_frame_snapshot_heard, NULL, 0, &rows);

    if (r)
        return tx_why(l, tx, r);
    return rows_null(rows, 0, "what") ? 0 : heard_already(l, rows_text(rows, 0, "what"));
}

/* The positions become the service's own, if all stood at the beginning. */
static int take_positions(struct loading *l, struct tx *tx)
{
    size_t n = l->head->n_positions;
    const char **districts = arena_new_array(l->arena, const char *, n);
    const char **sources = arena_new_array(l->arena, const char *, n);
    int64_t *positions = arena_new_array(l->arena, int64_t, n);
    struct sql_arg *lasts = arena_new_array(l->arena, struct sql_arg, n);
    struct sql_arg *hashes = arena_new_array(l->arena, struct sql_arg, n);
    struct rows *rows;
    int r;

    for (size_t i = 0; i < n; i++) {
        const Hp__SnapshotPosition *p = l->head->positions[i];

        districts[i] = p->district;
        sources[i] = p->source;
        positions[i] = p->position;
        lasts[i] = p->has_sealed_last ? I(p->sealed_last) : T(NULL);
        hashes[i] = BY(p->has_sealed_hash ? p->sealed_hash.data : NULL, DIGEST_SIZE);
    }
    r = sql_query(tx, &sql_frame_snapshot_take, &rows, TA(districts, n), TA(sources, n),
                  IA(positions, n), RA(SQL_I64, lasts, n), RA(SQL_BYTES, hashes, n));
    if (r)
        return tx_why(l, tx, r);
    return rows_i64(rows, 0, "taken") == (int64_t)n ? 0 : heard_already(l, "one of its sources");
}

static bool same_columns(const Hp__SnapshotTable *a, const Hp__SnapshotTable *b)
{
    if (a->n_columns != b->n_columns)
        return false;
    for (size_t i = 0; i < a->n_columns; i++)
        if (strcmp(a->columns[i]->name, b->columns[i]->name) != 0 ||
            strcmp(a->columns[i]->type, b->columns[i]->type) != 0)
            return false;
    return true;
}

static bool found_row(void *arg, struct copy_row row)
{
    (void)row;
    *(bool *)arg = true;
    return true;
}

static int check_empty(struct loading *l, struct tx *tx, const struct snapshot_table *table)
{
    const struct sql_stmt probe = {.name = table->said.name, .text = table->probe, .reads = true};
    bool found = false;
    int r = tx_copy_out(tx, &probe, NULL, 0, found_row, &found);

    if (r)
        return tx_why(l, tx, r);
    return found ? heard_already(l, arena_printf(l->arena, "table %s has rows", table->said.name))
                 : 0;
}

/* The bytes of a column are what the server gave for one of the same type. */
static bool next_row(void *arg, struct sql_arg *ret_values)
{
    struct loading *l = arg;
    struct copy_row row;

    l->r = snapshot_row(l->in, l->n_columns, &row, l->e);
    if (l->r)
        return false;
    for (int i = 0; i < l->n_columns; i++) {
        struct bytes b;

        if (!copy_field(&row, &b)) {
            l->r = refuse_file(l, "has a row that cannot be read", "");
            return false;
        }
        ret_values[i] = BY(b.data, b.size);
    }
    if (row.size)
        l->r = refuse_file(l, "has a row that cannot be read", "");
    else if (!tell(l))
        l->r = WORK_STOPPED;
    l->rows += l->r == 0;
    return l->r == 0;
}

static int load_table(struct loading *l, struct tx *tx, const Hp__SnapshotTable *said)
{
    struct snapshot_table table;
    int64_t n;
    int r = snapshot_table(tx, said->name, &table, l->e);

    if (r)
        return r;
    if (!same_columns(said, &table.said))
        return refuse_file(l, "has other columns than the table", said->name);
    r = check_empty(l, tx, &table);
    if (r)
        return r;
    l->n_columns = (int)said->n_columns;
    r = tx_copy_in(tx, table.target, said->n_columns, next_row, l, &n);
    if (l->r != SNAPSHOT_TABLE_END)
        return l->r ? l->r : tx_why(l, tx, r);
    return tx_why(l, tx, r);
}

static struct bytes report(const struct loading *l)
{
    Hp__SnapshotReport out = HP__SNAPSHOT_REPORT__INIT;

    out.file = (char *)l->file;
    out.rows = l->rows;
    out.bytes = snapshot_size(l->in);
    out.n_positions = l->head->n_positions;
    out.positions = l->head->positions;
    return bus_pack(l->arena, &out.base);
}

static int fill(struct loading *l, struct tx *tx)
{
    struct bytes packed;
    struct rows *rows;
    int r = tx_query(tx, &sql_frame_snapshot_session, NULL, 0, &rows);

    if (r)
        return tx_why(l, tx, r);
    l->phase = "load";
    r = find_heard(l, tx);
    r = r ? r : take_positions(l, tx);
    for (size_t i = 0; i < l->head->n_tables && r == 0; i++)
        r = load_table(l, tx, l->head->tables[i]);
    r = r ? r : snapshot_end(l->in, l->e);
    if (r)
        return r;
    packed = report(l);
    work_result(l->work, packed.data, packed.size);
    r = work_mark_in(l->work, tx, packed.data, packed.size);
    return tx_failed(r) ? tx_why(l, tx, r) : r;
}

static int load(struct loading *l)
{
    CLEANUP(pg_close) struct pg *pg = NULL;
    int r = snapshot_connect(l->work, &pg);
    struct tx *tx;

    if (r) {
        *l->e = *work_error(l->work);
        return r;
    }
    tx = tx_begin(pg, TX_WRITE, l->arena);
    r = fill(l, tx);
    if (r == 0)
        return tx_commit(tx, l->e);
    tx_rollback(tx);
    return r;
}

int snapshot_load_job(struct work *work)
{
    struct errtext e = {0};
    struct loading l = {
        .work = work, .svc = work_service(work), .arena = work_arena(work), .e = &e};
    struct bytes done = work_from(work);
    int r = snapshot_begin(work, &l.file, &l.path);

    if (r)
        return r;
    if (done.data) { /* it was, and the end was not told */
        work_result(work, done.data, done.size);
        return 0;
    }
    r = open_file(&l);
    r = r ? r : load(&l);
    snapshot_close(l.in);
    if (r)
        return snapshot_fail(work, r, &e);
    log_line(LOG_INFO, "a snapshot was loaded", "file", l.file, NULL);
    return 0;
}
