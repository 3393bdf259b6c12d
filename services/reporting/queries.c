/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/queries.h"

#include <string.h>

#include "common/base/digest.h"
#include "common/base/str.h"
#include "common/json/field.h"
#include "common/json/pbjson.h"
#include "proto/changes.h"
#include "reporting.pb-c.h"
#include "reporting_sql.h"
#include "services/reporting/views.h"

#include "common/base/banned.h"

/* The end of 9999-12-31 in China: what a timestamp can say. */
#define LAST_INSTANT (day_end(INT32_C(2932896)) - 1)

/* "<instant in us>/<rank>/<position>": where a page ended. */
static int read_page(struct ctx *c, const char *after, int64_t *ret_at, int64_t *ret_rank,
                     int64_t *ret_position)
{
    long long at, rank, position;
    char rest;

    *ret_at = INSTANT_NONE;
    *ret_rank = *ret_position = 0;
    if (!after || !*after)
        return 0;
    if (sscanf(after, "%lld/%lld/%lld%c", &at, &rank, &position, &rest) != 3 || at < 0 ||
        at > LAST_INSTANT)
        return refuse(c, reason_value_unknown, "after", after, NULL);
    *ret_at = at;
    *ret_rank = rank;
    *ret_position = position;
    return 0;
}

/* What the entry's event is about, as the feed of changes says it; NULL: it is in no feed. */
static Reporting__Thing *thing_of(struct ctx *c, const struct rows *rows, size_t i)
{
    const struct change_row *row = change_row_for(rows_text(rows, i, "kind"));
    struct bytes payload = rows_bytes(rows, i, "payload");
    ProtobufCMessage *event;
    Reporting__Thing *m;
    const char *id;

    if (!row)
        return NULL;
    event = protobuf_c_message_unpack(row->event, arena_pb(c->arena), payload.size, payload.data);
    id = event ? field_text_at(c->arena, event, row->thing_id) : NULL;
    if (!id)
        return NULL;
    m = arena_new_one(c->arena, Reporting__Thing);
    reporting__thing__init(m);
    m->kind = (char *)row->thing;
    m->id = (char *)id;
    return m;
}

static void fill_entry(struct ctx *c, const struct rows *rows, size_t i,
                       Reporting__TimelineEntry *e)
{
    reporting__timeline_entry__init(e);
    e->source = (char *)rows_text(rows, i, "source");
    e->position = rows_i64(rows, i, "position");
    e->entry = arena_printf(c->arena, "%s-%lld", e->source, (long long)e->position);
    e->at = rows_at(rows, i, "at");
    e->kind = (char *)rows_text(rows, i, "kind");
    e->programme_id = (char *)rows_text(rows, i, "programme_id");
    e->subject_id = (char *)rows_text(rows, i, "subject_id");
    e->name = (char *)rows_text(rows, i, "name");
    e->summary = (char *)rows_text(rows, i, "summary");
    e->account = (char *)rows_text(rows, i, "account");
    e->thing = thing_of(c, rows, i);
}

static Reporting__TimelineEntry **fill_entries(struct ctx *c, const struct rows *rows,
                                               size_t *ret_n)
{
    size_t n = rows_count(rows);
    Reporting__TimelineEntry *entries = arena_new_array(c->arena, Reporting__TimelineEntry, n + 1);
    Reporting__TimelineEntry **list = arena_new_array(c->arena, Reporting__TimelineEntry *, n + 1);

    for (size_t i = 0; i < n; i++) {
        fill_entry(c, rows, i, &entries[i]);
        list[i] = &entries[i];
    }
    *ret_n = n;
    return list;
}

static int check_kinds(struct ctx *c, const Reporting__GetTimeline *req)
{
    for (size_t i = 0; i < req->n_kinds; i++) {
        bool known = false;

        for (const struct view *v = views; v->source; v++)
            known |= str_equal(v->event->name, req->kinds[i]);
        if (!known)
            return refuse(c, reason_value_unknown, arena_printf(c->arena, "kinds/%zu", i),
                          req->kinds[i], NULL);
    }
    return 0;
}

