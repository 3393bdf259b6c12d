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

#include "common/base/digest.h"
#include "common/bus/bus.h"
#include "common/bus/server.h"
#include "common/db/ledger.h"
#include "common/service/service.h"
#include "frame_sql.h"
#include "proto/api.h"

struct httpd;
struct inbox;
struct lanes;
struct streams;
struct hearers;
struct leases;
struct timers;
struct upkeep;
struct bell;
struct sealer;
struct claimed;
struct jobs;
struct work;

struct frame_settings {
    char *announce, *archive_folder, *city, *districts, *share, *clock_mode, *clock_start, *hear_from, *db, *schema, *log_level, *metrics,
        *digest, *seal_key, *seal_file, *seal_copy;
    int64_t n_workers, queue, message_days, job_days, lease_seconds;
    struct bus_conf bus;
};
extern const struct conf_key frame_keys[];
/* beside the lanes' workers: the frame's own short work; queries; what takes seconds; of those, jobs at once at most, so that
 * something is left */
enum { READERS = 2, QUERY_WORKERS = 2, SLOW_WORKERS = 4, JOBS_AT_ONCE = 2 };

/* What is known of the database without asking it for the sake of knowing. Loop thread, but for failed. */
struct health {
    int64_t looked_us, looked_at; /* monotonic, wall: when the last look came back; 0: none did */
    bool answered;                /* the look did */
    bool failed;                  /* any thread, atomically: a connection could not be opened since */
    bool newer;                   /* the schema has additive migrations that this build does not know */
};

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
    int64_t latest_at; /* the latest business time in the heads at start */
    struct calendar *calendar;
    const struct sql_stmt *const *statements[3];
    struct pg *first_pg; /* opened by the start, taken by the first worker */
    struct uuid instance;    /* of this process */
    struct workers *workers; /* of the lanes */
    struct workers *readers; /* the frame's own, short: beats, looks, fetches, control; never a command or query */
    struct workers *queries; /* of the service: they may be slow, and many */
    struct workers *slow;    /* what takes seconds */
    int n_pools;             /* not closed yet */
    struct lanes *lanes;
    struct bus_server *server;
    struct bus_client *client;
    struct httpd *httpd;
    struct inbox *inbox;
    struct streams *streams;
    struct hearers *hearers;
    struct timers *timers;
    struct leases *leases;
    struct bell *bell;
    struct upkeep *upkeep;
    struct sealer *sealer; /* NULL: seals are not signed */
    struct jobs *jobs;
    uint64_t n_commands; /* carried out so far; any thread may look, atomically */
    uint64_t n_lost;     /* connections that workers lost so far; atomically */
    /* stopping: seen by workers that wait */
    pthread_mutex_t mutex;
    pthread_cond_t cond;
    bool stopping;
    bool started;
    bool ending; /* service_stop was called */
    struct health health;
};

bool service_serves(const struct service *svc, const char *district);
/* Its place among the service's districts, which are in order; n_districts: it is not one of them. */
size_t service_place(const struct service *svc, const char *district);
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
    int saved_batches; /* so many of those to come keep savepoints (command.c) */
};
void *worker_start(void *svc);
void worker_end(void *worker);
/* The worker's connection, opened again if it broke; NULL when the database is away (waits up to
 * @wait_ms). */
struct pg *worker_pg(struct worker *w, int64_t wait_ms);

/* ---- what a commit leaves for the loop ---- */
/* A district that moved. The events are packed, each malloc'ed; who takes them sets n_events to 0. */
struct moved {
    struct moved *next;
    char district[16];
    int64_t stream_from, stream_seq, log_seq;
    uint8_t stream_hash[DIGEST_SIZE], stream_root[DIGEST_SIZE]; /* of the newest seal */
    struct packed *events; /* positions stream_from + 1 ... */
    size_t n_events;
};
struct packed {
    uint8_t *data;
    size_t size;
};
struct due_set { /* a timer that was set */
    struct due_set *next;
    char district[16];
    int64_t at;
};
struct aftermath {
    struct moved *moved;
    struct due_set *timers;
};
/* Add what the commit just made on @pg did. */
void aftermath_note(struct aftermath *am, const struct pg *pg);
/* Remember a timer set in a transaction that committed. */
void aftermath_timer(struct aftermath *am, const char *district, int64_t at);
/* Loop thread: wake readers, arm timers, tell other instances; frees what is in it. */
void aftermath_apply(struct service *svc, struct aftermath *am);

