/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/domain/programme/lint.h"
#include "proto/api.h"
#include "common/base/banned.h"

/* Acts of the whole programme have no category; a list stands for all of them together. */
static bool has_category(enum joint_act act)
{
    return act == JOINT_VERDICT || act == JOINT_REVOCATION;
}

/* Two acts that would both say who signs the same. */
static bool overlap(const struct programme_joint_act *a, const struct programme_joint_act *b)
{
    if (a->act != b->act)
        return false;
    for (size_t i = 0; i < a->categories.n; i++)
        if (texts_have(&b->categories, a->categories.items[i]))
            return true;
    return !a->categories.n || !b->categories.n;
}

static void lint_bodies(struct reading *r, const struct programme *p,
                        const struct programme_joint_act *act)
{
    lint_texts_unique(r, &act->bodies);
    for (size_t i = 0; i < act->bodies.n; i++)
        if (shape_has(r, &act->bodies.items[i]) && !programme_organiser(p, act->bodies.items[i]))
            shape_blame(r, &act->bodies.items[i], "%.60s is not an organiser",
                        act->bodies.items[i]);
    if (act->bodies.n == 1)
        shape_blame(r, &act->bodies, "one body alone signs nothing jointly");
}

static void lint_categories(struct reading *r, const struct programme *p,
                            const struct programme_joint_act *act)
{
    lint_texts_unique(r, &act->categories);
    for (size_t i = 0; i < act->categories.n; i++)
        if (shape_has(r, &act->categories.items[i]) &&
            !programme_category(p, act->categories.items[i]))
            shape_blame(r, &act->categories.items[i], "%.60s is not a category",
                        act->categories.items[i]);
    if (act->categories.n && shape_has(r, &act->act) && !has_category(act->act))
        shape_blame(r, &act->categories, "%s concerns all categories together",
                    joint_act_words[act->act - 1]);
}

void lint_joint_acts(struct reading *r, const struct programme *p)
{
    for (size_t i = 0; i < p->n_joint_acts; i++) {
        const struct programme_joint_act *act = &p->joint_acts[i];

        lint_bodies(r, p, act);
        lint_categories(r, p, act);
        for (size_t k = 0; k < i && shape_has(r, &act->act); k++)
            if (overlap(&p->joint_acts[k], act)) {
                shape_blame(r, &act->act, "who signs %s was said before",
                            joint_act_words[act->act - 1]);
                break;
            }
    }
}
