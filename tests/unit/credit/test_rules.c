/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/clock.h"
#include "services/credit/deduction_fsm.h"
#include "services/credit/rules.h"

static struct arena *arena;
static struct errtext why;

static void begin(void)
{
    arena = arena_new();
    why.text[0] = 0;
}

static void end(void)
{
    arena_free(arena);
}

TestSuite(rules, .init = begin, .fini = end);

static const struct rules *shipped(void)
{
    const struct rules *r = NULL;
    char *text = arena_zalloc(arena, 1 << 16);
    FILE *f = fopen(HP_SOURCE_DIR "/deploy/credit/shanghai.yaml", "r");
    size_t n;

    cr_assert_not_null(f);
    n = fread(text, 1, 1 << 16, f);
    fclose(f);
    cr_assert_eq(rules_parse(arena, "shanghai.yaml", text, n, &r, &why), 0, "%s", why.text);
    return r;
}

static const char *version_on(const struct rules *r, const char *date)
{
    int32_t day;
    const struct rule_version *v;

    cr_assert_eq(day_parse(date, &day), 0);
    v = rules_on(r, day);
    return v ? v->id : "none";
}

Test(rules, the_day_of_the_behaviour_chooses_the_version)
{
    const struct rules *r = shipped();

    cr_assert_str_eq(version_on(r, "2012-07-23"), "none");
    cr_assert_str_eq(version_on(r, "2023-06-30"), "2012");
    cr_assert_str_eq(version_on(r, "2023-07-01"), "2023");
    cr_assert_str_eq(version_on(r, "2026-01-01"), "2023");
}

Test(rules, tiers_are_eighteen_six_three_one)
{
    const struct rule_version *v = &shipped()->versions[0];

    cr_assert_eq(rules_behaviour(v, "Q18-01")->points_milli, 18000);
    cr_assert_eq(rules_behaviour(v, "Q06-01")->points_milli, 6000);
    cr_assert_eq(rules_behaviour(v, "Q03-01")->points_milli, 3000);
    cr_assert_eq(rules_behaviour(v, "Q01-01")->points_milli, 1000);
    cr_assert_null(rules_behaviour(v, "Q99-01"));
}

static void expect_fault(const char *text, const char *message)
{
    const struct rules *r = NULL;

    cr_assert_eq(rules_parse(arena, "f", text, strlen(text), &r, &why), RULES_E_BAD);
    cr_assert_str_eq(why.text, message);
    cr_assert_null(r);
}

Test(rules, faults_name_their_place)
{
    expect_fault("rules: x\ncolour: red\n", "f:2:9: colour: is not a known key");
    expect_fault("- a\n", "f:1:1: the file: must be a mapping");
    expect_fault("rules: [",
                 "f:2:1: did not find expected node content: while parsing a flow node");
}

/* A file of ten lines whose versions are @versions. */
static const char *with_versions(const char *versions)
{
    return arena_printf(arena,
                        "rules: x\ntitle: x\nperiod: calendar_year\ncounting_states: [notified]\n"
                        "conversion: { denominator: city }\nobjection_working_days: 10\n"
                        "repair: { waiting_days: 1 }\nthresholds: []\nversions:\n%s",
                        versions);
}

/* domain.md section 10: what was repaired does not count again, whatever a city writes. */
Test(rules, no_file_makes_an_ended_record_count)
{
    static const char *const never[] = {"proposed", "withdrawn", "repaired", "Effective"};

    for (size_t i = 0; i < ARRAY_LEN(never); i++)
        expect_fault(
            arena_printf(arena,
                         "rules: x\ntitle: x\nperiod: calendar_year\n"
                         "counting_states: [notified, %s]\nconversion: { denominator: city }\n"
                         "objection_working_days: 10\nrepair: { waiting_days: 1 }\n"
                         "thresholds: []\nversions: []\n",
                         never[i]),
            arena_printf(arena, "f:4:29: %s: is not a state in which a deduction can count",
                         never[i]));
}

Test(rules, versions_must_not_overlap)
{
    expect_fault(with_versions("  - { id: a, from: 2020-01-01, to: 2020-12-31, behaviours: [] }\n"
                               "  - { id: b, from: 2020-12-31, behaviours: [] }\n"),
                 "f:11:5: b: overlaps the version before");
}

Test(rules, a_version_must_not_end_before_it_begins)
{
    expect_fault(with_versions("  - { id: a, from: 2020-01-02, to: 2020-01-01, behaviours: [] }\n"),
                 "f:10:5: a: ends before it begins");
}

Test(deduction_fsm, is_sound_and_an_objection_is_taken_once)
{
    cr_assert_null(fsm_fault(&deduction_fsm), "%s", fsm_fault(&deduction_fsm));
    cr_assert_not_null(fsm_edge_for(&deduction_fsm, "notified", "object"));
    cr_assert_null(fsm_edge_for(&deduction_fsm, "effective", "object"));
    cr_assert_null(fsm_edge_for(&deduction_fsm, "objected", "object"));
    cr_assert_null(fsm_edge_for(&deduction_fsm, "withdrawn", "uphold"));
}
