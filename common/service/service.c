/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service_main: up in order, run, and down again in reverse.
 *
 * Down: the service's own on_stop; then no message is taken and no event fetched any more; the
 * workers finish what they have begun and the answers leave; then the sockets and the loop close, and
 * on_end gives back what the workers used.
 */
#include "common/service/service.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "common/http/httpd.h"
#include "common/log/log.h"
#include "common/service/bell.h"
#include "common/service/database.h"
#include "common/service/flags.h"
#include "common/service/frame.h"
#include "common/service/hear/hearer.h"
#include "common/service/inbox.h"
#include "common/service/job/jobs.h"
#include "common/service/lane.h"
#include "common/service/lease.h"
#include "common/service/metrics_http.h"
#include "common/service/sealing/sealer.h"
#include "common/service/settings.h"
#include "common/service/tell/stream.h"
#include "common/service/timer.h"
#include "common/service/upkeep.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

static const int ending_signals[] = {SIGTERM, SIGINT};

/* ---- small ---- */

uv_loop_t *service_loop(struct service *svc)
{
    return &svc->loop;
}

struct bus_client *service_client(struct service *svc)
{
    return svc->client;
}

const struct bus_conf *service_bus_conf(const struct service *svc)
{
    return &svc->set.bus;
}

/* ---- database ---- */

static int load_calendar(struct service *svc, struct errtext *e)
{
    char path[4096];

    snprintf(path, sizeof(path), "%s/calendars/cn.yaml", service_share(svc));
    return err_fold(calendar_load(path, &svc->calendar, e));
}

/* ---- stopping ---- */

static void nothing(void *arg)
{
    (void)arg;
}

/* All work is done, and where the ledgers stand is signed. */
static void on_sealed(struct service *svc)
{
    inbox_stop(svc);
    /* kept to the end, so that a second signal does not cut the answers short */
    for (size_t i = 0; i < ARRAY_LEN(svc->signals); i++)
        uv_unref((uv_handle_t *)&svc->signals[i]);
    if (svc->httpd)
        httpd_close(TAKE(svc->httpd), nothing, NULL);
    bus_client_close(TAKE(svc->client), nothing, NULL);
    /* all answers are given: what is queued leaves while the sockets linger */
    bus_server_free(TAKE(svc->server));
}

static void on_workers_closed(void *arg)
{
    struct service *svc = arg;

    if (--svc->n_pools > 0)
        return;
    svc->workers = svc->readers = svc->queries = svc->slow = NULL;
    sealer_stop(svc, on_sealed);
}

/* The service's own is down: nothing new from here on. */
static void stop_frame(struct service *svc)
{
    pthread_mutex_lock(&svc->mutex);
    __atomic_store_n(&svc->stopping, true, __ATOMIC_RELEASE);
    pthread_cond_broadcast(&svc->cond);
    pthread_mutex_unlock(&svc->mutex);
    svc->started = false;
    bus_server_stop(svc->server);
    hearers_stop(svc);
    timers_stop(svc);
    streams_stop(svc);
    bell_stop(svc);
    upkeep_stop(svc);
    jobs_stop(svc);
    lanes_stop(svc);
    leases_stop(svc);
    svc->n_pools = 4;
    workers_close(svc->workers, on_workers_closed, svc);
    workers_close(svc->readers, on_workers_closed, svc);
    workers_close(svc->queries, on_workers_closed, svc);
    workers_close(svc->slow, on_workers_closed, svc);
}

void service_stop(struct service *svc)
{
    if (svc->ending)
        return; /* told twice, by a terminal and a supervisor for instance */
    svc->ending = true;
    log_line(LOG_INFO, "stopping", NULL);
    if (svc->spec->on_stop)
        svc->spec->on_stop(svc, svc->spec->state, stop_frame);
    else
        stop_frame(svc);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    service_stop(signal->data);
}

/* ---- starting ---- */

static void watch_signals(struct service *svc)
{
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < ARRAY_LEN(ending_signals); i++) {
        uv_signal_init(&svc->loop, &svc->signals[i]);
        svc->signals[i].data = svc;
        uv_signal_start(&svc->signals[i], on_signal, ending_signals[i]);
    }
}

static void forget_signals(struct service *svc)
{
    for (size_t i = 0; i < ARRAY_LEN(svc->signals); i++) {
        uv_close((uv_handle_t *)&svc->signals[i], NULL);
        signal(ending_signals[i], SIG_IGN);
    }
    uv_run(&svc->loop, UV_RUN_NOWAIT);
}

static void on_stepped(void *svc)
{
    lanes_stepped(svc);
}

static int open_pool(struct service *svc, int n_threads, void (*stepped)(void *svc),
                     struct workers **ret_workers)
{
    struct workers_spec spec = {
        .n_threads = n_threads,
        .queue_limit = (int)svc->set.queue,
        .start = worker_start,
        .end = worker_end,
        .stepped = stepped,
        .arg = svc,
    };

    return err_fold(workers_new(&svc->loop, &spec, ret_workers));
}

static int open_workers(struct service *svc)
{
    int r = open_pool(svc, (int)svc->set.n_workers, on_stepped, &svc->workers);

    r = r ? r : open_pool(svc, READERS, NULL, &svc->readers);
    r = r ? r : open_pool(svc, QUERY_WORKERS, NULL, &svc->queries);
    return r ? r : open_pool(svc, SLOW_WORKERS, NULL, &svc->slow);
}

