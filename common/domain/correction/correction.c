/* SPDX-License-Identifier: Apache-2.0 */
/* Four eyes for what was signed or published (domain-facts.md section 7); one person for what nobody outside has seen. */
#include "common/domain/correction/correction.h"

#include "common/domain/correction/correction_record.h"
#include "correction_sql.h"

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"proposed", "make", "made", "one person is enough, or another one confirmed"},
    {"proposed", "drop", "dropped", "given up before it was confirmed"},
    FSM_END,
};
const struct fsm correction_fsm = {"correction", "proposed", edges};

const struct service_part correction_part = {"correction", correction_migrations,
                                             correction_statements};

/* ---- plans ---- */

static void step_add(struct ctx *c, struct correction_plan *plan, struct correction_step step)
{
    struct correction_step *steps =
        arena_new_array(c->arena, struct correction_step, plan->n_steps + 1);

    for (size_t i = 0; i < plan->n_steps; i++)
        steps[i] = plan->steps[i];
    steps[plan->n_steps++] = step;
    plan->steps = steps;
}

int correction_add(struct ctx *c, struct correction_plan *plan,
                   const struct correction_thing *thing, const char *id, const char *name,
                   const char *from, const char *on, const void *what)
{
    const char *to;
    int r = need_step(c, thing->machine, from, on, "target_id", &to);

    if (r == 0)
        step_add(c, plan, (struct correction_step){thing, id, name, on, from, to, what});
    return r;
}

void correction_add_record(struct ctx *c, struct correction_plan *plan,
                           const struct correction_thing *thing, const char *id, const char *name,
                           const char *from, const char *to, const void *what)
{
    step_add(c, plan, (struct correction_step){thing, id, name, NULL, from, to, what});
}

/* The kind by its number, if the actor may ask for it. */
static int kind_need(struct ctx *c, const struct correction_book *book, int kind,
                     const struct correction_kind **ret_kind)
{
    const struct correction_kind *k =
        kind >= 0 && (size_t)kind < book->n_kinds ? &book->kinds[kind] : NULL;

    if (!k || !k->name)
        return refuse(c, reason_value_unknown, "kind", arena_printf(c->arena, "%d", kind), NULL);
    *ret_kind = k;
    if (!(k->local ? actor_is_here_as(c, k->roles) : actor_may_as(c, k->roles)))
        return refuse(c, reason_forbidden, NULL, NULL);
    return 0;
}

static const struct correction_kind *kind_by_name(const struct correction_book *book,
                                                  const char *name)
{
    for (size_t i = 0; i < book->n_kinds; i++)
        if (str_equal(book->kinds[i].name, name))
            return &book->kinds[i];
    return NULL;
}

int correction_need_authority(struct ctx *c, const Correction__Authority *a, int32_t *ret_day)
{
    int r = need_text(c, "authority.reason", a->reason, 1, 1000);

    if (r == 0)
        r = need_text(c, "authority.document", a->document, 1, 200);
    if (r)
        return r;
    *ret_day = instant_day(c->now);
    if (!a->on_day || !*a->on_day)
        return 0;
    r = need_day(c, "authority.on_day", a->on_day, ret_day);
    if (r == 0 && *ret_day > instant_day(c->now))
        r = refuse(c, reason_recorded_day_in_future, "authority.on_day", a->on_day, NULL);
    return r;
}

/* ---- carrying out ---- */

static int plan_carry_out(struct ctx *c, const struct correction_plan *plan)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < plan->n_steps; i++)
        r = plan->steps[i].thing->step(c, plan, &plan->steps[i]);
    return r;
}

int correction_preview(struct ctx *c, const struct correction_book *book, int kind,
                       const char *target_id, Correction__Correction **ret_correction)
{
    Correction__Authority *none = arena_new_one(c->arena, Correction__Authority);
    struct correction_plan plan = {.target_id = target_id, .on_day = instant_day(c->now)};
    int r = kind_need(c, book, kind, &plan.kind);

    if (r == 0)
        r = plan.kind->plan(c, &plan);
    if (r)
        return r;
    correction__authority__init(none);
    none->reason = none->document = arena_strdup(c->arena, "");
    *ret_correction = correction_of_plan(c, &plan);
    (*ret_correction)->authority = none;
    return 0;
}

static int need_no_other(struct ctx *c, const struct correction_plan *plan)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_correction_open, &rows, T(c->district), T(plan->kind->name),
                      T(plan->target_id));

    if (r || rows_count(rows) == 0)
        return r;
    return refuse(c, reason_correction_open, "target_id", rows_text(rows, 0, "correction_id"),
                  NULL);
}

