/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/programme/lint.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/base/str.h"
#include "proto/api.h"
#include "common/base/banned.h"

/* ---- ids ---- */

static int by_text(const void *a, const void *b)
{
    const char *const *x = *(const char *const *const *)a, *const *y =
                                                               *(const char *const *const *)b;
    int order = strcmp(*x, *y);

    return order ? order : x < y ? -1 : x > y;
}

void lint_unique(struct reading *r, const char *const *first, size_t stride, size_t n)
{
    const char *const **sorted = arena_new_array(r->arena, const char *const *, n + 1);
    size_t n_there = 0;

    for (size_t i = 0; i < n; i++) {
        const char *const *text = (const char *const *)((const char *)first + i * stride);

        if (*text && shape_has(r, text))
            sorted[n_there++] = text;
    }
    qsort(sorted, n_there, sizeof(*sorted), by_text);
    for (size_t i = 1; i < n_there; i++)
        if (strcmp(*sorted[i], *sorted[i - 1]) == 0)
            shape_blame(r, sorted[i], "%s is here a second time", *sorted[i]);
}

#define UNIQUE(list, n, member) \
    if (n) \
    lint_unique(r, &(list)[0].member, sizeof((list)[0]), (n))

/* Words that go into URLs, plaque registers and file names. */
static void lint_slug(struct reading *r, const char *const *field)
{
    if (shape_has(r, field) &&
        (strspn(*field, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(*field) ||
         strlen(*field) > 64))
        shape_blame(r, field, "only a-z, 0-9 and -, at most 64 characters");
}

void lint_texts_unique(struct reading *r, const struct texts *t)
{
    if (t->n)
        lint_unique(r, t->items, sizeof(*t->items), t->n);
}

/* ---- parts ---- */

static void lint_head(struct reading *r, const struct programme *p)
{
    lint_slug(r, &p->id);
    if (shape_has(r, &p->district) && region_level(p->district) != REGION_DISTRICT)
        shape_blame(r, &p->district, "%.40s is not the 6-digit code of a district", p->district);
}

static void lint_role(struct reading *r, const char *const *role)
{
    if (shape_has(r, role) && !role_by_name(*role))
        shape_blame(r, role, "%.60s is not a role", *role);
}

static void lint_organisers(struct reading *r, const struct programme *p)
{
    bool whole = true, signs = false;

    UNIQUE(p->organisers, p->n_organisers, id);
    for (size_t i = 0; i < p->n_organisers; i++) {
        const struct programme_organiser *o = &p->organisers[i];

        lint_role(r, &o->role);
        whole = whole && shape_has(r, &o->signs);
        signs = signs || o->signs;
    }
    if (p->n_organisers && whole && !signs)
        shape_blame(r, &p->organisers, "at least one organiser must sign");
}

static void lint_stage(struct reading *r, const struct programme_stage *s)
{
    char from[DAY_TEXT];

    if (shape_has(r, &s->from_day) && shape_has(r, &s->to_day) && s->to_day < s->from_day)
        shape_blame(r, &s->to_day, "is before the stage begins (%s)",
                    day_format(s->from_day, from));
}

static void lint_neighbours(struct reading *r, const struct programme_stage *a,
                            const struct programme_stage *b)
{
    bool known = shape_has(r, &a->kind) && shape_has(r, &b->kind);
    char to[DAY_TEXT];

    if (known && b->kind == a->kind)
        shape_blame(r, &b->kind, "%s is here a second time", b->id);
    else if (known && b->kind < a->kind)
        shape_blame(r, &b->kind, "stage %s must stand before stage %s", b->id, a->id);
    else if (shape_has(r, &a->to_day) && shape_has(r, &b->from_day) && b->from_day <= a->to_day)
        shape_blame(r, &b->from_day, "overlaps stage %s, which ends on %s",
                    a->id ? a->id : "before", day_format(a->to_day, to));
}

static void lint_stages(struct reading *r, const struct programme *p)
{
    bool whole = p->n_stages > 0;

    for (size_t i = 0; i < p->n_stages; i++) {
        lint_stage(r, &p->stages[i]);
        if (i)
            lint_neighbours(r, &p->stages[i - 1], &p->stages[i]);
        whole = whole && shape_has(r, &p->stages[i].kind);
    }
    if (whole && !programme_stage(p, STAGE_RECOMMEND))
        shape_blame(r, &p->stages, "there must be a stage recommend, in which one applies");
}

static void lint_routes(struct reading *r, const struct programme *p)
{
    UNIQUE(p->routes, p->n_routes, id);
    for (size_t i = 0; i < p->n_routes; i++) {
        const struct programme_route *route = &p->routes[i];

        for (size_t k = 0; k < route->nominators.n; k++)
            lint_role(r, &route->nominators.items[k]);
        for (size_t k = 0; k < route->chain.n; k++)
            lint_role(r, &route->chain.items[k]);
        if (route->own_ground && !texts_have(&route->chain, "subdistrict"))
            shape_blame(r, &route->own_ground, "own_ground needs a subdistrict in the chain");
        lint_texts_unique(r, &route->nominators);
        lint_texts_unique(r, &route->chain);
    }
}

static void lint_pattern(struct reading *r, const char *const *pattern)
{
    if (!shape_has(r, pattern))
        return;
    for (const char *p = strchr(*pattern, '{'); p; p = strchr(p + 1, '{'))
        if (strncmp(p, "{n}", 3) != 0 && strncmp(p, "{year}", 6) != 0) {
            shape_blame(r, pattern, "only {year} and {n} can be filled in");
            return;
        }
    if (!strstr(*pattern, "{n}"))
        shape_blame(r, pattern, "{n} is missing: every number would be the same");
}

/* Whether the rubrics could be read, so that an absent one is really absent. */
static bool rubrics_whole(const struct reading *r, const struct programme *p)
{
    for (size_t i = 0; i < p->inspection.n_rubrics; i++)
        if (!shape_has(r, &p->inspection.rubrics[i].subject))
            return false;
    return p->inspection.n_rubrics > 0;
}

static void lint_category(struct reading *r, const struct programme *p,
                          const struct programme_category *c)
{
    if (shape_has(r, &c->group) && !programme_group(p, c->group))
        shape_blame(r, &c->group, "there is no group %.60s", c->group);
    for (size_t i = 0; i < c->routes.n; i++)
        if (shape_has(r, &c->routes.items[i]) && !programme_route(p, c->routes.items[i]))
            shape_blame(r, &c->routes.items[i], "there is no route %.60s", c->routes.items[i]);
    lint_texts_unique(r, &c->routes);
    if (shape_has(r, &c->subject) && rubrics_whole(r, p) && !programme_rubric(p, c->subject))
        shape_blame(r, &c->subject, "inspection.rubrics has none for a %s", c->subject);
    lint_pattern(r, &c->plaque);
}

/* The last instance is the district's; a subdistrict before it must have recommended the holder. */
static void lint_instances(struct reading *r, const struct texts *instances,
                           const struct programme_category *category)
{
    size_t n = instances->n;

    if (!n)
        return;
    lint_texts_unique(r, instances);
    if (shape_has(r, &instances->items[n - 1]) && strcmp(instances->items[n - 1], "district") != 0)
        shape_blame(r, &instances->items[n - 1], "the last instance must be the district");
    if (n > 1 && category && category->subject && strcmp(category->subject, "enterprise") == 0)
        shape_blame(r, &instances->items[0],
                    "an enterprise is of the whole district: no subdistrict stands before it");
}

static void lint_reevaluation(struct reading *r, const struct programme *p,
                              const struct programme_reevaluation *e)
{
    if (shape_has(r, &e->category) && !programme_category(p, e->category))
        shape_blame(r, &e->category, "there is no category %.60s", e->category);
    for (size_t i = 0; i < e->n_years; i++)
        if (shape_has(r, &e->years[i]) && shape_has(r, &p->year) && e->years[i] >= p->year)
            shape_blame(r, &e->years[i], "must be a year before %d", p->year);
    lint_instances(r, &e->instances, programme_category(p, e->category));
}

/* Committees are elected anew: what their next term does to an honour must be said, and only there
 * is there something to say. */
static void lint_terms(struct reading *r, const struct programme *p)
{
    const struct texts *ends = &p->exit.ends;
    bool whole = p->n_categories > 0, committee = false;

    for (size_t i = 0; i < p->n_categories; i++) {
        const char *subject = p->categories[i].subject;

        whole = whole && subject;
        committee = committee || (subject && strcmp(subject, "committee") == 0);
    }
    if (!whole || !shape_has(r, ends))
        return;
    if (committee && !texts_have(ends, "term_filed") && !texts_have(&p->exit.exempt, "term_filed"))
        shape_blame(r, ends, "says nothing of term_filed, an owners' committee's next term");
    for (size_t i = 0; !committee && i < ends->n; i++)
        if (shape_has(r, &ends->items[i]) && strcmp(ends->items[i], "term_filed") == 0)
            shape_blame(r, &ends->items[i],
                        "term_filed befalls owners' committees: there are none here");
}

static void lint_exit(struct reading *r, const struct programme *p)
{
    const struct texts *exempt = &p->exit.exempt;

    lint_texts_unique(r, &p->exit.ends);
    lint_texts_unique(r, exempt);
    for (size_t i = 0; i < exempt->n; i++)
        if (shape_has(r, &exempt->items[i]) && texts_have(&p->exit.ends, exempt->items[i]))
            shape_blame(r, &exempt->items[i], "%s is also in exit.ends", exempt->items[i]);
    lint_terms(r, p);
}

void lint_programme(struct reading *r, const struct programme *p)
{
    lint_head(r, p);
    lint_organisers(r, p);
    lint_joint_acts(r, p);
    lint_stages(r, p);
    UNIQUE(p->groups, p->n_groups, id);
    lint_routes(r, p);
    UNIQUE(p->categories, p->n_categories, id);
    for (size_t i = 0; i < p->n_categories; i++)
        lint_category(r, p, &p->categories[i]);
    lint_points(r, p);
    lint_pattern(r, &p->notice.number);
    UNIQUE(p->reevaluations, p->n_reevaluations, category);
    for (size_t i = 0; i < p->n_reevaluations; i++)
        lint_reevaluation(r, p, &p->reevaluations[i]);
    lint_conditions(r, p);
    lint_forms(r, p);
    lint_exit(r, p);
}
