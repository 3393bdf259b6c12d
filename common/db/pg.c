/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/pg.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "common/base/str.h"
#include "common/base/banned.h"

/*
 * Sent with every connection, from constants and one parameter, so no text is built.
 *
 * Plans: a statement here names few rows by key, whatever a young table's missing statistics say;
 * left alone, PostgreSQL hashes a whole district for one row until its first analyze, and plans a
 * statement with an array anew at every execution. Reading transactions, whose filters may be
 * absent, choose for themselves (pg_read_plans). A join that has no other way than the ones turned
 * off costs ten thousand million on paper, for which PostgreSQL would compile it, 100 ms each time.
 */
static const char session_sql[] =
    "select set_config('search_path', case when $1::text is null then "
    "current_setting('search_path')"
    " else format('%I, pg_temp', $1::text) end, false),"
    " set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false),"
    " set_config('bytea_output', 'hex', false), set_config('client_encoding', 'UTF8', false),"
    " set_config('client_min_messages', 'warning', false),"
    " set_config('plan_cache_mode', 'force_generic_plan', false),"
    " set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false),"
    " set_config('enable_material', 'off', false), set_config('jit', 'off', false),"
    " set_config('statement_timeout', $2::text, false), set_config('lock_timeout', "
    /* an operator's own, of the role or the connection string, stands */
    "case when current_setting('lock_timeout') in ('0', '0ms') then $3::text else "
    "current_setting('lock_timeout') end, false),"
    /* whoever freezes or vanishes in the middle holds nobody up for longer than this */
    " set_config('idle_in_transaction_session_timeout', $4::text, false),"
    " set_config('client_connection_check_interval', '2s', false),"
    " set_config('tcp_user_timeout', '8s', false), set_config('tcp_keepalives_idle', '5s', false),"
    " set_config('tcp_keepalives_interval', '3s', false), set_config('tcp_keepalives_count', '2', "
    "false)";

const struct sql_stmt pg_begin[] = {
    [TX_WRITE] = {"pg_begin_write", 0, "begin isolation level read committed read write"},
    [TX_REDONE] = {"pg_begin_redone", 0, "begin isolation level read committed read write"},
    [TX_READ_ONLY] = {"pg_begin_read", 0, "begin isolation level read committed read only"},
    [TX_SNAPSHOT] = {"pg_begin_snapshot", 0, "begin isolation level repeatable read read only"},
};
const struct sql_stmt pg_commit_soon = {"pg_commit_soon", 0, "set local synchronous_commit = off"};
const struct sql_stmt pg_commit = {"pg_commit", 0, "commit"};
const struct sql_stmt pg_rollback = {"pg_rollback", 0, "rollback"};
const struct sql_stmt pg_read_plans = {"pg_read_plans", 0, "set local plan_cache_mode = auto"};
/* Of the same name again and again: the newest is meant, and all end with the transaction. */
const struct sql_stmt pg_savepoint = {"pg_savepoint", 0, "savepoint step"};
const struct sql_stmt pg_back = {"pg_back", 0, "rollback to savepoint step"};

static const struct sql_stmt *const own_statements[] = {
    &pg_begin[TX_WRITE],
    &pg_begin[TX_REDONE],
    &pg_begin[TX_READ_ONLY],
    &pg_begin[TX_SNAPSHOT],
    &pg_commit_soon,
    &pg_commit,
    &pg_rollback,
    &pg_read_plans,
    &pg_savepoint,
    &pg_back,
    NULL,
};

static void quiet(void *arg, const PGresult *res)
{
    (void)arg;
    (void)res; /* notices ("relation exists, skipping") are no one's business here */
}

void pg_error(struct errtext *e, const char *what, const PGconn *conn, const PGresult *res)
{
    const char *primary = res ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    const char *constraint = res ? PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME) : NULL;
    const char *state = res ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
    const char *text = primary ? primary : PQerrorMessage(conn);
    int n = (int)strcspn(text, "\n");

    if (!e)
        return;
    /* the detail line is left out: it quotes values */
    errtext_set(e, "%s: %.*s%s%s%s", what, n, n ? text : "the connection is closed",
                constraint ? " (" : "", constraint ? constraint : "", constraint ? ")" : "");
    snprintf(e->sqlstate, sizeof(e->sqlstate), "%s", state ? state : "");
}

int pg_connect(const char *conninfo, const char *schema, bool timeouts, PGconn **ret_conn,
               struct errtext *e)
{
    /* what stands before the conninfo is overruled by it */
    const char *keys[] = {"keepalives_idle",  "keepalives_interval",  "keepalives_count",
                          "tcp_user_timeout", "target_session_attrs", "connect_timeout",
                          "dbname",           "client_encoding",      NULL};
    const char *values[] = {"5", "3", "2", "8000", "read-write", "5", conninfo, "UTF8", NULL};
    const char *session[] = {schema, timeouts ? "30s" : "0", timeouts ? "1s" : "0",
                             timeouts ? "10s" : "0"};
    PGconn *conn = PQconnectdbParams(keys, values, 1);
    PGresult *res;
    int r = 0;

