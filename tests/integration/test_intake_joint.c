/* SPDX-License-Identifier: Apache-2.0 */
/* A programme is published once all whose notice it is have signed it. */
#include "tests/integration/intake_acts.h"
#include "tests/support/service_test.h"

TestSuite(intake_joint, .init = setup, .fini = teardown, .timeout = 120);

#define OTHER "organisation@310105"

static const char *sign(const char *reply)
{
    const char *act =
        service_test_value(&s, "select act_id from joint_act where state = 'signing'");
    const char *sha = strstr(reply, "\"content_sha256\":");

    cr_assert_not_null(sha, "%s", reply);
    sha += strlen("\"content_sha256\":\"");
    return arena_printf(s.arena, "{\"act_id\":\"%s\",\"content_sha256\":\"%.64s\"}", act, sha);
}

/* @text as the programme of another name. */
static const char *named(const char *text)
{
    const char *at = strstr(text, PROGRAMME);

    return publication(arena_printf(s.arena, "%.*ssample-joint%s", (int)(at - text), text,
                                    at + strlen(PROGRAMME)));
}

static const char *versions(void)
{
    return service_test_value(&s,
                              "select count(*) from programme where programme_id = 'sample-joint'");
}

Test(intake_joint, a_programme_is_published_when_both_have_signed)
{
    const char *text = named(shipped_programme(s.arena, PROGRAMME)), *reply;

    reply = service_test_done(&s, OFFICER, "intake.PublishProgramme", text);
    cr_expect(has(reply, "\"state\":\"signing\""), "%s", reply);
    cr_expect_str_eq(versions(), "0");
    service_test_refused(&s, OFFICER, "intake.PublishProgramme", text, "act_open", NULL);
    service_test_refused(&s, OFFICER, "intake.SignAct", sign(reply), "act_signed", NULL);
    reply = service_test_done(&s, OTHER, "intake.SignAct", sign(reply));
    cr_expect(has(reply, "\"state\":\"done\""), "%s", reply);
    cr_expect_str_eq(versions(), "1");
    reply = service_test_done(&s, OFFICER, "intake.PublishProgramme", text);
    cr_expect(!has(reply, "\"act\""), "the same text again: %s", reply);
    cr_expect_str_eq(versions(), "1");
}

Test(intake_joint, a_text_overtaken_by_another_is_not_signed)
{
    const char *whole = shipped_programme(s.arena, PROGRAMME);
    const char *reply = service_test_done(&s, OFFICER, "intake.PublishProgramme", named(whole));
    const char *signing = sign(reply);

    service_test_done(&s, OFFICER, "intake.PublishProgramme", named(document()));
    cr_expect_str_eq(versions(), "1");
    service_test_refused(&s, OTHER, "intake.SignAct", signing, "programme_sealed", "document");
    cr_expect_str_eq(versions(), "1");
}
