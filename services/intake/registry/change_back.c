/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/change_back.h"

#include "common/base/str.h"
#include "common/domain/subject/words.h"
#include "intake.pb-c.h"
#include "intake_sql.h"
#include "services/intake/registry/subject_fsm.h"

#include "common/base/banned.h"

/* A change as recorded. */
struct recorded {
    bool enterprise; /* else a site */
    const char *id, *subject_id, *kind, *on_day, *old_name, *new_name, *into_id, *site_id,
        *document, *left_district;
};

/* ---- carrying out ---- */

static int kind_of(const char *word)
{
    const ProtobufCEnumDescriptor *kinds = &intake__record_change__kind__descriptor;

    for (unsigned i = 0; i < kinds->n_values; i++)
        if (str_equal(change_word((Intake__RecordChange__Kind)kinds->values[i].value), word))
            return kinds->values[i].value;
    return 0;
}

static int change_step(struct ctx *c, const struct correction_plan *plan,
                       const struct correction_step *step)
{
    const struct recorded *ch = step->what;
    Intake__RecordChange said = INTAKE__RECORD_CHANGE__INIT;
    Intake__SubjectChangeTakenBack event = INTAKE__SUBJECT_CHANGE_TAKEN_BACK__INIT;
    int64_t changed = 0;
    int r = sql_change(c->tx, &sql_change_take_back, &changed, T(c->district), T(ch->id),
                       T(plan->correction_id));

    if (r || changed == 0)
        return r ? r : MSG_LATER;
    said.subject_id = (char *)ch->subject_id;
    said.kind = (Intake__RecordChange__Kind)kind_of(ch->kind);
    said.on_day = (char *)ch->on_day;
    said.new_name = str_equal(ch->kind, "renamed") ? (char *)ch->new_name : NULL;
    said.into_id = (char *)ch->into_id;
    said.site_id = (char *)ch->site_id;
    said.document = (char *)ch->document;
    said.left_district = (char *)ch->left_district;
    event.change_id = (char *)ch->id;
    event.change = &said;
    event.name = (char *)ch->old_name;
    event.authority = (Correction__Authority *)plan->authority;
    emit(c, NULL, &event.base);
    return 0;
}

static int subject_step(struct ctx *c, const struct correction_plan *plan,
                        const struct correction_step *step)
{
    const struct recorded *ch = step->what;

    sql_exec(c->tx, ch->enterprise ? &sql_enterprise_back : &sql_site_back, T(c->district),
             T(step->id), T(ch->old_name), T(step->to), AT(c->now), T(c->account),
             T(plan->correction_id));
    return 0;
}

static int project_step(struct ctx *c, const struct correction_plan *plan,
                        const struct correction_step *step)
{
    if (str_equal(step->to, "serving"))
        sql_exec(c->tx, &sql_project_back, T(step->what), T(step->id), AT(c->now), T(c->account),
                 T(plan->correction_id));
    return 0;
}

static const struct correction_thing change_thing = {"change", NULL, change_step};
static const struct correction_thing subject_thing = {"subject", &subject_fsm, subject_step};
static const struct correction_thing project_thing = {"project", NULL, project_step};

/* ---- the plan ---- */

static int load_change(struct ctx *c, const char *id, struct recorded *ret)
{
    struct uuid uuid;
    struct rows *rows;
    int r;

    if (!id || uuid_parse(id, &uuid) != 0)
        return refuse(c, reason_not_found, "target_id", "change", NULL);
    r = sql_query(c->tx, &sql_change_get, &rows, T(c->district), T(id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "target_id", "change", NULL);
    if (!rows_null(rows, 0, "taken_back_by"))
        return refuse(c, reason_change_taken_back, "target_id", rows_text(rows, 0, "taken_back_by"),
                      NULL);
    if (!rows_null(rows, 0, "later"))
        return refuse(c, reason_change_not_last, "target_id", rows_text(rows, 0, "later"), NULL);
    *ret = (struct recorded){
        .enterprise = str_equal(c->district, service_city(c->svc)),
        .id = rows_text(rows, 0, "change_id"),
        .subject_id = rows_text(rows, 0, "subject_id"),
        .kind = rows_text(rows, 0, "kind"),
        .on_day = rows_text(rows, 0, "on_day"),
        .old_name = rows_text(rows, 0, "old_name"),
        .new_name = rows_text(rows, 0, "new_name"),
        .into_id = rows_text(rows, 0, "into_id"),
        .site_id = rows_text(rows, 0, "site_id"),
        .document = rows_text(rows, 0, "document"),
        .left_district = rows_text(rows, 0, "left_district"),
    };
    return 0;
}

/* As for recording it: what concerns one district is that district's, or the city's. */
static int need_keeper(struct ctx *c, const struct recorded *ch)
{
    const char *region = ch->left_district ? ch->left_district
                         : ch->site_id     ? arena_strndup(c->arena, ch->site_id, 6)
                         : ch->enterprise  ? NULL
                                           : c->district;

    if (!region || actor_may(c, ROLE_DISTRICT | ROLE_CITY, region, NULL))
        return 0;
    return refuse(c, reason_forbidden, NULL, NULL);
}

/* The contract that ended with it goes on, unless another enterprise serves the site by now: then
 * people have to say who does. */
static int add_projects(struct ctx *c, struct correction_plan *plan, const struct recorded *ch)
{
    const char *district;
    struct rows *rows;
    int r;

    if (!ch->site_id)
        return 0;
    district = arena_strndup(c->arena, ch->site_id, 6);
    r = sql_query(c->tx, &sql_project_left, &rows, T(district), T(ch->id));
    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        const char *other = rows_text(rows, i, "taken_over");

        correction_add_record(
            c, plan, &project_thing, rows_text(rows, i, "project_id"), NULL, "left",
            other ? arena_printf(c->arena, "left; by hand: %s serves the site since", other)
                  : "serving",
            district);
    }
    return r;
}

int plan_change_taken_back(struct ctx *c, struct correction_plan *plan)
{
    struct recorded *ch = arena_new_one(c->arena, struct recorded);
    struct rows *rows;
    int r = load_change(c, plan->target_id, ch);

    if (r == 0)
        r = need_keeper(c, ch);
    if (r == 0 && plan->carried_out)
        r = sql_query(c->tx, ch->enterprise ? &sql_enterprise_lock : &sql_site_lock, &rows,
                      T(c->district), T(ch->subject_id));
    else if (r == 0)
        r = sql_query(c->tx, ch->enterprise ? &sql_enterprise_state : &sql_site_state, &rows,
                      T(c->district), T(ch->subject_id));
    if (r)
        return r;
    if (rows_count(rows) == 0) /* of a committee: its terms have no way back yet */
        return refuse(c, reason_not_found, "target_id", "change", NULL);
    plan->subject_id = ch->subject_id;
    correction_add_record(c, plan, &change_thing, ch->id, ch->kind, "recorded", "taken back", ch);
    r = correction_add(c, plan, &subject_thing, ch->subject_id, ch->old_name,
                       rows_text(rows, 0, "state"), "taken_back", ch);
    return r ? r : add_projects(c, plan, ch);
}
