/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/rank.h"

#include <string.h>

#include "common/base/str.h"

#include "common/base/banned.h"

const char *standing_name(enum standing s)
{
    static const char *const names[] = {
        [STANDING_OUT] = "out",           [STANDING_RANKED] = "ranked",   [STANDING_TIED] = "tied",
        [STANDING_PROPOSED] = "proposed", [STANDING_RESERVE] = "reserve",
    };

    CHECK((size_t)s < ARRAY_LEN(names));
    return names[s];
}

static size_t group_index(const struct programme *p, const char *group)
{
    size_t i = 0;

    while (i < p->n_groups && !str_equal(p->groups[i].id, group))
        i++;
    return i;
}

/* Negative when @a stands better; 0 when equal in every declared key. */
static int compare_keys(const struct programme *p, const struct ranked *a, const struct ranked *b)
{
    for (size_t i = 0; i < p->ranking.n_order; i++) {
        int c = 0;

        switch (p->ranking.order[i]) {
        case RANK_SCORE:
            c = fraction_compare(b->score, a->score);
            break;
        case RANK_PANEL:
            c = fraction_compare(b->panel, a->panel);
            break;
        case RANK_INSPECTION:
            c = fraction_compare(b->inspection, a->inspection);
            break;
        }
        if (c)
            return c;
    }
    return 0;
}

/* Groups in the programme's order; those that rank first. */
static int compare_groups(const struct programme *p, const struct ranked *a, const struct ranked *b)
{
    size_t ga = group_index(p, a->group), gb = group_index(p, b->group);

    if (ga != gb)
        return ga < gb ? -1 : 1;
    return (a->out_of_rank != NULL) - (b->out_of_rank != NULL);
}

static int compare_scored(const void *x, const void *y, void *arg)
{
    const struct ranked *a = *(struct ranked *const *)x, *b = *(struct ranked *const *)y;
    int c = compare_groups(arg, a, b);

    if (!c && !a->out_of_rank)
        c = compare_keys(arg, a, b);
    return c ? c : strcmp(a->subject_id, b->subject_id);
}

static int compare_placed(const void *x, const void *y, void *arg)
{
    const struct ranked *a = *(struct ranked *const *)x, *b = *(struct ranked *const *)y;
    int c = compare_groups(arg, a, b);

    if (!c)
        c = (a->place > b->place) - (a->place < b->place);
    return c ? c : strcmp(a->subject_id, b->subject_id);
}

void rank_order(const struct programme *p, struct ranked **all, size_t n)
{
    size_t first_of_group = 0;

    qsort_r(all, n, sizeof(*all), compare_scored, (void *)p);
    for (size_t i = 0, end; i < n; i = end) {
        if (i > 0 && !str_equal(all[i]->group, all[i - 1]->group))
            first_of_group = i;
        for (end = i + 1; end < n; end++)
            if (compare_groups(p, all[i], all[end]) || all[i]->out_of_rank ||
                compare_keys(p, all[i], all[end]))
                break;
        for (size_t k = i; k < end; k++) {
            all[k]->rank = all[k]->out_of_rank ? 0 : (int)(i - first_of_group) + 1;
            all[k]->n_tied = all[k]->out_of_rank ? 0 : (int)(end - i);
            all[k]->place = all[k]->rank;
            all[k]->decided = false;
        }
    }
}

void rank_sort(const struct programme *p, struct ranked **all, size_t n)
{
    qsort_r(all, n, sizeof(*all), compare_placed, (void *)p);
}

void rank_stand(const struct programme *p, struct ranked **all, size_t n, int reserve)
{
    for (size_t i = 0; i < n; i++) {
        struct ranked *r = all[i];
        size_t g = group_index(p, r->group);
        int quota = g < p->n_groups ? p->groups[g].quota : 0;
        bool open = !r->decided && r->n_tied > 1;
        int first = r->place, last = open ? r->place + r->n_tied - 1 : r->place;

        if (r->out_of_rank)
            r->standing = STANDING_OUT;
        else if (last <= quota)
            r->standing = STANDING_PROPOSED;
        else if (first > quota + reserve)
            r->standing = STANDING_RANKED;
        else
            r->standing = open ? STANDING_TIED : STANDING_RESERVE;
    }
}
