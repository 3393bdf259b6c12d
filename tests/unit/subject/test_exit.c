/* SPDX-License-Identifier: Apache-2.0 */
/* The exit rule as a table: who, what had befallen before, what befalls, and what that does. */
#include <criterion/criterion.h>

#include "common/base/clock.h"
#include "common/base/defs.h"
#include "common/base/str.h"
#include "common/domain/subject/exit.h"
#include "common/domain/subject/words.h"
#include "common/domain/programme/programme.h"

#define DISTRICT "310105"
#define CITY "310000"
#define SITE "310105001-0001"
#define OTHER_SITE "310105001-0002"

static const char *ends[] = {"dissolved", "left_district", "left_site"};
static const char *exempt[] = {"merged", "renamed", "branch_changed"};

static struct programme changning(void)
{
    struct programme p = {.id = "p"};

    p.exit.ends = (struct texts){ends, 3};
    p.exit.exempt = (struct texts){exempt, 3};
    return p;
}

/* Holders: an enterprise; one that had merged when the honour was last written; a site that E1
 * serves; a site whose enterprise nobody knows; both accepted on day 10. */
static const struct exit_holder enterprise = {DISTRICT, "E1", NULL, true, DAY_NONE};
static const struct exit_holder carried = {DISTRICT, "E1", "E2", true, DAY_NONE};
static const struct exit_holder site = {DISTRICT, SITE, "E1", false, DAY_NONE};
static const struct exit_holder unserved = {DISTRICT, SITE, NULL, false, DAY_NONE};
static const struct exit_holder accepted = {DISTRICT, "E1", "E1", true, 10};
static const struct exit_holder accepted_site = {DISTRICT, SITE, "E1", false, 10};

/* Mergers that are known: E1 into E2 on day 20, E2 into E3 on day 30. */
static const struct change mergers[] = {
    {.region = CITY, .kind = "merged", .subject_id = "E2", .into_id = "E3", .day = 30},
    {.region = CITY, .kind = "merged", .subject_id = "E1", .into_id = "E2", .day = 20},
};

#define ROW(who, merged, what, subject, at, on, effect) \
    { \
#who, &(who), merged, \
            {.region = CITY, .kind = what, .subject_id = subject, .site_id = at, .day = on }, \
            effect, \
            __LINE__ \
    }
