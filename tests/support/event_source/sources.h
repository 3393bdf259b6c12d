/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sources - one real service among event sources, as processes on a real PostgreSQL
 *
 * The services it hears are event sources that say what the test tells them to. Business time
 * stands still until it is set. Every function ends the test with a message when it cannot do its
 * part; nothing waits by the clock: an event has arrived when the service says it applied it.
 */
#pragma once
#include <sys/types.h>

#include "common/bus/client.h"
#include "tests/support/pg_test.h"

#define SOURCES_CITY "310000"
#define SOURCES_DISTRICT "310105"

struct sources {
    char dir[64]; /* of the sockets */
    struct bus_conf conf;
    struct bus_link *link;
    struct arena *arena;
    const char *service; /* the one under test */
    const char *clock;   /* where business time begins */
    struct pg_test pg;   /* its schema */
    const char *names[8];
    struct pg_test source_pg[8];
    pid_t pids[9];
    int n_sources, n_pids;
};

/* Start @service at @clock (RFC 3339) and a source for each of the NULL-ended names. */
void sources_open(struct sources *s, const char *service, const char *clock, ...)
    __attribute__((sentinel));
void sources_close(struct sources *s);

/* Kill the service under test (SIGKILL), and start it again on what it had committed. */
void sources_kill(struct sources *s);
void sources_start(struct sources *s);
/* Start another instance of the service under test on the same schema, in a socket folder of its own; sources_close it, too. It is
 * for commands: it hears nobody. */
void sources_second(const struct sources *s, struct sources *ret_second);
/* Business time moves to @clock (RFC 3339); everything due by then has been done. */
void sources_clock(struct sources *s, const char *clock);

/* Have @source say @event in the district or the city. */
void sources_say(struct sources *s, const char *source, const char *district,
                 const ProtobufCMessage *event);
/* Until the service has applied all that was said. */
void sources_settle(struct sources *s);

/* What sources_ask sends, to be sent otherwise. */
Hp__Envelope *sources_envelope(struct sources *s, const char *role, const char *region,
                               const char *subject, const ProtobufCMessage *message);
/* Ask the service as somebody: role, region and subject of one binding (role NULL: the public). */
Hp__Reply *sources_ask(struct sources *s, const char *role, const char *region, const char *subject,
                       const ProtobufCMessage *message);
/* The same, DONE; its payload unpacked as @type, or NULL if @type is NULL. */
void *sources_done(struct sources *s, const char *role, const char *region, const char *subject,
                   const ProtobufCMessage *message, const ProtobufCMessageDescriptor *type);
/* The id of the message asked last: of what it made. */
const char *sources_last_id(const struct sources *s);
/* Events of @type the service said in the district, in order. */
size_t sources_said(struct sources *s, const ProtobufCMessageDescriptor *type, void *ret_events,
                    size_t max);
/* One value of the service's schema, as text ("" for null). */
const char *sources_value(struct sources *s, const char *sql);
