/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/reevaluation/case_facts.h"

#include "common/base/str.h"
#include "common/text/lines.h"
#include "scoring_sql.h"
#include "services/scoring/heard/standing.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/subjects.h"
#include "services/scoring/reevaluation/case_store.h"
#include "services/scoring/reevaluation/verdict.h"

#include "common/base/banned.h"

struct found {
    struct ctx *c;
    const struct published *pub;
    const struct held_case *h;
    bool site;         /* a compound or building, by the honour's category */
    const char *place; /* the site, or an owners' committee's compound; NULL: an enterprise */
    const char **enterprises;
    size_t n_enterprises;
    struct fact facts[6];
    size_t n;
};

static const char **evidence_of(struct arena *a, const char *what, const struct rows *rows,
                                const char *column)
{
    const char **list = arena_new_array(a, const char *, rows_count(rows) + 1);

    for (size_t i = 0; i < rows_count(rows); i++)
        list[i] = arena_printf(a, "%s %s", what, rows_text(rows, i, column));
    return list;
}

static void add_fact(struct found *f, const char *name, const char *value, const char **evidence,
                     size_t n)
{
    CHECK(f->n < ARRAY_LEN(f->facts));
    f->facts[f->n++] =
        (struct fact){.name = name, .value = value, .evidence = evidence, .n_evidence = n};
}

/* One record makes the fact; none leaves it unknown. */
static int add_grade(struct found *f, int r, const char *name, const char *what,
                     const struct rows *rows)
{
    if (r)
        return r;
    if (rows_count(rows))
        add_fact(f, name, rows_text(rows, 0, "grade"), evidence_of(f->c->arena, what, rows, "id"),
                 rows_count(rows));
    return 0;
}

/* The number of records makes the fact. */
static int add_count(struct found *f, int r, const char *name, const char *what,
                     const struct rows *rows)
{
    if (r)
        return r;
    add_fact(f, name, arena_printf(f->c->arena, "%zu", rows_count(rows)),
             evidence_of(f->c->arena, what, rows, "id"), rows_count(rows));
    return 0;
}

static int find_grades(struct found *f)
{
    struct ctx *c = f->c;
    struct rows *rows = NULL;
    int r;

    r = sql_query(c->tx, &sql_fact_assessment, &rows, T(f->h->district), I(f->pub->p->year),
                  TA(f->enterprises, f->n_enterprises));
    r = add_grade(f, r, "assessment.grade", "assessment", rows);
    if (r)
        return r;
    r = sql_query(c->tx, &sql_fact_inspection, &rows, T(f->h->district), T(f->pub->programme_id),
                  T(f->h->subject_id));
    return add_grade(f, r, "inspection.grade", "inspection", rows);
}

/* The exact sum of what credit last said of each of the enterprises. */
static int find_points(struct found *f)
{
    struct arena *a = f->c->arena;
    struct fraction total = fraction_of(0, 1), one;
    struct rows *rows;
    const char **all = NULL;
    size_t n = 0;
    int r;

    if (f->n_enterprises == 0)
        return 0;
    r = sql_query(f->c->tx, &sql_fact_points, &rows, T(f->h->district), I(f->pub->p->year),
                  TA(f->enterprises, f->n_enterprises));
    if (r)
        return r;
    for (size_t i = 0; i < rows_count(rows); i++) {
        size_t n_ids;
        char **ids = lines_split(a, rows_text(rows, i, "deductions"), &n_ids);
        const char **more = arena_new_array(a, const char *, n + n_ids + 1);

        r = fraction_parse(rows_text(rows, i, "total"), &one);
        if (r || fraction_add(total, one, &total))
            return err_fold(r ? r : POINTS_E_RANGE);
        for (size_t k = 0; k < n; k++)
            more[k] = all[k];
        for (size_t k = 0; k < n_ids; k++)
            more[n++] = arena_printf(a, "deduction %s", ids[k]);
        all = more;
    }
    add_fact(f, "credit.year_points", fraction_text(a, total), all, n);
    f->facts[f->n - 1].shown = points_shown(a, total);
    return 0;
}

