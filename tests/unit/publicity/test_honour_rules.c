/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "proto/words.h"
#include "services/publicity/honour/honour_rules.h"

static const char *ends[] = {"dissolved", "left_district", "left_site"};
static const char *exempt[] = {"merged", "renamed", "branch_changed"};

static struct programme changning(void)
{
    struct programme p = {.id = "p"};

    p.exit.ends = (struct texts){ends, 3};
    p.exit.exempt = (struct texts){exempt, 3};
    return p;
}

static const struct honour enterprise = {.district = "310105",
                                         .subject_id = "E1",
                                         .enterprise_id = "E1",
                                         .subject_kind = "enterprise",
                                         .state = "held"};
static const struct honour site = {.district = "310105",
                                   .subject_id = "310105001-0001",
                                   .enterprise_id = "E1",
                                   .subject_kind = "compound",
                                   .state = "held"};

static enum honour_effect effect(const struct honour *h, const char *kind, const char *subject,
                                 const char *left)
{
    struct change ch = {.kind = kind, .subject_id = subject, .site_id = left, .region = "310000"};
    struct programme p = changning();

    return honour_effect(h, &ch, &p);
}

Test(exit, dissolution_ends_the_enterprise_s_honour_and_those_of_its_sites)
{
    cr_expect_eq(effect(&enterprise, "dissolved", "E1", NULL), HONOUR_ENDS);
    cr_expect_eq(effect(&site, "dissolved", "E1", NULL), HONOUR_ENDS);
    cr_expect_eq(effect(&site, "left_district", "E1", NULL), HONOUR_ENDS);
    cr_expect_eq(effect(&enterprise, "dissolved", "E2", NULL), HONOUR_UNTOUCHED);
}

Test(exit, leaving_a_site_ends_that_site_s_honour_alone)
{
    cr_expect_eq(effect(&site, "left_site", "E1", "310105001-0001"), HONOUR_ENDS);
    cr_expect_eq(effect(&site, "left_site", "E1", "310105001-0002"), HONOUR_UNTOUCHED);
    cr_expect_eq(effect(&site, "left_site", "E2", "310105001-0001"), HONOUR_UNTOUCHED);
    cr_expect_eq(effect(&enterprise, "left_site", "E1", "310105001-0001"), HONOUR_UNTOUCHED);
}

Test(exit, mergers_names_and_branches_end_nothing)
{
    for (size_t i = 0; i < 3; i++) {
        cr_expect_eq(effect(&enterprise, exempt[i], "E1", NULL), HONOUR_KEPT);
        cr_expect_eq(effect(&site, exempt[i], "E1", NULL), HONOUR_KEPT);
    }
}

Test(exit, a_merged_enterprise_s_deregistration_does_not_end_what_went_on)
{
    struct honour merged = enterprise;

    merged.enterprise_id = "E2";
    cr_expect_eq(effect(&merged, "dissolved", "E1", NULL), HONOUR_UNTOUCHED);
    cr_expect_eq(effect(&merged, "dissolved", "E2", NULL), HONOUR_ENDS);
}

Test(exit, the_programme_says_which_kinds_end_an_honour)
{
    struct change ch = {.kind = "dissolved", .subject_id = "E1", .region = "310105"};
    struct programme p = {.id = "p"};

    cr_expect_eq(honour_effect(&enterprise, &ch, &p), HONOUR_UNTOUCHED);
}

Test(exit, other_districts_and_ended_honours_are_untouched)
{
    struct change ch = {.kind = "dissolved", .subject_id = "E1", .region = "310106"};
    struct programme p = changning();
    struct honour ended = enterprise;

    cr_expect_eq(honour_effect(&enterprise, &ch, &p), HONOUR_UNTOUCHED);
    ended.state = "revoked";
    cr_expect_eq(effect(&ended, "dissolved", "E1", NULL), HONOUR_UNTOUCHED);
}

Test(exit, every_kind_of_change_has_its_word)
{
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__RENAMED), "renamed");
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__MERGED), "merged");
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__BRANCH_CHANGED), "branch_changed");
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__DISSOLVED), "dissolved");
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__LEFT_DISTRICT), "left_district");
    cr_expect_str_eq(change_word(INTAKE__RECORD_CHANGE__KIND__LEFT_SITE), "left_site");
    cr_expect_null(change_word((Intake__RecordChange__Kind)99));
}
