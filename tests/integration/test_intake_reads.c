/* SPDX-License-Identifier: Apache-2.0 */
/* What anybody may ask intake before acting: working days, a programme's faults, a subject. */
#include "tests/integration/intake_acts.h"
#include "intake.pb-c.h"
#include "tests/support/service_test.h"

TestSuite(intake_reads, .init = setup, .fini = teardown, .timeout = 120);

static const char *asked(const char *type, const char *json)
{
    return service_test_done(&s, OFFICER, type, json);
}

/* "day why n;..." of the days counted. */
static const char *counted(const char *json)
{
    Hp__Reply *reply = service_test_ask(&s, OFFICER, TEST_DISTRICT, "intake.GetLastDay", json);
    Intake__GetLastDayReply *m = intake__get_last_day_reply__unpack(
        arena_pb(s.arena), reply->payload.len, reply->payload.data);
    const char *text = m->end_day;

    for (size_t i = 0; i < m->n_days; i++)
        text = arena_printf(s.arena, "%s;%s %s %d", text, m->days[i]->day + 5, m->days[i]->why,
                            m->days[i]->has_counted ? m->days[i]->counted : 0);
    return text;
}

Test(intake_reads, working_days_are_counted_and_each_day_says_why)
{
    /* 2023: 29 April to 3 May off, 6 May worked */
    cr_expect_str_eq(
        counted("{\"from_day\":\"2023-04-28\",\"working_days\":3}"),
        "2023-05-06;04-28 first_day 0;04-29 weekend 0;04-30 weekend 0;05-01 holiday 0;"
        "05-02 holiday 0;05-03 holiday 0;05-04 working 1;05-05 working 2;05-06 make_up 3");
    cr_expect_str_eq(
        counted("{\"from_day\":\"2023-06-02\",\"working_days\":2,\"count_start\":true}"),
        "2023-06-05;06-02 working 1;06-03 weekend 0;06-04 weekend 0;06-05 working 2");
    service_test_refused(&s, OFFICER, "intake.GetLastDay",
                         "{\"from_day\":\"2090-01-01\",\"working_days\":2}", "calendar_missing",
                         "from_day");
    service_test_refused(&s, OFFICER, "intake.GetLastDay",
                         "{\"from_day\":\"2023-01-01\",\"working_days\":0}", "number_out_of_range",
                         "working_days");
    cr_expect(has(asked("intake.GetCalendar", "{\"year\":2023}"), "\"working_days\":249"));
    service_test_refused(&s, OFFICER, "intake.GetCalendar", "{\"year\":2090}", "calendar_missing",
                         "year");
}

static const char *linted(const char *text)
{
    struct str json = STR_INIT;
    const char *copy;

    str_add(&json, "{\"document\":");
    pbjson_write_text(&json, text, strlen(text));
    str_add(&json, "}");
    copy = asked("intake.LintProgramme", json.text);
    str_release(&json);
    return copy;
}

Test(intake_reads, a_programme_is_linted_without_being_published)
{
    const char *before = service_test_value(&s, "select count(*) from programme");
    const char *reply = linted(changed("quota: 5", "quota: 6"));

    cr_expect(has(reply, "\"version\":2"), "%.300s", reply);
    cr_expect(has(reply, "quota"), "what it would change: %.300s", reply);
    reply = linted(changed("quota: 5", "quota: many"));
    cr_expect(has(reply, "\"line\":") && has(reply, "quota"), "%.300s", reply);
    cr_expect(!has(reply, "\"version\":"), "%.300s", reply);
    cr_expect_str_eq(service_test_value(&s, "select count(*) from programme"), before);
}

Test(intake_reads, a_subject_is_read_with_what_stands_beside_it)
{
    const char *site = service_test_value(&s, "select site_id from project order by 1 limit 1");
    const char *firm = service_test_value(
        &s, arena_printf(s.arena, "select enterprise_id from project where site_id = '%s'", site));
    const char *reply =
        asked("intake.GetSubject", arena_printf(s.arena, "{\"subject_id\":\"%s\"}", site));

    cr_expect(has(reply, "\"projects\":[{") && has(reply, firm), "%.300s", reply);
    reply = asked("intake.GetSubject", arena_printf(s.arena, "{\"subject_id\":\"%s\"}", firm));
    cr_expect(has(reply, "\"kind\":\"enterprise\"") && has(reply, site), "%.300s", reply);
    service_test_refused(&s, OFFICER, "intake.GetSubject", "{\"subject_id\":\"nobody\"}",
                         "not_found", "subject_id");
}