/* ---- one handler in one transaction ---- */
struct handling {
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
    int64_t timer_at; /* the earliest timer set; INSTANT_NONE: none */
    struct claimed *claimed; /* of a timer: those taken with it */
    char id_text[UUID_TEXT];
};
static inline struct handling *handling_of(const struct ctx *c)
{
    return container_of((struct ctx *)c, struct handling, c);
}
void handling_init(struct handling *run, struct service *svc, struct tx *tx, struct arena *arena,
              const struct uuid *id, const char *district);
/* What a handler's @r means: an emit that could not be done, or a statement's failure that the handler folded or answered with a
 * refusal, counts for it. */
int handling_outcome(const struct handling *run, int r);
/* A line for an operator: why a handler or commit ended with @r. In the run's arena. */
const char *handling_error(const struct handling *run, int r, const struct errtext *e);
enum { RUN_TRIES = 8, UNIQUE_TRIES = 2 };
/* Whether what ended with @r and @e is to be run again at once: a collision (but not a lock that was not had in its time: whoever
 * holds it would hold this worker too), or a unique key for the first time. Counts in @tries; waits a moment if so. */
bool handling_again(struct service *svc, int r, const struct errtext *e, int *tries);

/* ---- lanes ---- */
struct lane;
struct lane_turn; /* one batch of a lane on a worker */
enum lane_kind { LANE_COMMAND, LANE_EVENTS, LANE_TIMERS };
struct lane_item {
    struct lane_item *next;
    struct lane *lane;
    enum lane_kind kind;
    int64_t queued_us;
    void (*done)(struct lane_item *item); /* loop thread */
};
enum { LANE_BATCH = 32, LANE_FULL = 1 };
int lanes_new(struct service *svc) MUST_CHECK;
void lanes_free(struct service *svc);
/* Queue @item, whose kind and done are set, in the lane of @district, one of the service's. LANE_FULL: too many commands wait.
 * Items of a lane run in their order, one worker at a time; commands that wait together may share a transaction. */
int lane_put(struct service *svc, const char *district, struct lane_item *item) MUST_CHECK;
/* The transaction of @turn's commands has come to its commit: the lane's next commands may begin on another worker. For
 * tx_on_committing. And: it was not carried out. */
void turn_commits(void *turn);
void turn_failed(struct lane_turn *turn);
/* Whether a commit was under way when it began: what goes wrong may come from not having seen that, and its commands go back. */
bool turn_overlaps(const struct lane_turn *turn);
/* Call the done of all items that were carried out; their workers go on meanwhile. */
void lanes_stepped(struct service *svc);
/* Commands waiting, in all lanes. */
int lanes_waiting(const struct service *svc);
/* Set the gauge of each district's lane. */
void lanes_gauge(const struct service *svc);
/* Answer what waits with UNAVAILABLE instead of running it: the service stops. */
void lanes_stop(struct service *svc);

/* ---- tasks ---- */
enum { TASK_CALLERS = 3 };
struct caller {
    struct bus_peer peer; /* when fn is NULL */
    bus_answer_fn *fn;
    void *arg;
};
struct task {
    struct job job;
    struct lane_item item;
    struct service *svc;
    struct task *next;      /* in its bucket */
    struct task *followers; /* same id, other bytes: run when this one is done */
    struct arena *arena;    /* its request and reply */
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
    int64_t deadline_us; /* monotonic; only if the envelope has a time left */
    Hp__Reply reply;
    struct bytes
        stored; /* an earlier reply, as it was; then @reply's status is set for the metrics only */
    bool may_be_old; /* its id may have been carried out before: the message table is asked first */
    bool was_lost;   /* an attempt ended with an unknown outcome */
    struct aftermath after;
    /* parked ones */
    struct task *parked_next;
    void (*act)(struct task *t); /* what is done with it on the next turn of the loop */
    int64_t until_us;            /* monotonic */
    int64_t target;      /* a position or round of timers waited for */
    struct fetch *fetch; /* bus.Fetch */
};
/* A message from the bus (bus_message_fn, arg: the service). */
void inbox_take(const struct bus_peer *from, const void *data, size_t size, void *svc);
int inbox_new(struct service *svc) MUST_CHECK;
/* From now on nothing is put off to the loop's next turn. */
void inbox_stop(struct service *svc);
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

/* command.c. Carry out 1..LANE_BATCH commands of one district, those of @turn; each gets its outcome. What the commits left is in the
 * aftermath of the first one or its own. Returns how many, the rest wait on in the lane: fewer when one waited for a lock in vain
 * (*ret_held), so that a district that is held keeps a worker for two such waits and not for a whole batch of them; none when something
 * went wrong and the turn overlaps. */
