/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/db/cluster.h"
#include "tests/support/pg_test.h"

#include "common/base/banned.h"

/* ---- rights, on the server all tests share ---- */

/* The SQLSTATE of @sql run as @role; "" if it succeeded. */
static const char *state_of(const char *role, const char *sql)
{
    static char state[6];
    char conninfo[512];
    PGconn *conn;
    PGresult *res;

    pg_test_conninfo(role, conninfo, sizeof(conninfo));
    conn = PQconnectdb(conninfo);
    cr_assert_eq(PQstatus(conn), CONNECTION_OK, "%s", PQerrorMessage(conn));
    res = PQexecParams(conn, sql, 0, NULL, NULL, NULL, NULL, 0);
    snprintf(state, sizeof(state), "%s",
             PQresultErrorField(res, PG_DIAG_SQLSTATE) ? PQresultErrorField(res, PG_DIAG_SQLSTATE)
                                                       : "");
    PQclear(res);
    PQfinish(conn);
    return state;
}

Test(cluster_rights, a_service_cannot_look_into_anothers_schema)
{
    static const char *const services[] = {"intake", "scoring",   "publicity",
                                           "credit", "reporting", "gateway"};
    char sql[200];

    for (size_t i = 0; i < ARRAY_LEN(services); i++) {
        snprintf(sql, sizeof(sql), "create table %s.secret_%d (n bigint)", services[i],
                 (int)getpid());
        cr_assert_str_eq(state_of(services[i], sql), "");
    }
    for (size_t i = 0; i < ARRAY_LEN(services); i++)
        for (size_t j = 0; j < ARRAY_LEN(services); j++) {
            const char *expected = i == j ? "" : "42501";

            snprintf(sql, sizeof(sql), "select from %s.secret_%d", services[j], (int)getpid());
            cr_expect_str_eq(state_of(services[i], sql), expected, "%s reads %s", services[i],
                             services[j]);
            snprintf(sql, sizeof(sql), "insert into %s.secret_%d values (1)", services[j],
                     (int)getpid());
            cr_expect_str_eq(state_of(services[i], sql), expected, "%s writes %s", services[i],
                             services[j]);
            snprintf(sql, sizeof(sql), "create table %s.made_by_%s_%d ()", services[j], services[i],
                     (int)getpid());
            cr_expect_str_eq(state_of(services[i], sql), expected, "%s makes in %s", services[i],
                             services[j]);
        }
}

Test(cluster_rights, a_service_has_no_rights_beside_its_schema)
{
    static const char *const denied[] = {
        "create table public.t ()",
        "create schema mine",
        "create role r",
        "create database d",
        "set role hongping_credit",
        "set session authorization postgres",
        "select pg_read_file('/etc/passwd')",
        "copy (select 1) to program 'true'",
        "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'",
        "grant usage on schema credit to hongping_intake",
    };

    for (size_t i = 0; i < ARRAY_LEN(denied); i++)
        cr_expect_str_eq(state_of("intake", denied[i]), "42501", "%s", denied[i]);
    cr_expect_str_eq(state_of("intake", "create temporary table t ()"), "");
}

Test(cluster_rights, a_service_cannot_connect_to_other_databases)
{
    static const char *const others[] = {"postgres", "template1"};
    char conninfo[512], elsewhere[600];

    pg_test_conninfo("intake", conninfo, sizeof(conninfo));
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        PGconn *conn;

        snprintf(elsewhere, sizeof(elsewhere), "%s dbname=%s", conninfo, others[i]);
        conn = PQconnectdb(elsewhere);
        cr_expect_eq(PQstatus(conn), CONNECTION_BAD);
        cr_expect(strstr(PQerrorMessage(conn), "permission denied for database"), "%s",
                  PQerrorMessage(conn));
        PQfinish(conn);
    }
}

/* ---- a server of our own ---- */

static char top[64], data[160], sockets[100];
static struct cluster_spec spec;
static struct errtext e;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void setup(void)
{
    snprintf(top, sizeof(top), "/tmp/hp-test-XXXXXX");
    cr_assert_not_null(mkdtemp(top));
    cr_assert_eq(chmod(top, 0711), 0);
    snprintf(data, sizeof(data), "%s/data", top);
    snprintf(sockets, sizeof(sockets), "%s/it's a dir", top);
    spec = (struct cluster_spec){.dir = data, .socket_dir = sockets, .port = 6001};
}

