/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api_stack - the services as real processes on schemas of their own, spoken to over HTTP
 *
 * Every function ends the test with a message when it cannot do its part. Memory lives until
 * api_close.
 */
#pragma once
#include <curl/curl.h>
#include <jansson.h>
#include <sys/types.h>

#include "common/bus/client.h"
#include "tests/support/pg_test.h"

#define CITY "310000"
#define DISTRICT "310105"
#define ADMIN "sample-admin"
#define ADMIN_PASSWORD "Nothing-2023-real"

enum { API_SERVICES = 6, API_SETS = 32 };

struct api_stack {
    char dir[64];
    struct bus_conf conf;
    struct bus_link *link;
    struct arena *arena;
    struct pg_test schemas[API_SERVICES];
    bool started[API_SERVICES];
    pid_t pids[API_SERVICES];
    char *sets[API_SETS]; /* the gateway's settings */
    int n_sets;
    int port;
    CURL *curl;
    const char *clock; /* set before api_start: business time stands at this instant */
};

struct answer {
    int status;
    const char *body, *headers;
    size_t size;
    json_t *json; /* NULL: no JSON */
};

/* The gateway with cheap passwords, more settings "key=value" (ended by NULL), and its first
 * administrator. */
void api_open(struct api_stack *s, ...) __attribute__((sentinel));
/* One more service ("intake", ...), or the gateway again after api_end, until it answers. */
void api_start(struct api_stack *s, const char *service);
/* All that are not started. */
void api_start_all(struct api_stack *s);
/* Move business time of all services; they must all run, with api_stack.clock. */
void api_clock(struct api_stack *s, const char *instant);
/* Wait until everything that was said is heard by all services, which must all run. */
void api_settle(struct api_stack *s);
/* Stop one by @signal; the wait status. */
int api_end(struct api_stack *s, const char *service, int signal);
void api_close(struct api_stack *s);

/* @path below /api/v1/districts/, or from "/"; @token and @body may be NULL; more headers "Name:
 * value", ended by NULL. */
struct answer api_call(struct api_stack *s, const char *method, const char *path, const char *token,
                       const char *body, ...) __attribute__((sentinel));
struct answer api_call_bytes(struct api_stack *s, const char *method, const char *path,
                             const char *token, const void *body, size_t size,
                             const char *const *headers);
/* A header's value of the answer, NULL if absent. */
const char *answer_header(struct api_stack *s, const struct answer *a, const char *name);
/* A text member of the answer's object, "" if absent. */
const char *answer_text(const struct answer *a, const char *name);

/* Log in; the token. */
const char *api_login(struct api_stack *s, const char *account, const char *password);
/* Open an account with one binding (@subject may be NULL) and log in; the token. */
const char *api_account(struct api_stack *s, const char *admin_token, const char *account,
                        const char *role, const char *region, const char *subject);
/* One value of the gateway's schema as text, "" for null. */
const char *api_value(struct api_stack *s, const char *sql);
/* Ask a service over the bus. */
Hp__Reply *api_ask(struct api_stack *s, const char *service, const char *type, const char *district,
                   const ProtobufCMessage *message);
