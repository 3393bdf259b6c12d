/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/str.h"
#include "services/scoring/run/rank.h"
#include "tests/unit/scoring/fixture.h"

static struct arena *arena;
static struct programme *p;
static struct ranked all[32], *list[32];
static size_t n;

static void begin(void)
{
    arena = arena_new();
    p = changning(arena);
    memset(all, 0, sizeof(all));
    n = 0;
}

static void end(void)
{
    arena_free(arena);
}

TestSuite(rank, .init = begin, .fini = end);

static struct ranked *add(const char *id, const char *group, struct fraction score)
{
    struct ranked *r = &all[n];

    *r = (struct ranked){.subject_id = id, .group = group, .score = score};
    r->panel = r->inspection = fraction_of(80, 1);
    list[n++] = r;
    return r;
}

static void order(int reserve)
{
    rank_order(p, list, n);
    rank_stand(p, list, n, reserve);
}

/* @k subjects of "sites" with falling scores from 99. */
static void add_falling(int k)
{
    for (int i = 0; i < k; i++)
        add(arena_printf(arena, "site-%02d", i), "sites", fraction_of(99 - i, 1));
}

Test(rank, a_difference_smaller_than_what_is_shown_decides)
{
    struct ranked *low = add("a", "sites", fraction_of(888, 10));
    struct ranked *high = add("b", "sites", fraction_of(88800000001, 1000000000));

    order(0);
    cr_assert_eq(fraction_milli(low->score), fraction_milli(high->score));
    cr_assert_eq(high->rank, 1);
    cr_assert_eq(low->rank, 2);
}

Test(rank, equal_scores_go_by_panel_then_inspection)
{
    struct ranked *a = add("a", "sites", fraction_of(88, 1)),
                  *b = add("b", "sites", fraction_of(88, 1)),
                  *c = add("c", "sites", fraction_of(88, 1));

    a->panel = fraction_of(89, 1);
    b->panel = c->panel = fraction_of(90, 1);
    c->inspection = fraction_of(86, 1);
    b->inspection = fraction_of(85, 1);
    order(0);
    cr_assert_eq(c->rank, 1);
    cr_assert_eq(b->rank, 2);
    cr_assert_eq(a->rank, 3);
}

Test(rank, a_full_tie_shares_the_rank_and_the_next_one_is_skipped)
{
    add("b", "sites", fraction_of(90, 1));
    add("c", "sites", fraction_of(88, 1));
    add("a", "sites", fraction_of(88, 1));
    add("d", "sites", fraction_of(87, 1));
    order(0);
    cr_assert_eq(all[1].rank, 2);
    cr_assert_eq(all[2].rank, 2);
    cr_assert_eq(all[1].n_tied, 2);
    cr_assert_eq(all[3].rank, 4);
}

Test(rank, a_tie_within_the_quota_needs_no_decision)
{
    add_falling(8);
    add("x", "sites", fraction_of(50, 1));
    add("y", "sites", fraction_of(50, 1));
    order(3);
    cr_assert_eq(all[8].standing, STANDING_PROPOSED);
    cr_assert_eq(all[9].standing, STANDING_PROPOSED);
}

Test(rank, a_tie_straddling_the_quota_proposes_nobody_of_it)
{
    add_falling(9);
    add("x", "sites", fraction_of(50, 1));
    add("y", "sites", fraction_of(50, 1));
    order(0);
    cr_assert_eq(all[8].standing, STANDING_PROPOSED);
    cr_assert_eq(all[9].rank, 10);
    cr_assert_eq(all[9].standing, STANDING_TIED);
    cr_assert_eq(all[10].standing, STANDING_TIED);
}

Test(rank, a_decided_tie_proposes_the_first_and_reserves_the_second)
{
    add_falling(9);
    add("x", "sites", fraction_of(50, 1));
    add("y", "sites", fraction_of(50, 1));
    order(1);
    all[9].decided = all[10].decided = true;
    all[9].place = 11;
    all[10].place = 10;
    rank_stand(p, list, n, 1);
    cr_assert_eq(all[10].standing, STANDING_PROPOSED);
    cr_assert_eq(all[9].standing, STANDING_RESERVE);
}

Test(rank, a_tie_on_the_reserve_list_is_open_because_it_says_who_moves_up)
{
    add_falling(10);
    add("x", "sites", fraction_of(50, 1));
    add("y", "sites", fraction_of(50, 1));
    order(3);
    cr_assert_eq(all[10].standing, STANDING_TIED);
    order(0);
    cr_assert_eq(all[10].standing, STANDING_RANKED);
    cr_assert_eq(all[11].standing, STANDING_RANKED);
}

Test(rank, a_tie_straddling_the_end_of_the_reserve_is_open)
{
    add_falling(12);
    add("x", "sites", fraction_of(50, 1));
    add("y", "sites", fraction_of(50, 1));
    order(3);
    cr_assert_eq(all[11].standing, STANDING_RESERVE);
    cr_assert_eq(all[12].standing, STANDING_TIED);
    cr_assert_eq(all[13].standing, STANDING_TIED);
}

Test(rank, compounds_and_buildings_share_one_quota)
{
    int proposed = 0;

    /* categories do not enter: what counts is the group, "sites" for both (section 二) */
    add_falling(8);
    add("building-1", "sites", fraction_of(100, 1));
    add("building-2", "sites", fraction_of(95, 1));
    add("building-3", "sites", fraction_of(10, 1));
    cr_assert_str_eq(programme_category(p, "compound")->group,
                     programme_category(p, "building")->group);
    order(3);
    for (size_t i = 0; i < n; i++)
        proposed += all[i].standing == STANDING_PROPOSED;
    cr_assert_eq(proposed, 10);
    cr_assert_eq(all[8].rank, 1);
    cr_assert_eq(all[10].standing, STANDING_RESERVE);
}

Test(rank, enterprises_have_a_quota_and_ranks_of_their_own)
{
    for (int i = 0; i < 7; i++)
        add(arena_printf(arena, "enterprise-%d", i), "enterprises", fraction_of(70 - i, 1));
    add_falling(3);
    order(1);
    cr_assert_eq(all[4].standing, STANDING_PROPOSED);
    cr_assert_eq(all[5].standing, STANDING_RESERVE);
    cr_assert_eq(all[6].standing, STANDING_RANKED);
    cr_assert_eq(all[7].rank, 1);
    cr_assert_str_eq(list[0]->group, "enterprises", "the programme's order of groups");
}

Test(rank, whoever_is_out_of_rank_takes_no_place)
{
    add("a", "sites", fraction_of(99, 1))->out_of_rank = "below_grade";
    add("b", "sites", fraction_of(80, 1));
    order(0);
    cr_assert_eq(all[0].rank, 0);
    cr_assert_eq(all[0].standing, STANDING_OUT);
    cr_assert_eq(all[1].rank, 1);
    cr_assert(str_equal(list[1]->subject_id, "a"));
}

Test(rank, the_order_of_the_input_changes_nothing)
{
    int ranks[12];

    add_falling(10);
    add("x", "sites", fraction_of(95, 1));
    add("y", "sites", fraction_of(95, 1));
    order(3);
    for (size_t i = 0; i < n; i++)
        ranks[i] = all[i].rank;
    for (size_t i = 0; i < n; i++)
        list[i] = &all[(i * 7 + 5) % n];
    order(3);
    for (size_t i = 0; i < n; i++)
        cr_assert_eq(all[i].rank, ranks[i], "%s", all[i].subject_id);
}
