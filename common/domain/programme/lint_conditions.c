/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_conditions - every fact named exists, is known when it is asked for, and can be compared as
 * the rule says
 */
#include "common/domain/programme/lint.h"

#include <string.h>

#include "common/domain/programme/facts.h"
#include "common/base/banned.h"

/* Without its bands an inspection grade cannot be judged; the bands have their own finding. */
static bool scale_known(const struct programme *p, const struct fact_kind *kind)
{
    if (kind->type != FACT_GRADE || kind->words)
        return true;
    for (size_t i = 0; i < p->inspection.n_bands; i++)
        if (!p->inspection.bands[i].id)
            return false;
    return p->inspection.n_bands > 0;
}

static void lint_values(struct reading *r, const struct programme *p,
                        const struct programme_condition *c, const struct fact_kind *kind)
{
    if (c->op != OP_IN && c->values.n > 1) {
        shape_blame(r, &c->values, "\"%s\" takes one value, not %zu", c->op_text, c->values.n);
        return;
    }
    if (!scale_known(p, kind))
        return;
    for (size_t i = 0; i < c->values.n; i++)
        if (shape_has(r, &c->values.items[i]) && !fact_is_value(p, kind, c->values.items[i]))
            shape_blame(r, &c->values.items[i], "%.60s is not a value of %s", c->values.items[i],
                        c->fact);
}

static void lint_condition(struct reading *r, const struct programme *p,
                           const struct programme_condition *c, bool on_applying, bool committee)
{
    const struct fact_kind *kind;

    if (!shape_has(r, &c->fact))
        return;
    kind = fact_kind(c->fact);
    if (!kind) {
        shape_blame(r, &c->fact, "there is no fact %.60s", c->fact);
        return;
    }
    if (on_applying && !kind->on_applying)
        shape_blame(r, &c->fact, "%s is not known yet when one applies", c->fact);
    if (committee && !kind->of_committee)
        shape_blame(r, &c->fact, "%s is of enterprises: an owners' committee has none", c->fact);
    if (shape_has(r, &c->op) && !fact_takes(kind, c->op))
        shape_blame(r, &c->op, "%s cannot be compared with \"%s\"", c->fact, c->op_text);
    else if (shape_has(r, &c->op) && shape_has(r, &c->values))
        lint_values(r, p, c, kind);
}

static void lint_list(struct reading *r, const struct programme *p,
                      const struct programme_condition *list, size_t n, bool on_applying,
                      bool committee)
{
    if (n)
        lint_unique(r, &list[0].id, sizeof(list[0]), n);
    for (size_t i = 0; i < n; i++)
        lint_condition(r, p, &list[i], on_applying, committee);
}

static bool is_of_committee(const struct programme_category *c)
{
    return c && c->subject && strcmp(c->subject, "committee") == 0;
}

void lint_conditions(struct reading *r, const struct programme *p)
{
    for (size_t i = 0; i < p->n_categories; i++)
        lint_list(r, p, p->categories[i].conditions, p->categories[i].n_conditions, true,
                  is_of_committee(&p->categories[i]));
    for (size_t i = 0; i < p->n_reevaluations; i++)
        lint_list(r, p, p->reevaluations[i].conditions, p->reevaluations[i].n_conditions, false,
                  is_of_committee(programme_category(p, p->reevaluations[i].category)));
}
