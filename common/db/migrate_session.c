/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/migrate_session.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"

#include "common/base/banned.h"

enum { MS_US = 1000, FIRST_PAUSE_MS = 50, LONGEST_PAUSE_MS = 4000, WATCH_MS = 1000 };

/* The first half bounds what a dead or frozen process can keep; over a unix socket the keepalives
 * have no effect. */
static const char session_sql[] =
    "select set_config('client_connection_check_interval', '2s', false),"
    " set_config('idle_in_transaction_session_timeout', '30s', false),"
    " set_config('tcp_keepalives_idle', '10', false),"
    " set_config('tcp_keepalives_interval', '5', false),"
    " set_config('tcp_keepalives_count', '3', false)";
static const char set_sql[] = "select set_config('application_name', $1, $3::boolean),"
                              " set_config('lock_timeout', $2, $3::boolean)";
static const char lock_sql[] =
    "select pg_try_advisory_lock(hashtextextended('hongping migrate ' || $1::text, 0))";

/* What @who says of processes: their names, roles, and since when, as far as our role may see. */
#define DESCRIBE \
    "select string_agg(case when b.pid = 0 then 'a prepared transaction'" \
    " else 'process ' || b.pid || ' (' || concat_ws(', '," \
    "   coalesce(nullif(a.application_name, ''), a.backend_type), 'role ' || a.usename," \
    "   'since ' || to_char(coalesce(a.xact_start, a.backend_start)," \
    "                       'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')) || ')' end, ', ')"
static const char blockers_sql[] =
    DESCRIBE " from (select distinct pid from unnest(pg_blocking_pids($1::integer)) pid limit 3) b"
             " left join pg_stat_activity a on a.pid = b.pid";
static const char holder_sql[] = DESCRIBE
    " from (select l.pid from pg_locks l, hashtextextended('hongping migrate ' || $1::text, 0) k"
    "  where l.locktype = 'advisory' and l.granted and l.objsubid = 1"
    "    and l.database = (select oid from pg_database where datname = current_database())"
    "    and l.classid::bigint = k >> 32 & 4294967295 and l.objid::bigint = k & 4294967295) b"
    " left join pg_stat_activity a on a.pid = b.pid";

/* ---- small ---- */

static void pause_ms(int ms)
{
    struct timespec t = {ms / 1000, ms % 1000 * 1000000L};

    while (nanosleep(&t, &t) != 0 && errno == EINTR)
        ;
}

/* After the @tries-th failure: twice as long each time, and anything between half and all of it, so
 * that instances started together do not come back together. */
static void back_off(int tries, int longest_ms)
{
    int ms = FIRST_PAUSE_MS << (tries < 8 ? tries : 8);

    if (ms > longest_ms)
        ms = longest_ms;
    pause_ms(ms / 2 + (int)randombytes_uniform((uint32_t)ms / 2 + 1));
}

/* ---- who is in the way ---- */

/* Into @s's blockers if anyone is seen; what was seen before stays otherwise. */
static void describe(struct migrate_session *s, PGconn *conn, const char *sql, const char *value)
{
    PGresult *res = PQexecParams(conn, sql, 1, NULL, &value, NULL, NULL, 0);

    if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1 && !PQgetisnull(res, 0, 0))
        snprintf(s->blockers, sizeof(s->blockers), "%s", PQgetvalue(res, 0, 0));
    PQclear(res);
}

static void watch(struct migrate_session *s)
{
    char pid[12];

    if (!s->watcher_tried) {
        s->watcher_tried = true;
        if (pg_connect(s->conninfo, s->schema, true, &s->watcher, NULL) != 0)
            s->watcher = NULL; /* no connection left, for instance: it only would have told more */
    }
    if (!s->watcher)
        return;
    snprintf(pid, sizeof(pid), "%d", PQbackendPID(s->conn));
    describe(s, s->watcher, blockers_sql, pid);
}

/* ---- asking ---- */

PGresult *migrate_session_result(struct migrate_session *s)
{
    while (PQisBusy(s->conn)) {
        struct pollfd fd = {.fd = PQsocket(s->conn), .events = POLLIN};
        int n = poll(&fd, 1, s->watch_ms);

        if (n == 0)
            watch(s);
        else if (n > 0 && !PQconsumeInput(s->conn))
            break; /* PQgetResult says what happened */
        else if (n < 0 && errno != EINTR)
            break;
    }
    return PQgetResult(s->conn);
}

