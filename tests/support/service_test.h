/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service_test - a product's service as a real process on a schema of its own, spoken to in JSON over its bus
 *
 * Requests and replies are the messages of proto/ in the API's JSON, so that a test reads like a session. The clock stands where
 * the test sets it. Every function ends the test with a message when it cannot do its part; nothing waits by the clock.
 * Beside pg_test.h (include it too, so that ctest gives the test a server).
 */
#pragma once
#include <sys/types.h>

#include "common/bus/client.h"
#include "tests/support/pg_test.h"

#define TEST_DISTRICT "310105"
#define TEST_CITY "310000"

struct service_test {
    const char *service;
    char dir[64]; /* of the sockets */
    struct bus_conf conf;
    struct bus_link *link;
    struct pg_test pg;
    struct arena *arena; /* everything returned lives here */
    pid_t pid;
    char last_id[UUID_TEXT]; /* of the last message sent: what it made has this id */
};

/* Start @service for the district and the city, with a clock set by hand, and wait until it answers. */
void service_test_open(struct service_test *s, const char *service);
/* Another one on the same bus. */
void service_test_join(struct service_test *s, const char *service,
                       const struct service_test *first);
/* Another instance of @first's service on the same schema, in a socket folder of its own; close it first. */
void service_test_second(struct service_test *s, const struct service_test *first);
void service_test_close(struct service_test *s);

/* What service_test_ask sends, to be sent otherwise. */
Hp__Envelope *service_test_envelope(struct service_test *s, const char *who, const char *district,
                                    const char *type, const char *json);
/*
 * Send @type as @who ("district@310105", "enterprise@310105=<subject>", several parted by blanks; NULL: the public) to
 * @district; @json is the message. The reply.
 */
Hp__Reply *service_test_ask(struct service_test *s, const char *who, const char *district,
                            const char *type, const char *json);
/* ... to TEST_DISTRICT, and it is done: the reply's JSON, "" if it has none. */
const char *service_test_done(struct service_test *s, const char *who, const char *type,
                              const char *json);
const char *service_test_done_in(struct service_test *s, const char *district, const char *who,
                                 const char *type, const char *json);
/* ... and it is refused with this code, at this field (NULL: the whole). */
void service_test_refused(struct service_test *s, const char *who, const char *type,
                          const char *json, const char *code, const char *field);
/* Set the clock and run what is due by then. */
void service_test_clock(struct service_test *s, const char *instant);
/* The types of the district's events from @after on, one a line. */
const char *service_test_events(struct service_test *s, const char *district, int64_t after);
/* The first value of @sql as text, "" for null. */
const char *service_test_value(struct service_test *s, const char *sql);
/* Wait until @s has applied everything @source said so far. */
void service_test_settle(struct service_test *s, struct service_test *source);
/* ... in @district. */
void service_test_settle_in(struct service_test *s, struct service_test *source,
                            const char *district);
