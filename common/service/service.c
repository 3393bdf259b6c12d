/* SPDX-License-Identifier: Apache-2.0 */
/*
 * service_main: up in order, run, and down again in reverse.
 *
 * Down: the service's own on_stop; then no message is taken and no event fetched any more; the
 * workers finish what they have begun and the answers leave; then the sockets and the loop close.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>

#include "common/base/str.h"
#include "common/http/httpd.h"
#include "common/log/log.h"
#include "common/metrics/metrics.h"
#include "common/service/frame.h"
#include "common/service/sealer.h"
#include "common/base/banned.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, MAX_SETS = 64 };

static const int ending_signals[] = {SIGTERM, SIGINT};

/* ---- small ---- */

static int by_code(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

size_t service_place(const struct service *svc, const char *district)
{
    char **at =
        bsearch(&district, svc->districts, svc->n_districts, sizeof(*svc->districts), by_code);

    return at ? (size_t)(at - svc->districts) : svc->n_districts;
}

bool service_serves(const struct service *svc, const char *district)
{
    return service_place(svc, district) < svc->n_districts;
}

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

/* ---- flags and settings ---- */

struct flags {
    const char *config;
    const char *sets[MAX_SETS + 1];
    int n_sets;
    bool print_config, print_states, migrate;
};

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'}, {"set", required_argument, NULL, 's'},
    {"print-config", no_argument, NULL, 'p'}, {"print-states", no_argument, NULL, 'm'},
    {"migrate", no_argument, NULL, 'g'},      {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'v'},      {0},
};

static void print_help(const struct service_spec *spec, FILE *out)
{
    fprintf(out,
            "Usage: %s [--config FILE] [--set KEY=VALUE]...\n"
            "  --config FILE    read settings from FILE (key: value lines)\n"
            "  --set KEY=VALUE  set one; wins over the file and the environment\n"
            "  --print-config   print every setting with its value, and end\n"
            "  --print-states   print the state machines as Mermaid diagrams, and end\n"
            "  --migrate        bring the database up to date, and end\n"
            "  --help, --version\n",
            spec->name);
}

/* -1: go on; else the exit code. */
static int parse_flags(const struct service_spec *spec, int argc, char **argv, struct flags *f)
{
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
        switch (c) {
        case 'c':
            f->config = optarg;
            break;
        case 's':
            if (f->n_sets == MAX_SETS) {
                fprintf(stderr, "%s: more than %d --set\n", spec->name, MAX_SETS);
                return EXIT_USAGE;
            }
            f->sets[f->n_sets++] = optarg;
            break;
        case 'p':
            f->print_config = true;
            break;
        case 'm':
            f->print_states = true;
            break;
        case 'g':
            f->migrate = true;
            break;
        case 'h':
            print_help(spec, stdout);
            return EXIT_DONE;
        case 'v':
            printf("%s %s\n", spec->name, HP_VERSION);
            return EXIT_DONE;
        default:
            print_help(spec, stderr);
            return EXIT_USAGE;
        }
    if (optind == argc)
        return -1;
    fprintf(stderr, "%s: unexpected argument %s\n", spec->name, argv[optind]);
    return EXIT_USAGE;
}

static void print_states(const struct service_spec *spec)
{
    CLEANUP(str_release) struct str out = STR_INIT;

    for (size_t i = 0; spec->machines && spec->machines[i]; i++) {
        str_printf(&out, "%s### %s\n\n```mermaid\n", i ? "\n" : "", spec->machines[i]->name);
        fsm_print(spec->machines[i], &out);
        str_add(&out, "```\n");
    }
    fputs(out.text, stdout);
}

static bool add_district(struct service *svc, char *code)
{
    svc->districts[svc->n_districts++] = code;
    return strlen(code) == 6 && region_level(code) != REGION_BAD;
}

/* In order, each once. */
static void sort_districts(struct service *svc)
{
    size_t n = 0;

    qsort(svc->districts, svc->n_districts, sizeof(*svc->districts), by_code);
    for (size_t i = 0; i < svc->n_districts; i++)
        if (n == 0 || strcmp(svc->districts[n - 1], svc->districts[i]) != 0)
            svc->districts[n++] = svc->districts[i];
    svc->n_districts = n;
}

/* The list of the settings, and the city behind it. */
static int read_districts(struct service *svc, struct errtext *e)
{
    char *rest, *code;

    svc->districts_text = strdup(svc->set.districts);
    CHECK(svc->districts_text);
    svc->districts = calloc(strlen(svc->set.districts) / 2 + 2, sizeof(*svc->districts));
    CHECK(svc->districts);
    rest = svc->districts_text;
    while ((code = strtok_r(rest, ", ", &rest)))
        if (!add_district(svc, code)) {
            errtext_set(e, "districts: %s is not a region code of 6 digits", code);
            return err_raise(-EINVAL);
        }
    if (!add_district(svc, svc->set.city)) {
        errtext_set(e, "city: %s is not a region code of 6 digits", svc->set.city);
        return err_raise(-EINVAL);
    }
    sort_districts(svc);
    return 0;
}

