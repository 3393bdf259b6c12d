/* SPDX-License-Identifier: Apache-2.0 */
/* An acceptance is taken back by a new record, and what followed from it goes with it: in intake,
 * scoring and reporting. */
#include "tests/integration/intake_acts.h"
#include "tests/support/service_test.h"

static struct service_test scoring, reporting;

static void open_all(void)
{
    setup();
    service_test_join(&scoring, "scoring", &s);
    service_test_join(&reporting, "reporting", &s);
}

static void close_all(void)
{
    service_test_close(&reporting);
    service_test_close(&scoring);
    teardown();
}

TestSuite(intake_acceptance, .init = open_all, .fini = close_all, .timeout = 120);

static const char *correction(const char *kind, const char *id)
{
    return arena_printf(
        s.arena,
        "{\"kind\":\"%s\",\"target_id\":\"%s\",\"authority\":{\"reason\":\"样例：材料有误\","
        "\"document\":\"样例〔2023〕7号\"}}",
        kind, id);
}

/* A compound's application, accepted. */
static const char *accepted(void)
{
    const char *id = drafted();

    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, ""));
    service_test_done(&s, OFFICER, "intake.ReviewApplication",
                      about(id, ",\"decision\":\"accept\""));
    return id;
}

static const char *steps_reached(void)
{
    service_test_settle(&reporting, &s);
    return service_test_done(&reporting, OFFICER, "reporting.GetFunnel",
                             "{\"programme_id\":\"" PROGRAMME "\"}");
}

static const char *candidate(void)
{
    service_test_settle(&scoring, &s);
    return service_test_value(&scoring, "select state from candidate");
}

Test(intake_acceptance, an_accepted_application_is_returned_with_remarks_and_accepted_anew)
{
    const char *id = accepted(), *json = correction("acceptance_returned", id), *reply;

    cr_assert_str_eq(candidate(), "accepted");
    cr_assert(has(steps_reached(), "\"accepted\""));
    reply = service_test_done(
        &s, OFFICER, "intake.PreviewCorrection",
        arena_printf(s.arena, "{\"kind\":\"acceptance_returned\",\"target_id\":\"%s\"}", id));
    cr_assert(has(reply, "\"from\":\"accepted\",\"to\":\"returned\""), "%s", reply);
    cr_assert_str_eq(state_of(id), "accepted", "a preview changes nothing");
    service_test_refused(&s, STREET, "intake.Correct", json, "forbidden", NULL);
    reply = service_test_done(&s, OFFICER, "intake.Correct", json);
    cr_assert(has(reply, "\"state\":\"made\""), "%s", reply);
    cr_assert_str_eq(state_of(id), "returned");
    cr_assert_str_eq(candidate(), "returned");
    cr_assert_not(has(steps_reached(), "\"accepted\""), "%s", steps_reached());
    service_test_refused(&s, OFFICER, "intake.Correct", json, "state_forbids", "target_id");

    reply = service_test_done(&s, STREET, "intake.GetApplication", about(id, ""));
    cr_assert(has(reply, "\"to\":\"accepted\"") && has(reply, "\"document\":\"样例〔2023〕7号\"") &&
                  has(reply, "\"reason\":\"样例：材料有误\""),
              "both records are readable: %s", reply);
    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, ""));
    service_test_done(&s, OFFICER, "intake.ReviewApplication",
                      about(id, ",\"decision\":\"accept\""));
    cr_assert_str_eq(candidate(), "accepted");
    cr_assert(has(steps_reached(), "\"accepted\""));
    reply = service_test_done(&s, OFFICER, "intake.ListCorrections",
                              arena_printf(s.arena, "{\"target_id\":\"%s\"}", id));
    cr_assert(has(reply, "\"acceptance_returned\"") && has(reply, "\"account\":\"" OFFICER "\""),
              "%s", reply);
}

Test(intake_acceptance, it_is_withdrawn_by_whoever_applied_or_by_the_subdistrict_that_recommended)
{
    const char *id = accepted(), *json = correction("acceptance_withdrawn", id), *own;

    service_test_refused(&s, OTHER_STREET, "intake.Correct", json, "forbidden", NULL);
    service_test_refused(&s, OFFICER, "intake.Correct", json, "forbidden", NULL);
    service_test_done(&s, STREET, "intake.Correct", json);
    cr_assert_str_eq(state_of(id), "withdrawn");
    cr_assert_str_eq(candidate(), "withdrawn");
    cr_assert_not(has(steps_reached(), "\"accepted\""));
    service_test_done(&s, ENTERPRISE, "intake.DraftApplication",
                      draft_json("enterprise", A, "self", ",\"form\":" ENTERPRISE_FORM));
    own = arena_strdup(s.arena, s.last_id);
    service_test_done(&s, ENTERPRISE, "intake.SubmitApplication", about(own, ""));
    service_test_refused(&s, ENTERPRISE, "intake.Correct", correction("acceptance_withdrawn", own),
                         "state_forbids", "target_id");
    service_test_done(&s, OFFICER, "intake.ReviewApplication",
                      about(own, ",\"decision\":\"accept\""));
    service_test_refused(&s, STREET, "intake.Correct", correction("acceptance_withdrawn", own),
                         "forbidden", NULL);
    service_test_done(&s, ENTERPRISE, "intake.Correct", correction("acceptance_withdrawn", own));
    cr_assert_str_eq(state_of(own), "withdrawn");
    service_test_done(&s, STREET, "intake.DraftApplication",
                      draft_json("compound", SITE, "recommendation", ""));
}

Test(intake_acceptance, once_the_list_is_proposed_applications_stand)
{
    const char *id = accepted();

    pg_test_run(&s.pg, "insert into list values ('310105', '" PROGRAMME "', 'L1')");
    service_test_refused(&s, OFFICER, "intake.Correct", correction("acceptance_returned", id),
                         "list_stands", "target_id");
    service_test_refused(&s, STREET, "intake.Correct", correction("acceptance_withdrawn", id),
                         "list_stands", "target_id");
    cr_assert_str_eq(state_of(id), "accepted");
    cr_assert_str_eq(service_test_value(&s, "select count(*) from correction"), "0");
}
