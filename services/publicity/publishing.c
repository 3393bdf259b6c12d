/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publishing - a signed notice goes out at its instant and comes down after its last working day
 *
 * The end is counted from the day it really goes out: when the service was away over midnight the
 * days are counted anew, so that nobody loses a day to object in.
 */
#include <errno.h>
#include <string.h>

#include "publicity_sql.h"
#include "services/publicity/list.h"

#include "common/base/banned.h"

#define LAST_DAY INT32_C(2932896) /* 9999-12-31, the end of what a date can say */

/*
 * The award stage is the window in which a list's first notice begins; a programme without one sets
 * no window. What follows a published notice, a supplement or a correction, may begin later: else
 * an objection upheld in the last days would keep the list from ever becoming final.
 */
static int need_stage(struct ctx *c, const struct programme *p, const struct notice *n, int32_t day)
{
    const struct programme_stage *stage = programme_stage(p, STAGE_AWARD);
    struct list l;
    int r;

    if (!stage || (day >= stage->from_day && day <= stage->to_day))
        return 0;
    r = list_lock(c, n->list_id, "notice_id", &l);
    if (r || (day > stage->to_day && strcmp(l.state, list_fsm.start) != 0))
        return r;
    return refuse(c, reason_notice_stage_closed, "publish_at", day_text(c->arena, stage->from_day),
                  day_text(c->arena, stage->to_day), day_text(c->arena, day), NULL);
}

static int need_days(struct ctx *c, const struct notice *n, int64_t at, int32_t *ret_start,
                     int32_t *ret_end)
{
    int r = notice_days(service_calendar(c->svc), at, n->working_days, n->count_start_day,
                        ret_start, ret_end);

    if (r == CALENDAR_E_NO_YEAR)
        return refuse(c, reason_calendar_missing, "publish_at", day_text(c->arena, instant_day(at)),
                      NULL);
    return err_fold(r);
}

static int schedule(struct ctx *c, const struct notice *n, const char *to, int64_t at)
{
    Publicity__NoticeScheduled said = PUBLICITY__NOTICE_SCHEDULED__INIT;
    struct notice planned = *n;
    int r = need_days(c, n, at, &planned.start_day, &planned.end_day);

    if (r)
        return r;
    said.end_day = (char *)day_text(c->arena, planned.end_day);
    r = sql_cas(c->tx, &sql_notice_schedule, T(c->district), T(n->id), I(n->revision), T(n->state),
                T(to), AT(at), T(day_text(c->arena, planned.start_day)), T(said.end_day));
    if (r)
        return r;
    notice_record(c, &planned, "scheduled", NULL);
    timer_set(c, "publish", n->id, at);
    said.notice_id = (char *)n->id;
    said.programme_id = (char *)n->programme_id;
    said.publish_at = at;
    emit(c, NULL, &said.base);
    return 0;
}

int publicity_schedule_notice(struct ctx *c)
{
    const Publicity__ScheduleNotice *q = c->request;
    const struct programme *p;
    char text[INSTANT_TEXT];
    struct notice n;
    const char *to;
    int r = notice_need(c, q->notice_id, &n);

    if (r == 0 && strcmp(n.state, notice_fsm.start) == 0)
        r = refuse_unsigned(c, &n, "notice_id");
    if (r == 0)
        r = need_step(c, &notice_fsm, n.state, "schedule", "notice_id", &to);
    if (r)
        return r;
    if (q->publish_at < c->now)
        return refuse(c, reason_publish_at_past, "publish_at", instant_format(q->publish_at, text),
                      NULL);
    if (q->publish_at > day_end(LAST_DAY))
        return refuse(c, reason_date_bad, "publish_at", instant_format(q->publish_at, text), NULL);
    r = programme_need(c, n.programme_id, &p);
    if (r == 0)
        r = need_stage(c, p, &n, instant_day(q->publish_at));
    if (r)
        return r;
    return schedule(c, &n, to, q->publish_at);
}

