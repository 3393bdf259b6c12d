/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/apply.h"

#include <string.h>

#include "common/base/str.h"
#include "intake.pb-c.h"
#include "reporting_sql.h"
#include "common/json/field.h"
#include "services/reporting/pile.h"
#include "services/reporting/todo/todo.h"
#include "services/reporting/views.h"

#include "common/base/banned.h"

/* Events whose rows are sent together: the server writes them while those of the next are made. */
enum { PILED = 256 };

static const char *either(const char *a, const char *b)
{
    return a && *a ? a : b;
}

/* The subject a message is about: its own field, or the enterprise, or the one inside its change.
 */
static const char *subject_of(const struct ctx *c, const ProtobufCMessage *m)
{
    return either(field_text(c->arena, m, "subject_id"), field_text(c->arena, m, "enterprise_id"));
}

static const char *programme_of(const struct ctx *c, const ProtobufCMessage *thing)
{
    return either(field_text(c->arena, c->request, "programme_id"),
                  field_text(c->arena, thing, "programme_id"));
}

static const char *event_name(const struct ctx *c)
{
    const char *dot = strrchr(c->event->type, '.');

    return dot ? dot + 1 : c->event->type;
}

/* The dossier line and the funnel step of one subject. */
static void put_subject(const struct ctx *c, struct sink *to, const struct view *v,
                        const ProtobufCMessage *thing, const ProtobufCMessage *item)
{
    const char *subject = subject_of(c, item), *programme = programme_of(c, thing);
    const char *category = field_text(c->arena, item, "category");
    const char *id, *state;

    if (!subject)
        return;
    id = v->id ? field_text(c->arena, thing, v->id)
               : either(programme, v->as ? v->as->name : c->event->type);
    state = v->state ? field_text(c->arena, thing, v->state) : NULL;
    if (v->section)
        sink_put(to, PUT_DOSSIER, T(c->district), T(subject), T(v->section), T(either(id, "-")),
                 T(either(state, event_name(c))), T(field_summary(c->arena, item)),
                 AT(c->event->at));
    if (v->undoes && programme)
        sink_put(to, PUT_UNPROGRESS, T(c->district), T(programme), T(subject),
                 T(either(category, "-")), I(step_bits(v->undoes)));
    if (v->step && programme)
        sink_put(to, PUT_PROGRESS, T(c->district), T(programme), T(subject),
                 T(either(category, "-")), I(step_bit(v->step)));
    if (v->each)
        sink_put(to, PUT_TIMELINE_SUBJECT, T(c->district), T(c->source), I(c->event->position),
                 T(subject));
}

static void put_timeline(const struct ctx *c, struct sink *to, const struct view *v,
                         const ProtobufCMessage *thing)
{
    const char *subject = v->each ? NULL : subject_of(c, thing);

    sink_put(to, PUT_TIMELINE, T(c->district), T(c->source), I(source_rank(c->source)),
             AT(c->event->at), I(c->event->position), T(c->event->type), T(programme_of(c, thing)),
             T(subject), T(field_text(c->arena, thing, "name")), T(field_summary(c->arena, thing)),
             T(c->event->account), BY(c->event->payload.data, c->event->payload.len));
}

/* Registry rows: what subjects are called and where they are. */
static void put_registry(const struct ctx *c, struct sink *to, const struct view *v,
                         const ProtobufCMessage *thing)
{
    static const struct {
        const char *thing, *id, *kind;
    } kinds[] = {
        {"enterprise", "enterprise_id", "enterprise"},
        {"manager", "manager_id", "manager"},
        {"expert", "expert_id", "expert"},
        {"site", "site_id", NULL},
        {"region", "code", "region"},
    };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (strcmp(kinds[i].thing, v->thing) == 0)
            sink_put(to, PUT_SUBJECT, T(c->district), T(field_text(c->arena, thing, kinds[i].id)),
                     T(either(kinds[i].kind, field_text(c->arena, thing, "kind"))),
                     T(field_text(c->arena, thing, "name")),
                     T(field_text(c->arena, thing, "subdistrict")));
}

static void rename_subject(const struct ctx *c, struct sink *to)
{
    const Intake__SubjectChanged *event = c->request;

    if (event->change->kind == INTAKE__RECORD_CHANGE__KIND__RENAMED && event->change->new_name)
        sink_put(to, PUT_NAME, T(c->district), T(event->change->subject_id),
                 T(event->change->new_name));
}

static void rename_back(const struct ctx *c, struct sink *to)
{
    const Intake__SubjectChangeTakenBack *event = c->request;

    sink_put(to, PUT_NAME, T(c->district), T(event->change->subject_id), T(event->name));
}

void reporting_read(const struct ctx *c, struct sink *to)
{
    const struct view *v = view_for(c->source, c->event->type);
    const ProtobufCMessage *thing;
    ProtobufCMessage *const *items;
    size_t n;

    CHECK(v);
    thing = field_message(c->request, v->thing);
    if (!thing)
        return;
    if (v->quiet) {
        put_registry(c, to, v, thing);
        return;
    }
    if (v->event == &intake__subject_changed__descriptor)
        rename_subject(c, to);
    if (v->event == &intake__subject_change_taken_back__descriptor)
        rename_back(c, to);
    put_timeline(c, to, v, thing);
    todo_read(c, to);
    if (!v->each) {
        put_subject(c, to, v, thing, thing);
        return;
    }
    items = field_items(c->request, v->each, &n);
    for (size_t i = 0; i < n; i++)
        put_subject(c, to, v, thing, items[i]);
}

/* ---- into the live models ---- */

int reporting_apply(struct ctx *c)
{
    static const struct sql_stmt *const live[N_PUTS] = {
        [PUT_TIMELINE] = &sql_timeline_put, [PUT_TIMELINE_SUBJECT] = &sql_timeline_subject_put,
        [PUT_SUBJECT] = &sql_subject_put,   [PUT_NAME] = &sql_subject_rename,
        [PUT_PROGRESS] = &sql_progress_put, [PUT_UNPROGRESS] = &sql_progress_undo,
        [PUT_DOSSIER] = &sql_dossier_put,   [PUT_TASK] = &sql_task_put,
        [PUT_TERM] = &sql_term_put,
    };
    struct piles piles;

    piles_init(&piles, live, c->tx, c->arena);
    for (size_t i = 0; i < c->n_events; i++) {
        struct ctx one = *c;

        one.event = c->events[i];
        one.request = c->requests[i];
        reporting_read(&one, &piles.sink);
        if ((i + 1) % PILED == 0)
            piles_flush(&piles);
    }
    piles_flush(&piles);
    return 0;
}
