/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/str.h"
#include "services/scoring/reevaluation/verdict.h"
#include "tests/unit/scoring/fixture.h"

static struct arena *arena;
static struct programme *p;
static struct fact facts[8];
static size_t n_facts;
static struct change changes[4];
static size_t n_changes;
static struct holder holder;
static const char *enterprises[2];

static void set(const char *name, const char *value)
{
    for (size_t i = 0; i < n_facts; i++)
        if (str_equal(facts[i].name, name)) {
            facts[i].value = value;
            return;
        }
    facts[n_facts++] = (struct fact){.name = name, .value = value};
}

static int32_t day(const char *text)
{
    int32_t d;

    cr_assert_eq(day_parse(text, &d), 0);
    return d;
}

static void change(const char *subject, const char *kind, const char *on)
{
    changes[n_changes++] =
        (struct change){.change_id = "c1", .subject_id = subject, .kind = kind, .on_day = day(on)};
}

static void holds(const char *subject, const char *category)
{
    enterprises[0] = str_equal(category, "enterprise") ? subject : "E1";
    holder = (struct holder){subject, category, enterprises, 1, day("2022-12-01")};
}

static void begin(void)
{
    arena = arena_new();
    p = changning(arena);
    n_facts = n_changes = 0;
    set("assessment.grade", "good");
    set("inspection.grade", "good");
    set("credit.year_points", "0");
    set("credit.site_records", "0");
    set("incident.serious", "0");
    set("eligibility.cancelled", "false");
    holds("E1", "enterprise");
}

static void end(void)
{
    arena_free(arena);
}

TestSuite(verdict, .init = begin, .fini = end);

static struct verdict judge(void)
{
    struct verdict v;

    cr_assert_eq(verdict_judge(arena, p, &holder, facts, n_facts, changes, n_changes,
                               day("2023-09-01"), "五(一)4, 五(二)4", &v),
                 0);
    return v;
}

static const struct verdict_condition *condition(const struct verdict *v, const char *id)
{
    for (size_t i = 0; i < v->n_conditions; i++)
        if (str_equal(v->conditions[i].rule->id, id))
            return &v->conditions[i];
    cr_assert_fail("no condition %s", id);
    return NULL;
}

static void fails_by(const char *fact, const char *value, const char *condition_id)
{
    struct verdict v;

    set(fact, value);
    v = judge();
    cr_assert_str_eq(v.verdict, "failed", "%s = %s", fact, value);
    cr_assert(condition(&v, condition_id)->met);
    cr_assert_eq(v.n_met, 1);
}

Test(verdict, nothing_met_keeps_the_honour)
{
    struct verdict v = judge();

    cr_assert_str_eq(v.verdict, "kept");
    cr_assert_eq(v.n_conditions, 4);
    cr_assert_eq(v.n_notes, 0);
}

Test(verdict, exactly_three_points_fail_and_any_less_does_not)
{
    struct verdict v;

    set("credit.year_points", "2999999999/1000000000");
    v = judge();
    cr_assert_str_eq(v.verdict, "kept");
    fails_by("credit.year_points", "3/1", "enterprise-3");
    fails_by("credit.year_points", "16/5", "enterprise-3");
    fails_by("credit.year_points", "3", "enterprise-3");
}

Test(verdict, pass_and_fail_of_the_annual_assessment_fail_and_good_does_not)
{
    fails_by("assessment.grade", "pass", "enterprise-1");
    fails_by("assessment.grade", "fail", "enterprise-1");
    set("assessment.grade", "excellent");
    cr_assert_str_eq(judge().verdict, "kept");
}

Test(verdict, an_inspection_below_good_fails_and_good_itself_passes)
{
    set("inspection.grade", programme_grade(p, 80000)->id);
    cr_assert_str_eq(judge().verdict, "kept", "80.000 is good");
    fails_by("inspection.grade", programme_grade(p, 79999)->id, "enterprise-2");
}

Test(verdict, one_serious_incident_fails)
{
    fails_by("incident.serious", "1", "enterprise-4");
}

Test(verdict, a_compound_fails_on_any_point_arising_in_it)
{
    holds("310105001-0001", "compound");
    cr_assert_eq(judge().n_conditions, 6);
    fails_by("credit.site_records", "1", "compound-5");
}

Test(verdict, a_cancelled_eligibility_fails_a_compound)
{
    holds("310105001-0001", "compound");
    fails_by("eligibility.cancelled", "true", "compound-3");
}

