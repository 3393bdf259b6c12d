/* SPDX-License-Identifier: Apache-2.0 */
/*
 * beside - two things that meet: the commit of the first stands still while the second is carried out, in the same process or in
 * another instance
 *
 * The second does not see what the first wrote, unless it waits for a row of it. Held commits stand still until beside_let_go,
 * so that the order is made and not hoped for. Every function ends the test with a message when it cannot do its part.
 * Beside pg_test.h (include it too, so that ctest gives the test a server).
 */
#pragma once
#include <libpq-fe.h>
#include <pthread.h>

#include "common/bus/client.h"
#include "tests/support/pg_test.h"

/* Locks of services that start from now on are waited for as long as a test takes. */
void beside_patient(void);

/* From now on what puts a row into @table for which @when holds (of new) stands still at its commit. One kind a schema. */
void beside_hold(const struct pg_test *pg, const char *table, const char *when);
/* A transaction that has run @sql and stands open; instead of beside_hold, or after it. */
void beside_session(const struct pg_test *pg, const char *sql);
/* End what holds. */
void beside_let_go(void);

/* Until at least @n locks are waited for. */
void beside_await(const struct pg_test *pg, int n);
/* Until the first value of @sql is true. */
void beside_await_true(const struct pg_test *pg, const char *sql);

/* One who asks while others do. */
struct beside_ask {
    pthread_t thread;
    struct bus_conf conf;
    struct bus_link *link;
    struct arena *arena;
    const char *service;
    struct bytes packed; /* the envelope */
    Hp__Reply *reply;
    int r;
};
/* Send @env to @service's socket in the folder @dir, from a thread of its own. */
void beside_post(struct beside_ask *by, const char *dir, const char *service, Hp__Envelope *env);
/* The reply, in @a. */
Hp__Reply *beside_hear(struct beside_ask *by, struct arena *a);

/*
 * Behind beside_hold: @first, which stands still at its commit, then @second, which begins beside it in the same process or by way
 * of another folder, until it waits too; then both go on. Their replies, in @a.
 */
void beside_meet(const struct pg_test *pg, const char *service, const char *dir,
                 Hp__Envelope *first, const char *second_dir, Hp__Envelope *second, struct arena *a,
                 Hp__Reply *ret_replies[2]);
