/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each fault is made by changing one line of the shipped programme; the linter must name exactly
 * that place.
 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/str.h"
#include "common/domain/programme/programme.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

TestSuite(lint, .init = setup, .fini = teardown);

static char *shipped(const char *name)
{
    char path[512];
    struct str text = STR_INIT;
    char buf[4096];
    size_t n;
    char *copy;
    FILE *f;

    snprintf(path, sizeof(path), "%s/deploy/programmes/%s.yaml", HP_SOURCE_DIR, name);
    f = fopen(path, "r");
    cr_assert_not_null(f, "%s", path);
    while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
        str_add_bytes(&text, buf, n);
    fclose(f);
    copy = arena_strdup(a, text.text);
    str_release(&text);
    return copy;
}

/* Which shipped programme is spoiled. */
static const char *spoiled = "changning-property-2023";

/* The shipped text with the first @old after @anchor replaced; where the new text begins. */
static const char *changed(const char *anchor, const char *old, const char *new, int *ret_line,
                           int *ret_column)
{
    const char *text = shipped(spoiled);
    const char *from = strstr(text, anchor), *at, *line_start = text;

    cr_assert_not_null(from, "no %s", anchor);
    at = strstr(from, old);
    cr_assert_not_null(at, "no %s after %s", old, anchor);
    *ret_line = 1;
    for (const char *p = text; p < at; p++)
        if (*p == '\n') {
            ++*ret_line;
            line_start = p + 1;
        }
    *ret_column = 1;
    for (const char *p = line_start; p < at; p++)
        if (((unsigned char)*p & 0xC0) != 0x80)
            ++*ret_column;
    return arena_printf(a, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

static const char *all_of(const struct programme_finding *f)
{
    const char *list = "";

    for (; f; f = f->next)
        list = arena_printf(a, "%s\n%d:%d: %s", list, f->line, f->column, f->message);
    return list;
}

/* Replacing @old by @new gives one finding, @message; @lines and @column say where, seen from the
 * new text. */
static void faulted_at(const char *anchor, const char *old, const char *new, int lines, int column,
                       const char *message)
{
    int line, own_column;
    const char *text = changed(anchor, old, new, &line, &own_column);
    struct programme *p = NULL;
    struct programme_finding *f = programme_lint(a, text, strlen(text), &p);

    cr_assert_not_null(f, "accepted: %s", new);
    cr_assert_null(f->next, "more than one: %s", all_of(f));
    cr_assert_null(p);
    cr_assert_str_eq(f->message, message);
    cr_assert_eq(f->line, line + lines, "%d:%d instead of %d: %s", f->line, f->column, line + lines,
                 f->message);
    cr_assert_eq(f->column, column, "column %d instead of %d: %s", f->column, column, f->message);
}

/* The finding is in the same line, @shift columns after the new text's beginning. */
static void faulted(const char *anchor, const char *old, const char *new, int shift,
                    const char *message)
{
    int line, column;

    (void)changed(anchor, old, new, &line, &column);
    faulted_at(anchor, old, new, 0, column + shift, message);
}

static void clean(const char *name)
{
    const char *text = shipped(name);
    struct programme *p = NULL;
    struct programme_finding *f = programme_lint(a, text, strlen(text), &p);

    cr_assert_null(f, "%s", all_of(f));
    cr_assert_not_null(p);
    cr_assert_str_eq(p->id, name);
}

Test(lint, the_shipped_programmes_are_clean)
{
    clean("changning-property-2023");
    clean("changning-property-2024");
    clean("changning-owners-committee-2023");
}

Test(lint, no_text_holds_what_cannot_be_seen)
{
    faulted("title:", "2023 年", "2023\u200b年", 0,
            "title: the character U+200B at place 5 may not stand here");
    faulted("title:", "2023 年", "\"2023\\n年\" #", 0,
            "title: the character U+000A at place 5 may not stand here");
    faulted("title:", "2023 年", "\"\\u3000样例 \" #", 0,
            "title: has blanks around it, or characters that are not composed (NFC)");
    faulted("mobilise", "宣传", "宣\u202e传", 0,
            "title: the character U+202E at place 2 may not stand here");
}

Test(lint, points_below_a_line_must_add_up_to_it)
{
    faulted_at("leadership.organisation", "points: 20", "points: 15", -2, 19,
               "inspection.rubrics[0].lines[0].points: the lines below add up to 35, not 40");
}

Test(lint, points_of_a_rubric_must_add_up_to_the_inspection)
{
    faulted_at("subject: building\n      lines", "points: 30", "points: 31", -1, 9,
               "inspection.rubrics[2].lines: the lines add up to 101, not 100 (inspection.points)");
}

Test(lint, the_lowest_band_begins_at_zero)
{
    faulted("id: unqualified", "from: 0", "from: 10", 6,
            "inspection.bands[3].from: the lowest band must begin at 0: totals below 10 would have "
            "no grade");
}

Test(lint, bands_fall_strictly)
{
    faulted("id: qualified", "from: 60", "from: 80", 6,
            "inspection.bands[2].from: must be below 80, where the band before begins");
}

Test(lint, stages_must_not_overlap)
{
    faulted("id: recommend", "from: 2023-06-01", "from: 2023-05-31", 6,
            "stages[1].from: overlaps stage mobilise, which ends on 2023-05-31");
}

Test(lint, stages_stand_in_order)
{
    faulted_at("- { id: mobilise", "mobilise", "review", 1, 11,
               "stages[1].id: stage recommend must stand before stage review");
}

Test(lint, a_stage_ends_after_it_begins)
{
    faulted("id: award", "to: 2023-11-30", "to: 2023-10-01", 4,
            "stages[3].to: is before the stage begins (2023-10-16)");
}

Test(lint, an_impossible_date_is_named)
{
    faulted("id: award", "to: 2023-11-30", "to: 2023-11-31", 4,
            "stages[3].to: 2023-11-31 is not a date of the calendar (YYYY-MM-DD)");
}

Test(lint, an_unknown_fact_is_named)
{
    faulted("id: enterprise-4", "incident.serious", "incident.severe", 0,
            "re_evaluation[0].conditions[3].fact: there is no fact incident.severe");
}

Test(lint, a_fact_of_later_cannot_decide_who_may_apply)
{
    faulted("id: no-bad-record", "credit.year_points", "incident.serious", 0,
            "categories[2].conditions[2].fact: incident.serious is not known yet when one applies");
}

Test(lint, a_word_has_no_order)
{
    faulted("id: served", "\"=\"", "\"<\"", 0,
            "categories[1].conditions[1].op: subject.served cannot be compared with \"<\"");
}

Test(lint, an_unknown_key_is_named)
{
    faulted_at("notice:\n  working_days", "count_start_day: false",
               "count_start_day: false\n  colour: red", 1, 3,
               "notice: \"colour\" is not a key known here");
}

Test(lint, a_missing_key_is_named_at_its_map)
{
    faulted("- { id: housing", "{ id: housing, name: 长宁区住房保障和房屋管理局,", "{ id: housing,",
            0, "organisers[1]: \"name\" is missing");
}

Test(lint, a_wrong_type_is_named)
{
    faulted("group", "quota: 5", "quota: five", 7,
            "groups[0].quota: must be a whole number, not \"five\"");
    faulted("notice:\n  working_days", "count_start_day: false", "count_start_day: no", 17,
            "notice.count_start_day: must be true or false, not \"no\"");
    faulted("id: self", "[enterprise]", "enterprise", 0, "routes[0].nominators: must be a list");
    faulted("panel:\n", "title: 长宁区红色物业评选团", "title: [长宁区]", 7,
            "panel.title: must be text, not a list");
}

Test(lint, a_number_out_of_range_is_named)
{
    faulted("notice:\n", "working_days: 5", "working_days: 0", 14,
            "notice.working_days: must be between 1 and 60, not 0");
}

Test(lint, an_unknown_role_is_named)
{
    faulted("id: self", "[enterprise]", "[company]", 1,
            "routes[0].nominators[0]: company is not a role");
}

Test(lint, an_unknown_route_is_named)
{
    faulted("- id: compound", "routes: [recommendation]", "routes: [nomination]", 9,
            "categories[1].routes[0]: there is no route nomination");
}

Test(lint, own_ground_needs_a_subdistrict_that_recommends)
{
    faulted("routes:", "chain: [district], source", "chain: [district], own_ground: true, source",
            31, "routes[0].own_ground: own_ground needs a subdistrict in the chain");
}

Test(lint, an_unknown_group_is_named)
{
    faulted("- id: compound", "group: sites", "group: buildings", 7,
            "categories[1].group: there is no group buildings");
}

Test(lint, an_unknown_grade_is_named)
{
    faulted("id: enterprise-2", "value: good", "value: fine", 7,
            "re_evaluation[0].conditions[1].value: fine is not a value of inspection.grade");
    faulted("ranking:", "at_least_grade: good", "at_least_grade: fine", 16,
            "ranking.at_least_grade: fine is not a band of inspection.bands");
    faulted("id: enterprise-1", "[pass, fail]", "[pass, failed]", 7,
            "re_evaluation[0].conditions[0].value[1]: failed is not a value of assessment.grade");
}

Test(lint, shares_make_a_hundred)
{
    faulted("score:\n", "panel: 60", "panel: 50", 7,
            "score.panel: the shares of inspection and panel make 90, not 100");
}

Test(lint, an_id_stands_once)
{
    faulted_at("organisers:", "\n\n# who signs",
               "\n  - { id: organisation, name: 样例, role: city, signs: false }\n\n# who signs", 1,
               11, "organisers[2].id: organisation is here a second time");
}

Test(lint, a_rubric_line_stands_once_in_its_rubric)
{
    faulted("id: leadership.members", "leadership.members", "leadership.organisation", 0,
            "inspection.rubrics[0].lines[0].lines[1].id: leadership.organisation is here a second "
            "time");
}

Test(lint, the_district_is_a_district)
{
    faulted("district:", "\"310105\"", "\"310100\"", 0,
            "district: 310100 is not the 6-digit code of a district");
}

Test(lint, a_pattern_needs_its_number)
{
    faulted("- id: compound", "CN-XQ-{year}-{n}", "CN-XQ-{year}", 0,
            "categories[1].plaque: {n} is missing: every number would be the same");
    faulted("notice:\n", "长红评公示〔{year}〕{n}号", "长红评公示〔{jahr}〕{n}号", 0,
            "notice.number: only {year} and {n} can be filled in");
}

Test(lint, a_change_ends_an_honour_or_does_not)
{
    faulted("exit:", "exempt: [merged", "exempt: [left_site, merged", 9,
            "exit.exempt[0]: left_site is also in exit.ends");
    faulted("exit:", "[dissolved", "[bankrupt", 1,
            "exit.ends[0]: bankrupt is not known here; one of: renamed, merged, branch_changed, "
            "dissolved, left_district, left_site, term_filed");
}

Test(lint, a_re_evaluation_looks_back)
{
    faulted("re_evaluation:", "2022]", "2023]", 0,
            "re_evaluation[0].years[1]: must be a year before 2023");
}

Test(lint, a_re_evaluation_goes_through_instances_to_the_district)
{
    faulted("- category: compound\n    years", "[subdistrict, district]", "[district, subdistrict]",
            11, "re_evaluation[1].instances[1]: the last instance must be the district");
    faulted("- category: compound\n    years", "[subdistrict, district]", "[community, district]",
            1,
            "re_evaluation[1].instances[0]: community is not known here; one of: subdistrict, "
            "district");
    faulted("- category: compound\n    years", "[subdistrict, district]",
            "[subdistrict, district, district]", 24,
            "re_evaluation[1].instances[2]: district is here a second time");
    faulted_at(
        "- category: enterprise\n    years", "2022]\n",
        "2022]\n    instances: [subdistrict, district]\n", 1, 17,
        "re_evaluation[0].instances[0]: an enterprise is of the whole district: no subdistrict "
        "stands before it");
}

Test(lint, a_next_term_is_of_committees_alone_and_what_it_does_is_said)
{
    faulted("exit:", "[dissolved", "[term_filed, dissolved", 1,
            "exit.ends[0]: term_filed befalls owners' committees: there are none here");
    spoiled = "changning-owners-committee-2023";
    faulted("exit:", "[term_filed, dissolved]", "[dissolved]", 0,
            "exit.ends: says nothing of term_filed, an owners' committee's next term");
    faulted("exit:", "plaque_by: subdistrict", "plaque_by: street", 11,
            "exit.plaque_by: street is not known here; one of: subdistrict, district");
    spoiled = "changning-property-2023";
}

Test(lint, a_committee_has_no_facts_of_enterprises)
{
    spoiled = "changning-owners-committee-2023";
    faulted(
        "id: committee-3", "incident.serious", "credit.site_records", 0,
        "re_evaluation[0].conditions[2].fact: credit.site_records is of enterprises: an owners' "
        "committee has none");
    faulted("id: active", "fact: subject.state, op: \"=\", value: active",
            "fact: credit.year_points, op: \"=\", value: 0", 6,
            "categories[0].conditions[0].fact: credit.year_points is of enterprises: an owners' "
            "committee has none");
    faulted("id: active", "value: active", "value: elect", 7,
            "categories[0].conditions[0].value: elect is not a value of subject.state");
    faulted("id: recommend", "paper_by: 2023-05-31", "paper_by: 2023-05-32", 10,
            "stages[1].paper_by: 2023-05-32 is not a date of the calendar (YYYY-MM-DD)");
    spoiled = "changning-property-2023";
}

Test(lint, broken_yaml_is_one_finding_at_its_place)
{
    const char *text = "programme: a\ntitle: [b\n";
    struct programme *p = NULL;
    struct programme_finding *f = programme_lint(a, text, strlen(text), &p);

    cr_assert_not_null(f);
    cr_assert_null(f->next);
    cr_assert_null(p);
    cr_assert_eq(f->line, 3);
}

Test(lint, many_faults_are_found_in_one_pass_and_in_file_order)
{
    const char *text = "programme: Bad Name\nyear: 1066\ncolour: red\nstages: []\n";
    struct programme *p = NULL;
    struct programme_finding *f = programme_lint(a, text, strlen(text), &p);
    int n = 0, line = 0;

    for (struct programme_finding *g = f; g; g = g->next, n++) {
        cr_assert_geq(g->line, line);
        line = g->line;
    }
    /* 4 in what is there, 12 keys that are not */
    cr_assert_eq(n, 16, "%s", all_of(f));
}

Test(lint, joint_acts_name_organisers_who_sign_together)
{
    faulted("joint_acts:", "bodies: [organisation, housing]", "bodies: [organisation, police]", 23,
            "joint_acts[0].bodies[1]: police is not an organiser");
    faulted("act: tie", "bodies: [organisation, housing]", "bodies: [organisation]", 8,
            "joint_acts[1].bodies: one body alone signs nothing jointly");
    faulted("act: tie", "bodies: [organisation, housing]", "bodies: [housing, housing]", 18,
            "joint_acts[1].bodies[1]: housing is here a second time");
    faulted_at("joint_acts:", "act: tie", "act: list", 1, 12,
               "joint_acts[2].act: who signs list was said before");
    faulted("act: verdict", "categories: [enterprise]", "categories: [school]", 13,
            "joint_acts[4].categories[0]: school is not a category");
    faulted("act: final_list", "source: 三(四)", "categories: [enterprise]", 12,
            "joint_acts[3].categories: final_list concerns all categories together");
}
