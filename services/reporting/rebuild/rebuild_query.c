/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/rebuild/rebuild_query.h"

#include <string.h>

#include "common/log/log.h"
#include "reporting.pb-c.h"
#include "services/reporting/rebuild/rebuild.h"

#include "common/base/banned.h"

static bool is_stopping(void *svc)
{
    return service_stopping(svc);
}

static void no_progress(void *svc, const char *phase, int64_t done, int64_t total)
{
    (void)svc;
    (void)phase;
    (void)done;
    (void)total;
}

static void fill_reply(struct arena *a, const struct rebuild_result *result,
                       Reporting__RebuildReply *reply)
{
    Reporting__RebuildDifference *list =
        arena_new_array(a, Reporting__RebuildDifference, result->n_differences + 1);

    reply->events = result->events;
    reply->rows = result->rows;
    reply->differences =
        arena_new_array(a, Reporting__RebuildDifference *, result->n_differences + 1);
    for (size_t i = 0; i < result->n_differences; i++) {
        const struct rebuild_difference *d = &result->differences[i];

        reporting__rebuild_difference__init(&list[i]);
        list[i].table = (char *)d->table;
        list[i].key = (char *)d->key;
        list[i].live = (char *)d->live;
        list[i].rebuilt = (char *)d->rebuilt;
        reply->differences[reply->n_differences++] = &list[i];
    }
}

static void log_result(struct arena *a, const struct rebuild_result *result)
{
    log_line(LOG_INFO, "read models rebuilt", "events",
             arena_printf(a, "%lld", (long long)result->events), "rows",
             arena_printf(a, "%lld", (long long)result->rows), "differences",
             arena_printf(a, "%lld", (long long)result->found), "replay_ms",
             arena_printf(a, "%lld", (long long)result->replay_us / 1000), "compare_ms",
             arena_printf(a, "%lld", (long long)result->compare_us / 1000), NULL);
}

/* All on connections of its own: c->tx is not begun. */
int reporting_rebuild(struct ctx *c)
{
    const struct rebuild_spec spec = {
        .conninfo = service_conninfo(c->svc),
        .schema = service_schema(c->svc),
        .bus = service_bus_conf(c->svc),
        .archives = service_archives(c->svc),
        .arg = c->svc,
        .progress = no_progress,
        .cancelled = is_stopping,
    };
    Reporting__RebuildReply reply = REPORTING__REBUILD_REPLY__INIT;
    struct rebuild_result result;
    struct errtext e = {0};
    int r = rebuild_run(&spec, c->arena, &result, &e);

    switch (r) {
    case 0:
        log_result(c->arena, &result);
        fill_reply(c->arena, &result, &reply);
        reply_with(c, &reply.base);
        return 0;
    case REBUILD_E_CANCELLED:
        return MSG_LATER; /* the service stops: the caller may ask its successor */
    case REBUILD_E_BUSY:
        return refuse(c, reason_rebuild_failed, NULL, "another one is running", NULL);
    default:
        return refuse(c, reason_rebuild_failed, NULL, *e.text ? e.text : strerror(-r), NULL);
    }
}