int migrate_session_outcome(const PGresult *res)
{
    static const char *const busy[] = {"55P03", "40P01"}; /* no lock in time; a deadlock */
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;

    for (size_t i = 0; state && i < ARRAY_LEN(busy); i++)
        if (strcmp(state, busy[i]) == 0)
            return MIGRATE_E_BUSY;
    return MIGRATE_E_FAILED;
}

int migrate_session_ask(struct migrate_session *s, const char *sql, const char *const *values,
                        int n, PGresult **ret_res)
{
    PGresult *res = NULL, *more;
    ExecStatusType status;
    int r;

    if (PQsendQueryParams(s->conn, sql, n, NULL, values, NULL, NULL, 0))
        res = migrate_session_result(s);
    status = PQresultStatus(res);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        pg_error(s->e, s->part, s->conn, res);
        r = migrate_session_outcome(res);
        PQclear(res);
        res = NULL;
    } else {
        r = 0;
    }
    while ((more = PQgetResult(s->conn))) /* the NULL that ends it */
        PQclear(more);
    if (r == 0 && ret_res)
        *ret_res = res;
    else
        PQclear(res);
    return r;
}

int migrate_session_set(struct migrate_session *s, const char *name, int lock_ms, bool local)
{
    char lock[16], shown[64];
    const char *values[] = {shown, lock, local ? "true" : "false"};

    snprintf(lock, sizeof(lock), "%d", lock_ms);
    snprintf(shown, sizeof(shown), "hongping migrate %s", name);
    return migrate_session_ask(s, set_sql, values, ARRAY_LEN(values), NULL);
}

/* ---- opening, the lock, insisting ---- */

int migrate_session_open(struct migrate_session *s)
{
    int r = pg_connect(s->conninfo, s->schema, false, &s->conn, s->e);

    if (r)
        return err_pass(r);
    s->watch_ms = s->lock_ms / 3 < WATCH_MS ? s->lock_ms / 3 + 1 : WATCH_MS;
    r = migrate_session_ask(s, session_sql, NULL, 0, NULL);
    if (r == 0)
        r = migrate_session_set(s, s->part, s->lock_ms, false);
    return r ? err_raise(-EIO) : 0;
}

void migrate_session_close(struct migrate_session *s)
{
    PQfinish(s->conn);
    PQfinish(s->watcher);
}

int migrate_session_lock(struct migrate_session *s)
{
    int64_t until = monotonic_now_us() + (int64_t)s->patience_ms * MS_US;

    for (int tries = 1;; tries++) {
        PGresult *res;
        int r = migrate_session_ask(s, lock_sql, &s->schema, 1, &res);
        bool ours = r == 0 && PQgetvalue(res, 0, 0)[0] == 't';

        if (r)
            return r;
        PQclear(res);
        if (ours)
            return 0;
        if (monotonic_now_us() >= until)
            break;
        back_off(tries, FIRST_PAUSE_MS * 8);
    }
    s->blockers[0] = 0;
    describe(s, s->conn, holder_sql, s->schema);
    errtext_set(s->e, "%s: another process migrates the schema %s, for more than %d s now: %s",
                s->part, s->schema, s->patience_ms / 1000,
                s->blockers[0] ? s->blockers : "it ended this moment");
    return MIGRATE_E_BUSY;
}

int migrate_session_insist(struct migrate_session *s, const char *what, int (*step)(void *arg),
                           void *arg)
{
    int64_t until = monotonic_now_us() + (int64_t)s->patience_ms * MS_US;
    char state[6];

    s->blockers[0] = 0;
    for (int tries = 1;; tries++) {
        int r = step(arg);

        if (r != MIGRATE_E_BUSY)
            return r;
        if (monotonic_now_us() >= until)
            break;
        back_off(tries, LONGEST_PAUSE_MS);
    }
    snprintf(state, sizeof(state), "%s", s->e ? s->e->sqlstate : "");
    errtext_set(s->e,
                "%s: %s did not get its locks within %d s; in its way: %s. It left nothing behind "
                "that matters: end what is in the way, or start again later",
                s->part, what, s->patience_ms / 1000, s->blockers[0] ? s->blockers : "not seen");
    if (s->e)
        snprintf(s->e->sqlstate, sizeof(s->e->sqlstate), "%s", state);
    return MIGRATE_E_BUSY;
}
