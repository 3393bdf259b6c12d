/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telling the other instances of a service, on the same schema, that a stream moved or the clock was
 * set: one plain connection in the loop that listens and tells. Telling waits a few milliseconds and
 * never stands in a command's transaction, because NOTIFY takes a lock of the whole database at
 * commit; who is alone tells nothing. A notice that is lost is made good by the slow polls.
 */
#include <errno.h>
#include <libpq-fe.h>
#include <string.h>

#include "common/base/str.h"
#include "common/log/log.h"
#include "common/service/frame.h"
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

struct notices {
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

static void open_later(struct notices *no, int64_t ms);
static void tell(uv_timer_t *timer);

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

static void close_conn(struct notices *no)
{
    if (no->poll)
        uv_close((uv_handle_t *)TAKE(no->poll), on_poll_closed);
    PQfinish(TAKE(no->conn));
    no->listening = false;
}

static void lost(struct notices *no)
{
    if (!no->away)
        log_line(LOG_WARN, "notices between instances stopped, trying again", NULL);
    no->away = true;
    close_conn(no);
    open_later(no, REOPEN_MS);
    hearers_doubt(no->svc);
}

static void tell_soon(struct notices *no)
{
    if (!no->stopped && no->conn && !uv_is_active((uv_handle_t *)&no->tell_timer))
        uv_timer_start(&no->tell_timer, tell, DEBOUNCE_MS, 0);
}

/* ---- hearing ---- */

/* HELLO, HERE, CLOCK, or "<district> <position>". */
static void take_notice(struct notices *no, char *text)
{
    char *position = strchr(text, ' ');

    if (strcmp(text, HELLO) == 0 || strcmp(text, HERE) == 0) {
        no->others = no->answered = true;
        no->here |= strcmp(text, HELLO) == 0; /* who has just come learns of us */
        tell_soon(no);
    } else if (strcmp(text, CLOCK) == 0) {
        clock_read_again(no->svc);
    } else if (position) {
        *position++ = 0;
        streams_told(no->svc, text, strtoll(position, NULL, 10));
    }
}

static void on_io(uv_poll_t *poll, int status, int events);

/* Writes what is left to write, and waits for room when there is none. */
static void flush(struct notices *no)
{
    int left = PQflush(no->conn);

    if (left < 0 ||
        uv_poll_start(no->poll, left > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE, on_io) != 0)
        lost(no);
}

static void on_io(uv_poll_t *poll, int status, int events)
{
    struct notices *no = poll->data;
    PGnotify *notice;
    PGresult *res;

    (void)events;
    if (status < 0 || !PQconsumeInput(no->conn)) {
        lost(no);
        return;
    }
    while (no->busy && !PQisBusy(no->conn)) {
        res = PQgetResult(no->conn);
        no->busy = res != NULL;
        PQclear(res);
    }
    if (!no->busy && !no->listening) {
        no->listening = true;
        clock_read_again(no->svc); /* what was told meanwhile was not heard */
    }
    while ((notice = PQnotifies(no->conn))) {
        if (notice->be_pid != PQbackendPID(no->conn))
            take_notice(no, notice->extra);
        PQfreemem(notice);
    }
    flush(no);
}

/* ---- telling ---- */

static void add(struct str *list, const char *text)
{
    str_printf(list, "%s\"%s\"", list->size ? "," : "{", text);
}

static void gather(struct notices *no, struct str *list)
{
    char text[48];

    if (TAKE(no->hello))
        add(list, HELLO);
    if (TAKE(no->here))
        add(list, HERE);
    if (TAKE(no->clock))
        add(list, CLOCK);
    for (size_t i = 0; i < no->svc->n_districts; i++) {
        if (no->told[i] == 0)
            continue;
        snprintf(text, sizeof(text), "%s %lld", no->svc->districts[i], (long long)no->told[i]);
        add(list, text);
        no->told[i] = 0;
    }
}

static void tell(uv_timer_t *timer)
{
    struct notices *no = timer->data;
    CLEANUP(str_release) struct str list = STR_INIT;
    const char *values[2];

    if (!no->conn)
        return;
    if (no->busy) {
        if (monotonic_now_us() - no->busy_us > SILENCE_MS * 1000)
            lost(no); /* a server that takes but does not answer */
        else
            uv_timer_start(&no->tell_timer, tell, DEBOUNCE_MS * 4, 0);
        return;
    }
    gather(no, &list);
    if (!list.size)
        return;
    str_add_char(&list, '}');
    values[0] = no->channel;
    values[1] = list.text;
    if (!PQsendQueryParams(no->conn, sql_frame_stream_notify.text, 2, NULL, values, NULL, NULL,
                           0)) {
        lost(no);
        return;
    }
    no->busy = true;
    no->busy_us = monotonic_now_us();
    flush(no);
}

void notices_tell(struct service *svc, const char *district, int64_t position)
{
    struct notices *no = svc->notices;
    size_t i = service_place(svc, district);

    if (!no->others || i == svc->n_districts)
        return;
    if (position > no->told[i])
        no->told[i] = position; /* kept while the connection is away, told when it is back */
    tell_soon(no);
}

void notices_tell_clock(struct service *svc)
{
    svc->notices->clock = true;
    tell_soon(svc->notices);
}

static void on_hello(uv_timer_t *timer)
{
    struct notices *no = timer->data;

    /* one that went away is told in vain for a while; one that is there misses nothing until it answers */
    no->others = TAKE(no->answered);
    no->hello = true;
    tell_soon(no);
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
    struct notices *no = container_of(job, struct notices, job);

    (void)worker;
    values[5] = no->svc->conninfo;
    no->opened = PQconnectdbParams(keys, values, 1);
}

/* The server's parting words: the loss is logged where it is noticed. */
static void ignore_notice(void *arg, const char *text)
{
    (void)arg;
    (void)text;
}

static bool start_listening(struct notices *no, PGconn *conn)
{
    CLEANUP(str_release) struct str sql = STR_INIT;
    char *channel;
    bool sent;

    if (PQstatus(conn) != CONNECTION_OK || PQsetnonblocking(conn, 1) != 0)
        return false;
    channel = PQescapeIdentifier(conn, no->channel, strlen(no->channel));
    if (!channel)
        return false;
    /* a notice is a hint: it need not be flushed to the disk */
    str_printf(&sql, "set synchronous_commit = off; listen %s", channel);
    PQfreemem(channel);
    sent = PQsendQuery(conn, sql.text);
    return sent;
}

static void open_done(struct job *job)
{
    struct notices *no = container_of(job, struct notices, job);
    PGconn *conn = TAKE(no->opened);

    no->opening = false;
    if (no->stopped || !start_listening(no, conn)) {
        PQfinish(conn);
        open_later(no, REOPEN_MS);
        return;
    }
    PQsetNoticeProcessor(conn, ignore_notice, NULL);
    if (no->away)
        log_line(LOG_INFO, "notices between instances are back", NULL);
    no->away = false;
    no->conn = conn;
    no->busy = true;
    no->busy_us = monotonic_now_us();
    no->poll = calloc(1, sizeof(*no->poll));
    CHECK(no->poll);
    if (uv_poll_init(&no->svc->loop, no->poll, PQsocket(no->conn)) != 0) {
        free(TAKE(no->poll));
        lost(no);
        return;
    }
    no->poll->data = no;
    flush(no);
    no->hello = true;
    tell_soon(no);
}

static void on_open_timer(uv_timer_t *timer)
{
    struct notices *no = timer->data;

    if (no->opening || no->stopped)
        return;
    no->opening = true;
    no->job = (struct job){.run = open_run, .done = open_done};
    workers_submit_own(no->svc->readers, &no->job);
}

static void open_later(struct notices *no, int64_t ms)
{
    if (!no->stopped)
        uv_timer_start(&no->open_timer, on_open_timer, (uint64_t)ms, 0);
}

int notices_new(struct service *svc)
{
    struct notices *no = calloc(1, sizeof(*no));

    if (!no)
        return err_raise(-ENOMEM);
    no->svc = svc;
    no->told = calloc(svc->n_districts, sizeof(*no->told));
    if (!no->told) {
        free(no);
        return err_raise(-ENOMEM);
    }
    snprintf(no->channel, sizeof(no->channel), "hp_%.60s", svc->schema);
    uv_timer_init(&svc->loop, &no->tell_timer);
    uv_timer_init(&svc->loop, &no->open_timer);
    uv_timer_init(&svc->loop, &no->hello_timer);
    no->tell_timer.data = no->open_timer.data = no->hello_timer.data = no;
    svc->notices = no;
    uv_timer_start(&no->hello_timer, on_hello, HELLO_MS, HELLO_MS);
    open_later(no, 0);
    return 0;
}

void notices_stop(struct service *svc)
{
    struct notices *no = svc->notices;

    no->stopped = true;
    close_conn(no);
    uv_close((uv_handle_t *)&no->tell_timer, NULL);
    uv_close((uv_handle_t *)&no->open_timer, NULL);
    uv_close((uv_handle_t *)&no->hello_timer, NULL);
}

void notices_free(struct service *svc)
{
    if (!svc->notices)
        return;
    PQfinish(svc->notices->opened);
    free(svc->notices->told);
    free(svc->notices);
    svc->notices = NULL;
}
