/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault - random commands from several clients while processes are killed and worse, and the count
 * afterwards
 *
 * Every client owns what it works on (enterprises, sites, applications, deductions), so that it
 * knows beforehand what each of its commands must be answered; what all share are the streams, the
 * chains and the services. A command's id is chosen before it is sent and never changes, however
 * often it has to be sent.
 *
 * run.c: what fails first; client.c, mix.c: the load; wire_bus.c, wire_http.c: the ways there;
 * killer.c: the deaths; trouble.h: what goes wrong between them; annex.h: where what needs builds of
 * its own goes wrong; check.c, check_rows.c: the count;
 * setup.c: what has to be there first.
 */
#pragma once
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/id.h"
#include "common/bus/client.h"
#include "services/cli/talk/operator.h"
#include "services/cli/stack/stack_start.h"

#define CITY "310000"
#define DISTRICT "310105"
#define SUBDISTRICT "310105001"
#define PROGRAMME "changning-property-2023"
#define CLOCK_START "2023-06-05T09:00:00+08:00"

enum {
    MAX_CLIENTS = 16,
    N_ENTERPRISES = 3, /* of a client */
    N_SITES = 4,
    MAX_DEDUCTIONS = 240, /* of a client: their sum is computed at each step */
    ANSWER_LIMIT_S = 90,  /* a command that is not answered that long is a failure */
};

/* ---- the run ---- */

struct run {
    struct stack *stack;
    uint64_t seed;
    int n_bus, n_http, n_kills;
    atomic_bool stop; /* the clients end */
    atomic_int n_repeats, n_replays, n_broken;
};
extern struct run run;

/* The first discrepancy; later ones are only counted. Never ends the process. */
void fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
bool failed(void);
/* A line for whoever reads the outcome. */
void tell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int64_t now_us(void);

/* splitmix64: the same seed, the same choices. */
struct dice {
    uint64_t state;
};
uint64_t dice_roll(struct dice *d);
int dice_below(struct dice *d, int n); /* 0..n-1 */

/* ---- commands ---- */

enum outcome { OUTCOME_UNKNOWN, OUTCOME_DONE, OUTCOME_REFUSED };

struct command {
    struct uuid id;
    char id_text[UUID_TEXT];
    const char *service, *type, *district;
    const char *event;      /* what one execution says; NULL: nothing */
    const char *speaks_for; /* the enterprise the actor speaks for */
    const char *subject;    /* abandoned ones: what they would register */
    char key[UUID_TEXT];    /* HTTP: the Idempotency-Key */
    struct bytes payload;   /* owned */
    enum outcome outcome;   /* as acknowledged */
    char code[48];
    struct bytes reply; /* owned: the reply as packed, or the body */
    bool abandoned;
};

struct answer {
    /* AWAY: it was said that it cannot be done now (UNAVAILABLE, BUSY; 503) */
    enum { ANSWER_NONE, ANSWER_GIVEN, ANSWER_AWAY, ANSWER_BROKEN } kind;
    enum outcome outcome;
    char code[48];
    struct bytes reply; /* in the arena of the call */
};

/* ---- what a client knows ---- */

struct deduction {
    char id[UUID_TEXT];
    int enterprise;
    const char *state;
    char steps[80]; /* "record notify object" */
};
struct application {
    char id[UUID_TEXT];
    int site;
    const char *state;
    int version, n_steps;
};
struct thing { /* a row that is written once: an incident, an assessment, an honour */
    char id[UUID_TEXT];
    const char *table;
};

struct wire_http;
struct client {
    int index;
    bool http;
    char account[32];
    struct dice dice;
    struct bus_link *link;
    struct wire_http *wire;
    pthread_t thread;
    struct command *commands;
    size_t n_commands, room;
    /* the model */
    char enterprises[N_ENTERPRISES][24];
    int enterprise_names[N_ENTERPRISES], enterprise_changes[N_ENTERPRISES];
    char sites[N_SITES][24], projects[N_SITES][32], manager[24];
    int site_names[N_SITES], site_changes[N_SITES], areas[N_SITES], project_changes[N_SITES];
    int live[N_SITES]; /* the application of a site that is not over, -1 for none */
    struct deduction *deductions;
    struct application *applications;
    struct thing *things;
    int n_deductions, n_applications, n_things, n_honours, n_abandoned;
};
/* Room for one more behind the first @n of @list; ends the process when memory is out. */
void *grow(void *list, size_t n, size_t size);

