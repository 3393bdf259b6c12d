/* SPDX-License-Identifier: Apache-2.0 */
/* What intake does while something it decides by is being committed. */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "tests/support/beside.h"
#include "tests/support/pg_test.h"
#include "tests/support/service_test.h"
#include "tests/support/shipped_programme.h"

#define OFFICER "district@310105"
#define STREET "subdistrict@310105001"
#define A "91310105MA1010004N"
#define SITE "310105001-0001"
#define PROGRAMME "changning-property-2023"
#define FORM \
    "[{\"name\":\"party_work\",\"value\":\"样例党建\"},{\"name\":\"governance\",\"value\":" \
    "\"样例治理\"}]"

static struct service_test s;

/* The shipped programme with that quota, as a request. */
static const char *publication(int quota)
{
    struct str json = STR_INIT;
    char *text = shipped_programme_alone(s.arena, PROGRAMME), *at;
    const char *copy;

    at = strstr(text, "quota: 5");
    cr_assert_not_null(at);
    at[strlen("quota: ")] = (char)('0' + quota);
    str_add(&json, "{\"file_name\":\"x.yaml\",\"document\":");
    pbjson_write_text(&json, text, strlen(text));
    str_add(&json, "}");
    copy = arena_strdup(s.arena, json.text);
    str_release(&json);
    return copy;
}

static void import(const char *district, const char *kind, const char *csv)
{
    const char *json = arena_printf(s.arena, "{\"kind\":\"%s\",\"csv\":\"%s\"}", kind, csv);
    const char *reply = service_test_done_in(&s, district, OFFICER, "intake.ImportRegistry", json);

    cr_assert(strstr(reply, "\"refused\":0"), "%s", reply);
}

static void setup(void)
{
    beside_patient();
    service_test_open(&s, "intake");
    service_test_clock(&s, "2023-03-28T09:00:00+08:00");
    import(TEST_DISTRICT, "regions", "code,name\\n310105001,华阳路街道\\n");
    import(TEST_CITY, "enterprises", "enterprise_id,name\\n" A ",样例甲\\n");
    import(TEST_CITY, "managers", "manager_id,name,enterprise_id\\nM1,样例经理," A "\\n");
    import(TEST_DISTRICT, "sites",
           "site_id,kind,name,subdistrict\\n" SITE ",compound,样例小区,310105001\\n");
    import(TEST_DISTRICT, "projects",
           "project_id,site_id,enterprise_id,manager_id,area_m2,from_day\\n" SITE "-P1," SITE "," A
           ",M1,1000,2022-01-01\\n");
    service_test_done(&s, OFFICER, "intake.PublishProgramme", publication(5));
}

static void teardown(void)
{
    service_test_close(&s);
}

TestSuite(intake_beside, .init = setup, .fini = teardown, .timeout = 120);

/* An application of SITE, ready to be submitted: the command that does. */
static Hp__Envelope *submission(void)
{
    service_test_clock(&s, "2023-06-05T09:00:00+08:00");
    service_test_done(&s, STREET, "intake.DraftApplication",
                      "{\"programme_id\":\"" PROGRAMME
                      "\",\"category\":\"compound\",\"subject_id\":"
                      "\"" SITE "\",\"route\":\"recommendation\",\"form\":" FORM "}");
    return service_test_envelope(&s, STREET, TEST_DISTRICT, "intake.SubmitApplication",
                                 arena_printf(s.arena, "{\"application_id\":\"%s\"}", s.last_id));
}

/* The submission begins while the change is at its commit. */
static void submitted_beside(const char *district, const char *change, const char *field)
{
    Hp__Envelope *submit = submission();
    Hp__Reply *replies[2];

    beside_hold(&s.pg, "log", "new.type = 'intake.RecordChange'");
    beside_meet(&s.pg, "intake", s.dir,
                service_test_envelope(&s, OFFICER, district, "intake.RecordChange", change), s.dir,
                submit, s.arena, replies);
    cr_assert_eq(replies[0]->status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(replies[1]->status, HP__REPLY__STATUS__REFUSED);
    cr_assert_str_eq(replies[1]->code, "condition_unmet");
    cr_assert_str_eq(replies[1]->field, field);
    cr_assert_str_eq(service_test_value(&s, "select state from application"), "draft");
}

Test(intake_beside, a_site_that_is_dissolved_beside_its_submission_does_not_stand)
{
    submitted_beside(TEST_DISTRICT,
                     "{\"subject_id\":\"" SITE
                     "\",\"kind\":\"dissolved\",\"on_day\":\"2023-06-01\"}",
                     "conditions/active");
}

/* In the lane of the city. */
Test(intake_beside, a_site_whose_enterprise_leaves_it_beside_its_submission_is_not_served)
{
    submitted_beside(TEST_CITY,
                     "{\"subject_id\":\"" A "\",\"kind\":\"left_site\",\"site_id\":\"" SITE
                     "\",\"on_day\":\"2023-06-01\"}",
                     "conditions/served");
}

static Hp__Envelope *site_named(const char *name)
{
    return service_test_envelope(&s, OFFICER, TEST_DISTRICT, "intake.RegisterSite",
                                 arena_printf(s.arena,
                                              "{\"site_id\":\"" SITE
                                              "\",\"kind\":\"compound\",\"name\":\"%s\","
                                              "\"subdistrict\":\"310105001\"}",
                                              name));
}

Test(intake_beside, the_latter_of_two_that_register_a_site_is_not_taken_for_unchanged)
{
    Hp__Reply *replies[2];

    beside_hold(&s.pg, "log", "new.type = 'intake.RegisterSite'");
    beside_meet(&s.pg, "intake", s.dir, site_named("样例新名"), s.dir, site_named("样例小区"),
                s.arena, replies);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(replies[i]->status, HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(service_test_value(&s, "select name from site"), "样例小区");
    cr_assert_str_eq(
        service_test_value(&s, "select count(*) from stream where type = 'intake.SiteRegistered'"),
        "3");
}

/*
 * Another instance read its clock on the day before, and then the programme; here the first stage
 * begins meanwhile. Whoever is first, nothing is published behind the opening.
 */
Test(intake_beside, a_programme_is_not_published_anew_behind_the_opening_of_its_stage)
{
    Hp__SetClock set = HP__SET_CLOCK__INIT;
    struct beside_ask publishing, clock;
    struct service_test second;

    service_test_second(&second, &s);
    beside_session(&s.pg, "lock table programme in access exclusive mode");
    beside_post(&publishing, second.dir, "intake",
                service_test_envelope(&s, OFFICER, TEST_DISTRICT, "intake.PublishProgramme",
                                      publication(6)));
    beside_await(&s.pg, 1);
    cr_assert_eq(instant_parse("2023-04-01T00:00:00+08:00", &set.at), 0);
    beside_post(&clock, s.dir, "intake",
                bus_envelope(s.arena, "bus.SetClock", TEST_CITY, &set.base, 30000));
    beside_await_true(&s.pg, "select (select count(*) from pg_locks where not granted) >= 2 or "
                             "exists (select from stage where state = 'open')");
    beside_let_go();
    (void)beside_hear(&publishing, s.arena);
    cr_assert_eq(beside_hear(&clock, s.arena)->status, HP__REPLY__STATUS__DONE);
    service_test_close(&second);
    cr_assert_str_eq(service_test_value(&s, "select state from stage where stage = 'mobilise'"),
                     "open");
    cr_assert_str_eq(
        service_test_value(
            &s, "select coalesce(max(seq) filter (where type = 'intake.ProgrammePublished') < "
                "min(seq) filter (where type = 'intake.StageOpened'), false) from stream"),
        "t");
}
