/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "services/intake/application/application_fsm.h"
#include "services/intake/programme/stage_fsm.h"
#include "services/intake/registry/subject_fsm.h"

#include "tests/support/golden.h"

Test(intake_fsm, an_application_moves_only_as_the_table_says)
{
    static const struct golden golden[] = {
        {"draft", "edit", "draft"},
        {"draft", "attach", "draft"},
        {"draft", "submit", "submitted"},
        {"draft", "withdraw", "withdrawn"},
        {"submitted", "forward", "submitted"},
        {"submitted", "accept", "accepted"},
        {"submitted", "return", "returned"},
        {"submitted", "refuse", "refused"},
        {"submitted", "withdraw", "withdrawn"},
        {"returned", "edit", "returned"},
        {"returned", "attach", "returned"},
        {"returned", "submit", "submitted"},
        {"returned", "withdraw", "withdrawn"},
        {"accepted", "reopen", "returned"},
        {"accepted", "retract", "withdrawn"},
        {0},
    };

    golden_check(&application_fsm, "draft", golden);
}

Test(intake_fsm, a_subject_that_is_gone_does_not_change)
{
    static const struct golden golden[] = {
        {"active", "renamed", "active"},     {"active", "branch_changed", "active"},
        {"active", "left_site", "active"},   {"active", "left_one_district", "active"},
        {"active", "merged", "merged"},      {"active", "dissolved", "dissolved"},
        {"active", "left_district", "left"}, {0},
    };

    golden_check(&subject_fsm, "active", golden);
}

Test(intake_fsm, a_stage_opens_once_and_closes_once)
{
    static const struct golden golden[] = {
        {"waiting", "begin", "open"}, {"open", "end", "closed"}, {0}};

    golden_check(&stage_fsm, "waiting", golden);
}