size_t commands_run(struct task *const *tasks, size_t n, struct worker *w, struct lane_turn *turn, bool *ret_held) MUST_CHECK;
/* job.run of queries */
void query_run(struct job *job, void *worker);

/* seen.c: whether an id can have been carried out before this process, or was seen by it. Notes it as seen. */
bool id_may_be_old(const struct uuid *id);
/* The instant of a UUIDv7, milliseconds since 1970; -1: it tells none. */
int64_t id_instant_ms(const struct uuid *id);

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
/* The clock may have been set by another instance (manual clocks only). */
void clock_read_again(struct service *svc);
/* Run @run on a reader, beyond the queue's limit, then @done on the loop: for what is short. */
void task_work(struct task *t, void (*run)(struct job *, void *), void (*done)(struct job *));

/* list_log.c: bus.ListLog */
void list_log_start(struct task *t);

/* proof.c: bus.GetProof, and what bus.GetState says of ledgers and seals */
void proof_start(struct task *t);
void proof_state(struct task *t, Hp__StateReply *reply);

/* ---- stream.c, tail.c ---- */
int streams_new(struct service *svc) MUST_CHECK;
/* Read where the streams stand, on svc->first_pg. */
int streams_prepare(struct service *svc, struct errtext *e) MUST_CHECK;
void streams_free(struct service *svc);
void streams_fetch(struct task *t);
/* This process moved a district's stream: keep the events, wake who waits. Takes the events. */
void streams_moved(struct service *svc, struct moved *moved);
/* @district's stream is at least at @position, says another instance. */
void streams_told(struct service *svc, const char *district, int64_t position);
/* Answer all parked fetches, empty; refuse to park from now on. */
void streams_stop(struct service *svc);

/* ---- apply.c ---- */
enum { APPLY_LATER = 1, APPLY_MOVED, APPLY_STOPPED };
struct apply { /* one batch on its way through a lane */
    struct lane_item item;
    struct service *svc;
    struct arena *arena;
    const char *source, *district;
    int64_t position; /* before; after the run: where it stands */
    Hp__Event **events;
    size_t n_events;
    bool has_seal; /* of the source, over the last event */
    int64_t sealed_last;
    uint8_t sealed_hash[DIGEST_SIZE];
    int result;        /* 0 applied; APPLY_LATER: a fault of the machine, back off; APPLY_MOVED: read the position again;
                          APPLY_STOPPED: in @state */
    const char *state; /* parked, unknown */
    const char *error;
    struct aftermath after;
};
void apply_run(struct apply *ap, struct worker *w);
/* Set a subscription that stands at ap->position to @state (ap->error says why); 0 or APPLY_*. */
int apply_stop(struct apply *ap, struct pg *pg, const char *state, const Hp__Event *event);

/* ---- hearer.c ---- */
int hearers_new(struct service *svc) MUST_CHECK;
/* Make their rows, on svc->first_pg, so that bus.GetState shows all of them from the first moment; a new build looks again at
 * events an earlier one did not know. */
int hearers_prepare(struct service *svc, struct errtext *e) MUST_CHECK;
/* A connection was lost, so the server may have: what was applied last is not known to be there, for it was not waited for to reach
 * the disk. Positions are read again, and nobody is told DONE from memory before. */
void hearers_doubt(struct service *svc);
/* Positions were set beside them: read them again. */
void hearers_read(struct service *svc);
/* This instance leads @district from now on, or no more. */
void hearers_lead(struct service *svc, const char *district, bool lead);
void hearers_stop(struct service *svc);
void hearers_free(struct service *svc);
void hearers_await(struct task *t); /* bus.AwaitApplied */
/* How the subscriptions stand; @lag: events known and not applied, of all that this instance hears. */
struct hearing_sum {
    size_t following, parked, diverged, unknown, elsewhere;
    int64_t lag;
};
void hearers_sum(const struct service *svc, struct hearing_sum *ret_sum);
/* Those that stand still, one by one; the sources of which nothing is heard. Loop thread. */
void hearers_stopped(const struct service *svc,
                     void (*fn)(const char *source, const char *district, const char *state,
                                int64_t position, int64_t lag, void *arg),
                     void *arg);
void hearers_silent(const struct service *svc, void (*fn)(const char *source, void *arg), void *arg);
/* After bus.RetryParked, bus.SkipParked or bus.Rejoin committed: read the row again and go on. */
void hearers_resume(struct service *svc, const char *source, const char *district);