static const struct row {
    const char *who;
    const struct exit_holder *holder;
    bool merged; /* the mergers are known */
    struct change change;
    enum exit_effect effect;
    int line;
} rows[] = {
    /* 五(一)4(2): dissolved or left; 五(二)4(2): so are the sites it serves */
    ROW(enterprise, false, "dissolved", "E1", NULL, 15, EXIT_ENDS),
    ROW(enterprise, false, "left_district", "E1", NULL, 15, EXIT_ENDS),
    ROW(enterprise, false, "dissolved", "E2", NULL, 15, EXIT_NOTHING),
    ROW(site, false, "dissolved", "E1", NULL, 15, EXIT_ENDS),
    ROW(site, false, "left_district", "E1", NULL, 15, EXIT_ENDS),
    ROW(site, false, "dissolved", SITE, NULL, 15, EXIT_ENDS),
    ROW(site, false, "dissolved", OTHER_SITE, NULL, 15, EXIT_NOTHING),
    ROW(site, false, "dissolved", "E2", NULL, 15, EXIT_NOTHING),
    ROW(unserved, false, "dissolved", "E1", NULL, 15, EXIT_NOTHING),
    ROW(unserved, false, "dissolved", SITE, NULL, 15, EXIT_ENDS),
    /* leaving a site is about that site; the enterprise's own honour bears a remark */
    ROW(site, false, "left_site", "E1", SITE, 15, EXIT_ENDS),
    ROW(site, false, "left_site", "E1", OTHER_SITE, 15, EXIT_NOTHING),
    ROW(site, false, "left_site", "E2", SITE, 15, EXIT_NOTHING),
    ROW(unserved, false, "left_site", "E2", SITE, 15, EXIT_ENDS),
    ROW(enterprise, false, "left_site", "E1", SITE, 15, EXIT_REMARK),
    ROW(enterprise, false, "left_site", "E2", SITE, 15, EXIT_NOTHING),
    /* mergers, names and branches end nothing */
    ROW(enterprise, false, "merged", "E1", NULL, 15, EXIT_KEPT),
    ROW(enterprise, false, "renamed", "E1", NULL, 15, EXIT_KEPT),
    ROW(enterprise, false, "branch_changed", "E1", NULL, 15, EXIT_KEPT),
    ROW(site, false, "merged", "E1", NULL, 15, EXIT_KEPT),
    ROW(site, false, "renamed", SITE, NULL, 15, EXIT_KEPT),
    ROW(enterprise, false, "renamed", "E2", NULL, 15, EXIT_NOTHING),
    ROW(enterprise, false, "unknown", "E1", NULL, 15, EXIT_NOTHING),
    /* merged, then struck off: it goes on in another */
    ROW(enterprise, true, "dissolved", "E1", NULL, 20, EXIT_KEPT),
    ROW(enterprise, true, "dissolved", "E1", NULL, 25, EXIT_KEPT),
    ROW(site, true, "dissolved", "E1", NULL, 25, EXIT_KEPT),
    ROW(carried, false, "dissolved", "E1", NULL, 25, EXIT_KEPT),
    ROW(enterprise, true, "dissolved", "E1", NULL, 40, EXIT_KEPT),
    ROW(enterprise, true, "dissolved", "E2", NULL, 40, EXIT_KEPT),
    /* dissolved before it merged: that was the end */
    ROW(enterprise, true, "dissolved", "E1", NULL, 19, EXIT_ENDS),
    ROW(site, true, "dissolved", "E1", NULL, 19, EXIT_ENDS),
    /* what befalls the other befalls the holder, from the merger on */
    ROW(enterprise, true, "dissolved", "E2", NULL, 19, EXIT_NOTHING),
    ROW(enterprise, true, "dissolved", "E2", NULL, 25, EXIT_ENDS),
    ROW(enterprise, true, "dissolved", "E3", NULL, 25, EXIT_NOTHING),
    ROW(enterprise, true, "dissolved", "E3", NULL, 40, EXIT_ENDS),
    ROW(carried, false, "dissolved", "E2", NULL, 25, EXIT_ENDS),
    ROW(carried, true, "dissolved", "E3", NULL, 40, EXIT_ENDS),
    ROW(site, true, "left_site", "E3", SITE, 40, EXIT_ENDS),
    ROW(site, true, "left_site", "E1", SITE, 40, EXIT_NOTHING),
    ROW(enterprise, true, "left_site", "E2", SITE, 25, EXIT_REMARK),
    /* who left before the acceptance came back; who was dissolved did not */
    ROW(accepted, false, "left_district", "E1", NULL, 9, EXIT_NOTHING),
    ROW(accepted, false, "left_district", "E1", NULL, 10, EXIT_ENDS),
    ROW(accepted, false, "dissolved", "E1", NULL, 9, EXIT_ENDS),
    ROW(accepted_site, false, "left_site", "E1", SITE, 9, EXIT_NOTHING),
    ROW(accepted_site, false, "left_site", "E1", SITE, 10, EXIT_ENDS),
};

Test(exit, a_change_does_what_the_table_says)
{
    struct programme p = changning();

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *r = &rows[i];

        cr_expect_eq(
            exit_effect(&p, r->holder, mergers, r->merged ? ARRAY_LEN(mergers) : 0, &r->change),
            r->effect, "line %d: %s, %s of %s on day %d", r->line, r->who, r->change.kind,
            r->change.subject_id, r->change.day);
    }
}

Test(exit, nothing_happens_in_another_district)
{
    struct programme p = changning();
    struct change ch = {
        .region = "310106", .kind = "dissolved", .subject_id = "E1", .into_id = "E2"};

    cr_expect_eq(exit_effect(&p, &enterprise, NULL, 0, &ch), EXIT_NOTHING);
    ch.region = DISTRICT;
    cr_expect_eq(exit_effect(&p, &enterprise, NULL, 0, &ch), EXIT_ENDS);
    ch.kind = "merged";
    cr_expect_str_eq(exit_enterprise(&p, &enterprise, &ch, 1, 0), "E2");
    ch.region = "310106";
    cr_expect_str_eq(exit_enterprise(&p, &enterprise, &ch, 1, 0), "E1");
}