/* mix.c: the next command, drawn; its message lives in @a. */
struct plan {
    const char *service, *type, *district, *event, *speaks_for;
    const ProtobufCMessage *message;
    const char *refusal; /* the code it must be refused with; NULL: done */
    void (*done)(struct client *c, const struct command *cmd, const struct plan *p);
    int index, number;
    const char *text;
};
void mix_draw(struct client *c, struct arena *a, struct plan *ret_plan);
/* The parts of the mix: mix_registry.c, mix_work.c. */
void plan_enterprise(struct client *c, struct arena *a, struct plan *p);
void plan_site(struct client *c, struct arena *a, struct plan *p);
void plan_project(struct client *c, struct arena *a, struct plan *p);
void plan_bad_enterprise(struct client *c, struct arena *a, struct plan *p);
void plan_manager(struct client *c, struct arena *a, struct plan *p);
void plan_one_off(struct client *c, struct arena *a,
                  struct plan *p); /* an enterprise registered once */
void plan_record(struct client *c, struct arena *a, struct plan *p);
void plan_step(struct client *c, struct arena *a, struct plan *p);
void plan_application(struct client *c, struct arena *a, struct plan *p);
void plan_fact(struct client *c, struct arena *a, struct plan *p);
void plan_honour(struct client *c, struct arena *a, struct plan *p);
/* "done <name>" texts of the model, in @a. */
const char *enterprise_name(struct arena *a, const struct client *c, int i);
const char *site_name(struct arena *a, const struct client *c, int i);

/* client.c */
void client_init(struct client *c, int index, bool http);
void client_release(struct client *c);
/* Carry out @p until it is answered, and hold the answer against the model. */
void client_do(struct client *c, struct arena *a, const struct plan *p);
/* Send @p once, wait @ms, and leave it at that; whether it happened is seen at the end. */
void client_abandon(struct client *c, struct arena *a, const struct plan *p, int64_t ms,
                    struct answer *ret_answer);
void *client_run(void *client);

/* wire_bus.c, wire_http.c: send once (the bus repeats by itself within the time); @a gets the
 * reply. */
void wire_bus_send(struct client *c, struct arena *a, const struct command *cmd, int64_t timeout_ms,
                   struct answer *ret_answer);
int wire_http_open(struct client *c, const char *base, const char *password) MUST_CHECK;
void wire_http_close(struct client *c);
/* The id the gateway derives for it. */
void wire_http_id(const struct client *c, struct arena *a, const ProtobufCMessage *message,
                  const char *type, struct command *cmd);
void wire_http_send(struct client *c, struct arena *a, const struct command *cmd,
                    int64_t timeout_ms, struct answer *ret_answer);

/* ---- the rest ---- */

/* setup.c. Start the stack in @data; 0 or negative, said. */
int start_stack(const char *data, bool durable);
/* Stop it, remove @data unless something failed or it is to be kept. The exit code. */
int finish(const char *data, bool keep);
/* Accounts, the region, the programme, what each client owns. 0 or negative, said. */
int setup(struct operator* op, struct client *clients, int n);

/* Let @ms pass, or less when something failed. For what cannot be waited for: the next kill, a door
 * that nobody is behind. */
void pause_ms(int ms);
/* killer.c: kill until run.n_kills happened, with other troubles between; the log of it is kept for
 * a failure. */
int killer_start(void);
void killer_join(void);
int killer_count(void);
void killer_await(int n); /* until so many were killed, or something failed */
void killer_print(void);
/* The clock is about to be moved, which one instance of a service answers for: no second ones from
 * now on. Returns when there is none. */
void killer_clock_moves(void);

/* hostile.c */
struct hostile_sum {
    long connections, held, garbage, oversize, halves;
};
/* Before the stack is started: its processes begin with the limit of open files that is usual. */
void hostile_usual_files(void);
void hostile_start(void);
struct hostile_sum hostile_stop(void);

/* overtake.c: @slow's and @fast's commands on one stream, the later-begun first. */
void overtake(const char *conninfo, struct operator* op, struct client *slow, struct client *fast);

/* check.c, check_rows.c: everything that must be so afterwards. */
const char *superuser(char buf[600]); /* conninfo, in the product's database; 2 s to connect */
void check_all(struct operator* op, const struct client *clients, int n);
void check_rows(const char *conninfo, const struct client *clients, int n);
/* Every value of a query, sorted by its first column. */
struct table;
struct table *table_load(const char *conninfo, const char *sql);
void table_free(struct table *t);
size_t table_count(const struct table *t);
/* The first row whose first column is @key, -1 if none; ret_n: how many there are. */
int table_find(const struct table *t, const char *key, int *ret_n);
const char *table_text(const struct table *t, int row, int column);
struct bytes table_bytes(const struct table *t, int row, int column, struct arena *a);
/* Whether an abandoned command is in its service's log; of check.c for check_rows.c. */
bool check_was_done(const struct command *cmd);