int reporting_get_timeline(struct ctx *c)
{
    const Reporting__GetTimeline *req = c->request;
    Reporting__GetTimelineReply reply = REPORTING__GET_TIMELINE_REPLY__INIT;
    int64_t at, rank, position;
    struct rows *rows;
    int r;

    r = need_range(c, "limit", req->limit, 1, 1000);
    if (r == 0)
        r = read_page(c, req->after, &at, &rank, &position);
    if (r == 0)
        r = check_kinds(c, req);
    if (r == 0)
        r = sql_query(
            c->tx,
            req->has_newest_first && req->newest_first ? &sql_timeline_list_back
                                                       : &sql_timeline_list,
            &rows, T(c->district), T(req->programme_id), T(req->subject_id), AT(at), I(rank),
            I(position), I(req->limit), TA((const char *const *)req->kinds, req->n_kinds),
            T(text_or_null(req->account)), AT(req->has_from_at ? req->from_at : INSTANT_NONE),
            AT(req->has_to_at ? req->to_at : INSTANT_NONE));
    if (r)
        return r;
    reply.entries = fill_entries(c, rows, &reply.n_entries);
    if (reply.n_entries == (size_t)req->limit)
        reply.next = arena_printf(c->arena, "%lld/%lld/%lld",
                                  (long long)rows_at(rows, reply.n_entries - 1, "at"),
                                  (long long)rows_i64(rows, reply.n_entries - 1, "rank"),
                                  (long long)rows_i64(rows, reply.n_entries - 1, "position"));
    reply_with(c, &reply.base);
    return 0;
}

/* The event itself: the row behind a line of the timeline. */
static int fill_event(struct ctx *c, const struct rows *rows, Reporting__GetEntryReply *reply)
{
    const struct view *v = view_for(rows_text(rows, 0, "source"), rows_text(rows, 0, "kind"));
    struct bytes payload = rows_bytes(rows, 0, "payload");
    struct str __attribute__((cleanup(str_releasep))) json = STR_INIT;
    uint8_t hash[DIGEST_SIZE];
    ProtobufCMessage *event;

    CHECK(v);
    event = protobuf_c_message_unpack(v->event, arena_pb(c->arena), payload.size, payload.data);
    if (!event)
        return refuse(c, reason_not_found, "entry", "entry", NULL);
    pbjson_write(&json, event);
    reply->event_json = arena_strdup(c->arena, json.text);
    digest_once(DIGEST_SHA256, payload.data, payload.size, hash);
    reply->event_sha256 = arena_alloc(c->arena, DIGEST_HEX);
    hex_format(hash, sizeof(hash), reply->event_sha256);
    return 0;
}

int reporting_get_entry(struct ctx *c)
{
    const Reporting__GetEntry *req = c->request;
    Reporting__GetEntryReply reply = REPORTING__GET_ENTRY_REPLY__INIT;
    Reporting__TimelineEntry entry;
    const char *dash = strrchr(req->entry, '-');
    struct rows *rows;
    char *end;
    long long position;
    int r;

    position = dash ? strtoll(dash + 1, &end, 10) : 0;
    if (!dash || *end || position <= 0)
        return refuse(c, reason_value_unknown, "entry", req->entry, NULL);
    r = sql_query(c->tx, &sql_timeline_get, &rows, T(c->district),
                  T(arena_strndup(c->arena, req->entry, (size_t)(dash - req->entry))), I(position));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "entry", "entry", NULL);
    fill_entry(c, rows, 0, &entry);
    reply.entry = &entry;
    r = fill_event(c, rows, &reply);
    if (r)
        return r;
    reply_with(c, &reply.base);
    return 0;
}

static int need_step_name(struct ctx *c, const char *step)
{
    const char **words = arena_new_array(c->arena, const char *, n_step_names + 1);

    memcpy(words, steps_in_order, n_step_names * sizeof(*words));
    words[n_step_names] = NULL;
    return need_word(c, "step", step, words);
}

int reporting_get_funnel_subjects(struct ctx *c)
{
    const Reporting__GetFunnelSubjects *q = c->request;
    Reporting__GetFunnelSubjectsReply reply = REPORTING__GET_FUNNEL_SUBJECTS_REPLY__INIT;
    struct rows *rows;
    int r = fault_note(c, need_range(c, "limit", q->limit, 1, 1000));

    if (r == 0)
        r = fault_note(c, need_step_name(c, q->step));
    if (r == 0)
        r = faults_refuse(c);
    if (r == 0)
        r = sql_query(c->tx, &sql_progress_subjects, &rows, T(c->district), T(q->programme_id),
                      T(q->category), I(step_bit(q->step)), T(q->after ? q->after : ""),
                      I((int64_t)q->limit + 1), T(service_city(c->svc)));
    if (r)
        return r;
    reply.subjects = arena_new_array(c->arena, Reporting__FunnelSubject *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows) && i < (size_t)q->limit; i++) {
        Reporting__FunnelSubject *m = arena_new_one(c->arena, Reporting__FunnelSubject);

        reporting__funnel_subject__init(m);
        m->subject_id = (char *)rows_text(rows, i, "subject_id");
        m->name = (char *)rows_text(rows, i, "name");
        reply.subjects[reply.n_subjects++] = m;
        if (rows_count(rows) > (size_t)q->limit)
            reply.next = m->subject_id;
    }
    reply_with(c, &reply.base);
    return 0;
}