/* A published correction takes the place of the version it corrects, which stays readable. */
static int supersede(struct ctx *c, const struct notice *n)
{
    struct notice *notices;
    size_t n_notices;
    int r = 0;

    if (n->version == 1 || strcmp(n->kind, "proposal") != 0)
        return 0;
    r = notices_of_list(c, n->list_id, &notices, &n_notices);
    for (size_t i = 0; r == 0 && i < n_notices; i++) {
        struct notice *old = &notices[i];

        if (strcmp(old->kind, "proposal") != 0 || old->version >= n->version ||
            !fsm_edge_for(&notice_fsm, old->state, "replace"))
            continue;
        timer_cancel(c, "close", old->id);
        notice_record(c, old, "replaced", NULL);
        r = notice_step(c, old, "replace");
    }
    return r;
}

static int say_published(struct ctx *c, const struct notice *n)
{
    Publicity__NoticePublished said = PUBLICITY__NOTICE_PUBLISHED__INIT;
    CLEANUP(str_release) struct str content = STR_INIT;
    Publicity__Notice **messages;
    struct entry *entries;
    size_t n_entries;
    char hex[DIGEST_HEX];
    int r = notice_entries(c, n->id, &entries, &n_entries);

    if (r == 0)
        r = notice_messages(c, n, 1, true, &messages);
    if (r)
        return r;
    notice_canonical(n, entries, n_entries, &content);
    notice_hash(content.text, hex);
    if (!str_equal(hex, n->content_sha256))
        return err_raise(-EBADMSG); /* what was signed is not what would be published */
    notice_record(c, n, "published", arena_strdup(c->arena, content.text));
    said.notice = messages[0];
    emit(c, NULL, &said.base);
    return 0;
}

/* The list of a notice steps with it. */
static int step_list(struct ctx *c, const struct list *l, const char *on)
{
    return sql_cas(c->tx, &sql_list_step, T(c->district), T(l->id), T(l->state),
                   T(must_step(&list_fsm, l->state, on)));
}

int publicity_on_publish_due(struct ctx *c)
{
    struct notice n;
    struct list l;
    const char *to;
    int r = notice_need(c, c->timer_key, &n);

    if (r == 0)
        r = list_lock(c, n.list_id, NULL, &l);
    if (r == 0)
        r = notice_need(c, c->timer_key, &n); /* as it stands under the lock */
    if (r || !fsm_edge_for(&notice_fsm, n.state, "publish"))
        return r;
    to = must_step(&notice_fsm, n.state, "publish");
    r = err_fold(notice_days(service_calendar(c->svc), c->now, n.working_days, n.count_start_day,
                             &n.start_day, &n.end_day));
    if (r == 0)
        r = sql_cas(c->tx, &sql_notice_publish, T(c->district), T(n.id), I(n.revision), T(n.state),
                    T(to), AT(c->now), T(day_text(c->arena, n.start_day)),
                    T(day_text(c->arena, n.end_day)));
    if (r == 0)
        r = step_list(c, &l, "publish");
    if (r == 0)
        r = supersede(c, &n);
    if (r)
        return r;
    n.state = to;
    n.published_at = c->now;
    timer_set(c, "close", n.id, day_end(n.end_day));
    return say_published(c, &n);
}

int publicity_on_close_due(struct ctx *c)
{
    Publicity__NoticeClosed said = PUBLICITY__NOTICE_CLOSED__INIT;
    struct notice n;
    struct list l;
    struct rows *rows;
    int r = notice_need(c, c->timer_key, &n);

    if (r == 0)
        r = list_lock(c, n.list_id, NULL, &l);
    if (r == 0)
        r = notice_need(c, c->timer_key, &n); /* as it stands under the lock */
    if (r || !fsm_edge_for(&notice_fsm, n.state, "close"))
        return r;
    r = notice_step(c, &n, "close");
    if (r == 0)
        r = sql_query(c->tx, &sql_objections_open_of_notice, &rows, T(c->district), T(n.id));
    if (r)
        return r;
    notice_record(c, &n, "closed", NULL);
    said.notice_id = (char *)n.id;
    said.programme_id = (char *)n.programme_id;
    said.objections_open = (int32_t)rows_i64(rows, 0, "n");
    emit(c, NULL, &said.base);
    return 0;
}
