/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bell between instances: telling the others of a service, on the same schema, that a stream moved or the clock was
 * set: one plain connection in the loop that listens and tells. Telling waits a few milliseconds and
 * never stands in a command's transaction, because NOTIFY takes a lock of the whole database at
 * commit; who is alone tells nothing. A hint that is lost is made good by the slow polls.
 */
#include "common/service/bell.h"

#include <errno.h>
#include <libpq-fe.h>
#include <string.h>

#include "common/base/str.h"
#include "common/log/log.h"
#include "common/service/control.h"
#include "common/service/hear/hearer.h"
#include "common/service/tell/stream.h"

#include "common/base/banned.h"

enum {
    DEBOUNCE_MS = 5,
    REOPEN_MS = 2000,
    HELLO_MS = 60000, /* how often it is asked whether there are others */
    SILENCE_MS = 10000,
    CHANNEL = 80
};
#define HELLO "hello" /* is there anyone? */
#define HERE "here"   /* there is, says whoever hears it */
#define CLOCK "clock"

struct bell {
    struct service *svc;
    PGconn *conn;
    uv_poll_t *poll; /* one per connection */
    uv_timer_t tell_timer, open_timer, hello_timer;
    bool busy, opening, stopped, away;
    bool listening;          /* the connection's LISTEN was answered */
    bool others, answered;   /* another instance was heard of; since the last hello */
    bool hello, here, clock; /* to be told */
    int64_t busy_us;
    int64_t *told; /* by district: the position to be told; 0: none */
    char channel[CHANNEL];
    struct job job;
    PGconn *opened; /* the job's */
};

static void open_later(struct bell *bell, int64_t ms);
static void tell(uv_timer_t *timer);

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

static void close_conn(struct bell *bell)
{
    if (bell->poll)
        uv_close((uv_handle_t *)TAKE(bell->poll), on_poll_closed);
    PQfinish(TAKE(bell->conn));
    bell->listening = false;
}

static void lost(struct bell *bell)
{
    if (!bell->away)
        log_line(LOG_WARN, "hints between instances stopped, trying again", NULL);
    bell->away = true;
    close_conn(bell);
    open_later(bell, REOPEN_MS);
    hearers_doubt(bell->svc);
}

static void tell_soon(struct bell *bell)
{
    if (!bell->stopped && bell->conn && !uv_is_active((uv_handle_t *)&bell->tell_timer))
        uv_timer_start(&bell->tell_timer, tell, DEBOUNCE_MS, 0);
}

/* ---- hearing ---- */

/* HELLO, HERE, CLOCK, or "<district> <position>". */
static void take_hint(struct bell *bell, char *text)
{
    char *position = strchr(text, ' ');

    if (strcmp(text, HELLO) == 0 || strcmp(text, HERE) == 0) {
        bell->others = bell->answered = true;
        bell->here |= strcmp(text, HELLO) == 0; /* who has just come learns of us */
        tell_soon(bell);
    } else if (strcmp(text, CLOCK) == 0) {
        clock_read_again(bell->svc);
    } else if (position) {
        *position++ = 0;
        streams_told(bell->svc, text, strtoll(position, NULL, 10));
    }
}

static void on_io(uv_poll_t *poll, int status, int events);

/* Writes what is left to write, and waits for room when there is none. */
static void flush(struct bell *bell)
{
    int left = PQflush(bell->conn);

    if (left < 0 ||
        uv_poll_start(bell->poll, left > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE, on_io) != 0)
        lost(bell);
}

static void on_io(uv_poll_t *poll, int status, int events)
{
    struct bell *bell = poll->data;
    PGnotify *hint;
    PGresult *res;

    (void)events;
    if (status < 0 || !PQconsumeInput(bell->conn)) {
        lost(bell);
        return;
    }
    while (bell->busy && !PQisBusy(bell->conn)) {
        res = PQgetResult(bell->conn);
        bell->busy = res != NULL;
        PQclear(res);
    }
    if (!bell->busy && !bell->listening) {
        bell->listening = true;
        clock_read_again(bell->svc); /* what was told meanwhile was not heard */
    }
    while ((hint = PQnotifies(bell->conn))) {
        if (hint->be_pid != PQbackendPID(bell->conn))
            take_hint(bell, hint->extra);
        PQfreemem(hint);
    }
    flush(bell);
}

/* ---- telling ---- */

static void add(struct str *list, const char *text)
{
    str_printf(list, "%s\"%s\"", list->size ? "," : "{", text);
}

static void gather(struct bell *bell, struct str *list)
{
    char text[48];

    if (TAKE(bell->hello))
        add(list, HELLO);
    if (TAKE(bell->here))
        add(list, HERE);
    if (TAKE(bell->clock))
        add(list, CLOCK);
    for (size_t i = 0; i < bell->svc->n_districts; i++) {
        if (bell->told[i] == 0)
            continue;
        snprintf(text, sizeof(text), "%s %lld", bell->svc->districts[i], (long long)bell->told[i]);
        add(list, text);
        bell->told[i] = 0;
    }
}

static void tell(uv_timer_t *timer)
{
    struct bell *bell = timer->data;
    CLEANUP(str_release) struct str list = STR_INIT;
    const char *values[2];

    if (!bell->conn)
        return;
    if (bell->busy) {
        if (monotonic_now_us() - bell->busy_us > SILENCE_MS * 1000)
            lost(bell); /* a server that takes but does not answer */
        else
            uv_timer_start(&bell->tell_timer, tell, DEBOUNCE_MS * 4, 0);
        return;
    }
    gather(bell, &list);
    if (!list.size)
        return;
    str_add_char(&list, '}');
    values[0] = bell->channel;
    values[1] = list.text;
    if (!PQsendQueryParams(bell->conn, sql_frame_stream_notify.text, 2, NULL, values, NULL, NULL,
                           0)) {
        lost(bell);
        return;
    }
    bell->busy = true;
    bell->busy_us = monotonic_now_us();
    flush(bell);
}