static void teardown(void)
{
    nftw(top, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

TestSuite(cluster, .init = setup, .fini = teardown, .timeout = 60);

static bool answers(void)
{
    char conninfo[512];

    cluster_conninfo(&spec, NULL, conninfo, sizeof(conninfo));
    return PQping(conninfo) == PQPING_OK;
}

Test(cluster, lives_from_initdb_to_a_crash_and_a_second_start)
{
    static const char *const services[] = {"intake", "o'dd \"name", NULL};
    struct pg *pg = NULL;
    char conninfo[512];
    pid_t pid = 0;
    int status;

    cr_assert_eq(cluster_init(&spec, &e), 0, "%s", e.text);
    cr_assert_eq(cluster_init(&spec, &e), 0, "a second time does nothing: %s", e.text);
    cr_assert_eq(cluster_start(&spec, &pid, &e), 0, "%s", e.text);
    cr_assert(answers());
    cr_assert_eq(cluster_prepare(&spec, services, &e), 0, "%s", e.text);
    cr_assert_eq(cluster_prepare(&spec, services, &e), 0, "repeatable: %s", e.text);
    cluster_conninfo(&spec, "intake", conninfo, sizeof(conninfo));
    cr_assert_eq(pg_open(conninfo, "intake", NULL, &pg, &e), 0, "%s", e.text);
    pg_close(pg);
    /* a crash, then recovery */
    cr_assert_eq(kill(pid, SIGKILL), 0);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(!answers());
    cr_assert_eq(cluster_start(&spec, &pid, &e), 0, "%s", e.text);
    cr_assert(answers());
    cr_assert_eq(cluster_stop(pid), 0);
    cr_assert(!answers());
    cr_assert_eq(waitpid(pid, &status, WNOHANG), -1, "the child was collected");
}

Test(cluster, the_server_goes_when_its_starter_is_killed)
{
    int ready[2], status;
    pid_t starter, server = 0;
    char byte, lock[200];

    cr_assert_eq(pipe2(ready, O_CLOEXEC), 0);
    cr_assert_eq(cluster_init(&spec, &e), 0, "%s", e.text);
    starter = fork();
    if (starter == 0) {
        pid_t pid;

        if (cluster_start(&spec, &pid, NULL) != 0)
            _exit(1);
        if (write(ready[1], &pid, sizeof(pid)) != sizeof(pid))
            _exit(1);
        for (;;)
            pause();
    }
    close(ready[1]);
    cr_assert_eq(read(ready[0], &server, sizeof(server)), sizeof(server));
    cr_assert(answers());
    cr_assert_eq(kill(starter, SIGKILL), 0);
    cr_assert_eq(waitpid(starter, &status, 0), starter);
    cr_assert_eq(read(ready[0], &byte, 1), 0);
    snprintf(lock, sizeof(lock), "%s/postmaster.pid", data);
    while (access(lock, F_OK) == 0) /* removed last of all; the suite's timeout is the deadline */
        (void)poll(NULL, 0, 10);
    cr_assert(!answers());
    close(ready[0]);
}

Test(cluster, a_directory_with_something_else_is_left_alone)
{
    char file[200];
    int fd;

    cr_assert_eq(mkdir(data, 0700), 0);
    snprintf(file, sizeof(file), "%s/letters", data);
    fd = open(file, O_CREAT | O_WRONLY, 0600);
    cr_assert_geq(fd, 0);
    close(fd);
    cr_assert_eq(cluster_init(&spec, &e), CLUSTER_E_FAILED);
    cr_assert(strstr(e.text, "holds no database"), "%s", e.text);
    cr_assert_eq(access(file, F_OK), 0);
}

Test(cluster, a_start_that_fails_says_why)
{
    pid_t pid;
    char version[200];

    cr_assert_eq(cluster_init(&spec, &e), 0, "%s", e.text);
    snprintf(version, sizeof(version), "%s/global/pg_control", data);
    cr_assert_eq(unlink(version), 0);
    cr_assert_eq(cluster_start(&spec, &pid, &e), CLUSTER_E_FAILED);
    cr_assert(strstr(e.text, "pg_control") && strstr(e.text, data), "%s", e.text);
}

Test(cluster, a_socket_path_that_is_too_long_is_refused)
{
    char deep[150];

    memset(deep, 'x', sizeof(deep));
    memcpy(deep, "/tmp/", 5);
    deep[sizeof(deep) - 1] = 0;
    spec.socket_dir = deep;
    cr_assert_eq(cluster_init(&spec, &e), CLUSTER_E_FAILED);
    cr_assert(strstr(e.text, "too long"), "%s", e.text);
}

/* Only root changes to another user; for all others the case does not exist, and the first start
 * above is the test. */
Test(cluster, a_directory_the_servers_user_cannot_enter_is_named)
{
    char closed[100], inside[150];

    snprintf(closed, sizeof(closed), "%s/closed", top);
    snprintf(inside, sizeof(inside), "%s/deeper", closed);
    cr_assert_eq(mkdir(closed, 0700), 0);
    cr_assert_eq(mkdir(inside, 0755), 0);
    snprintf(data, sizeof(data), "%s/deeper/data", closed);
    if (geteuid() == 0) {
        cr_assert_eq(cluster_init(&spec, &e), CLUSTER_E_UNREACHABLE);
        snprintf(inside, sizeof(inside), "cannot enter %s:", closed);
        cr_assert(strstr(e.text, inside), "%s", e.text);
        cr_assert_eq(access(data, F_OK), -1);
    } else {
        cr_assert_eq(cluster_init(&spec, &e), 0, "%s", e.text);
    }
}