/* What the settings say beyond their form. */
static int check_settings(struct service *svc, struct errtext *e)
{
    enum digest_algorithm algorithm;
    static char conninfo[128];

    CHECK(digest_by_name(svc->set.digest, &algorithm) == 0); /* one of the words allowed */
    ledger_set_algorithm(algorithm);
    ledger_set_service(svc->spec->name);
    snprintf(conninfo, sizeof(conninfo), "dbname=hongping user=hongping_%s", svc->spec->name);
    svc->conninfo = *svc->set.db ? svc->set.db : conninfo;
    svc->schema = *svc->set.schema ? svc->set.schema : svc->spec->name;
    if (*svc->set.seal_key && !*svc->set.seal_file) {
        errtext_set(e, "seal.key is set, so seal.file must be: the file the signed lines go to");
        return err_raise(-EINVAL);
    }
    return err_pass(read_districts(svc, e));
}

/* ---- database ---- */

static int migrate_part(struct service *svc, const char *part, const struct migration *migrations,
                        struct errtext *e)
{
    struct migrate_conf conf = {svc->conninfo, svc->schema, part, migrations};
    struct migrate_report report;
    int r = migrate_run(&conf, &report, e);

    if (r == 0 && report.n_applied)
        log_line(LOG_INFO, "the schema was brought up to date", "part", part, NULL);
    svc->health.newer |= r == 0 && report.n_newer > 0;
    if (r == 0 && report.n_newer)
        log_line(LOG_WARN, "the database is newer than this build, which can work with it", "part",
                 part, "newest", report.newest, NULL);
    return r;
}

static int open_database(struct service *svc, struct errtext *e)
{
    int r;

    svc->statements[0] = frame_statements;
    svc->statements[1] = svc->spec->statements;
    r = migrate_part(svc, "frame", frame_migrations, e);
    if (r == 0 && svc->spec->migrations)
        r = migrate_part(svc, svc->spec->name, svc->spec->migrations, e);
    if (r)
        return err_fold(r);
    r = pg_open(svc->conninfo, svc->schema, svc->statements, &svc->first_pg, e);
    if (r == 0)
        r = ledger_make_heads(svc->first_pg, (const char *const *)svc->districts, svc->n_districts,
                              svc->spec->ledgers, e);
    return err_fold(r);
}

/* Where a clock that was set by hand stood; INSTANT_NONE: none ever was. With @start that is kept, too, before it is read. */
static int kept_clock(struct service *svc, int64_t start, int64_t *ret_at, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(svc->first_pg, TX_WRITE, a);
    struct rows *rows;
    int r;

    if (start != INSTANT_NONE)
        sql_exec(tx, &sql_frame_clock_set, T(svc->set.city), AT(start));
    r = sql_query(tx, &sql_frame_clock_get, &rows, T(svc->set.city));
    if (r) {
        errtext_set(e, "the clock cannot be read: %s", tx_error(tx)->text);
        tx_rollback(tx);
        return r;
    }
    *ret_at = rows_count(rows) ? rows_at(rows, 0, "at") : INSTANT_NONE;
    return tx_commit(tx, e);
}

/* Business time never goes back behind where it was set or what was written, whatever the settings say. */
static int read_clock(struct service *svc, struct errtext *e)
{
    bool manual = strcmp(svc->set.clock_mode, "manual") == 0;
    int64_t start = INSTANT_NONE, at = INSTANT_NONE;
    int r;

    if (manual && instant_parse(svc->set.clock_start, &start) != 0) {
        errtext_set(e, "clock.start: %s is not an instant", svc->set.clock_start);
        return err_raise(-EINVAL);
    }
    r = kept_clock(svc, start, &at, e);
    if (r)
        return err_fold(r);
    if (svc->latest_at > at)
        at = svc->latest_at;
    if (manual)
        clock_set(svc->clock, at);
    else
        clock_floor(svc->clock, at);
    return 0;
}

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
    notices_stop(svc);
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
    r = r ? r : read_clock(svc, e);
    r = r ? r : hearers_new(svc);
    r = r ? r : hearers_prepare(svc, e);
    r = r ? r : timers_new(svc);
    r = r ? r : leases_new(svc);
    r = r ? r : notices_new(svc);
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
    r = r ? r : open_database(svc, e);
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
    notices_free(svc);
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
    int r = parse_flags(spec, argc, argv, &flags);

    if (r >= 0)
        return r;
    if (flags.print_states) {
        print_states(spec);
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
        r = check_settings(&svc, &e);
    if (r) {
        log_line(LOG_ERROR, "settings cannot be used", "error", e.text, NULL);
        return EXIT_USAGE;
    }
    r = flags.migrate ? open_database(&svc, &e) : run(&svc, &e);
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
