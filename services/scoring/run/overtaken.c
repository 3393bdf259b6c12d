/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/overtaken.h"

#include "common/base/str.h"
#include "intake.pb-c.h"
#include "publicity.pb-c.h"
#include "scoring_sql.h"
#include "services/scoring/heard/candidates.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/inspection/inspection.h"
#include "services/scoring/inspection/inspection_import.h"
#include "services/scoring/reevaluation/changes.h"
#include "services/scoring/run/outdated.h"
#include "services/scoring/run/runs.h"

#include "common/base/banned.h"

struct standing_list {
    const char *list_id, *programme_id, *run_id, *said; /* said: what overtook it, as told last */
};

/* Without what publicity follows by itself; one line each. */
static const char *causes_text(struct arena *a, struct run_cause *causes, size_t *n)
{
    const char *text = "";
    size_t kept = 0;

    for (size_t i = 0; i < *n; i++) {
        if (causes[i].out)
            continue;
        text = arena_printf(a, "%s%s %s\n", text, causes[i].kind, causes[i].id);
        causes[kept++] = causes[i];
    }
    *n = kept;
    return text;
}

static int list_follow(struct ctx *c, const struct standing_list *l)
{
    Scoring__ListOvertaken said = SCORING__LIST_OVERTAKEN__INIT;
    struct run_cause *causes;
    struct published pub;
    struct run_now now;
    const char *text;
    struct run run;
    size_t n;
    int r = run_get(c, l->run_id, false, &run, &pub);

    if (r == 0)
        r = run_now(c, &pub, run.panel_id, &now);
    if (r == 0)
        r = run_causes(c, &run, &now, &causes, &n);
    if (r)
        return r;
    text = causes_text(c->arena, causes, &n);
    if (str_equal(text, l->said))
        return 0;
    sql_exec(c->tx, &sql_list_overtake, T(c->district), T(l->list_id), T(text));
    said.list_id = (char *)l->list_id;
    said.programme_id = (char *)l->programme_id;
    said.run_id = (char *)l->run_id;
    said.causes = causes_message(c->arena, causes, n);
    said.n_causes = n;
    emit(c, NULL, &said.base);
    return 0;
}

int lists_follow(struct ctx *c, const char *programme_id)
{
    const char *region = c->district;
    bool city = str_equal(region, service_city(c->svc));
    struct rows *rows;
    int r = 0;

    /* after whoever is proposing one of them */
    sql_exec(c->tx, &sql_programmes_listing, T(city ? NULL : region), T(programme_id));
    r = sql_query(c->tx, &sql_lists_standing, &rows, T(city ? NULL : region), T(programme_id));
    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        const struct standing_list l = {
            .list_id = rows_text(rows, i, "list_id"),
            .programme_id = rows_text(rows, i, "programme_id"),
            .run_id = rows_text(rows, i, "run_id"),
            .said = rows_text(rows, i, "overtaken"),
        };

        c->district = rows_text(rows, i, "district"); /* the list's, where all of it is written */
        r = list_follow(c, &l);
    }
    c->district = region;
    return r;
}

/* ---- what may overtake a list ---- */

int record_inspection_followed(struct ctx *c)
{
    const Scoring__RecordInspection *q = c->request;
    int r;

    published_lock(c, q->programme_id);
    r = record_inspection(c);
    return r ? r : lists_follow(c, q->programme_id);
}

int import_inspections_followed(struct ctx *c)
{
    const Scoring__ImportInspections *q = c->request;
    int r = import_inspections(c);

    return r || q->preview ? r : lists_follow(c, q->programme_id);
}

int on_programme_published_followed(struct ctx *c)
{
    int r = on_programme_published(c);

    return r ? r : lists_follow(c, ((const Intake__ProgrammePublished *)c->request)->programme_id);
}

int on_application_accepted_followed(struct ctx *c)
{
    const Intake__ApplicationAccepted *e = c->request;
    int r = on_application_accepted(c);

    return r ? r : lists_follow(c, e->application->programme_id);
}

int on_application_returned_followed(struct ctx *c)
{
    const Intake__ApplicationReturned *e = c->request;
    int r = on_application_returned(c);

    return r ? r : lists_follow(c, e->application->programme_id);
}

int on_application_withdrawn_followed(struct ctx *c)
{
    const Intake__ApplicationWithdrawn *e = c->request;
    int r = on_application_withdrawn(c);

    return r ? r : lists_follow(c, e->application->programme_id);
}

int on_subject_changed_followed(struct ctx *c)
{
    int r = on_subject_changed(c);

    return r ? r : lists_follow(c, NULL);
}

int on_subject_change_taken_back_followed(struct ctx *c)
{
    int r = on_subject_change_taken_back(c);

    return r ? r : lists_follow(c, NULL);
}

int on_conditions_changed_followed(struct ctx *c)
{
    const Intake__ConditionsChanged *e = c->request;
    int r = on_conditions_changed(c);

    return r ? r : lists_follow(c, e->application->programme_id);
}

int on_list_finalised(struct ctx *c)
{
    const Publicity__ListFinalised *e = c->request;

    sql_exec(c->tx, &sql_list_finalise, T(c->district), T(e->list_id), AT(c->event->at));
    return 0;
}