    if (PQstatus(conn) != CONNECTION_OK) {
        pg_error(e, "connecting to PostgreSQL", conn, NULL);
        PQfinish(conn);
        return err_raise(-ENOTCONN);
    }
    PQsetNoticeReceiver(conn, quiet, NULL);
    res = PQexecParams(conn, session_sql, 4, NULL, session, NULL, NULL, 0);
    if (PQresultStatus(res) != PGRES_TUPLES_OK) {
        pg_error(e, "setting up the session", conn, res);
        r = -EIO;
    }
    PQclear(res);
    if (r) {
        PQfinish(conn);
        return err_raise(r);
    }
    *ret_conn = conn;
    return 0;
}

/* ---- sending and taking ---- */

static void remember(struct pg *pg, const char *name, PGresult **keep)
{
    if (pg->n_sent == pg->sent_room) {
        size_t room = pg->sent_room ? pg->sent_room * 2 : 64;
        struct pg_sent *grown = malloc(room * sizeof(*grown));

        CHECK(grown);
        for (size_t i = 0; i < pg->n_sent; i++)
            grown[i] = pg->sent[(pg->sent_at + i) % pg->sent_room];
        free(pg->sent);
        pg->sent = grown;
        pg->sent_room = room;
        pg->sent_at = 0;
    }
    pg->sent[(pg->sent_at + pg->n_sent++) % pg->sent_room] = (struct pg_sent){name, keep};
}

void pg_send(struct pg *pg, const struct sql_stmt *stmt, const struct pg_params *params,
             PGresult **keep)
{
    static const struct pg_params none;

    if (!params)
        params = &none;
    if (!pg->alive)
        return;
    if (!PQsendQueryPrepared(pg->conn, stmt->name, params->n, params->values, params->lengths,
                             params->formats, stmt->binary))
        pg->alive = false;
    else
        remember(pg, stmt->name, keep);
}

void pg_send_sync(struct pg *pg)
{
    if (!pg->alive)
        return;
    if (!PQpipelineSync(pg->conn))
        pg->alive = false;
    else
        remember(pg, NULL, NULL);
}

void pg_send_flush(struct pg *pg)
{
    if (pg->alive && !PQsendFlushRequest(pg->conn))
        pg->alive = false;
}

bool pg_await(struct pg *pg)
{
    for (;;) {
        int unsent = PQflush(pg->conn);
        struct pollfd fd = {.fd = PQsocket(pg->conn), .events = POLLIN};
        int n;

        if (unsent < 0)
            return false;
        if (!PQisBusy(pg->conn))
            return true;
        if (unsent)
            fd.events |= POLLOUT;
        n = poll(&fd, 1, PG_SILENCE_MS);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        if (fd.revents & ~POLLOUT && !PQconsumeInput(pg->conn))
            return false;
    }
}

static bool fatal(const PGresult *res)
{
    const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);

    return severity && (!strcmp(severity, "FATAL") || !strcmp(severity, "PANIC"));
}

PGresult *pg_take(struct pg *pg, struct pg_sent *ret_sent)
{
    struct pg_sent sent = pg->sent[pg->sent_at];
    PGresult *first = NULL, *more;

    CHECK(pg->n_sent > 0);
    pg->sent_at = (pg->sent_at + 1) % pg->sent_room;
    pg->n_sent--;
    *ret_sent = sent;
    if (!pg->alive || !pg_await(pg))
        goto lost;
    first = PQgetResult(pg->conn);
    if (!first)
        goto lost;
    if (fatal(first)) {
        pg->alive = false; /* the server said good-bye: its reason is worth more than the broken
                              pipe that follows */
        return first;
    }
    while (sent.name) {
        if (!pg_await(pg))
            goto lost;
        more = PQgetResult(pg->conn);
        if (!more)
            break;
        PQclear(more);
    }
    if (PQstatus(pg->conn) == CONNECTION_OK)
        return first;
lost:
    PQclear(first);
    pg->alive = false;
    return NULL;
}

/* ---- copying ---- */

static bool wait_for(struct pg *pg, short events)
{
    struct pollfd fd = {.fd = PQsocket(pg->conn), .events = events};
    int n;

    do
        n = poll(&fd, 1, PG_SILENCE_MS);
    while (n < 0 && errno == EINTR);
    return n > 0;
}

void pg_cancel(struct pg *pg)
{
    PGcancel *cancel = PQgetCancel(pg->conn);
    char why[256];

    if (!cancel || !PQcancel(cancel, why, sizeof(why))) {
        /* then it is read to its end */
    }
    PQfreeCancel(cancel);
}

int pg_copy_data(struct pg *pg, char **ret_data)
{
    int n = PG_COPY_LOST;

    while (pg->alive) {
        n = PQgetCopyData(pg->conn, ret_data, 1);
        if (n != 0)
            break;
        if (!wait_for(pg, POLLIN) || !PQconsumeInput(pg->conn))
            pg->alive = false;
    }
    /* an error of the statement is the result that comes next */
    return n > 0 ? n : pg->alive && PQstatus(pg->conn) == CONNECTION_OK ? 0 : PG_COPY_LOST;
}

