/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/domain/programme/published.h"

static struct arena *a;
static struct programme *p;
static struct str text;

static void load(const char *path)
{
    char buf[4096];
    size_t n;
    FILE *f = fopen(path, "r");

    text = (struct str)STR_INIT;
    cr_assert_not_null(f);
    while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
        str_add_bytes(&text, buf, n);
    fclose(f);
    cr_assert_eq(programme_read(a, text.text, &p), 0);
}

static void setup(void)
{
    a = arena_new();
    load(HP_SOURCE_DIR "/deploy/programmes/changning-property-2023.yaml");
}

static void teardown(void)
{
    str_release(&text);
    arena_free(a);
}

TestSuite(programme, .init = setup, .fini = teardown);

Test(programme, the_file_is_typed_as_written)
{
    int32_t day;

    cr_assert_eq(p->year, 2023);
    cr_assert_str_eq(p->district, "310105");
    cr_assert_eq(p->n_organisers, 2);
    cr_assert(p->organisers[0].signs && p->organisers[1].signs);
    cr_assert_eq(p->n_stages, 4);
    cr_assert_eq(day_parse("2023-07-31", &day), 0);
    cr_assert_eq(programme_stage(p, STAGE_RECOMMEND)->to_day, day);
    cr_assert_str_eq(programme_stage(p, STAGE_RECOMMEND)->id, "recommend");
    cr_assert_eq(programme_group(p, "sites")->quota, 10);
    cr_assert_eq(p->n_categories, 3);
    cr_assert_eq(programme_category(p, "building")->n_conditions, 4);
    cr_assert(texts_have(&programme_category(p, "enterprise")->routes, "self"));
    cr_assert_eq(programme_route(p, "recommendation")->chain.n, 2);
    cr_assert_str_eq(programme_route(p, "recommendation")->chain.items[0], "subdistrict");
    cr_assert_eq(p->panel.min_ballots, 5);
    cr_assert_eq(p->score.panel, 60);
    cr_assert_eq(p->ranking.n_order, 3);
    cr_assert_eq(p->ranking.order[0], RANK_SCORE);
    cr_assert_eq(p->ranking.order[2], RANK_INSPECTION);
    cr_assert_eq(p->notice.working_days, 5);
    cr_assert_not(p->notice.count_start_day);
    cr_assert_eq(programme_reevaluation(p, "enterprise")->n_conditions, 4);
    cr_assert_eq(programme_reevaluation(p, "compound")->n_conditions, 6);
    cr_assert_eq(programme_reevaluation(p, "building")->n_conditions, 0);
    cr_assert_eq(programme_reevaluation(p, "compound")->years[1], 2022);
    cr_assert(texts_have(&p->exit.ends, "dissolved"));
    cr_assert(texts_have(&p->exit.exempt, "renamed"));
    cr_assert_eq(p->exit.plaque_due_days, 30);
}

/* changning-2023-owners-committee 二, 三, 四, 五 */
Test(programme, the_second_notice_is_typed_as_written)
{
    const struct programme_reevaluation *e;
    int32_t day;

    cr_assert_eq(programme_reevaluation(p, "compound")->instances.n, 2);
    cr_assert_eq(programme_reevaluation(p, "enterprise")->instances.n, 0);
    cr_assert_null(p->exit.plaque_by);
    cr_assert_eq(programme_stage(p, STAGE_RECOMMEND)->paper_day, 0);
    str_release(&text);
    load(HP_SOURCE_DIR "/deploy/programmes/changning-owners-committee-2023.yaml");
    cr_assert_str_eq(programme_category(p, "committee")->subject, "committee");
    cr_assert_eq(programme_group(p, "committees")->quota, 5);
    cr_assert_eq(programme_rubric(p, "committee")->n_lines, 5);
    cr_assert_str_eq(p->routes[0].nominators.items[0], "committee");
    e = programme_reevaluation(p, "committee");
    cr_assert_eq(e->n_conditions, 3);
    cr_assert_eq(e->n_years, 1);
    cr_assert_eq(e->years[0], 2022);
    cr_assert_str_eq(e->instances.items[0], "subdistrict");
    cr_assert_str_eq(e->instances.items[1], "district");
    cr_assert(texts_have(&p->exit.ends, "term_filed"));
    cr_assert_str_eq(p->exit.plaque_by, "subdistrict");
    cr_assert_eq(day_parse("2023-05-31", &day), 0);
    cr_assert_eq(programme_stage(p, STAGE_RECOMMEND)->paper_day, day);
}

Test(programme, what_is_not_there_is_null)
{
    cr_assert_null(programme_category(p, "committee"));
    cr_assert_null(programme_group(p, "compound"));
    cr_assert_null(programme_route(p, "x"));
    cr_assert_null(programme_rubric(p, "committee"));
    cr_assert_null(programme_reevaluation(p, "committee"));
    cr_assert_null(programme_category(p, NULL));
}

