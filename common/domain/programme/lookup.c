/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/base/str.h"
#include "common/domain/programme/programme.h"
#include "common/base/banned.h"

#define FIND(list, n, match) \
    for (size_t i = 0; i < (n); i++) \
        if (match) \
            return &(list)[i]; \
    return NULL

const struct programme_category *programme_category(const struct programme *p, const char *id)
{
    FIND(p->categories, p->n_categories, str_equal(p->categories[i].id, id));
}

const struct programme_organiser *programme_organiser(const struct programme *p, const char *id)
{
    FIND(p->organisers, p->n_organisers, str_equal(p->organisers[i].id, id));
}

const struct programme_joint_act *programme_joint_act(const struct programme *p, enum joint_act act,
                                                      const char *category)
{
    FIND(p->joint_acts, p->n_joint_acts,
         p->joint_acts[i].act == act &&
             (!p->joint_acts[i].categories.n ||
              (category && texts_have(&p->joint_acts[i].categories, category))));
}

const struct programme_group *programme_group(const struct programme *p, const char *id)
{
    FIND(p->groups, p->n_groups, str_equal(p->groups[i].id, id));
}

const struct programme_route *programme_route(const struct programme *p, const char *id)
{
    FIND(p->routes, p->n_routes, str_equal(p->routes[i].id, id));
}

const struct programme_stage *programme_stage(const struct programme *p, enum stage_kind kind)
{
    FIND(p->stages, p->n_stages, p->stages[i].kind == kind);
}

const struct programme_rubric *programme_rubric(const struct programme *p, const char *subject)
{
    FIND(p->inspection.rubrics, p->inspection.n_rubrics,
         str_equal(p->inspection.rubrics[i].subject, subject));
}

const struct programme_reevaluation *programme_reevaluation(const struct programme *p,
                                                            const char *category)
{
    FIND(p->reevaluations, p->n_reevaluations, str_equal(p->reevaluations[i].category, category));
}

const struct programme_form *programme_form(const struct programme_category *c, const char *route)
{
    FIND(c->forms, c->n_forms, !c->forms[i].routes.n || texts_have(&c->forms[i].routes, route));
}

static const struct programme_line *leaf_below(const struct programme_line *lines, size_t n,
                                               const char *id)
{
    const struct programme_line *found = NULL;

    for (size_t i = 0; i < n && !found; i++) {
        if (lines[i].n_lines)
            found = leaf_below(lines[i].lines, lines[i].n_lines, id);
        else if (str_equal(lines[i].id, id))
            found = &lines[i];
    }
    return found;
}

const struct programme_line *programme_leaf(const struct programme_rubric *r, const char *id)
{
    return leaf_below(r->lines, r->n_lines, id);
}

const struct programme_band *programme_grade(const struct programme *p, int64_t total_milli)
{
    FIND(p->inspection.bands, p->inspection.n_bands,
         total_milli >= p->inspection.bands[i].from_milli);
}

bool texts_have(const struct texts *t, const char *text)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_equal(t->items[i], text))
            return true;
    return false;
}

const char *programme_pattern(struct arena *a, const char *pattern, int year, int64_t n)
{
    char *out = arena_strdup(a, "");
    const char *p = pattern;

    while (*p) {
        const char *open = strchr(p, '{');
        int before = open ? (int)(open - p) : (int)strlen(p);

        out = arena_printf(a, "%s%.*s", out, before, p);
        p += before;
        if (strncmp(p, "{year}", 6) == 0) {
            out = arena_printf(a, "%s%d", out, year);
            p += 6;
        } else if (strncmp(p, "{n}", 3) == 0) {
            out = arena_printf(a, "%s%03lld", out, (long long)n);
            p += 3;
        } else if (*p) {
            out = arena_printf(a, "%s{", out);
            p++;
        }
    }
    return out;
}
