/* SPDX-License-Identifier: Apache-2.0 */
/* What the frame counts, and the small HTTP server that shows it: GET /metrics, /healthz (it lives), /readyz (it can work). */
#include "common/service/metrics_http.h"

#include <errno.h>
#include <string.h>

#include "common/http/httpd.h"
#include "common/metrics/metrics.h"
#include "common/service/lane.h"

#include "common/base/banned.h"

static struct metric *commands, *seconds, *queue_length, *heads, *lags, *silent, *stopped,
    *timer_lag, *reconnects, *batches, *batched, *lane_wait, *lane_depth, *ready, *answers, *told,
    *lingers;

static const char *const status_names[] = {"done",        "refused", "busy",
                                           "unavailable", "expired", "broken"};

void frame_metrics_register(const struct service *svc)
{
    (void)svc;
    commands = metric_register(METRIC_COUNTER, "hongping_messages_total", "message_outcome",
                               "Messages answered, by type and outcome.");
    seconds = metric_register(METRIC_HISTOGRAM, "hongping_message_seconds", "message",
                              "From a message's arrival to its answer.");
    queue_length = metric_register(METRIC_GAUGE, "hongping_queue_length", NULL,
                                   "Messages waiting for a worker.");
    heads = metric_register(METRIC_GAUGE, "hongping_stream_head", "district",
                            "Position of the newest event.");
    answers = metric_register(METRIC_COUNTER, "hongping_stream_answers_total", NULL,
                              "Answers to hearers that told them events.");
    told =
        metric_register(METRIC_COUNTER, "hongping_stream_told_total", NULL, "Events told in them.");
    lingers = metric_register(METRIC_COUNTER, "hongping_stream_lingers_total", NULL,
                              "How often hearers were answered a little later, under load.");
    lags = metric_register(METRIC_GAUGE, "hongping_subscription_lag", "source_district",
                           "Events known but not yet applied; as it was last known.");
    silent = metric_register(METRIC_GAUGE, "hongping_subscription_silent", "source_district",
                             "1 while the source cannot be asked: the lag is not known.");
    stopped = metric_register(METRIC_GAUGE, "hongping_subscriptions_stopped", "state",
                              "Subscriptions that stand still, by why.");
    batches = metric_register(METRIC_COUNTER, "hongping_lane_batches_total", NULL,
                              "Transactions begun for commands that waited together.");
    batched = metric_register(METRIC_COUNTER, "hongping_lane_commands_total", NULL,
                              "Commands carried out in them.");
    lane_wait = metric_register(METRIC_HISTOGRAM, "hongping_lane_wait_seconds", NULL,
                                "From a place in a lane to its turn.");
    lane_depth = metric_register(METRIC_GAUGE, "hongping_lane_depth", "district",
                                 "Commands, events and timers in the district's lane; of lanes "
                                 "that had any.");
    ready = metric_register(METRIC_GAUGE, "hongping_ready", NULL,
                            "1 when work can be sent here, as /readyz says.");
    timer_lag = metric_register(METRIC_HISTOGRAM, "hongping_timer_lag_seconds", NULL,
                                "How late timers ran.");
    reconnects = metric_register(METRIC_COUNTER, "hongping_database_reconnects_total", NULL,
                                 "Database connections that broke.");
}

void frame_count_command(const char *type, Hp__Reply__Status status, int64_t us)
{
    char label[128];

    snprintf(label, sizeof(label), "%s %s", type, status_names[status]);
    metric_add(commands, label, 1);
    if (status != HP__REPLY__STATUS__BUSY && strncmp(type, "bus.", 4) != 0)
        metric_observe_us(seconds, type, us);
}

void frame_count_reconnect(void)
{
    metric_add(reconnects, NULL, 1);
}

void frame_gauge_queue(int64_t n)
{
    metric_set(queue_length, NULL, n);
}

void frame_gauge_lane(const char *district, int64_t n)
{
    metric_set(lane_depth, district, n);
}

void frame_gauge_head(const char *district, int64_t position)
{
    metric_set(heads, district, position);
}

void frame_count_told(size_t n)
{
    metric_add(answers, NULL, 1);
    metric_add(told, NULL, (int64_t)n);
}

void frame_count_linger(void)
{
    metric_add(lingers, NULL, 1);
}

void frame_gauge_lag(const char *source, const char *district, int64_t events)
{
    char label[64];

    snprintf(label, sizeof(label), "%s %s", source, district);
    metric_set(silent, label, events < 0);
    if (events >= 0)
        metric_set(lags, label, events);
}

void frame_gauge_stopped(const char *state, int64_t n)
{
    metric_set(stopped, state, n);
}

void frame_count_batch(size_t n)
{
    metric_add(batches, NULL, 1);
    metric_add(batched, NULL, (int64_t)n);
}

void frame_observe_lane_us(int64_t us)
{
    metric_observe_us(lane_wait, NULL, us);
}

void frame_gauge_timer_lag_us(int64_t us)
{
    metric_observe_us(timer_lag, NULL, us);
}

/* ---- over HTTP ---- */

static void answer_ready(struct service *svc, struct http_request *req)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int status = service_readiness(svc, &out);

    http_answer(req, status, "application/json", out.text, out.size);
}

static void answer_metrics(struct service *svc, struct http_request *req)
{
    CLEANUP(str_release) struct str out = STR_INIT;

    metric_set(ready, NULL, service_readiness(svc, &out) == 200);
    frame_gauge_queue(lanes_waiting(svc));
    lanes_gauge(svc);
    str_clear(&out);
    metrics_print(&out);
    http_answer(req, 200, "text/plain; version=0.0.4; charset=utf-8", out.text, out.size);
}

static void handle(struct http_request *req, void *arg)
{
    const char *path = http_path(req);

    if (strcmp(path, "/healthz") == 0)
        http_answer(req, 200, "text/plain; charset=utf-8", "alive\n", strlen("alive\n"));
    else if (strcmp(path, "/readyz") == 0)
        answer_ready(arg, req);
    else if (strcmp(path, "/metrics") == 0)
        answer_metrics(arg, req);
    else
        http_answer(req, 404, "text/plain; charset=utf-8", "not found\n", strlen("not found\n"));
}

int metrics_http_new(struct service *svc, struct errtext *e)
{
    struct httpd_spec spec = {.max_body = 4096,
                              .max_connections = 16,
                              .idle_timeout_s = 30,
                              .handle = handle,
                              .arg = svc};
    char address[128];
    const char *colon = strrchr(svc->set.metrics, ':');
    char *end;

    if (!*svc->set.metrics)
        return 0;
    if (!colon || (size_t)(colon - svc->set.metrics) >= sizeof(address)) {
        errtext_set(e, "metrics: %s is not address:port", svc->set.metrics);
        return err_raise(-EINVAL);
    }
    snprintf(address, sizeof(address), "%.*s", (int)(colon - svc->set.metrics), svc->set.metrics);
    spec.address = address;
    spec.port = (int)strtol(colon + 1, &end, 10);
    if (*end || spec.port < 0 || spec.port > 65535) {
        errtext_set(e, "metrics: %s has no valid port", svc->set.metrics);
        return err_raise(-EINVAL);
    }
    return err_fold(httpd_new(&svc->loop, &spec, &svc->httpd, e));
}