/* All that lives in the loop, before the first message can come. */
static int open_parts(struct service *svc, struct errtext *e)
{
    int r = inbox_new(svc);

    r = r ? r : lanes_new(svc);
    r = r ? r : streams_new(svc);
    r = r ? r : streams_prepare(svc, e);
    r = r ? r : database_read_clock(svc, e);
    r = r ? r : hearers_new(svc);
    r = r ? r : hearers_prepare(svc, e);
    r = r ? r : timers_new(svc);
    r = r ? r : leases_new(svc);
    r = r ? r : bell_new(svc);
    r = r ? r : upkeep_new(svc);
    r = r ? r : jobs_new(svc);
    r = r ? r : open_workers(svc);
    return r ? err_pass(r) : sealer_new(svc, e);
}

/* Whom it hears must be reachable by the settings, whether or not they are there yet. */
static int check_peers(struct service *svc, struct errtext *e)
{
    const char *sources[64];
    size_t n = 0;

    for (const struct hearing *h = svc->spec->hearings; h && h->source && n < ARRAY_LEN(sources);
         h++)
        sources[n++] = h->source;
    return err_fold(bus_check_peers(&svc->set.bus, sources, n, e));
}

static int open_all(struct service *svc, struct errtext *e)
{
    int r = load_calendar(svc, e);

    r = r ? r : check_peers(svc, e);
    svc->clock = clock_new();
    uuid_new(&svc->instance);
    r = r ? r : database_open(svc, e);
    if (r)
        return err_pass(r);
    frame_metrics_register(svc);
    r = open_parts(svc, e);
    r = r ? r : bus_client_new(&svc->loop, &svc->set.bus, &svc->client, e);
    r = r ? r : metrics_http_new(svc, e);
    if (r == 0 && svc->spec->on_start)
        r = svc->spec->on_start(svc, svc->spec->state, e);
    r = r ? r
          : bus_server_new(&svc->loop, &svc->set.bus, svc->spec->name, inbox_take, svc,
                           &svc->server, e);
    return err_fold(r);
}

static void release(struct service *svc, const struct conf_group *groups)
{
    sealer_free(svc);
    jobs_free(svc);
    bell_free(svc);
    upkeep_free(svc);
    leases_free(svc);
    timers_free(svc);
    hearers_free(svc);
    lanes_free(svc);
    streams_free(svc);
    inbox_free(svc);
    pg_close(svc->first_pg);
    calendar_free(svc->calendar);
    clock_free(svc->clock);
    free(svc->districts);
    free(svc->districts_text);
    pthread_cond_destroy(&svc->cond);
    pthread_mutex_destroy(&svc->mutex);
    conf_release(groups);
}

static void init(struct service *svc, const struct service_spec *spec)
{
    pthread_condattr_t attr;

    svc->spec = spec;
    pthread_mutex_init(&svc->mutex, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&svc->cond, &attr);
    pthread_condattr_destroy(&attr);
}

static int run(struct service *svc, struct errtext *e)
{
    int r;

    CHECK(uv_loop_init(&svc->loop) == 0);
    r = open_all(svc, e);
    if (r)
        return r; /* the process ends; threads and sockets end with it */
    watch_signals(svc);
    leases_start(svc);
    jobs_start(svc);
    svc->started = true;
    log_line(LOG_INFO, "ready", NULL);
    uv_run(&svc->loop, UV_RUN_DEFAULT);
    forget_signals(svc);
    if (svc->spec->on_end)
        svc->spec->on_end(svc->spec->state);
    if (uv_loop_close(&svc->loop) != 0)
        log_line(LOG_WARN, "stopped with handles of the service left open", NULL);
    else
        log_line(LOG_INFO, "stopped", NULL);
    return 0;
}

int service_main(const struct service_spec *spec, int argc, char **argv)
{
    static struct service svc;
    struct flags flags = {0};
    struct conf_group groups[] = {{frame_keys, &svc.set}, {spec->conf, spec->state}, {NULL, NULL}};
    struct errtext e = {0};
    int r = flags_parse(spec, argc, argv, &flags);

    if (r >= 0)
        return r;
    if (flags.print_states) {
        flags_print_states(spec);
        return EXIT_DONE;
    }
    /* a snapshot has the tables and positions, and nothing else that a service could have made */
    CHECK(!spec->heard || (!spec->timers && !spec->ledgers));
    init(&svc, spec);
    r = conf_load(groups, flags.config, flags.sets, &e);
    if (r == 0 && flags.print_config) {
        conf_print(groups, stdout);
        release(&svc, groups);
        return EXIT_DONE;
    }
    log_init(spec->name, svc.set.log_level ? svc.set.log_level : "info");
    if (r == 0)
        r = settings_check(&svc, &e);
    if (r) {
        log_line(LOG_ERROR, "settings cannot be used", "error", e.text, NULL);
        return EXIT_USAGE;
    }
    r = flags.migrate ? database_open(&svc, &e) : run(&svc, &e);
    if (r) {
        log_line(LOG_ERROR, flags.migrate ? "cannot migrate" : "cannot start", "error",
                 e.text[0] ? e.text : strerror(-r), "sqlstate", e.sqlstate[0] ? e.sqlstate : NULL,
                 NULL);
        fflush(NULL);
        _exit(EXIT_FAILED); /* threads and sockets half open: nothing is worth waiting for */
    }
    release(&svc, groups);
    return EXIT_DONE;
}