void bell_tell(struct service *svc, const char *district, int64_t position)
{
    struct bell *bell = svc->bell;
    size_t i = service_place(svc, district);

    if (!bell->others || i == svc->n_districts)
        return;
    if (position > bell->told[i])
        bell->told[i] = position; /* kept while the connection is away, told when it is back */
    tell_soon(bell);
}

void bell_tell_clock(struct service *svc)
{
    svc->bell->clock = true;
    tell_soon(svc->bell);
}

static void on_hello(uv_timer_t *timer)
{
    struct bell *bell = timer->data;

    /* one that went away is told in vain for a while; one that is there misses nothing until it answers */
    bell->others = TAKE(bell->answered);
    bell->hello = true;
    tell_soon(bell);
}

/* ---- the connection ---- */

/* Worker thread: connecting blocks. */
static void open_run(struct job *job, void *worker)
{
    const char *keys[] = {"connect_timeout",
                          "keepalives_idle",
                          "keepalives_interval",
                          "keepalives_count",
                          "tcp_user_timeout",
                          "dbname",
                          NULL};
    const char *values[] = {"5", "5", "3", "2", "8000", NULL, NULL};
    struct bell *bell = container_of(job, struct bell, job);

    (void)worker;
    values[5] = bell->svc->conninfo;
    bell->opened = PQconnectdbParams(keys, values, 1);
}

/* The server's parting words: the loss is logged where it is noticed. */
static void ignore_words(void *arg, const char *text)
{
    (void)arg;
    (void)text;
}

static bool start_listening(struct bell *bell, PGconn *conn)
{
    CLEANUP(str_release) struct str sql = STR_INIT;
    char *channel;
    bool sent;

    if (PQstatus(conn) != CONNECTION_OK || PQsetnonblocking(conn, 1) != 0)
        return false;
    channel = PQescapeIdentifier(conn, bell->channel, strlen(bell->channel));
    if (!channel)
        return false;
    /* a hint need not be flushed to the disk */
    str_printf(&sql, "set synchronous_commit = off; listen %s", channel);
    PQfreemem(channel);
    sent = PQsendQuery(conn, sql.text);
    return sent;
}

static void open_done(struct job *job)
{
    struct bell *bell = container_of(job, struct bell, job);
    PGconn *conn = TAKE(bell->opened);

    bell->opening = false;
    if (bell->stopped || !start_listening(bell, conn)) {
        PQfinish(conn);
        open_later(bell, REOPEN_MS);
        return;
    }
    PQsetNoticeProcessor(conn, ignore_words, NULL);
    if (bell->away)
        log_line(LOG_INFO, "hints between instances are back", NULL);
    bell->away = false;
    bell->conn = conn;
    bell->busy = true;
    bell->busy_us = monotonic_now_us();
    bell->poll = calloc(1, sizeof(*bell->poll));
    CHECK(bell->poll);
    if (uv_poll_init(&bell->svc->loop, bell->poll, PQsocket(bell->conn)) != 0) {
        free(TAKE(bell->poll));
        lost(bell);
        return;
    }
    bell->poll->data = bell;
    flush(bell);
    bell->hello = true;
    tell_soon(bell);
}

static void on_open_timer(uv_timer_t *timer)
{
    struct bell *bell = timer->data;

    if (bell->opening || bell->stopped)
        return;
    bell->opening = true;
    bell->job = (struct job){.run = open_run, .done = open_done};
    workers_submit_own(bell->svc->readers, &bell->job);
}

static void open_later(struct bell *bell, int64_t ms)
{
    if (!bell->stopped)
        uv_timer_start(&bell->open_timer, on_open_timer, (uint64_t)ms, 0);
}

int bell_new(struct service *svc)
{
    struct bell *bell = calloc(1, sizeof(*bell));

    if (!bell)
        return err_raise(-ENOMEM);
    bell->svc = svc;
    bell->told = calloc(svc->n_districts, sizeof(*bell->told));
    if (!bell->told) {
        free(bell);
        return err_raise(-ENOMEM);
    }
    snprintf(bell->channel, sizeof(bell->channel), "hp_%.60s", svc->schema);
    uv_timer_init(&svc->loop, &bell->tell_timer);
    uv_timer_init(&svc->loop, &bell->open_timer);
    uv_timer_init(&svc->loop, &bell->hello_timer);
    bell->tell_timer.data = bell->open_timer.data = bell->hello_timer.data = bell;
    svc->bell = bell;
    uv_timer_start(&bell->hello_timer, on_hello, HELLO_MS, HELLO_MS);
    open_later(bell, 0);
    return 0;
}

void bell_stop(struct service *svc)
{
    struct bell *bell = svc->bell;

    bell->stopped = true;
    close_conn(bell);
    uv_close((uv_handle_t *)&bell->tell_timer, NULL);
    uv_close((uv_handle_t *)&bell->open_timer, NULL);
    uv_close((uv_handle_t *)&bell->hello_timer, NULL);
}

void bell_free(struct service *svc)
{
    if (!svc->bell)
        return;
    PQfinish(svc->bell->opened);
    free(svc->bell->told);
    free(svc->bell);
    svc->bell = NULL;
}