Test(verdict, a_missing_fact_leaves_it_undecided_and_names_it)
{
    struct verdict v;

    set("assessment.grade", NULL);
    v = judge();
    cr_assert_str_eq(v.verdict, "undecided");
    cr_assert_eq(v.n_notes, 1);
    cr_assert_not_null(strstr(v.notes[0], "assessment.grade"));
    cr_assert_str_eq(condition(&v, "enterprise-1")->fact, "unknown");
    cr_assert_not(condition(&v, "enterprise-1")->met);
}

Test(verdict, a_met_condition_fails_whatever_else_is_missing)
{
    set("assessment.grade", NULL);
    set("incident.serious", "2");
    cr_assert_str_eq(judge().verdict, "failed");
}

Test(verdict, a_building_has_no_rule_and_is_flagged)
{
    struct verdict v;

    holds("310105001-0001-B001", "building");
    v = judge();
    cr_assert_str_eq(v.verdict, "no_rule");
    cr_assert_eq(v.n_notes, 1);
}

Test(verdict, a_rename_is_exempt_and_named_with_its_section)
{
    struct verdict v;

    change("E1", "renamed", "2023-03-01");
    v = judge();
    cr_assert_str_eq(v.verdict, "exempt");
    cr_assert_eq(v.n_notes, 1);
    cr_assert_not_null(strstr(v.notes[0], "renamed on 2023-03-01"));
    cr_assert_not_null(strstr(v.notes[0], "五(一)4"));
}

Test(verdict, a_rename_does_not_shield_from_a_condition)
{
    change("E1", "renamed", "2023-03-01");
    set("credit.year_points", "3");
    cr_assert_str_eq(judge().verdict, "failed");
}

Test(verdict, dissolution_ends_the_honour_whatever_the_facts_say)
{
    change("E1", "dissolved", "2023-03-01");
    cr_assert_str_eq(judge().verdict, "ended");
    set("assessment.grade", NULL);
    cr_assert_str_eq(judge().verdict, "ended");
}

Test(verdict, dissolution_of_who_serves_it_ends_a_compounds_honour)
{
    holds("310105001-0001", "compound");
    change("E1", "dissolved", "2023-03-01");
    cr_assert_str_eq(judge().verdict, "ended");
}

Test(verdict, what_happened_before_the_grant_or_comes_later_does_not_count)
{
    change("E1", "dissolved", "2022-11-30");
    cr_assert_str_eq(judge().verdict, "kept");
    n_changes = 0;
    change("E1", "dissolved", "2023-09-02");
    cr_assert_str_eq(judge().verdict, "kept");
}

Test(verdict, leaving_a_site_ends_that_sites_honour_and_no_other)
{
    change("E1", "left_site", "2023-03-01");
    changes[0].site_id = "310105001-0001";
    holds("310105001-0001", "compound");
    cr_assert_str_eq(judge().verdict, "ended");
    holds("310105001-0002", "compound");
    cr_assert_str_eq(judge().verdict, "kept");
    holds("E1", "enterprise");
    cr_assert_str_eq(judge().verdict, "kept");
    cr_assert_eq(judge().n_notes, 1, "the officers read of it");
}

Test(verdict, a_merged_enterprise_struck_off_afterwards_is_exempt)
{
    enterprises[1] = "E2";
    holder.n_enterprises = 2;
    change("E1", "merged", "2023-03-01");
    changes[0].into_id = "E2";
    change("E1", "dissolved", "2023-04-01");
    cr_assert_str_eq(judge().verdict, "exempt");
    change("E2", "dissolved", "2023-05-01");
    cr_assert_str_eq(judge().verdict, "ended", "the one that went on is gone too");
}

Test(verdict, a_fact_that_is_no_value_is_our_fault_and_not_a_verdict)
{
    struct verdict v;

    set("credit.year_points", "three");
    cr_assert_lt(
        verdict_judge(arena, p, &holder, facts, n_facts, changes, 0, day("2023-09-01"), "", &v), 0);
}

Test(verdict, points_that_decimals_cannot_say_are_shown_with_their_fraction)
{
    cr_assert_str_eq(points_shown(arena, fraction_of(16, 5)), "3.2");
    cr_assert_str_eq(points_shown(arena, fraction_of(3, 1)), "3");
    cr_assert_str_eq(points_shown(arena, fraction_of(5782, 1217)), "4.751 (5782/1217)");
}
