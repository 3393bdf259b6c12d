/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rank - the order within each quota group, and who stands where: proposed, reserve, or in a tie to
 * be decided
 *
 * Order is by exact fractions in the programme's declared keys. Subjects equal in all keys share a
 * rank (1, 2, 2, 4). A tie matters where it hides who is listed, or in which order the reserve
 * moves up: then only the bodies' recorded joint decision orders it, never chance, an id or a name.
 * Categories of one group share its quota. Source: changning-2023-property 二 (quotas), domain.md
 * section 9 (compounds and buildings share one).
 */
#pragma once
#include "common/base/points.h"
#include "common/programme/programme.h"

enum standing {
    STANDING_OUT = 0,  /* does not rank */
    STANDING_RANKED,   /* ranks, but below quota and reserve */
    STANDING_TIED,     /* in a tie that matters and is not decided */
    STANDING_PROPOSED, /* within the quota */
    STANDING_RESERVE,  /* next in line */
};
const char *standing_name(enum standing s); /* "out", "ranked", "tied", "proposed", "reserve" */

struct ranked {
    const char *subject_id, *group;
    struct fraction score, panel, inspection; /* meaningless with out_of_rank */
    const char *out_of_rank;                  /* why it does not rank; NULL: it does */
    /* set by rank_order() */
    int rank;   /* from 1, equal in a full tie; 0: out of rank */
    int n_tied; /* subjects of this rank, itself counted */
    int place;  /* the rank, or within a decided tie the place the decision gave */
    bool decided;
    /* set by rank_stand() */
    enum standing standing;
};

/*
 * Sort @all: groups in the programme's order, ranked before unranked, then by the keys, then by id
 * (for a stable text only: it gives nobody a better rank), and set rank, n_tied and place.
 */
void rank_order(const struct programme *p, struct ranked **all, size_t n);

/* Sort @all by group, place and id, unranked last in each group; for subjects whose ranks and
 * places are known. */
void rank_sort(const struct programme *p, struct ranked **all, size_t n);

/* Set every standing from rank, n_tied, place and decided; @reserve is the length of the reserve
 * list of each group. */
void rank_stand(const struct programme *p, struct ranked **all, size_t n, int reserve);
