/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame - what the files of this folder share
 *
 * A message becomes a task on the loop, is carried out by a worker (run.c, command.c, control.c)
 * and answered on the loop (task.c). What a commit leaves behind for the loop (streams that moved,
 * timers that were set) travels in a struct aftermath. Each concern keeps its state in a struct of
 * its own, touched on the loop thread only.
 */
#pragma once
#include <pthread.h>

#include "common/bus/bus.h"
#include "common/bus/server.h"
#include "common/service/service.h"
#include "frame_sql.h"
#include "proto/api.h"

struct httpd;
struct inbox;
struct streams;
struct subscriptions;
struct timers;
struct notices;

struct frame_settings {
    char *city, *districts, *share, *clock_mode, *clock_start, *db, *schema, *log_level, *metrics,
        *digest;
    int64_t n_workers, queue;
    struct bus_conf bus;
};
extern const struct conf_key frame_keys[];
extern const struct ledger frame_stream, frame_log;

struct service {
    const struct service_spec *spec;
    struct frame_settings set;
    const char *conninfo, *schema;
    char **districts; /* those of the settings, then the city */
    size_t n_districts;
    char *districts_text; /* what they point into */
    uv_loop_t loop;
    uv_signal_t signals[2];
    struct clock *clock;
    struct calendar *calendar;
    const struct sql_stmt *const *statements[3];
    struct pg *first_pg; /* opened by the start, taken by the first worker */
    struct workers *workers;
    struct bus_server *server;
    struct bus_client *client;
    struct httpd *httpd;
    struct inbox *inbox;
    struct streams *streams;
    struct subscriptions *subscriptions;
    struct timers *timers;
    struct notices *notices;
    /* stopping: seen by workers that wait */
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    bool stopping;
    bool started;
    bool ending; /* service_stop was called */
};

bool service_serves(const struct service *svc, const char *district);
/* Begin to stop; loop thread, once. */
void service_stop(struct service *svc);
bool service_is_stopping(struct service *svc);
/* Worker thread: let @ms pass, or less when the service stops. */
void service_pause(struct service *svc, int64_t ms);

/* ---- a worker ---- */
struct worker {
    struct service *svc;
    struct pg *pg;
    int64_t retry_us; /* monotonic: not before then is a connection tried again */
    int64_t backoff_ms;
    bool away; /* the outage was logged */
};
void *worker_start(void *svc);
void worker_end(void *worker);
/* The worker's connection, opened again if it broke; NULL when the database is away (waits up to
 * @wait_ms). */
struct pg *worker_pg(struct worker *w, int64_t wait_ms);

/* ---- what a commit leaves for the loop ---- */
struct moved {
    char *district;
    int64_t position;
};
struct aftermath {
    struct moved *moved; /* streams that got events */
    size_t n_moved;
    bool timers; /* some were set */
};
/* Add what the commit just made on @pg did; copies into @a. */
void aftermath_note(struct aftermath *am, const struct pg *pg, bool timers, struct arena *a);
/* Loop thread: wake readers, arm timers, tell other instances. */
void aftermath_apply(struct service *svc, const struct aftermath *am);

/* ---- one handler in one transaction ---- */
struct run {
    struct ctx c;
    const char *trace_id; /* may be NULL */
    const char *note;     /* goes into the log row; an operator's reason */
    enum reason reason;
    const char *field;
    char **args;
    size_t n_args;
    struct bytes payload;
    const char *payload_type;
    unsigned n_emitted;
    int failed; /* negative when an emit could not be done; the handler's success does not count
                   then */
    bool timers;
    char id_text[UUID_TEXT];
};
static inline struct run *run_of(const struct ctx *c)
{
    return container_of((struct ctx *)c, struct run, c);
}
void run_init(struct run *run, struct service *svc, struct tx *tx, struct arena *arena,
              const struct uuid *id, const char *district);
/* A line for an operator: why a handler or commit ended with @r. In the run's arena. */
const char *run_error(const struct run *run, int r, const struct errtext *e);
enum { RUN_TRIES = 8 };
/* A short random wait after the @tries-th collision. */
void run_collided(struct service *svc, int tries);

