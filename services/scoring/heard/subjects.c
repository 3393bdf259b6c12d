/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/heard/subjects.h"

#include <string.h>

#include "common/base/str.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"

#include "common/base/banned.h"

bool reevaluates(const struct programme *p, const char *category, int64_t year)
{
    const struct programme_reevaluation *rule = programme_reevaluation(p, category);

    for (size_t i = 0; rule && i < rule->n_years; i++)
        if (rule->years[i] == year)
            return true;
    return false;
}

const char *subject_kind_of_row(const struct published *pub, const struct rows *rows, size_t row)
{
    const char *category = rows_text(rows, row, "category");
    const struct programme_category *cat;

    if (!category)
        return rows_text(rows, row, "kind");
    cat = programme_category(pub->p, category);
    return cat && reevaluates(pub->p, category, rows_i64(rows, row, "year")) ? cat->subject : NULL;
}

int subject_kinds_load(struct ctx *c, const struct published *pub, const char *only,
                       struct subject_kinds *ret)
{
    struct subject_kinds kinds = {0};
    struct rows *rows;
    size_t n;
    int r;

    r = sql_query(c->tx, &sql_subject_kinds, &rows, T(c->district), T(pub->programme_id), T(only));
    if (r)
        return r;
    n = rows_count(rows);
    kinds.ids = arena_new_array(c->arena, const char *, n + 1);
    kinds.kinds = arena_new_array(c->arena, const char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const char *kind = subject_kind_of_row(pub, rows, i);

        if (!kind)
            continue;
        kinds.ids[kinds.n] = rows_text(rows, i, "subject_id");
        kinds.kinds[kinds.n++] = kind;
    }
    *ret = kinds;
    return 0;
}

bool subject_find(const struct subject_kinds *kinds, const char *id, size_t *ret_at)
{
    size_t low = 0, high = kinds->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (strcmp(kinds->ids[mid], id) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == kinds->n || strcmp(kinds->ids[low], id) != 0)
        return false;
    *ret_at = low;
    return true;
}

const char *subject_kind(const struct subject_kinds *kinds, const char *id)
{
    size_t at;

    return subject_find(kinds, id, &at) ? kinds->kinds[at] : NULL;
}

int need_enterprise(struct ctx *c, const char *field, const char *id)
{
    struct rows *rows;
    int r;

    r = need_text(c, field, id, 1, 100);
    if (r)
        return r;
    r = sql_query(c->tx, &sql_enterprise_get, &rows, T(service_city(c->svc)), T(id));
    if (r)
        return r;
    return rows_count(rows) ? 0 : refuse(c, reason_scoring_enterprise_unknown, field, id, NULL);
}

int need_site(struct ctx *c, const char *field, const char *id, const char **ret_subdistrict)
{
    struct rows *rows;
    int r;

    r = need_text(c, field, id, 1, 100);
    if (r)
        return r;
    r = sql_query(c->tx, &sql_site_get, &rows, T(c->district), T(id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_scoring_site_unknown, field, id, NULL);
    *ret_subdistrict = rows_text(rows, 0, "subdistrict");
    return 0;
}

int need_place(struct ctx *c, const char *field, const char *id, const char **ret_subdistrict)
{
    struct rows *rows;
    int r = need_text(c, field, id, 1, 100);

    if (r)
        return r;
    r = sql_query(c->tx, &sql_committee_get, &rows, T(c->district), T(id));
    if (r || rows_count(rows) == 0)
        return r ? r : need_site(c, field, id, ret_subdistrict);
    *ret_subdistrict = rows_text(rows, 0, "subdistrict");
    return 0;
}

int32_t today(const struct ctx *c)
{
    return instant_day(c->now);
}

int need_past_day(struct ctx *c, const char *field, const char *text, int32_t *ret_day)
{
    int32_t day;
    int r;

    r = need_day(c, field, text, &day);
    if (r)
        return r;
    if (day > today(c))
        return refuse(c, reason_recorded_day_in_future, field, text, NULL);
    *ret_day = day;
    return 0;
}

bool speaks_for_subject(const struct ctx *c, const char *subject)
{
    for (size_t i = 0; subject && c->actor && i < c->actor->n_bindings; i++) {
        const Hp__Binding *b = c->actor->bindings[i];

        if ((str_equal(b->role, "enterprise") || str_equal(b->role, "committee")) &&
            str_equal(b->subject, subject))
            return true;
    }
    return false;
}

bool speaks_for_subdistrict(const struct ctx *c, const char *subdistrict)
{
    for (size_t i = 0; subdistrict && c->actor && i < c->actor->n_bindings; i++)
        if (str_equal(c->actor->bindings[i]->role, "subdistrict") &&
            region_covers(c->actor->bindings[i]->region, subdistrict))
            return true;
    return false;
}