int correction_ask(struct ctx *c, const struct correction_book *book, int kind,
                   const char *target_id, const Correction__Authority *authority,
                   Correction__Correction **ret_correction)
{
    struct correction_plan plan = {
        .target_id = target_id, .correction_id = c->id_text, .authority = authority};
    int r = kind_need(c, book, kind, &plan.kind);

    if (r == 0)
        r = correction_need_authority(c, authority, &plan.on_day);
    if (r)
        return r;
    plan.carried_out = plan.kind->persons == CORRECTION_ONE_PERSON;
    r = need_no_other(c, &plan);
    if (r == 0)
        r = plan.kind->plan(c, &plan);
    if (r)
        return r;
    *ret_correction = correction_of_plan(c, &plan);
    (*ret_correction)->state = (char *)(plan.carried_out ? "made" : correction_fsm.start);
    correction_put(c, *ret_correction);
    r = plan.carried_out ? plan_carry_out(c, &plan) : 0;
    if (r == 0)
        correction_say(c, *ret_correction);
    return r;
}

/* ---- the second person ---- */

/* Another account than the first, and of two bodies another role. */
static int need_second(struct ctx *c, const struct correction_kind *kind,
                       const Correction__Correction *m)
{
    unsigned roles = correction_second_roles(kind, m->role);

    if (str_equal(c->account, m->account))
        return refuse(c, reason_correction_same_person, NULL, NULL);
    if (kind->local ? actor_is_here_as(c, roles) : actor_may_as(c, roles))
        return 0;
    return refuse(c, reason_correction_same_body, NULL, NULL);
}

static bool same_consequences(const Correction__Correction *a, const Correction__Correction *b)
{
    if (a->n_consequences != b->n_consequences)
        return false;
    for (size_t i = 0; i < a->n_consequences; i++) {
        const Correction__Consequence *x = a->consequences[i], *y = b->consequences[i];

        if (!str_equal(x->thing, y->thing) || !str_equal(x->id, y->id) ||
            !str_equal(x->from, y->from) || !str_equal(x->to, y->to))
            return false;
    }
    return true;
}

/* The correction under lock, by somebody who may ask for its kind; still proposed for @on. */
static int proposal_need(struct ctx *c, const struct correction_book *book, const char *id,
                         const char *on, const struct correction_kind **ret_kind,
                         Correction__Correction **ret_correction)
{
    const char *to;
    int r = correction_lock(c, id, ret_correction);

    if (r)
        return r;
    *ret_kind = kind_by_name(book, (*ret_correction)->kind);
    if (!*ret_kind)
        return refuse(c, reason_not_found, "correction_id", "correction", NULL);
    r = kind_need(c, book, (int)(*ret_kind - book->kinds), ret_kind);
    if (r == 0)
        r = need_step(c, &correction_fsm, (*ret_correction)->state, on, "correction_id", &to);
    return r;
}

int correction_confirm(struct ctx *c, const struct correction_book *book, const char *correction_id,
                       Correction__Correction **ret_correction)
{
    struct correction_plan plan = {.correction_id = correction_id, .carried_out = true};
    Correction__Correction *m;
    int r = proposal_need(c, book, correction_id, "make", &plan.kind, &m);

    if (r == 0)
        r = need_second(c, plan.kind, m);
    if (r)
        return r;
    plan.target_id = m->target_id;
    plan.authority = m->authority;
    r = correction_need_authority(c, m->authority, &plan.on_day);
    if (r == 0)
        r = plan.kind->plan(c, &plan);
    if (r)
        return r;
    if (!same_consequences(m, correction_of_plan(c, &plan)))
        return refuse(c, reason_correction_changed, "correction_id", NULL);
    r = correction_end(c, plan.kind, m, "made");
    if (r == 0)
        r = plan_carry_out(c, &plan);
    if (r)
        return r;
    correction_say(c, m);
    *ret_correction = m;
    return 0;
}

int correction_drop(struct ctx *c, const struct correction_book *book, const char *correction_id,
                    const char *note, Correction__Correction **ret_correction)
{
    const struct correction_kind *kind;
    Correction__Correction *m;
    int r = need_text(c, "note", note, 1, 1000);

    if (r == 0)
        r = proposal_need(c, book, correction_id, "drop", &kind, &m);
    if (r)
        return r;
    m->note = (char *)note;
    r = correction_end(c, kind, m, "dropped");
    if (r)
        return r;
    correction_say(c, m);
    *ret_correction = m;
    return 0;
}