static int find_counts(struct found *f)
{
    struct ctx *c = f->c;
    const char *site = f->site ? f->h->subject_id : NULL;
    struct rows *rows = NULL;
    int r;

    if (site) {
        r = sql_query(c->tx, &sql_fact_site_records, &rows, T(f->h->district), I(f->pub->p->year),
                      T(site));
        r = add_count(f, r, "credit.site_records", "deduction", rows);
        if (r)
            return r;
    }
    if (f->n_enterprises || f->place) {
        r = sql_query(c->tx, &sql_fact_incidents, &rows, T(f->h->district), I(f->pub->p->year),
                      TA(f->enterprises, f->n_enterprises), T(f->place));
        r = add_count(f, r, "incident.serious", "incident", rows);
        if (r)
            return r;
    }
    r = sql_query(c->tx, &sql_cancellation_get, &rows, T(f->h->district), T(f->pub->programme_id),
                  T(f->h->subject_id));
    if (r)
        return r;
    add_fact(f, "eligibility.cancelled", rows_count(rows) ? "true" : "false",
             evidence_of(c->arena, "cancellation", rows, "id"), rows_count(rows));
    return 0;
}

/* The holder itself or whoever serves the site, then what it merged into; an owners' committee
 * answers for none. */
static int find_enterprises(struct found *f)
{
    struct ctx *c = f->c;
    char day[DAY_TEXT], since[DAY_TEXT];
    struct rows *rows;
    int r;

    if (f->place && !f->site)
        return 0;
    r = sql_query(c->tx, &sql_enterprise_line, &rows, T(f->h->district), T(service_city(c->svc)),
                  T(f->site ? f->h->enterprise_id : f->h->subject_id),
                  T(f->site ? f->h->subject_id : ""), T(day_format(f->h->since_day, since)),
                  T(day_format(today(c), day)));
    if (r)
        return r;
    f->n_enterprises = rows_count(rows);
    f->enterprises = arena_new_array(c->arena, const char *, f->n_enterprises + 1);
    for (size_t i = 0; i < f->n_enterprises; i++)
        f->enterprises[i] = rows_text(rows, i, "enterprise_id");
    return 0;
}

static int find_changes(struct found *f, struct change **ret_changes, size_t *ret_n)
{
    struct ctx *c = f->c;
    struct change *changes;
    struct rows *rows;
    int r;

    r = sql_query(c->tx, &sql_change_list, &rows, T(f->h->district), T(service_city(c->svc)),
                  T(f->h->subject_id), TA(f->enterprises, f->n_enterprises));
    if (r)
        return r;
    changes = arena_new_array(c->arena, struct change, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++)
        changes[i] = change_of_row(rows, i);
    *ret_changes = changes;
    *ret_n = rows_count(rows);
    return 0;
}

int case_judge(struct ctx *c, const struct published *pub, const struct held_case *h,
               bool exits_only, struct verdict *ret)
{
    const struct programme_category *category = programme_category(pub->p, h->category);
    struct found f = {
        .c = c,
        .pub = pub,
        .h = h,
        .site = category && (str_equal(category->subject, "compound") ||
                             str_equal(category->subject, "building")),
    };
    struct change *changes;
    struct holder holder;
    size_t n_changes;
    int r;

    f.place = f.site                                                  ? h->subject_id
              : category && str_equal(category->subject, "committee") ? h->place_id
                                                                      : NULL;
    r = find_enterprises(&f);
    if (!r)
        r = find_changes(&f, &changes, &n_changes);
    if (!r && !exits_only)
        r = find_grades(&f);
    if (!r && !exits_only)
        r = find_points(&f);
    if (!r && !exits_only)
        r = find_counts(&f);
    if (r)
        return r;
    holder = (struct holder){
        .district = h->district,
        .subject_id = h->subject_id,
        .category = h->category,
        .enterprises = f.enterprises,
        .n_enterprises = f.n_enterprises,
        .since_day = h->since_day,
    };
    return verdict_judge(c->arena, pub->p, &holder, f.facts, f.n, changes, n_changes, today(c),
                         pub->p->exit.source ? pub->p->exit.source : "", ret);
}
