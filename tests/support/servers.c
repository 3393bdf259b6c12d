/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/servers.h"

#include <errno.h>
#include <ftw.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/db/cluster_proc.h"

#include "common/base/banned.h"

enum { PORT = 5432, LIMIT_S = 60, STEP_MS = 20 };

static const char *const services[] = {"intake",    "scoring", "publicity", "credit",
                                       "reporting", "gateway", NULL};

static void __attribute__((noreturn)) give_up(const char *what, const char *why)
{
    fprintf(stderr, "servers: %s: %s\n", what, why);
    abort();
}

static PGconn *connect_to(const struct servers *s, int i)
{
    char conninfo[512];

    cluster_conninfo(&s->list[i].spec, NULL, conninfo, sizeof(conninfo));
    return PQconnectdb(conninfo);
}

/* The first value of the last statement, "" for none; NULL: @ret_error says why. */
static const char *value_of(const struct servers *s, int i, const char *sql, char ret_value[256])
{
    PGconn *conn = connect_to(s, i);
    PGresult *res = PQexecParams(conn, sql, 0, NULL, NULL, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(res);
    bool done = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;

    if (!done)
        snprintf(ret_value, 256, "%s", PQerrorMessage(conn));
    else
        snprintf(ret_value, 256, "%s", PQntuples(res) ? PQgetvalue(res, 0, 0) : "");
    PQclear(res);
    PQfinish(conn);
    return done ? ret_value : NULL;
}

void servers_run(const struct servers *s, int i, const char *sql)
{
    char value[256];

    if (!value_of(s, i, sql, value))
        give_up(sql, value);
}

void servers_await(const struct servers *s, int i, const char *sql, const char *want)
{
    int64_t end = monotonic_now_us() + LIMIT_S * SECOND_US;
    char value[256];

    while (!value_of(s, i, sql, value) || strcmp(value, want) != 0) {
        if (monotonic_now_us() > end)
            give_up(sql, value);
        (void)poll(NULL, 0, STEP_MS);
    }
}

static void describe(struct servers *s, int i)
{
    struct server *sv = &s->list[i];

    snprintf(sv->data, sizeof(sv->data), "%s/data%d", s->top, i);
    sv->spec = (struct cluster_spec){
        .dir = sv->data, .socket_dir = s->sockets, .port = PORT + i, .durable = true};
}

/* What a killed one leaves behind (a process of its own that still ends) is waited for. */
void servers_start(struct servers *s, int i)
{
    int64_t end = monotonic_now_us() + LIMIT_S * SECOND_US;
    struct errtext e = {0};

    while (cluster_start(&s->list[i].spec, &s->list[i].pid, &e) != 0) {
        if (monotonic_now_us() > end)
            give_up(s->list[i].data, e.text);
        (void)poll(NULL, 0, STEP_MS);
    }
}

void servers_open(struct servers *s)
{
    struct errtext e = {0};

    *s = (struct servers){.top = "/tmp/hp-servers-XXXXXX"};
    if (!mkdtemp(s->top) || chmod(s->top, 0777) != 0) /* the server's user makes the copy */
        give_up(s->top, strerror(errno));
    snprintf(s->sockets, sizeof(s->sockets), "%s/s", s->top);
    describe(s, SERVERS_FIRST);
    if (cluster_init(&s->list[SERVERS_FIRST].spec, &e) != 0)
        give_up("no data directory", e.text);
    servers_start(s, SERVERS_FIRST);
    if (cluster_prepare(&s->list[SERVERS_FIRST].spec, services, &e) != 0)
        give_up("no roles", e.text);
}

/* By the server itself, whose user the files must belong to. */
void servers_add_standby(struct servers *s)
{
    char bin[CLUSTER_PATH], sql[CLUSTER_PATH + 512];
    struct errtext e = {0};

    describe(s, SERVERS_SECOND);
    if (cluster_find_bin(bin, sizeof(bin), &e) != 0)
        give_up("no pg_basebackup", e.text);
    snprintf(sql, sizeof(sql),
             "copy (select 1) to program '%s/pg_basebackup -D %s -h %s -p %d -U postgres -R -C -S "
             "standby --checkpoint=fast --no-sync'",
             bin, s->list[SERVERS_SECOND].data, s->sockets, PORT);
    servers_run(s, SERVERS_FIRST, sql);
    servers_start(s, SERVERS_SECOND);
    servers_await(s, SERVERS_FIRST, "select state from pg_stat_replication", "streaming");
}

void servers_use(const struct servers *s)
{
    bool both = s->list[SERVERS_SECOND].data[0];
    char hosts[200], ports[32];

    snprintf(hosts, sizeof(hosts), "%s%s%s", s->sockets, both ? "," : "", both ? s->sockets : "");
    snprintf(ports, sizeof(ports), both ? "%d,%d" : "%d", PORT, PORT + 1);
    setenv("HP_TEST_PG_DIR", hosts, 1);
    setenv("HP_TEST_PG_PORT", ports, 1);
}

void servers_kill(struct servers *s, int i)
{
    struct server *sv = &s->list[i];

    kill(sv->pid, SIGKILL);
    while (waitpid(sv->pid, NULL, 0) < 0 && errno == EINTR)
        ;
    sv->pid = 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

void servers_close(struct servers *s)
{
    for (int i = SERVERS_MAX - 1; i >= 0; i--)
        if (s->list[i].pid)
            (void)!cluster_stop(s->list[i].pid);
    nftw(s->top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
