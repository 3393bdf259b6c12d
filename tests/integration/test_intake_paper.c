/* SPDX-License-Identifier: Apache-2.0 */
/* What comes on paper: entered by the bureau for whoever applies, reviewed by somebody else there. */
#include "tests/integration/intake_acts.h"
#include "tests/support/service_test.h"

TestSuite(intake_paper, .init = setup, .fini = teardown, .timeout = 120);

#define PAPER(role, day, copies, sealed) \
    ",\"paper\":{\"for_role\":\"" role "\",\"received_day\":\"" day "\",\"copies\":" copies \
    ",\"sealed\":" sealed ",\"receipt\":\"收-001\"}"
#define FORM ",\"form\":" FULL_FORM

static void refused(const char *paper, const char *code, const char *field)
{
    service_test_refused(
        &s, OFFICER, "intake.DraftApplication",
        draft_json("compound", SITE, "recommendation", arena_printf(s.arena, FORM "%s", paper)),
        code, field);
}

static const char *entered(void)
{
    service_test_done(&s, OFFICER, "intake.DraftApplication",
                      draft_json("compound", SITE, "recommendation",
                                 FORM PAPER("subdistrict", "2023-06-02", "2", "true")));
    return arena_strdup(s.arena, s.last_id);
}

Test(intake_paper, the_bureau_enters_what_it_received_sealed_and_in_copies)
{
    const char *id, *reply;

    refused(PAPER("subdistrict", "2023-06-02", "1", "true"), "number_out_of_range", "paper.copies");
    refused(PAPER("subdistrict", "2023-06-02", "2", "false"), "paper_unsealed", "paper.sealed");
    refused(PAPER("subdistrict", "2023-06-06", "2", "true"), "day_in_future", "paper.received_day");
    refused(PAPER("subdistrict", "2023-03-31", "2", "true"), "paper_early", "paper.received_day");
    refused(PAPER("committee", "2023-06-02", "2", "true"), "paper_nominator", "paper.for_role");
    refused("", "forbidden", NULL);
    service_test_refused(&s, STREET, "intake.DraftApplication",
                         draft_json("compound", SITE, "recommendation",
                                    FORM PAPER("subdistrict", "2023-06-02", "2", "true")),
                         "forbidden", NULL);
    id = entered();
    service_test_done(&s, OFFICER, "intake.SubmitApplication", about(id, ""));
    cr_expect_str_eq(state_of(id), "submitted district");
    reply = service_test_done(&s, OFFICER, "intake.GetApplication", about(id, ""));
    cr_expect(has(reply, "\"receipt\":\"收-001\"") &&
                  has(reply, "\"drafter_role\":\"subdistrict\""),
              "%.600s", reply);
    service_test_refused(&s, OFFICER, "intake.ReviewApplication",
                         about(id, ",\"decision\":\"accept\""), "paper_same_person", NULL);
}

Test(intake_paper, whose_paper_it_is_goes_on_with_it_himself)
{
    const char *id = entered();

    service_test_done(&s, STREET, "intake.EditApplication", about(id, FORM));
    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, ""));
    cr_expect_str_eq(state_of(id), "submitted district");
}

Test(intake_paper, the_day_it_was_received_counts_for_the_stage)
{
    const char *id;

    service_test_clock(&s, "2023-08-02T09:00:00+08:00");
    service_test_done(&s, OFFICER, "intake.DraftApplication",
                      draft_json("compound", SITE, "recommendation",
                                 FORM PAPER("subdistrict", "2023-07-31", "2", "true")));
    id = arena_strdup(s.arena, s.last_id);
    service_test_done(&s, OFFICER, "intake.SubmitApplication", about(id, ""));
    service_test_done(&s, OFFICER, "intake.DraftApplication",
                      draft_json("compound", "310105001-0002", "recommendation",
                                 FORM PAPER("subdistrict", "2023-08-01", "2", "true")));
    id = arena_strdup(s.arena, s.last_id);
    service_test_refused(&s, OFFICER, "intake.SubmitApplication", about(id, ""), "application_late",
                         NULL);
}