/* ---- timer.c ---- */
int timers_new(struct service *svc) MUST_CHECK;
void timers_stop(struct service *svc);
void timers_free(struct service *svc);
/* Look in the database for due timers of all districts now. */
void timers_kick(struct service *svc);
/* This instance runs the timers of @district from now on, or no more. */
void timers_lead(struct service *svc, const char *district, bool lead);
/* A timer of @district was set to @at. */
void timers_set(struct service *svc, const char *district, int64_t at);
/* Answer @t DONE when every timer due by now has run or failed (bus.SetClock). */
void timers_await_drained(struct task *t);
/* A claim on its way through a lane. */
struct claim {
    struct lane_item item;
    struct service *svc;
    const char *district;
    int64_t due_at, retry_at; /* the earliest left: business time, wall time; INSTANT_NONE for none */
    enum { CLAIM_DRAINED, CLAIM_MORE, CLAIM_AWAY } end;
    struct aftermath after;
};
void claim_run(struct claim *cl, struct worker *w);
/* A timer of those taken was set anew or cancelled: it is not run. @taken may be NULL. */
void claimed_forget(struct claimed *taken, const char *kind, const char *key);

/* ---- lease.c ---- */
int leases_new(struct service *svc) MUST_CHECK;
/* Take what nobody leads, again and again; what is gained begins to be heard and its timers to run. */
void leases_start(struct service *svc);
/* Give everything up, so that another instance takes it at once; ends before the workers do. */
void leases_stop(struct service *svc);
void leases_free(struct service *svc);
/* Whether it was read who leads what; before that nothing is heard and no timer runs. */
bool leases_known(const struct service *svc);
/* This build cannot hear on in @district, for an event is of a newer one: another instance is to take the lead, if there is one. */
void lease_stuck(struct service *svc, const char *district);
/* How many districts this instance leads. */
size_t leases_led(const struct service *svc);
/* Beat again soon instead of when it is time. */
void leases_look_soon(struct service *svc);
/* When the beat under way began, monotonic; 0: none is. */
int64_t leases_asked_us(const struct service *svc);
/* The endpoint of the instance that leads @district, NULL when it is this one (or not known). Borrowed until the next turn. */
const char *lease_elsewhere(const struct service *svc, const char *district);
/* ---- job.c ---- */
int jobs_new(struct service *svc) MUST_CHECK;
void jobs_start(struct service *svc);
/* No job is begun any more; those under way end at their next step and are taken up again after the restart. */
void jobs_stop(struct service *svc);
void jobs_free(struct service *svc);
/* Loop thread: there may be one to take. */
void jobs_kick(struct service *svc);
/* NULL: this build has none of that name. */
const struct job_kind *job_kind_for(const struct service *svc, const char *name);

/* list_jobs.c: bus.StartJob, bus.ListJobs, bus.CancelJob */
void start_job_start(struct task *t);
void list_jobs_start(struct task *t);
void cancel_job_start(struct task *t);

/* verify.c: bus.Verify, and the job of that name */
void verify_start(struct task *t);
int verify_job(struct work *w);

/* ---- upkeep.c: what is done once an hour ---- */
int upkeep_new(struct service *svc) MUST_CHECK;
void upkeep_stop(struct service *svc);
void upkeep_free(struct service *svc);

/* ---- bell.c ---- */
int bell_new(struct service *svc) MUST_CHECK;
/* Tell the other instances soon: a stream moved, the clock was set. */
void bell_tell(struct service *svc, const char *district, int64_t position);
void bell_tell_clock(struct service *svc);
void bell_stop(struct service *svc);
void bell_free(struct service *svc);

/* ---- health.c; service_readiness is in service.h ---- */
/* Loop thread: a look at the database came back. */
void health_looked(struct service *svc, bool answered);
/* Any thread: a connection could not be opened. */
void health_failed(struct service *svc);

/* ---- metrics_http.c ---- */
int metrics_http_new(struct service *svc, struct errtext *e) MUST_CHECK;
void frame_metrics_register(const struct service *svc);
void frame_count_command(const char *type, Hp__Reply__Status status, int64_t us);
void frame_count_reconnect(void);
void frame_gauge_queue(int64_t n);
/* What waits or is under way in @district's lane: commands, events, timers. */
void frame_gauge_lane(const char *district, int64_t n);
void frame_gauge_head(const char *district, int64_t position);
/* @n events were told in one answer. */
void frame_count_told(size_t n);
void frame_count_linger(void);
/* @events < 0: not known, the source is silent. */
void frame_gauge_lag(const char *source, const char *district, int64_t events);
void frame_gauge_stopped(const char *state, int64_t n);
void frame_count_batch(size_t n);
void frame_observe_lane_us(int64_t us);
void frame_gauge_timer_lag_us(int64_t us);
