/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "services/intake/application/application_fsm.h"
#include "services/intake/programme/stage_fsm.h"
#include "services/intake/registry/committee_fsm.h"
#include "services/intake/registry/expert_fsm.h"
#include "services/intake/registry/subject_fsm.h"

#include "tests/support/golden.h"

Test(intake_fsm, an_application_moves_only_as_the_table_says)
{
    static const struct golden golden[] = {
        {"draft", "edit", "draft"},
        {"draft", "attach", "draft"},
        {"draft", "detach", "draft"},
        {"draft", "caption", "draft"},
        {"draft", "submit", "submitted"},
        {"draft", "withdraw", "withdrawn"},
        {"submitted", "forward", "submitted"},
        {"submitted", "accept", "accepted"},
        {"submitted", "return", "returned"},
        {"submitted", "refuse", "refused"},
        {"submitted", "withdraw", "withdrawn"},
        {"returned", "edit", "returned"},
        {"returned", "attach", "returned"},
        {"returned", "detach", "returned"},
        {"returned", "caption", "returned"},
        {"returned", "submit", "submitted"},
        {"returned", "withdraw", "withdrawn"},
        {"accepted", "reopen", "returned"},
        {"accepted", "retract", "withdrawn"},
        {0},
    };

    golden_check(&application_fsm, "draft", golden);
}

Test(intake_fsm, a_subject_that_is_gone_does_not_change_but_for_a_correction)
{
    static const struct golden golden[] = {
        {"active", "renamed", "active"},     {"active", "branch_changed", "active"},
        {"active", "left_site", "active"},   {"active", "left_one_district", "active"},
        {"active", "merged", "merged"},      {"active", "dissolved", "dissolved"},
        {"active", "left_district", "left"}, {"active", "taken_back", "active"},
        {"merged", "taken_back", "active"},  {"dissolved", "taken_back", "active"},
        {"left", "taken_back", "active"},    {0},
    };

    golden_check(&subject_fsm, "active", golden);
}

Test(intake_fsm, an_experts_registration_ends_and_is_restored)
{
    static const struct golden golden[] = {
        {"registered", "end", "ended"},
        {"ended", "restore", "registered"},
        {0},
    };

    golden_check(&expert_fsm, "registered", golden);
}

Test(intake_fsm, a_committee_is_in_office_from_its_filing_to_the_next_terms)
{
    static const struct golden golden[] = {
        {"elected", "file", "active"},        {"elected", "succeed", "succeeded"},
        {"elected", "renamed", "elected"},    {"elected", "dissolved", "dissolved"},
        {"active", "succeed", "succeeded"},   {"active", "renamed", "active"},
        {"active", "dissolved", "dissolved"}, {0},
    };

    golden_check(&committee_fsm, "elected", golden);
}

Test(intake_fsm, a_stage_opens_once_and_closes_once)
{
    static const struct golden golden[] = {
        {"waiting", "begin", "open"}, {"open", "end", "closed"}, {"closed", "extend", "open"}, {0}};

    golden_check(&stage_fsm, "waiting", golden);
}
