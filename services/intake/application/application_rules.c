/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/application_rules.h"

#include <string.h>

#include "common/base/str.h"

#include "common/base/banned.h"

const char *chain_next(const struct programme_route *route, const char *step)
{
    size_t i = 0;

    if (step)
        while (i < route->chain.n && strcmp(route->chain.items[i++], step) != 0)
            ;
    return i < route->chain.n ? route->chain.items[i] : NULL;
}

int need_drafter(struct ctx *c, const struct application *a)
{
    if (actor_may(c, (unsigned)role_by_name(a->drafter_role), a->drafter_region,
                  a->drafter_subject))
        return 0;
    if (a->paper_by && actor_may(c, ROLE_DISTRICT, c->district, NULL))
        return 0; /* what was handed in on paper the bureau enters and completes */
    return refuse(c, reason_forbidden, NULL, NULL);
}

bool may_act_as(const struct ctx *c, enum role role, const struct application *a)
{
    if (role == ROLE_SUBDISTRICT)
        return a->subdistrict && actor_may(c, role, a->subdistrict, NULL);
    return actor_may(c, role, c->district, NULL);
}

/* ---- the stage ---- */

int need_stage(struct ctx *c, const struct programme *p, int32_t received)
{
    const struct programme_stage *stage = programme_stage(p, STAGE_RECOMMEND);
    int32_t today = instant_day(c->now), last;
    char text[DAY_TEXT];

    if (!stage)
        return refuse(c, reason_state_forbids, NULL, "draft", "submit", NULL);
    last = stage->to_day;
    if (today < stage->from_day)
        return refuse(c, reason_stage_not_open, NULL, day_format(stage->from_day, text), NULL);
    if (stage->grace_days && calendar_last_day(service_calendar(c->svc), stage->to_day,
                                               stage->grace_days, false, &last) != 0)
        return refuse(c, reason_calendar_missing, NULL, day_format(stage->to_day, text), NULL);
    if ((received == DAY_NONE ? today : received) > last)
        return refuse(c, reason_application_late, NULL, day_format(last, text), NULL);
    return 0;
}
