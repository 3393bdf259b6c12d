/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "common/domain/correction/correction.h"
#include "services/publicity/honour/honour_fsm.h"
#include "services/publicity/list/list_fsm.h"
#include "services/publicity/notice/notice_fsm.h"
#include "services/publicity/objection/objection_fsm.h"

#include "tests/support/golden.h"

static const struct golden notice_golden[] = {
    {"draft", "sign", "draft"},
    {"draft", "sign_last", "signed"},
    {"draft", "replace", "replaced"},
    {"signed", "schedule", "scheduled"},
    {"signed", "replace", "replaced"},
    {"scheduled", "schedule", "scheduled"},
    {"scheduled", "publish", "published"},
    {"scheduled", "replace", "replaced"},
    {"published", "close", "closed"},
    {"published", "replace", "replaced"},
    {"closed", "replace", "replaced"},
    {"draft", "unsign", "draft"},
    {"draft", "drop", "dropped"},
    {"signed", "unsign", "draft"},
    {"signed", "drop", "dropped"},
    {"scheduled", "unschedule", "signed"},
    {"scheduled", "drop", "dropped"},
    {"published", "end", "ended"},
    {"closed", "end", "ended"},
    {0},
};
static const struct golden objection_golden[] = {
    {"received", "investigate", "investigating"},
    {"investigating", "resolve", "resolved"},
    {"received", "close", "closed"},
    {"investigating", "close", "closed"},
    {"resolved", "reopen", "investigating"},
    {0},
};
static const struct golden list_golden[] = {
    {"proposed", "publish", "on_notice"}, {"on_notice", "publish", "on_notice"},
    {"on_notice", "finalise", "final"},   {"proposed", "withdraw", "withdrawn"},
    {"on_notice", "replace", "replaced"}, {0},
};
static const struct golden entry_golden[] = {
    {"reserve", "promote", "listed"}, {"listed", "object", "held"},
    {"held", "object", "held"},       {"held", "free", "listed"},
    {"held", "remove", "removed"},    {"removed", "free", "removed"},
    {"removed", "remove", "removed"}, {"reserve", "end", "removed"},
    {"listed", "end", "removed"},     {"held", "end", "removed"},
    {"listed", "strike", "removed"},  {"held", "strike", "removed"},
    {"listed", "reopen", "held"},     {"listed", "demote", "reserve"},
    {"removed", "reopen", "held"},    {0},
};
static const struct golden honour_golden[] = {
    {"held", "revoke", "revoked"},   {"held", "lapse", "lapsed"},
    {"revoked", "restore", "held"},  {"lapsed", "restore", "held"},
    {"held", "annul", "annulled"},   {"revoked", "annul", "annulled"},
    {"lapsed", "annul", "annulled"}, {0},
};
static const struct golden plaque_golden[] = {
    {"issued", "recall", "recalled"},
    {"recalled", "return", "returned"},
    {"recalled", "lose", "lost"},
    {"recalled", "refuse", "refused"},
    {"refused", "return", "returned"},
    {"lost", "return", "returned"},
    {"recalled", "restore", "issued"},
    {"returned", "restore", "issued"},
    {"lost", "restore", "issued"},
    {"refused", "restore", "issued"},
    {"returned", "correct", "recalled"},
    {"lost", "correct", "recalled"},
    {"refused", "correct", "recalled"},
    {"issued", "void", "void"},
    {"recalled", "void", "void"},
    {"returned", "void", "void"},
    {"lost", "void", "void"},
    {"refused", "void", "void"},
    {0},
};

static const struct golden correction_golden[] = {
    {"proposed", "make", "made"},
    {"proposed", "drop", "dropped"},
    {0},
};

Test(machines, a_correction_steps_as_the_golden_table_says)
{
    golden_check(&correction_fsm, "proposed", correction_golden);
}

Test(machines, a_notice_steps_as_the_golden_table_says)
{
    golden_check(&notice_fsm, "draft", notice_golden);
}

Test(machines, an_objection_steps_as_the_golden_table_says)
{
    golden_check(&objection_fsm, "received", objection_golden);
}

Test(machines, a_list_and_its_entries_step_as_the_golden_tables_say)
{
    golden_check(&list_fsm, "proposed", list_golden);
    golden_check(&entry_fsm, "reserve", entry_golden);
}

Test(machines, an_honour_and_its_plaque_step_as_the_golden_tables_say)
{
    golden_check(&honour_fsm, "held", honour_golden);
    golden_check(&plaque_fsm, "issued", plaque_golden);
}

Test(machines, a_published_notice_can_only_close_or_be_replaced)
{
    static const char *const forbidden[] = {"sign", "sign_last", "schedule", "publish"};

    for (size_t i = 0; i < ARRAY_LEN(forbidden); i++)
        cr_assert_null(fsm_edge_for(&notice_fsm, "published", forbidden[i]));
}
