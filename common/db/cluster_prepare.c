/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "common/db/cluster.h"
#include "common/db/pg.h"

#include "common/base/banned.h"

extern const char roles_sql[]; /* deploy/roles.sql */

static int ask(PGconn *conn, const char *sql, const char *value, struct errtext *e, int *ret_n)
{
    PGresult *res = PQexecParams(conn, sql, value ? 1 : 0, NULL, &value, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(res);
    int r = 0;

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        pg_error(e, "preparing the database", conn, res);
        r = CLUSTER_E_FAILED;
    } else if (ret_n) {
        *ret_n = PQntuples(res);
    }
    PQclear(res);
    return r;
}

/* Several statements without parameters: the whole of roles.sql. */
static int run_script(PGconn *conn, const char *sql, struct errtext *e)
{
    PGresult *res;
    int r = 0;

    if (!PQsendQuery(conn, sql))
        r = CLUSTER_E_FAILED;
    while ((res = PQgetResult(conn))) {
        if (!r && PQresultStatus(res) != PGRES_COMMAND_OK &&
            PQresultStatus(res) != PGRES_TUPLES_OK) {
            pg_error(e, "deploy/roles.sql", conn, res);
            r = CLUSTER_E_FAILED;
        }
        PQclear(res);
    }
    return r;
}

static int make_database(const char *superuser, struct errtext *e)
{
    PGconn *conn;
    int found = 0;
    int r = pg_connect(superuser, NULL, false, &conn, e);

    if (r)
        return err_pass(r);
    r = ask(conn, "select from pg_database where datname = 'hongping'", NULL, e, &found);
    if (!r && !found)
        r = ask(conn, "create database hongping", NULL, e, NULL);
    PQfinish(conn);
    return r;
}

int cluster_prepare(const struct cluster_spec *spec, const char *const *services, struct errtext *e)
{
    char superuser[512], inside[600];
    PGconn *conn;
    int r;

    cluster_conninfo(spec, NULL, superuser, sizeof(superuser));
    r = make_database(superuser, e);
    if (r)
        return r;
    snprintf(inside, sizeof(inside), "%s dbname=hongping", superuser); /* the last one counts */
    r = pg_connect(inside, NULL, false, &conn, e);
    if (r)
        return err_pass(r);
    r = ask(conn, "begin", NULL, e, NULL);
    if (!r)
        r = run_script(conn, roles_sql, e);
    for (size_t i = 0; !r && services[i]; i++)
        r = ask(conn, "select pg_temp.hongping_service($1)", services[i], e, NULL);
    if (!r)
        r = ask(conn, "commit", NULL, e, NULL);
    PQfinish(conn);
    return r;
}