/* ---- tasks ---- */
enum { TASK_CALLERS = 3 };
struct caller {
    struct bus_peer peer; /* when fn is NULL */
    bus_answer_fn *fn;
    void *arg;
};
struct task {
    struct job job;
    struct service *svc;
    struct task *next;      /* in its bucket */
    struct task *followers; /* same id, other bytes: run when this one is done */
    struct arena *arena;    /* its request and reply */
    struct bytes raw;
    const Hp__Envelope *env;
    struct uuid id;
    char id_text[UUID_TEXT];
    const struct route *route;
    const struct api_row *api;
    const struct control *control;
    const void *request; /* control messages: unpacked */
    struct caller callers[TASK_CALLERS];
    int n_callers;
    int64_t began_us;
    Hp__Reply reply;
    struct bytes
        stored; /* an earlier reply, as it was; then @reply's status is set for the metrics only */
    struct aftermath after;
    /* parked ones */
    struct task *parked_next;
    int64_t until_us; /* monotonic */
    int64_t target;   /* a position, head or round of timers waited for */
    int n_reads;      /* of a fetch */
};
/* A message from the bus (bus_message_fn, arg: the service). */
void inbox_take(const struct bus_peer *from, const void *data, size_t size, void *svc);
int inbox_new(struct service *svc) MUST_CHECK;
void inbox_free(struct service *svc);
/* Answer and end: loop thread. The reply is in the task. */
void task_answer(struct task *t);
/* The task's outcome; any thread. @field may be NULL; args end with NULL. */
void task_refuse(struct task *t, enum reason reason, const char *field, ...)
    __attribute__((sentinel));
void task_status(struct task *t, Hp__Reply__Status status);
void task_done(struct task *t, const ProtobufCMessage *payload, const char *type);
bool task_expired(const struct task *t);
/* Microseconds of wall time left, @fallback_ms when the message has no deadline. */
int64_t task_left_us(const struct task *t, int64_t fallback_ms);

/* command.c: job.run of commands and queries */
void command_run(struct job *job, void *worker);

/* control.c: messages of package bus */
struct control {
    const char *type;
    const ProtobufCMessageDescriptor *message;
    void (*start)(struct task *t); /* loop thread; ends in task_answer, at once or later */
};
const struct control *control_for(const char *type);
extern const struct route
    control_routes[]; /* those that are commands like any other: retry, skip */
extern const char *const control_route_types[];
/* Run @run on a worker, beyond the queue's limit, then @done on the loop. */
void task_work(struct task *t, void (*run)(struct job *, void *), void (*done)(struct job *));

/* list_log.c: bus.ListLog */
void list_log_start(struct task *t);

/* ---- stream.c ---- */
int streams_new(struct service *svc) MUST_CHECK;
void streams_free(struct service *svc);
void streams_fetch(struct task *t);
/* @district's stream is at least at @position: wake who waits. */
void streams_moved(struct service *svc, const char *district, int64_t position);
/* Answer all parked fetches, empty; refuse to park from now on. */
void streams_stop(struct service *svc);

/* ---- subscription.c, apply.c ---- */
enum { APPLY_LOST = 1, APPLY_MOVED, APPLY_PARKED };
struct apply { /* one batch on its way through a worker */
    struct job job;
    struct service *svc;
    struct arena *arena;
    const char *source, *district;
    int64_t position;      /* before; after the run: where it stands */
    Hp__FetchReply *batch; /* NULL: only read the position */
    int result;  /* 0 applied; APPLY_LOST: database away; APPLY_MOVED: read the position again;
                    APPLY_PARKED */
    bool parked; /* when the position was read */
    const char *error;
    struct aftermath after;
};
void apply_run(struct job *job, void *worker);
int subscriptions_new(struct service *svc) MUST_CHECK;
/* Make their rows, on svc->first_pg, so that bus.GetState shows all of them from the first moment.
 */
int subscriptions_prepare(struct service *svc, struct errtext *e) MUST_CHECK;
void subscriptions_start(struct service *svc);
void subscriptions_stop(struct service *svc);
void subscriptions_free(struct service *svc);
void subscriptions_await(struct task *t); /* bus.AwaitApplied */
/* After bus.RetryParked or bus.SkipParked committed: read the row again and go on. */
void subscriptions_resume(struct service *svc, const char *source, const char *district);

/* ---- timer.c ---- */
int timers_new(struct service *svc) MUST_CHECK;
void timers_stop(struct service *svc);
void timers_free(struct service *svc);
/* Look for due timers now. */
void timers_kick(struct service *svc);
/* Answer @t DONE when every timer due by now has run or failed (bus.SetClock). */
void timers_await_drained(struct task *t);

/* ---- notify.c ---- */
int notices_new(struct service *svc) MUST_CHECK;
/* Tell the other instances soon. */
void notices_tell(struct service *svc, const char *district, int64_t position);
void notices_stop(struct service *svc);
void notices_free(struct service *svc);

/* ---- metrics_http.c ---- */
int metrics_http_new(struct service *svc, struct errtext *e) MUST_CHECK;
void frame_metrics_register(const struct service *svc);
void frame_count_command(const char *type, Hp__Reply__Status status, int64_t us);
void frame_count_reconnect(void);
void frame_gauge_queue(int64_t n);
void frame_gauge_head(const char *district, int64_t position);
void frame_gauge_lag(const char *source_district, int64_t events);
void frame_gauge_parked(int64_t n);
void frame_gauge_timer_lag_us(int64_t us);
