/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/str.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/inspection/sheets.h"
#include "services/scoring/panel/panel.h"
#include "services/scoring/run/compute.h"
#include "services/scoring/run/result.h"
#include "tests/unit/scoring/fixture.h"

static struct arena *arena;
static struct published pub;
static const struct panel panel = {.panel_id = "panel-1",
                                   .programme_id = "changning-property-2023",
                                   .title = "评选团",
                                   .state = "closed",
                                   .closed_by = "officer",
                                   .closed_at = 1696000000000000};
static struct run_model model;

static void begin(void)
{
    arena = arena_new();
    pub = (struct published){changning(arena), "changning-property-2023", "aa", 1};
    model = (struct run_model){.pub = &pub,
                               .panel_ids = panel.panel_id,
                               .panels = &panel,
                               .n_panels = 1,
                               .subjects = arena_new_array(arena, struct run_subject, 8)};
}

static void end(void)
{
    arena_free(arena);
}

TestSuite(model, .init = begin, .fini = end);

/* A sheet of an enterprise with these points for its four lines. */
static struct sheet *sheet(int64_t a, int64_t b, int64_t c, int64_t d)
{
    static const char *const ids[] = {"leadership.organisation", "leadership.members", "place",
                                      "benefit"};
    int64_t points[] = {a, b, c, d};
    struct sheet *s = arena_new_one(arena, struct sheet);

    *s = (struct sheet){.inspected_day = "2023-08-20",
                        .assessor = "样例测评",
                        .account = "assessor",
                        .inspection_id = "i1",
                        .recorded_at = 1693000000000000,
                        .n_lines = 4};
    s->lines = arena_new_array(arena, struct sheet_line, 4);
    for (size_t i = 0; i < 4; i++) {
        s->lines[i] = (struct sheet_line){ids[i], points[i], NULL};
        s->total_milli += points[i];
    }
    s->grade = programme_grade(pub.p, s->total_milli)->id;
    return s;
}

static struct run_subject *add(const char *id, const struct sheet *s, int64_t ballot, size_t n)
{
    struct run_subject *x = &model.subjects[model.n_subjects++];

    *x = (struct run_subject){.r = {.subject_id = id, .group = "enterprises"},
                              .category = "enterprise",
                              .name = id,
                              .panel = &panel};
    x->sheet = s;
    x->ballots = arena_new_array(arena, struct run_ballot, n + 1);
    x->n_ballots = n;
    for (size_t i = 0; i < n; i++)
        x->ballots[i] = (struct run_ballot){arena_printf(arena, "expert-%zu", n - i), "expert",
                                            ballot + (int64_t)i * 1000, 1695000000000000};
    return x;
}

static const struct run_subject *subject(const char *id)
{
    for (size_t i = 0; i < model.n_subjects; i++)
        if (str_equal(model.subjects[i].r.subject_id, id))
            return &model.subjects[i];
    cr_assert_fail("no subject %s", id);
    return NULL;
}

static const char *result(const char **sha256)
{
    const char *text;

    cr_assert_eq(run_compute(arena, &model), 0);
    cr_assert_eq(run_result(arena, &model, &text, sha256), 0);
    return text;
}

static void add_three(bool reversed)
{
    struct sheet *s = sheet(18000, 18000, 25000, 25000);

    model.n_subjects = 0;
    if (reversed) {
        add("C", s, 70000, 5);
        add("B", NULL, 90000, 5);
        add("A", s, 80000, 5);
    } else {
        add("A", s, 80000, 5);
        add("B", NULL, 90000, 5);
        add("C", s, 70000, 5);
    }
}

Test(model, the_same_inputs_give_the_same_bytes_in_whatever_order_they_come)
{
    const char *sha1, *sha2, *one, *two;

    add_three(false);
    one = result(&sha1);
    add_three(true);
    for (size_t i = 0; i + 1 < model.subjects[0].n_ballots; i += 2) {
        struct run_ballot b = model.subjects[0].ballots[i];

        model.subjects[0].ballots[i] = model.subjects[0].ballots[i + 1];
        model.subjects[0].ballots[i + 1] = b;
    }
    two = result(&sha2);
    cr_assert_str_eq(one, two);
    cr_assert_str_eq(sha1, sha2);
    cr_assert_eq(strlen(sha1), 64);
}

