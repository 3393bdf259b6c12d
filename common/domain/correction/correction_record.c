/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/correction/correction_record.h"

#include <errno.h>

#include "correction_sql.h"

#include "common/base/banned.h"

/* The role the actor acts in: the first of the kind's that the actor holds for the district. */
static const char *acting_role(const struct ctx *c, const struct correction_kind *kind)
{
    for (int i = 0; i < N_ROLES; i++) {
        unsigned bit = 1u << i & kind->roles;

        if (bit && (kind->local ? actor_is_here_as(c, bit) : actor_may_as(c, bit)))
            return role_name((enum role)bit);
    }
    return "";
}

unsigned correction_second_roles(const struct correction_kind *kind, const char *first)
{
    return kind->persons == CORRECTION_TWO_BODIES ? kind->roles & ~(unsigned)role_by_name(first)
                                                  : kind->roles;
}

static Correction__Consequence *consequence(struct arena *a, const struct correction_step *step)
{
    Correction__Consequence *m = arena_new_one(a, Correction__Consequence);

    correction__consequence__init(m);
    m->thing = (char *)step->thing->name;
    m->id = (char *)step->id;
    m->name = (char *)step->name;
    m->from = (char *)step->from;
    m->to = (char *)step->to;
    return m;
}

Correction__Correction *correction_of_plan(struct ctx *c, const struct correction_plan *plan)
{
    Correction__Correction *m = arena_new_one(c->arena, Correction__Correction);

    correction__correction__init(m);
    m->correction_id = (char *)(plan->correction_id ? plan->correction_id : "");
    m->kind = (char *)plan->kind->name;
    m->thing = (char *)plan->kind->thing;
    m->target_id = (char *)plan->target_id;
    m->state = (char *)correction_fsm.start;
    m->authority = (Correction__Authority *)plan->authority;
    m->account = (char *)c->account;
    m->role = (char *)acting_role(c, plan->kind);
    m->at = c->now;
    m->programme_id = (char *)plan->programme_id;
    m->subject_id = (char *)plan->subject_id;
    if (plan->kind->persons != CORRECTION_ONE_PERSON)
        m->second_roles =
            (char *)roles_text(c->arena, correction_second_roles(plan->kind, m->role));
    m->consequences = arena_new_array(c->arena, Correction__Consequence *, plan->n_steps + 1);
    for (size_t i = 0; i < plan->n_steps; i++)
        m->consequences[m->n_consequences++] = consequence(c->arena, &plan->steps[i]);
    return m;
}

/* ---- in the database ---- */

static struct bytes record_pack(struct ctx *c, const Correction__Correction *m)
{
    size_t size = correction__correction__get_packed_size(m);
    uint8_t *data = arena_new_array(c->arena, uint8_t, size + 1);

    correction__correction__pack(m, data);
    return (struct bytes){data, size};
}

static int record_unpack(struct ctx *c, const struct rows *rows, size_t i,
                         Correction__Correction **ret_correction)
{
    struct bytes record = rows_bytes(rows, i, "record");

    *ret_correction = correction__correction__unpack(arena_pb(c->arena), record.size, record.data);
    return *ret_correction ? 0 : err_raise(-EBADMSG);
}

void correction_put(struct ctx *c, const Correction__Correction *m)
{
    struct bytes record = record_pack(c, m);

    sql_exec(c->tx, &sql_correction_put, T(c->district), T(m->correction_id), T(m->kind),
             T(m->target_id), T(m->state), AT(m->at), BY(record.data, record.size));
}

int correction_lock(struct ctx *c, const char *id, Correction__Correction **ret_correction)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_correction_lock, &rows, T(c->district), T(id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "correction_id", "correction", NULL);
    return record_unpack(c, rows, 0, ret_correction);
}

int correction_end(struct ctx *c, const struct correction_kind *kind, Correction__Correction *m,
                   const char *state)
{
    const char *from = m->state;
    int64_t changed = 0;
    struct bytes record;
    int r;

    m->state = (char *)state;
    m->second_account = (char *)c->account;
    m->second_role = (char *)acting_role(c, kind);
    m->has_second_at = true;
    m->second_at = c->now;
    record = record_pack(c, m);
    r = sql_change(c->tx, &sql_correction_step, &changed, T(c->district), T(m->correction_id),
                   T(from), T(state), BY(record.data, record.size));
    return r ? r : changed == 1 ? 0 : MSG_LATER;
}

int correction_list(struct ctx *c, const char *target_id, const char *state, const char *after,
                    int32_t limit, Correction__Correction ***ret_corrections, size_t *ret_n,
                    const char **ret_next)
{
    Correction__Correction **list;
    struct rows *rows;
    int r = need_range(c, "limit", limit, 1, 500);

    if (r == 0)
        r = need_state(c, "state", state && *state ? state : NULL, &correction_fsm);
    if (r == 0)
        r = sql_query(c->tx, &sql_correction_page, &rows, T(c->district),
                      T(target_id && *target_id ? target_id : NULL),
                      T(state && *state ? state : NULL), T(after && *after ? after : NULL),
                      I(limit + 1));
    if (r)
        return r;
    list = arena_new_array(c->arena, Correction__Correction *, rows_count(rows) + 1);
    *ret_n = 0;
    *ret_next = NULL;
    for (size_t i = 0; i < rows_count(rows) && i < (size_t)limit; i++) {
        r = record_unpack(c, rows, i, &list[i]);
        if (r)
            return r;
        ++*ret_n;
        if (rows_count(rows) > (size_t)limit)
            *ret_next = list[i]->correction_id;
    }
    *ret_corrections = list;
    return 0;
}

/* ---- said ---- */

void correction_say(struct ctx *c, const Correction__Correction *m)
{
    Correction__CorrectionProposed proposed = CORRECTION__CORRECTION_PROPOSED__INIT;
    Correction__CorrectionMade made = CORRECTION__CORRECTION_MADE__INIT;
    Correction__CorrectionDropped dropped = CORRECTION__CORRECTION_DROPPED__INIT;

    proposed.correction = made.correction = dropped.correction = (Correction__Correction *)m;
    if (str_equal(m->state, "made"))
        emit(c, NULL, &made.base);
    else if (str_equal(m->state, "dropped"))
        emit(c, NULL, &dropped.base);
    else
        emit(c, NULL, &proposed.base);
}
