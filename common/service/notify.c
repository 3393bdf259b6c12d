/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telling the other instances of a service, on the same schema, that a stream moved: one plain
 * connection in the loop that listens and tells. Telling waits a few milliseconds and never stands
 * in a command's transaction, because NOTIFY takes a lock of the whole database at commit. A notice
 * lost is made good by the end of the reader's wait.
 */
#include <errno.h>
#include <libpq-fe.h>
#include <string.h>

#include "common/base/str.h"
#include "common/log/log.h"
#include "common/service/frame.h"
#include "common/base/banned.h"

enum { DEBOUNCE_MS = 5, REOPEN_MS = 2000 };

struct told {
    int64_t position; /* waiting to be told; 0: nothing */
};

struct notices {
    struct service *svc;
    PGconn *conn;
    uv_poll_t *poll; /* one per connection */
    uv_timer_t tell_timer, open_timer;
    bool busy, opening, stopped, away;
    struct told *told; /* by district */
    struct job job;
    PGconn *opened; /* the job's */
};

static void open_later(struct notices *no, int64_t ms);

static void on_poll_closed(uv_handle_t *handle)
{
    free(handle);
}

static void close_conn(struct notices *no)
{
    if (no->poll)
        uv_close((uv_handle_t *)TAKE(no->poll), on_poll_closed);
    PQfinish(TAKE(no->conn));
}

static void lost(struct notices *no)
{
    if (!no->away)
        log_line(LOG_WARN, "notices between instances stopped, trying again", NULL);
    no->away = true;
    close_conn(no);
    open_later(no, REOPEN_MS);
}

/* "<schema> <district> <position>" */
static void take_notice(struct notices *no, char *text)
{
    size_t n = strlen(no->svc->schema);
    char *district, *position;

    if (strncmp(text, no->svc->schema, n) != 0 || text[n] != ' ')
        return;
    district = text + n + 1;
    position = strchr(district, ' ');
    if (!position)
        return;
    *position++ = 0;
    streams_moved(no->svc, district, strtoll(position, NULL, 10));
}

static void on_readable(uv_poll_t *poll, int status, int events)
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
    while ((notice = PQnotifies(no->conn))) {
        take_notice(no, notice->extra);
        PQfreemem(notice);
    }
}

static void tell(uv_timer_t *timer)
{
    struct notices *no = timer->data;
    CLEANUP(str_release) struct str list = STR_INIT;
    const char *value;

    if (!no->conn)
        return;
    if (no->busy) {
        uv_timer_start(&no->tell_timer, tell, DEBOUNCE_MS, 0);
        return;
    }
    for (size_t i = 0; i < no->svc->n_districts; i++) {
        if (no->told[i].position == 0)
            continue;
        str_printf(&list, "%s\"%s %s %lld\"", list.size ? "," : "{", no->svc->schema,
                   no->svc->districts[i], (long long)no->told[i].position);
        no->told[i].position = 0;
    }
    if (!list.size)
        return;
    str_add_char(&list, '}');
    value = list.text;
    if (!PQsendQueryParams(no->conn, sql_frame_stream_notify.text, 1, NULL, &value, NULL, NULL,
                           0)) {
        lost(no);
        return;
    }
    no->busy = true;
    (void)!PQflush(no->conn);
}

void notices_tell(struct service *svc, const char *district, int64_t position)
{
    struct notices *no = svc->notices;

    if (no->stopped || !no->conn)
        return;
    for (size_t i = 0; i < svc->n_districts; i++)
        if (strcmp(svc->districts[i], district) == 0 && position > no->told[i].position)
            no->told[i].position = position;
    if (!uv_is_active((uv_handle_t *)&no->tell_timer))
        uv_timer_start(&no->tell_timer, tell, DEBOUNCE_MS, 0);
}

/* Worker thread: connecting blocks. */
static void open_run(struct job *job, void *worker)
{
    struct notices *no = container_of(job, struct notices, job);

    (void)worker;
    no->opened = PQconnectdb(no->svc->conninfo);
}

static void watch(struct notices *no)
{
    uv_poll_t *poll = calloc(1, sizeof(*poll));

    if (!poll || uv_poll_init(&no->svc->loop, poll, PQsocket(no->conn)) != 0) {
        free(poll);
        lost(no);
        return;
    }
    poll->data = no;
    no->poll = poll;
    if (uv_poll_start(poll, UV_READABLE, on_readable) != 0)
        lost(no);
}

/* The server's parting words: the loss is logged where it is noticed. */
static void ignore_notice(void *arg, const char *text)
{
    (void)arg;
    (void)text;
}

static void open_done(struct job *job)
{
    struct notices *no = container_of(job, struct notices, job);
    PGconn *conn = TAKE(no->opened);

    no->opening = false;
    if (no->stopped || PQstatus(conn) != CONNECTION_OK || PQsetnonblocking(conn, 1) != 0 ||
        !PQsendQuery(conn, "listen hp_stream")) {
        PQfinish(conn);
        if (!no->stopped)
            open_later(no, REOPEN_MS);
        return;
    }
    PQsetNoticeProcessor(conn, ignore_notice, NULL);
    if (no->away)
        log_line(LOG_INFO, "notices between instances are back", NULL);
    no->away = false;
    no->conn = conn;
    no->busy = true;
    (void)!PQflush(conn);
    watch(no);
}

static void on_open_timer(uv_timer_t *timer)
{
    struct notices *no = timer->data;

    if (no->opening || no->stopped)
        return;
    no->opening = true;
    no->job = (struct job){.run = open_run, .done = open_done};
    workers_submit_own(no->svc->workers, &no->job);
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
    uv_timer_init(&svc->loop, &no->tell_timer);
    uv_timer_init(&svc->loop, &no->open_timer);
    no->tell_timer.data = no->open_timer.data = no;
    svc->notices = no;
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