/* Until everything has left; the server may say that it gave up meanwhile. */
static bool flush_all(struct pg *pg)
{
    int unsent;

    while ((unsent = PQflush(pg->conn)) > 0)
        if (!wait_for(pg, POLLIN | POLLOUT) || !PQconsumeInput(pg->conn))
            break;
    pg->alive &= unsent == 0;
    return pg->alive;
}

bool pg_copy_send(struct pg *pg, const struct str *data)
{
    int n = 0;

    while (pg->alive && (n = PQputCopyData(pg->conn, data->text, (int)data->size)) == 0)
        (void)flush_all(pg);
    pg->alive &= n > 0;
    return flush_all(pg);
}

bool pg_copy_end(struct pg *pg)
{
    int n = 0;

    while (pg->alive && (n = PQputCopyEnd(pg->conn, NULL)) == 0)
        (void)flush_all(pg);
    pg->alive &= n > 0;
    return flush_all(pg);
}

/* ---- opening ---- */

static int take_prepared(struct pg *pg, const struct sql_stmt *stmt, struct errtext *e)
{
    struct pg_sent sent;
    int r = 0;

    for (int step = 0; step < 2; step++) { /* the prepare, then its description */
        PGresult *res = pg_take(pg, &sent);

        if (!res || PQresultStatus(res) != PGRES_COMMAND_OK) {
            if (!r) /* what follows an error is only "aborted" */
                pg_error(e, stmt->name, pg->conn, res);
            r = -EIO;
        } else if (step == 1 && PQnparams(res) != stmt->n_params) {
            errtext_set(e, "%s: the statement has %d parameters, its file counts %d", stmt->name,
                        PQnparams(res), stmt->n_params);
            r = -EIO;
        }
        PQclear(res);
        if (r)
            break;
    }
    return r ? err_raise(r) : 0;
}

static void send_prepare(struct pg *pg, const struct sql_stmt *stmt)
{
    if (!pg->alive)
        return;
    if (!PQsendPrepare(pg->conn, stmt->name, stmt->text, 0, NULL)) {
        pg->alive = false;
        return;
    }
    remember(pg, stmt->name, NULL);
    if (!PQsendDescribePrepared(pg->conn, stmt->name))
        pg->alive = false;
    else
        remember(pg, stmt->name, NULL);
}

static int prepare_all(struct pg *pg, const struct sql_stmt *const *list, struct errtext *e)
{
    struct pg_sent sent;
    PGresult *res;

    for (size_t i = 0; list[i]; i++)
        send_prepare(pg, list[i]);
    pg_send_sync(pg);
    if (!pg->alive) {
        pg_error(e, "preparing statements", pg->conn, NULL);
        return err_raise(-EIO);
    }
    for (size_t i = 0; list[i]; i++) {
        int r = take_prepared(pg, list[i], e);

        if (r)
            return err_pass(r); /* the connection is closed by the caller */
    }
    res = pg_take(pg, &sent);
    PQclear(res);
    return res ? 0 : err_raise(-EIO);
}

int pg_open(const char *conninfo, const char *schema,
            const struct sql_stmt *const *const *statement_lists, struct pg **ret_pg,
            struct errtext *e)
{
    CLEANUP(pg_close) struct pg *pg = calloc(1, sizeof(*pg));
    int r;

    if (!pg)
        return err_raise(-ENOMEM);
    r = pg_connect(conninfo, schema, true, &pg->conn, e);
    if (r)
        return err_pass(r);
    pg->alive = true;
    if (PQsetnonblocking(pg->conn, 1) || !PQenterPipelineMode(pg->conn)) {
        pg_error(e, "entering pipeline mode", pg->conn, NULL);
        return err_raise(-EIO);
    }
    r = prepare_all(pg, own_statements, e);
    for (size_t i = 0; !r && statement_lists && statement_lists[i]; i++)
        r = prepare_all(pg, statement_lists[i], e);
    if (r)
        return err_pass(r);
    *ret_pg = TAKE(pg);
    return 0;
}

void pg_close(struct pg *pg)
{
    if (!pg)
        return;
    CHECK(!pg->tx);
    PQfinish(pg->conn);
    free(pg->sent);
    free(pg);
}

bool pg_alive(const struct pg *pg)
{
    return pg->alive;
}

bool pg_awake(struct pg *pg)
{
    /* a server that goes says why, and hangs up behind that */
    for (int i = 0; pg->alive && i < 3; i++) {
        struct pollfd fd = {.fd = PQsocket(pg->conn), .events = POLLIN};

        if (poll(&fd, 1, 0) <= 0)
            break;
        if (!PQconsumeInput(pg->conn) || PQstatus(pg->conn) != CONNECTION_OK)
            pg->alive = false;
    }
    return pg->alive;
}
