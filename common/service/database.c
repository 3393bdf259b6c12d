/* SPDX-License-Identifier: Apache-2.0 */
/* What the start does in the database. */
#include "common/service/database.h"

#include <errno.h>
#include <string.h>

#include "common/log/log.h"

#include "common/base/banned.h"

static int migrate_part(struct service *svc, const char *part, const struct migration *migrations,
                        struct errtext *e)
{
    struct migrate_conf conf = {svc->conninfo, svc->schema, part, migrations};
    struct migrate_report report;
    int r = migrate_run(&conf, &report, e);

    if (r == 0 && report.n_applied)
        log_line(LOG_INFO, "the schema was brought up to date", "part", part, NULL);
    svc->health.newer |= r == 0 && report.n_newer > 0;
    if (r == 0 && report.n_newer)
        log_line(LOG_WARN, "the database is newer than this build, which can work with it", "part",
                 part, "newest", report.newest, NULL);
    return r;
}

int database_open(struct service *svc, struct errtext *e)
{
    size_t n;
    int r;

    svc->statements[0] = frame_statements;
    svc->statements[1] = svc->spec->statements;
    for (n = 0; svc->spec->parts && svc->spec->parts[n]; n++) {
        CHECK(n < SERVICE_PARTS);
        svc->statements[2 + n] = svc->spec->parts[n]->statements;
    }
    r = migrate_part(svc, "frame", frame_migrations, e);
    if (r == 0 && svc->spec->migrations)
        r = migrate_part(svc, svc->spec->name, svc->spec->migrations, e);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = migrate_part(svc, svc->spec->parts[i]->name, svc->spec->parts[i]->migrations, e);
    if (r)
        return err_fold(r);
    r = pg_open(svc->conninfo, svc->schema, svc->statements, &svc->first_pg, e);
    if (r == 0)
        r = ledger_make_heads(svc->first_pg, (const char *const *)svc->districts, svc->n_districts,
                              svc->spec->ledgers, e);
    return err_fold(r);
}

/* Where a clock that was set by hand stood; INSTANT_NONE: none ever was. With @start that is kept, too, before it is read. */
static int kept_clock(struct service *svc, int64_t start, int64_t *ret_at, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(svc->first_pg, TX_WRITE, a);
    struct rows *rows;
    int r;

    if (start != INSTANT_NONE)
        sql_exec(tx, &sql_frame_clock_set, T(svc->set.city), AT(start));
    r = sql_query(tx, &sql_frame_clock_get, &rows, T(svc->set.city));
    if (r) {
        errtext_set(e, "the clock cannot be read: %s", tx_error(tx)->text);
        tx_rollback(tx);
        return r;
    }
    *ret_at = rows_count(rows) ? rows_at(rows, 0, "at") : INSTANT_NONE;
    return tx_commit(tx, e);
}

/* Business time never goes back behind where it was set or what was written, whatever the settings say. */
int database_read_clock(struct service *svc, struct errtext *e)
{
    bool manual = strcmp(svc->set.clock_mode, "manual") == 0;
    int64_t start = INSTANT_NONE, at = INSTANT_NONE;
    int r;

    if (manual && instant_parse(svc->set.clock_start, &start) != 0) {
        errtext_set(e, "clock.start: %s is not an instant", svc->set.clock_start);
        return err_raise(-EINVAL);
    }
    r = kept_clock(svc, start, &at, e);
    if (r)
        return err_fold(r);
    if (svc->latest_at > at)
        at = svc->latest_at;
    if (manual)
        clock_set(svc->clock, at);
    else
        clock_floor(svc->clock, at);
    return 0;
}