int reporting_get_funnel(struct ctx *c)
{
    const Reporting__GetFunnel *req = c->request;
    Reporting__GetFunnelReply reply = REPORTING__GET_FUNNEL_REPLY__INIT;
    Reporting__FunnelStep *steps;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_progress_count, &rows, T(c->district), T(req->programme_id),
                      TA(step_names, n_step_names), TA(steps_in_order, n_step_names));

    if (r)
        return r;
    steps = arena_new_array(c->arena, Reporting__FunnelStep, rows_count(rows) + 1);
    reply.steps = arena_new_array(c->arena, Reporting__FunnelStep *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        reporting__funnel_step__init(&steps[i]);
        steps[i].category = (char *)rows_text(rows, i, "category");
        steps[i].step = (char *)rows_text(rows, i, "step");
        steps[i].subjects = rows_i64(rows, i, "subjects");
        reply.steps[reply.n_steps++] = &steps[i];
    }
    reply_with(c, &reply.base);
    return 0;
}

static int fill_dossier(struct ctx *c, const char *subject, Reporting__GetDossierReply *reply)
{
    Reporting__DossierEntry *entries;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_dossier_list, &rows, T(c->district), T(subject));

    if (r)
        return r;
    entries = arena_new_array(c->arena, Reporting__DossierEntry, rows_count(rows) + 1);
    reply->entries = arena_new_array(c->arena, Reporting__DossierEntry *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        reporting__dossier_entry__init(&entries[i]);
        entries[i].section = (char *)rows_text(rows, i, "section");
        entries[i].id = (char *)rows_text(rows, i, "id");
        entries[i].state = (char *)rows_text(rows, i, "state");
        entries[i].values = (char *)rows_text(rows, i, "summary");
        entries[i].at = rows_at(rows, i, "at");
        reply->entries[reply->n_entries++] = &entries[i];
    }
    return 0;
}

int reporting_get_dossier(struct ctx *c)
{
    const Reporting__GetDossier *req = c->request;
    Reporting__GetDossierReply reply = REPORTING__GET_DOSSIER_REPLY__INIT;
    struct rows *names, *timeline;
    int r = sql_query(c->tx, &sql_subject_name, &names, T(c->district), T(service_city(c->svc)),
                      T(req->subject_id));

    if (r)
        return r;
    if (rows_count(names) == 0)
        return refuse(c, reason_not_found, "subject_id", "subject", NULL);
    reply.subject_id = req->subject_id;
    reply.name = (char *)rows_text(names, 0, "name");
    r = fill_dossier(c, req->subject_id, &reply);
    if (r == 0)
        r = sql_query(c->tx, &sql_timeline_list, &timeline, T(c->district), T(NULL),
                      T(req->subject_id), AT(INSTANT_NONE), I(0), I(0), I(1000), TA(NULL, 0),
                      T(NULL), AT(INSTANT_NONE), AT(INSTANT_NONE));
    if (r)
        return r;
    reply.timeline = fill_entries(c, timeline, &reply.n_timeline);
    reply_with(c, &reply.base);
    return 0;
}

int reporting_get_overview(struct ctx *c)
{
    Reporting__GetOverviewReply reply = REPORTING__GET_OVERVIEW_REPLY__INIT;
    Reporting__OverviewRow *list;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_overview, &rows, T(c->district), T(service_city(c->svc)));

    if (r)
        return r;
    list = arena_new_array(c->arena, Reporting__OverviewRow, rows_count(rows) + 1);
    reply.rows = arena_new_array(c->arena, Reporting__OverviewRow *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        reporting__overview_row__init(&list[i]);
        list[i].area = (char *)rows_text(rows, i, "area");
        list[i].measure = (char *)rows_text(rows, i, "measure");
        list[i].value = rows_i64(rows, i, "value");
        reply.rows[reply.n_rows++] = &list[i];
    }
    reply_with(c, &reply.base);
    return 0;
}