Test(programme, only_a_leaf_of_a_rubric_is_a_leaf)
{
    const struct programme_rubric *r = programme_rubric(p, "enterprise");

    cr_assert_eq(programme_leaf(r, "leadership.members")->points_milli, 20000);
    cr_assert_eq(programme_leaf(r, "benefit")->points_milli, 30000);
    cr_assert_null(programme_leaf(r, "leadership"));
    cr_assert_null(programme_leaf(r, "governance"));
}

Test(programme, bands_are_half_open)
{
    cr_assert_str_eq(programme_grade(p, 100000)->id, "excellent");
    cr_assert_str_eq(programme_grade(p, 90000)->id, "excellent");
    cr_assert_str_eq(programme_grade(p, 89999)->id, "good");
    cr_assert_str_eq(programme_grade(p, 80000)->id, "good");
    cr_assert_str_eq(programme_grade(p, 79999)->id, "qualified");
    cr_assert_str_eq(programme_grade(p, 0)->id, "unqualified");
}

static bool met(const char *category, size_t i, const char *fact)
{
    bool result = false;

    cr_assert_eq(
        condition_met(p, &programme_reevaluation(p, category)->conditions[i], fact, &result), 0);
    return result;
}

Test(programme, three_points_are_reached_exactly)
{
    cr_assert(met("enterprise", 2, "3"));
    cr_assert(met("enterprise", 2, "3.001"));
    cr_assert(met("enterprise", 2, "9/3"));
    cr_assert(met("enterprise", 2, "16/5"));
    cr_assert_not(met("enterprise", 2, "2.999"));
    cr_assert_not(met("enterprise", 2, "8999999999999999/3000000000000000"));
    cr_assert_not(met("enterprise", 2, "0"));
}

Test(programme, grades_compare_by_their_scale)
{
    cr_assert(met("enterprise", 0, "pass"));
    cr_assert(met("enterprise", 0, "fail"));
    cr_assert_not(met("enterprise", 0, "good"));
    cr_assert_not(met("enterprise", 1, "good"), "good itself passes");
    cr_assert_not(met("enterprise", 1, "excellent"));
    cr_assert(met("enterprise", 1, "qualified"));
    cr_assert(met("enterprise", 1, "unqualified"));
}

Test(programme, counts_and_truths_compare)
{
    cr_assert(met("compound", 2, "true"));
    cr_assert_not(met("compound", 2, "false"));
    cr_assert(met("compound", 4, "1"));
    cr_assert_not(met("compound", 4, "0"));
    cr_assert(met("compound", 5, "12"));
}

Test(programme, an_unknown_fact_has_no_verdict_and_a_strange_one_is_an_error)
{
    const struct programme_condition *c = &programme_reevaluation(p, "compound")->conditions[4];
    bool result;

    cr_assert_eq(condition_met(p, c, NULL, &result), CONDITION_E_UNKNOWN);
    cr_assert_eq(condition_met(p, c, "several", &result), -EINVAL);
    cr_assert_eq(condition_met(p, c, "1.5", &result), -EINVAL);
}

Test(programme, a_limit_is_shown_as_written)
{
    const struct programme_reevaluation *e = programme_reevaluation(p, "compound");

    cr_assert_str_eq(condition_limit(a, &e->conditions[0]), "in pass, fail");
    cr_assert_str_eq(condition_limit(a, &e->conditions[3]), ">= 3");
    cr_assert_str_eq(condition_limit(a, &e->conditions[2]), "= true");
}

Test(programme, a_pattern_is_filled_with_at_least_three_digits)
{
    cr_assert_str_eq(programme_pattern(a, "CN-QY-{year}-{n}", 2023, 1), "CN-QY-2023-001");
    cr_assert_str_eq(programme_pattern(a, "〔{year}〕{n}号", 2024, 1234), "〔2024〕1234号");
    cr_assert_str_eq(programme_pattern(a, "{n}{x}{", 2023, 7), "007{x}{");
}

Test(programme, a_text_with_findings_is_not_read)
{
    struct programme *none = NULL;

    cr_assert_eq(programme_read(a, "programme: x\n", &none), -EBADMSG);
    cr_assert_null(none);
}

Test(programme, a_published_one_is_read_once_and_the_last_few_are_kept)
{
    struct sql_arg kept[PUBLISHED_KEPT];
    const struct programme *first, *again;
    char hash[] = "0";

    cr_assert_eq(published_kept(kept), 0);
    cr_assert_eq(published_read("0", NULL, &first), -EBADMSG, "neither kept nor given");
    cr_assert_eq(published_read("0", text.text, &first), 0);
    cr_assert_eq(published_read("0", NULL, &again), 0);
    cr_assert_eq(first, again);
    cr_assert_eq(published_kept(kept), 1);
    for (hash[0] = '1'; hash[0] < '1' + PUBLISHED_KEPT; hash[0]++)
        cr_assert_eq(published_read(hash, text.text, &again), 0);
    cr_assert_eq(published_kept(kept), PUBLISHED_KEPT);
    cr_assert_eq(published_read("0", NULL, &again), -EBADMSG, "the first one made room");
    cr_assert_eq(published_read("x", "- a", &again), -EBADMSG);
}

Test(programme, the_exit_rules_name_their_source)
{
    cr_assert_not_null(p->exit.source);
}
