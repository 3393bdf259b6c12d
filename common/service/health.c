/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether this instance can do its work now (GET /readyz), from what it knows anyway: no question is
 * put to the database for a request. The beat of the leases, three times in their length, is the look at
 * the database; whoever asks here hastens the next one when the last is old or something failed since.
 *
 * What stands still (an event that cannot be applied, a source that is silent) is told and does not
 * count: another process of the same build would stand at the same place.
 */
#include "common/service/health.h"

#include <string.h>
#include "common/service/hear/hearer.h"
#include "common/service/lane.h"
#include "common/service/lease.h"

#include "common/base/banned.h"

enum {
    OLD_S = 5,        /* a look; with long leases they are rare */
    SILENT_S = 10,    /* so long a look may take, or as long as a lease lasts if that is less */
    MAX_STOPPED = 20, /* told one by one */
};

void health_looked(struct service *svc, bool answered)
{
    struct health *h = &svc->health;

    h->looked_us = monotonic_now_us();
    h->looked_at = wall_now_us();
    h->answered = answered;
    /* what failed while the look was under way is made good by it, too */
    if (answered)
        __atomic_store_n(&h->failed, false, __ATOMIC_RELAXED);
}

void health_failed(struct service *svc)
{
    __atomic_store_n(&svc->health.failed, true, __ATOMIC_RELAXED);
}

/* A look that does not come back is no answer either. One that is old is made again, for whoever asks next. */
static bool database_answers(struct service *svc)
{
    const struct health *h = &svc->health;
    int64_t now = monotonic_now_us(), asked_us = leases_asked_us(svc),
            limit_s = svc->set.lease_seconds < SILENT_S ? svc->set.lease_seconds : SILENT_S;
    bool failed = __atomic_load_n(&h->failed, __ATOMIC_RELAXED);

    if (failed || now - h->looked_us > OLD_S * SECOND_US)
        leases_look_soon(svc);
    return h->answered && !failed && !(asked_us && now - asked_us > limit_s * SECOND_US);
}

/* ---- the text ---- */

/* The first reason not to send anybody here, and all of them as a list; NULL: there is none. */
static const char *reasons(struct service *svc, bool database, struct str *out)
{
    const struct {
        bool is;
        const char *name;
    } all[] = {
        {svc->ending, "stopping"},
        {!svc->ending && !(svc->started && leases_known(svc)), "starting"},
        {!database, "database"},
        {lanes_waiting(svc) >= svc->set.queue, "queue"},
    };
    const char *first = NULL;

    str_add(out, "[");
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        if (all[i].is) {
            str_printf(out, "%s\"%s\"", first ? "," : "", all[i].name);
            first = first ? first : all[i].name;
        }
    str_add(out, "]");
    return first;
}

struct stopped_list {
    struct str *out;
    int n;
};

static void add_stopped(const char *source, const char *district, const char *state,
                        int64_t position, int64_t lag, void *arg)
{
    struct stopped_list *list = arg;

    if (list->n++ >= MAX_STOPPED)
        return;
    str_printf(list->out,
               "%s{\"source\":\"%s\",\"district\":\"%s\",\"state\":\"%s\",\"position\":%lld,"
               "\"lag\":%lld}",
               list->n > 1 ? "," : "", source, district, state, (long long)position,
               (long long)lag);
}

static void add_silent(const char *source, void *arg)
{
    struct stopped_list *list = arg;

    str_printf(list->out, "%s\"%s\"", list->n++ ? "," : "", source);
}

static void add_subscriptions(const struct service *svc, struct str *out)
{
    struct stopped_list stopped = {.out = out}, silent = {.out = out};
    struct hearing_sum sum;

    hearers_sum(svc, &sum);
    str_printf(out,
               ",\"subscriptions\":{\"following\":%zu,\"parked\":%zu,\"diverged\":%zu,"
               "\"unknown\":%zu,\"elsewhere\":%zu,\"lag\":%lld},\"stopped\":[",
               sum.following, sum.parked, sum.diverged, sum.unknown, sum.elsewhere,
               (long long)sum.lag);
    hearers_stopped(svc, add_stopped, &stopped);
    str_add(out, "],\"silent\":[");
    hearers_silent(svc, add_silent, &silent);
    str_add(out, "]");
}

int service_readiness(struct service *svc, struct str *out)
{
    bool database = database_answers(svc);
    char now[INSTANT_TEXT], looked[INSTANT_TEXT];
    CLEANUP(str_release) struct str why = STR_INIT;
    bool ready = !reasons(svc, database, &why);

    str_printf(out, "{\"ready\":%s,\"reasons\":%s,\"service\":\"%s\",\"version\":\"%s\"",
               ready ? "true" : "false", why.text, svc->spec->name, HP_VERSION);
    str_printf(out, ",\"now\":\"%s\",\"database\":{\"answers\":%s,\"schema\":\"%s\"",
               instant_format(clock_now(svc->clock), now), database ? "true" : "false",
               svc->health.newer ? "newer" : "current");
    if (svc->health.looked_us)
        str_printf(out, ",\"looked_at\":\"%s\"", instant_format(svc->health.looked_at, looked));
    str_printf(out, "},\"waiting\":%d,\"queue\":%lld,\"districts\":%zu,\"leads\":%zu",
               lanes_waiting(svc), (long long)svc->set.queue, svc->n_districts, leases_led(svc));
    add_subscriptions(svc, out);
    str_add(out, "}\n");
    return ready ? 200 : 503;
}
