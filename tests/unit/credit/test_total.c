/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "services/credit/deduction_fsm.h"
#include "services/credit/total.h"

static const char *counting[] = {"notified", "objected", "effective", "archived"};
static const struct rules rules = {.counting_states = counting, .n_counting_states = 4};

static struct total sum(const struct share *shares, size_t n)
{
    struct total t;

    cr_assert_eq(total_sum(&rules, shares, n, &t), 0);
    return t;
}

Test(total, manager_points_weigh_project_area_over_enterprise_area)
{
    /* domain-facts section 1: project 120 000 m2, 6 points, company 2 000 000 m2 -> 0.36 */
    struct share s = {"a", "effective", true, 6000, 120000, 2000000};
    struct total t = sum(&s, 1);

    cr_assert_eq(fraction_compare(t.sum, fraction_of(36, 100)), 0);
    cr_assert_eq(t.own_milli, 0);
}

Test(total, exactly_three_reaches_three_and_a_hair_less_does_not)
{
    /* 2 own + 6 x 1/6 = 3 exactly; with one square metre more below the line it stays below */
    struct share reached[] = {{"a", "effective", false, 2000, 0, 0},
                              {"b", "effective", true, 6000, 100000, 600000}};
    struct share below[] = {{"a", "effective", false, 2000, 0, 0},
                            {"b", "effective", true, 6000, 100000, 600001}};

    cr_assert_eq(fraction_compare(sum(reached, 2).sum, fraction_of(3, 1)), 0);
    cr_assert_lt(fraction_compare(sum(below, 2).sum, fraction_of(3, 1)), 0);
    cr_assert_eq(fraction_milli(sum(below, 2).sum), 3000,
                 "rounding alone would have decided wrongly");
}

Test(total, only_counting_states_count_and_disputes_are_shown_apart)
{
    struct share s[] = {
        {"a", "proposed", false, 18000, 0, 0}, {"b", "withdrawn", false, 18000, 0, 0},
        {"c", "repaired", false, 18000, 0, 0}, {"d", "objected", false, 1000, 0, 0},
        {"e", "notified", false, 3000, 0, 0},
    };
    struct total t = sum(s, ARRAY_LEN(s));

    cr_assert_eq(fraction_milli(t.sum), 4000);
    cr_assert_eq(fraction_milli(t.undisputed), 3000);
    cr_assert_eq(t.own_milli, 4000);
}

Test(total, nothing_is_zero)
{
    cr_assert_eq(fraction_milli(sum(NULL, 0).sum), 0);
}

/* ---- random histories ---- */

enum { HISTORIES = 2000, RECORDS = 6, STEPS = 40 };

static uint64_t dice_state;

/* Always the same throws (xorshift64), so that a failure comes again. */
static unsigned dice(unsigned n)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 7;
    dice_state ^= dice_state << 17;
    return (unsigned)(dice_state % n);
}

/* What happened to a record, beside its state. */
struct life {
    bool told, ended, objected, resolved; /* resolved: its last step is what an objection came to */
};

/* What the balance must be by what happened alone. */
static struct total expected(const struct share *s, const struct life *lives)
{
    struct total t = {.sum = fraction_of(0, 1), .undisputed = fraction_of(0, 1)};

    for (size_t i = 0; i < RECORDS; i++) {
        struct fraction points = s[i].manager
                                     ? fraction_of(s[i].points_milli * s[i].project_area_m2,
                                                   1000 * s[i].enterprise_area_m2)
                                     : fraction_of(s[i].points_milli, 1000);

        if (!lives[i].told || lives[i].ended)
            continue;
        cr_assert_eq(fraction_add(t.sum, points, &t.sum), 0);
        if (!lives[i].objected)
            cr_assert_eq(fraction_add(t.undisputed, points, &t.undisputed), 0);
        t.own_milli += s[i].manager ? 0 : s[i].points_milli;
    }
    return t;
}

static void happen(struct share *s, struct life *life, const char *on)
{
    const struct fsm_edge *edge = fsm_edge_for(&deduction_fsm, s->state, on);

    bool reopens = strcmp(on, "reopen") == 0, taken_back = reopens || strcmp(on, "unrepair") == 0,
         resolves = strcmp(on, "uphold") == 0 || strcmp(on, "withdraw") == 0;

    if (!edge || (reopens && !life->resolved)) /* the plan of the correction asks for it */
        return;
    s->state = edge->to;
    life->told |= strcmp(on, "notify") == 0;
    life->ended = !taken_back && (life->ended || strcmp(on, "withdraw") == 0 ||
                                  strcmp(on, "repair") == 0 || strcmp(on, "set_aside") == 0);
    life->resolved = life->objected && resolves;
    life->objected = reopens || strcmp(on, "object") == 0 || (life->objected && !resolves);
}

/* Whatever comes in whatever order, years that end and corrections too: a record counts from its notice until it is repaired or
 * withdrawn, and again only when that is taken back. */
Test(total, of_any_history_is_what_happened_and_what_ended_counts_again_only_by_a_correction)
{
    static const char *const all[] = {"notify",    "object", "time_over", "uphold",
                                      "withdraw",  "repair", "archive",   "archive",
                                      "set_aside", "reopen", "unrepair"};

    for (unsigned h = 0; h < HISTORIES; h++) {
        struct share s[RECORDS];
        struct life lives[RECORDS] = {0};

        dice_state = 0x9e3779b97f4a7c15u + h;
        for (size_t i = 0; i < RECORDS; i++)
            s[i] = (struct share){"x",
                                  deduction_fsm.start,
                                  dice(2) == 1,
                                  1000 * (1 + dice(18)),
                                  1 + dice(1000),
                                  1000 + dice(1000)};
        for (unsigned step = 0; step < STEPS; step++) {
            struct total got, want;
            size_t i = dice(RECORDS);

            happen(&s[i], &lives[i], all[dice(ARRAY_LEN(all))]);
            got = sum(s, RECORDS);
            want = expected(s, lives);
            cr_assert_eq(fraction_compare(got.sum, want.sum), 0, "history %u step %u", h, step);
            cr_assert_eq(fraction_compare(got.undisputed, want.undisputed), 0, "history %u step %u",
                         h, step);
            cr_assert_eq(got.own_milli, want.own_milli, "history %u step %u", h, step);
        }
    }
}

/* Every state of the machine has its meaning: reached by a notice it counts, by an end it does not. */
Test(total, every_state_counts_or_not_by_one_rule)
{
    for (const struct fsm_edge *e = deduction_fsm.edges; e->from; e++) {
        bool ends = strcmp(e->on, "withdraw") == 0 || strcmp(e->on, "repair") == 0 ||
                    strcmp(e->on, "set_aside") == 0;

        cr_assert_eq(deduction_may_count(e->to), !ends, "%s", e->to);
        cr_assert_eq(rules_count(&rules, e->to), deduction_may_count(e->to), "%s", e->to);
    }
    cr_assert(!deduction_may_count(deduction_fsm.start));
}
