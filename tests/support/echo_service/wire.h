/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire - what the tests of the frame's promises need besides harness.h: a plain socket, for what must be sent once and answered
 * when it is; sessions that hold a lock; processes that stand still
 *
 * Every function ends the test with a message when it cannot do its part.
 */
#pragma once
#include <libpq-fe.h>

#include "tests/support/echo_service/harness.h"

/* A DEALER to "echo" or "mirror" in @dir (NULL: the stack's); zmq_close it. */
void *wire_open(struct echo_stack *s, const char *dir, const char *service);
void wire_post(struct echo_stack *s, void *socket, const Hp__Envelope *env);
/* The next reply, within a minute; as it came. */
struct bytes wire_hear_bytes(struct echo_stack *s, void *socket);
Hp__Reply *wire_hear(struct echo_stack *s, void *socket);

/* From an officer of the city, to @district. */
Hp__Envelope *wire_city(Hp__Envelope *env, const char *district);
/* echo.Put of @key in @district by one, a minute to live. */
Hp__Envelope *wire_put(struct echo_stack *s, const char *district, const char *key,
                       const char *text);
/* echo.Hold: waits in its transaction while wire_session holds lock 42. */
Hp__Envelope *wire_hold(struct echo_stack *s, const char *district, const char *key);

/* A transaction of the superuser in the schema of @t that has run @sql and stands open. */
PGconn *wire_session(const struct pg_test *t, const char *sql);
/* Roll it back, and close it. NULL is fine. */
void wire_session_end(PGconn *conn);
#define WIRE_LOCK "select pg_advisory_xact_lock(42)"

/* Ask until the first value of @sql is @want. */
void wire_await(struct echo_stack *s, const struct pg_test *t, const char *sql, const char *want);
/* Until @n locks are waited for (a row is waited for by way of the transaction that holds it). */
void wire_await_waits(struct echo_stack *s, const struct pg_test *t, int n);
/* The state of mirror's subscription of @district, read until it is @want; that row of GetState. */
const Hp__SubscriptionState *wire_await_state(struct echo_stack *s, const char *district,
                                              const char *want);

/* SIGSTOP and SIGCONT to @pid; stopped when this returns. */
void wire_freeze(pid_t pid);
void wire_thaw(pid_t pid);

/* Writes to "echo"'s or "mirror"'s standard error go to a file in the stack's folder from the next start on. */
void wire_log_to(struct echo_stack *s);
/* Until that file has @text. */
void wire_await_line(struct echo_stack *s, const char *text);
