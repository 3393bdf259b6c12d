/* SPDX-License-Identifier: Apache-2.0 */
/* A supplementary decision: a later version of a programme that people act on already. */
#include "tests/integration/intake_acts.h"
#include "tests/support/service_test.h"

static struct service_test scoring, publicity;

static void open_all(void)
{
    setup();
    service_test_join(&scoring, "scoring", &s);
    service_test_join(&publicity, "publicity", &s);
}

static void close_all(void)
{
    service_test_close(&publicity);
    service_test_close(&scoring);
    teardown();
}

TestSuite(intake_supplement, .init = open_all, .fini = close_all, .timeout = 120);

/* @text with its first @old replaced by @new. */
static const char *replaced(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);

    cr_assert_not_null(at, "%s", old);
    return arena_printf(s.arena, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

/* Two weeks more to recommend, and the review so much later. */
static const char *extended(void)
{
    return replaced(replaced(document(), "to: 2023-07-31", "to: 2023-08-14"), "from: 2023-08-01",
                    "from: 2023-08-15");
}

static const char *decision(const char *text)
{
    const char *json = publication(text);

    return arena_printf(s.arena,
                        "%.*s,\"authority\":{\"reason\":\"样例：材料准备时间不足\","
                        "\"document\":\"样例补充通知〔2023〕2号\"}}",
                        (int)strlen(json) - 1, json);
}

static const char *stages(void)
{
    return service_test_value(
        &s, "select string_agg(stage || ' ' || state, ', ' order by begins_at) from stage");
}

Test(intake_supplement, a_deadline_is_extended_and_shown_and_everything_follows)
{
    const char *id = drafted(), *reply;

    service_test_refused(&s, OFFICER, "intake.PublishProgramme", publication(extended()),
                         "text_missing", "authority.reason");
    reply = service_test_done(&s, OFFICER, "intake.PublishProgramme", decision(extended()));
    cr_assert(has(reply, "\"version\":2"), "%s", reply);
    reply =
        service_test_done(&s, NULL, "intake.GetProgramme", "{\"programme_id\":\"" PROGRAMME "\"}");
    cr_assert(has(reply, "{\"path\":\"stages/recommend/to\",\"before\":\"2023-07-31\","
                         "\"after\":\"2023-08-14\"},{\"path\":\"stages/review/from\","
                         "\"before\":\"2023-08-01\",\"after\":\"2023-08-15\"}]"),
              "%s", reply);
    cr_assert(has(reply, "样例补充通知〔2023〕2号") && has(reply, "\"version\":1"), "%s", reply);
    cr_assert(has(service_test_done(&s, NULL, "intake.GetProgramme",
                                    "{\"programme_id\":\"" PROGRAMME "\",\"version\":1}"),
                  "to: 2023-07-31"),
              "the first version stays readable");
    service_test_settle(&scoring, &s);
    service_test_settle(&publicity, &s);
    cr_assert_str_eq(service_test_value(&scoring, "select version from programme"), "2");
    cr_assert_str_eq(service_test_value(&publicity, "select version from programme"), "2");

    service_test_clock(&s, "2023-08-14T23:59:59+08:00");
    cr_assert_str_eq(stages(), "mobilise closed, recommend open, review waiting, award waiting");
    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, ""));
    service_test_clock(&s, "2023-08-15T00:00:00+08:00");
    cr_assert_str_eq(stages(), "mobilise closed, recommend closed, review open, award waiting");
    cr_assert_str_eq(
        service_test_value(&s, "select count(*) from stream where type = 'intake.StageClosed'"),
        "2", "each ended once");
}

Test(intake_supplement, a_stage_that_is_over_opens_again)
{
    service_test_clock(&s, "2023-12-05T09:00:00+08:00");
    cr_assert(has(stages(), "award closed"));
    service_test_done(&s, OFFICER, "intake.PublishProgramme",
                      decision(replaced(document(), "to: 2023-11-30", "to: 2023-12-20")));
    cr_assert(has(stages(), "award open"), "%s", stages());
    cr_assert_str_eq(service_test_value(&s, "select count(*) from stream where type = "
                                            "'intake.StageOpened' and convert_from(payload, "
                                            "'UTF8') like '%award%'"),
                     "2");
    service_test_clock(&s, "2023-12-21T00:00:00+08:00");
    cr_assert(has(stages(), "award closed"));
}

Test(intake_supplement, nothing_else_changes_once_a_stage_began)
{
    static const struct {
        const char *old, *new, *path, *before, *after;
    } faults[] = {
        {"quota: 5", "quota: 6", "groups/enterprises/quota", "5", "6"},
        {"to: 2023-07-31", "to: 2023-07-30", "stages/recommend/to", "2023-07-31", "2023-07-30"},
        {"from: 2023-04-01", "from: 2023-04-02", "stages/mobilise/from", "2023-04-01",
         "2023-04-02"},
        {"routes: [self, recommendation]", "routes: [recommendation, self]",
         "categories/enterprise/routes/0", "self", "recommendation"},
        {"value: active, source: 四(一)", "value: left, source: 四(一)",
         "categories/enterprise/conditions/active/value", "active", "left"},
    };

    for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
        Hp__Reply *reply =
            service_test_ask(&s, OFFICER, TEST_DISTRICT, "intake.PublishProgramme",
                             decision(replaced(document(), faults[i].old, faults[i].new)));

        cr_assert_str_eq(reply->code, "programme_sealed", "%s: %s", faults[i].new, reply->code);
        cr_assert_str_eq(reply->args[1], faults[i].path);
        cr_assert_str_eq(reply->args[2], faults[i].before);
        cr_assert_str_eq(reply->args[3], faults[i].after);
    }
    cr_assert_str_eq(service_test_value(&s, "select count(*) from programme"), "1");
}
