/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harness - echo and mirror as real processes on a schema of their own
 *
 * Every function ends the test with a message when it cannot do its part. Nothing waits by the
 * clock: a service is ready when it answers, an event has arrived when AwaitApplied says so.
 */
#pragma once
#include <sys/types.h>

#include "common/bus/client.h"
#include "echo.pb-c.h"
#include "tests/support/pg_test.h"

#define ECHO_DISTRICT "310105"

struct echo_stack {
    char dir[64]; /* of the sockets */
    struct bus_conf conf;
    struct bus_link *link;
    struct pg_test echo, mirror; /* their schemas */
    struct arena *arena;
    const char *log; /* where the services' standard error goes, appended; NULL: the test's own */
    pid_t pids[8];
    int n_pids;
};

/* Fresh schemas, a socket folder, a link; nothing runs yet. */
void echo_open(struct echo_stack *s);
/* Kill what still runs, remove the folder. */
void echo_close(struct echo_stack *s);
/* Start "echo" or "mirror" (or "echo_next", "mirror_next": the builds after them) with more settings ("key=value", ended by NULL) and wait until it
 * answers. */
pid_t echo_start(struct echo_stack *s, const char *service, ...) __attribute__((sentinel));
/* As echo_start, without waiting; @dir NULL: the stack's. */
pid_t echo_spawn(struct echo_stack *s, const char *service, const char *dir,
                 const char *const *sets);
/* Send @signal and wait for the end; the wait status. */
int echo_end(struct echo_stack *s, pid_t pid, int signal);

/* An envelope from an officer of the district, ten seconds to live. */
Hp__Envelope *echo_envelope(struct echo_stack *s, const char *type,
                            const ProtobufCMessage *message);
Hp__Envelope *echo_put(struct echo_stack *s, const char *key, const char *text);
/* Ask and get an answer. */
Hp__Reply *echo_ask(struct echo_stack *s, const char *service, const Hp__Envelope *env);
/* Ask, and DONE. */
Hp__Reply *echo_done(struct echo_stack *s, const char *service, const Hp__Envelope *env);
/* mirror has applied echo's stream up to @position; the status of the answer. */
Hp__Reply__Status echo_await(struct echo_stack *s, int64_t position);
/* bus.Verify. It is no command: on a connection that it may have to open first, with all its statements, the service walks every chain
 * and checks every signature; so it is waited for longer than the ten seconds of others. */
Hp__VerifyReply *echo_verify(struct echo_stack *s, const char *service);
Hp__StateReply *echo_state(struct echo_stack *s, const char *service);
/* One value of the schema, as text ("" for null); lives in the stack's arena. */
const char *echo_value(struct echo_stack *s, const struct pg_test *t, const char *sql);