Test(model, one_thousandth_of_one_ballot_gives_another_hash)
{
    const char *sha1, *sha2;

    add_three(false);
    result(&sha1);
    add_three(false);
    model.subjects[0].ballots[0].points_milli++;
    result(&sha2);
    cr_assert_str_neq(sha1, sha2);
}

Test(model, the_result_is_one_line_with_sorted_keys)
{
    const char *sha, *text;

    add_three(false);
    text = result(&sha);
    cr_assert_null(strchr(text, '\n'));
    cr_assert_eq(strncmp(text, "{\"format\":\"hongping.score-run/1\",\"panel\":", 40), 0, "%.60s",
                 text);
}

Test(model, exactly_good_ranks_and_a_thousandth_below_does_not)
{
    const char *sha;

    add("at", sheet(20000, 20000, 20000, 20000), 80000, 5);
    add("below", sheet(20000, 20000, 20000, 19999), 99000, 5);
    result(&sha);
    cr_assert_null(subject("at")->r.out_of_rank);
    cr_assert_eq(subject("at")->r.rank, 1);
    cr_assert_str_eq(subject("below")->r.out_of_rank, "below_grade");
    cr_assert_gt(subject("below")->score_milli, subject("at")->score_milli,
                 "its score is shown all the same");
}

Test(model, without_an_inspection_there_is_no_score)
{
    const char *sha;

    add_three(false);
    result(&sha);
    cr_assert_str_eq(subject("B")->r.out_of_rank, "no_inspection");
    cr_assert_not(subject("B")->scored);
    cr_assert_eq(subject("B")->score_milli, 0);
}

Test(model, a_reason_from_outside_comes_before_all_others)
{
    const char *sha;

    add_three(false);
    model.subjects[1].r.out_of_rank = "dissolved";
    result(&sha);
    cr_assert_str_eq(subject("B")->r.out_of_rank, "dissolved");
}

Test(model, too_few_ballots_to_trim_are_said)
{
    const char *sha;

    ((struct programme *)pub.p)->panel.trim = 2;
    add("A", sheet(20000, 20000, 20000, 20000), 80000, 4);
    result(&sha);
    cr_assert_str_eq(subject("A")->r.out_of_rank, "too_few_ballots");
}

Test(model, every_point_is_explained)
{
    const struct run_subject *s;
    const char *sha;
    int64_t leaves = 0;

    add("A", sheet(18000, 18500, 25000, 25000), 80000, 5); /* mean 82 */
    model.subjects[0].n_recused = 2;
    result(&sha);
    s = subject("A");
    cr_assert_eq(s->n_lines, 9, "four lines, inspection, panel, two shares, total: %zu",
                 s->n_lines);
    for (size_t i = 0; i < 4; i++) {
        leaves += s->lines[i].points_milli;
        cr_assert_str_eq(s->lines[i].source, "inspection i1");
    }
    cr_assert_str_eq(s->lines[4].item, "inspection");
    cr_assert_eq(s->lines[4].points_milli, leaves);
    cr_assert_str_eq(s->lines[5].item, "panel");
    cr_assert_eq(s->lines[5].points_milli, 82000);
    cr_assert_not_null(strstr(s->lines[5].source, "5 ballots, 2 recused"));
    cr_assert_eq(s->lines[6].points_milli + s->lines[7].points_milli, s->lines[8].points_milli);
    cr_assert_eq(s->lines[8].points_milli, 83800, "0.4 x 86.5 + 0.6 x 82");
    for (size_t i = 0; i < s->n_lines; i++)
        cr_assert_not_null(strstr(s->lines[i].rule, "changning-property-2023 v1"));
}