Test(exit, a_committees_honour_ends_with_its_term_and_not_with_its_compounds_enterprise)
{
    static const char *committee_ends[] = {"term_filed", "dissolved"}, *kept[] = {"renamed"};
    static const struct exit_holder committee = {DISTRICT, SITE "-Y3", NULL, false, DAY_NONE};
    struct programme p = {.id = "committees"};
    struct change ch = {.region = DISTRICT,
                        .kind = "term_filed",
                        .subject_id = SITE "-Y3",
                        .into_id = SITE "-Y4",
                        .day = 15};

    p.exit.ends = (struct texts){committee_ends, 2};
    p.exit.exempt = (struct texts){kept, 1};
    cr_expect_eq(exit_effect(&p, &committee, mergers, 2, &ch), EXIT_ENDS);
    ch.subject_id = SITE "-Y4"; /* the one after next */
    cr_expect_eq(exit_effect(&p, &committee, mergers, 2, &ch), EXIT_NOTHING);
    ch = (struct change){.region = CITY, .kind = "dissolved", .subject_id = "E1", .day = 15};
    cr_expect_eq(exit_effect(&p, &committee, mergers, 2, &ch), EXIT_NOTHING);
    ch.subject_id = SITE;
    cr_expect_eq(exit_effect(&p, &committee, NULL, 0, &ch), EXIT_NOTHING);
    ch.subject_id = SITE "-Y3";
    cr_expect_eq(exit_effect(&p, &committee, mergers, 2, &ch), EXIT_ENDS);
    ch.kind = "renamed";
    cr_expect_eq(exit_effect(&p, &committee, mergers, 2, &ch), EXIT_KEPT);
}

Test(exit, the_programme_says_which_kinds_end_and_which_are_exempt)
{
    struct programme p = changning(), none = {.id = "none"};
    const struct change dissolved = {
        .region = CITY, .kind = "dissolved", .subject_id = "E1", .day = 25};

    cr_expect_eq(exit_effect(&none, &enterprise, NULL, 0, &dissolved), EXIT_NOTHING);
    p.exit.exempt = (struct texts){exempt + 1, 2}; /* a merger is not exempt: nobody goes on */
    cr_expect_eq(exit_effect(&p, &enterprise, mergers, 2, &dissolved), EXIT_ENDS);
    cr_expect_eq(exit_effect(&p, &enterprise, mergers, 2, &mergers[1]), EXIT_NOTHING);
    ends[1] = "merged";
    cr_expect_eq(exit_effect(&p, &enterprise, mergers, 2, &mergers[1]), EXIT_ENDS);
}

Test(exit, the_first_change_that_ends_is_the_reason)
{
    struct programme p = changning();
    const struct change changes[] = {
        {.region = CITY, .kind = "renamed", .subject_id = "E1", .day = 1},
        {.region = CITY, .kind = "left_district", .subject_id = "E1", .day = 2},
        {.region = CITY, .kind = "dissolved", .subject_id = "E1", .day = 3},
    };

    cr_expect_eq(exit_first(&p, &enterprise, changes, 3), &changes[1]);
    cr_expect_null(exit_first(&p, &enterprise, changes, 1));
    cr_expect_null(exit_first(&p, &enterprise, NULL, 0));
}

Test(exit, the_enterprise_goes_on_in_whom_it_merged_into_and_a_circle_comes_to_an_end)
{
    struct programme p = changning();
    const struct change circle[] = {
        {.region = CITY, .kind = "merged", .subject_id = "E1", .into_id = "E2", .day = 1},
        {.region = CITY, .kind = "merged", .subject_id = "E2", .into_id = "E1", .day = 2},
        {.region = CITY, .kind = "dissolved", .subject_id = "E2", .day = 3},
    };

    cr_expect_str_eq(exit_enterprise(&p, &site, mergers, 2, 19), "E1");
    cr_expect_str_eq(exit_enterprise(&p, &site, mergers, 2, 20), "E2");
    cr_expect_str_eq(exit_enterprise(&p, &site, mergers, 2, 30), "E3");
    cr_expect_str_eq(exit_enterprise(&p, &enterprise, NULL, 0, 30), "E1");
    cr_expect_null(exit_enterprise(&p, &unserved, mergers, 2, 30));
    cr_expect_eq(exit_first(&p, &enterprise, circle, 3), &circle[2]);
}

Test(words, every_kind_of_change_has_its_word)
{
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__RENAMED), "renamed");
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__MERGED), "merged");
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__BRANCH_CHANGED), "branch_changed");
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__DISSOLVED), "dissolved");
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__LEFT_DISTRICT), "left_district");
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__LEFT_SITE), "left_site");
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__TERM_FILED), "term_filed");
    cr_expect_null(change_word((Intake__RecordChange__Kind)99));
}
