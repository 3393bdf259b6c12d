/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/model.h"

#include "common/base/banned.h"

struct ranked **run_ranked(struct arena *a, const struct run_model *m)
{
    struct ranked **all = arena_new_array(a, struct ranked *, m->n_subjects + 1);

    for (size_t i = 0; i < m->n_subjects; i++)
        all[i] = &m->subjects[i].r;
    return all;
}
