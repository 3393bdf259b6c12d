/* SPDX-License-Identifier: Apache-2.0 */
/* reporting beside the real intake and credit: read models from their events, and the rebuild */
#include <criterion/criterion.h>

#include <jansson.h>
#include <string.h>

#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "tests/support/pg_test.h"
#include "tests/support/service_test.h"
#include "tests/support/shipped_programme.h"

#define HOUSING "district@310105"
#define A "91310105MA1010004N"
#define B "91310105MA11103718"
#define PROGRAMME "changning-property-2023"

static struct service_test intake, credit, reporting;
static const char *application_a, *application_b, *deduction;

static void import(const char *district, const char *kind, const char *csv)
{
    const char *json = arena_printf(intake.arena, "{\"kind\":\"%s\",\"csv\":\"%s\"}", kind, csv);

    service_test_done_in(&intake, district, HOUSING, "intake.ImportRegistry", json);
}

static void publish(void)
{
    CLEANUP(str_release) struct str json = STR_INIT;
    const char *text = shipped_programme_alone(intake.arena, PROGRAMME);

    str_add(&json, "{\"file_name\":\"" PROGRAMME ".yaml\",\"document\":");
    pbjson_write_text(&json, text, strlen(text));
    str_add(&json, "}");
    service_test_done(&intake, HOUSING, "intake.PublishProgramme", json.text);
}

static const char *apply(const char *subject)
{
    const char *who = arena_printf(intake.arena, "enterprise@310105=%s", subject), *id;

    service_test_done(&intake, who, "intake.DraftApplication",
                      arena_printf(intake.arena,
                                   "{\"programme_id\":\"" PROGRAMME
                                   "\",\"category\":\"enterprise\","
                                   "\"subject_id\":\"%s\",\"route\":\"self\",\"form\":["
                                   "{\"name\":\"party_work\",\"value\":\"样例党建\"},"
                                   "{\"name\":\"achievements\",\"value\":\"样例事迹\"}]}",
                                   subject));
    id = arena_strdup(intake.arena, intake.last_id);
    service_test_done(&intake, who, "intake.SubmitApplication",
                      arena_printf(intake.arena, "{\"application_id\":\"%s\"}", id));
    return id;
}

static void review(const char *id, const char *decision)
{
    service_test_done(
        &intake, HOUSING, "intake.ReviewApplication",
        arena_printf(intake.arena,
                     "{\"application_id\":\"%s\",\"decision\":\"%s\",\"reason\":\"样例\"}", id,
                     decision));
}

/* All that was said has been applied. */
static void settle(void)
{
    service_test_settle(&reporting, &intake);
    service_test_settle_in(&reporting, &intake, TEST_CITY);
    service_test_settle(&reporting, &credit);
}

static void clock_all(const char *instant)
{
    service_test_clock(&intake, instant);
    service_test_clock(&credit, instant);
    service_test_clock(&reporting, instant);
}

static void record_deduction(void)
{
    service_test_done(
        &credit, "credit@310105", "credit.RecordDeduction",
        "{\"subject_kind\":\"enterprise\",\"subject_id\":\"" A
        "\",\"behaviour\":\"Q03-01\",\"on_day\":\"2023-06-01\",\"document\":\"样例\"}");
    deduction = arena_strdup(credit.arena, credit.last_id);
    service_test_done(
        &credit, "credit@310105", "credit.NotifyDeduction",
        arena_printf(credit.arena, "{\"deduction_id\":\"%s\",\"receipt\":\"样例\"}", deduction));
}

/* A is accepted and gets a deduction, B is returned. */
static void setup(void)
{
    service_test_open(&intake, "intake");
    service_test_join(&credit, "credit", &intake);
    service_test_join(&reporting, "reporting", &intake);
    clock_all("2023-04-03T09:00:00+08:00");
    import(TEST_DISTRICT, "regions", "code,name\\n310105001,华阳路街道\\n");
    import(TEST_CITY, "enterprises",
           "enterprise_id,name,area_m2\\n" A ",样例甲,1000\\n" B ",样例乙,2000\\n");
    import(TEST_DISTRICT, "sites",
           "site_id,kind,name,subdistrict\\n310105001-0001,compound,样例小区,310105001\\n");
    publish();
    clock_all("2023-06-05T09:00:00+08:00");
    application_a = apply(A);
    application_b = apply(B);
    clock_all("2023-06-06T09:00:00+08:00");
    review(application_a, "accept");
    review(application_b, "return");
    service_test_settle_in(&credit, &intake, TEST_CITY);
    clock_all("2023-06-07T09:00:00+08:00");
    record_deduction();
    settle();
}

static void teardown(void)
{
    service_test_close(&reporting);
    service_test_close(&credit);
    service_test_close(&intake);
}

TestSuite(reporting, .init = setup, .fini = teardown, .timeout = 120);

static json_t *ask(const char *type, const char *json)
{
    const char *reply = service_test_done(&reporting, HOUSING, type, json);
    json_t *doc = json_loads(reply, 0, NULL);

    cr_assert(doc, "%s", reply);
    return doc;
}

static const char *text_of(const json_t *o, const char *name)
{
    const char *text = json_string_value(json_object_get(o, name));

    return text ? text : "";
}

/* The members of a list, one field each, joined by blanks. */
static const char *list_of(const json_t *doc, const char *list, const char *field)
{
    const char *all = "";
    json_t *item;
    size_t i;

    json_array_foreach(json_object_get(doc, list), i, item) all =
        arena_printf(reporting.arena, "%s%s%s", all, i ? " " : "", text_of(item, field));
    return all;
}

Test(reporting, the_timeline_tells_in_order_what_was_said)
{
    json_t *doc = ask("reporting.GetTimeline", "{}");

    cr_expect_str_eq(list_of(doc, "entries", "kind"),
                     "intake.ProgrammePublished intake.StageOpened "
                     "intake.StageOpened intake.StageClosed "
                     "intake.ApplicationSubmitted intake.ApplicationSubmitted "
                     "intake.ApplicationAccepted intake.ApplicationReturned "
                     "credit.DeductionRecorded credit.ThresholdReached credit.DeductionChanged");
    json_decref(doc);
    doc = ask("reporting.GetTimeline", "{\"subject_id\":\"" B "\"}");
    cr_expect_str_eq(list_of(doc, "entries", "kind"),
                     "intake.ApplicationSubmitted intake.ApplicationReturned");
    json_decref(doc);
    doc = ask("reporting.GetTimeline",
              "{\"programme_id\":\"" PROGRAMME "\",\"subject_id\":\"" A "\"}");
    cr_expect_str_eq(list_of(doc, "entries", "kind"),
                     "intake.ApplicationSubmitted intake.ApplicationAccepted");
    json_decref(doc);
}

Test(reporting, pages_of_the_timeline_join_without_gap_or_repeat)
{
    const char *next = "", *all = "";
    json_t *doc = ask("reporting.GetTimeline", "{}");
    const char *whole = list_of(doc, "entries", "entry");

    json_decref(doc);
    for (int i = 0; i < 20 && next; i++) {
        doc = ask("reporting.GetTimeline",
                  arena_printf(reporting.arena, "{\"limit\":3,\"after\":\"%s\"}", next));
        all = arena_printf(reporting.arena, "%s%s%s", all, i ? " " : "",
                           list_of(doc, "entries", "entry"));
        next = json_object_get(doc, "next") ? arena_strdup(reporting.arena, text_of(doc, "next"))
                                            : NULL;
        json_decref(doc);
    }
    cr_expect_null(next);
    cr_expect_str_eq(all, whole);
    service_test_refused(&reporting, HOUSING, "reporting.GetTimeline", "{\"after\":\"x\"}",
                         "value_unknown", "after");
    service_test_refused(&reporting, HOUSING, "reporting.GetTimeline",
                         "{\"after\":\"99999999999999999999/1/1\"}", "value_unknown", "after");
}

Test(reporting, the_timeline_is_narrowed_turned_round_and_names_its_things)
{
    json_t *doc = ask("reporting.GetTimeline",
                      "{\"kinds\":[\"intake.ApplicationAccepted\",\"credit.DeductionRecorded\"],"
                      "\"newest_first\":true}"),
           *thing;

    cr_expect_str_eq(list_of(doc, "entries", "kind"),
                     "credit.DeductionRecorded intake.ApplicationAccepted");
    thing = json_object_get(json_array_get(json_object_get(doc, "entries"), 1), "thing");
    cr_expect_str_eq(text_of(thing, "kind"), "application");
    cr_expect_str_eq(text_of(thing, "id"), application_a);
    json_decref(doc);
    doc = ask("reporting.GetTimeline", "{\"account\":\"nobody\"}");
    cr_expect_str_eq(list_of(doc, "entries", "kind"), "");
    json_decref(doc);
    doc = ask("reporting.GetTimeline", "{\"to_at\":\"2000-01-01T00:00:00+08:00\"}");
    cr_expect_str_eq(list_of(doc, "entries", "kind"), "");
    json_decref(doc);
    service_test_refused(&reporting, HOUSING, "reporting.GetTimeline", "{\"kinds\":[\"x\"]}",
                         "value_unknown", "kinds/0");
}

Test(reporting, an_entry_opens_to_the_event_behind_it)
{
    json_t *doc = ask("reporting.GetTimeline", "{\"subject_id\":\"" A "\"}"), *event;
    json_t *first = json_array_get(json_object_get(doc, "entries"), 0);
    const char *entry = arena_strdup(reporting.arena, text_of(first, "entry"));

    json_decref(doc);
    doc = ask("reporting.GetEntry", arena_printf(reporting.arena, "{\"entry\":\"%s\"}", entry));
    event = json_loads(text_of(doc, "event_json"), 0, NULL);
    cr_expect_str_eq(text_of(json_object_get(event, "application"), "application_id"),
                     application_a);
    cr_expect_eq(strlen(text_of(doc, "event_sha256")), 64);
    json_decref(event);
    json_decref(doc);
    service_test_refused(&reporting, HOUSING, "reporting.GetEntry", "{\"entry\":\"intake-999\"}",
                         "not_found", "entry");
    service_test_refused(&reporting, HOUSING, "reporting.GetEntry", "{\"entry\":\"intake-1x\"}",
                         "value_unknown", "entry");
}

Test(reporting, the_funnel_counts_each_subject_once_a_step)
{
    const char *who = "enterprise@310105=" B;
    json_t *doc, *step;
    size_t i;

    /* handed in again: still one subject submitted */
    service_test_done(&intake, who, "intake.SubmitApplication",
                      arena_printf(intake.arena, "{\"application_id\":\"%s\"}", application_b));
    settle();
    doc = ask("reporting.GetFunnel", "{\"programme_id\":\"" PROGRAMME "\"}");
    cr_expect_str_eq(list_of(doc, "steps", "step"), "submitted returned accepted");
    json_array_foreach(json_object_get(doc, "steps"), i, step)
        cr_expect_eq(json_integer_value(json_object_get(step, "subjects")), i == 0 ? 2 : 1);
    json_decref(doc);
    doc = ask("reporting.GetFunnelSubjects",
              "{\"programme_id\":\"" PROGRAMME
              "\",\"category\":\"enterprise\",\"step\":\"submitted\",\"limit\":1}");
    cr_expect_str_eq(list_of(doc, "subjects", "subject_id"), strcmp(A, B) < 0 ? A : B);
    cr_expect_str_eq(text_of(doc, "next"),
                     text_of(json_array_get(json_object_get(doc, "subjects"), 0), "subject_id"));
    json_decref(doc);
    doc =
        ask("reporting.GetFunnelSubjects", "{\"programme_id\":\"" PROGRAMME
                                           "\",\"category\":\"enterprise\",\"step\":\"accepted\"}");
    cr_expect_str_eq(list_of(doc, "subjects", "subject_id"), A);
    json_decref(doc);
    service_test_refused(&reporting, HOUSING, "reporting.GetFunnelSubjects",
                         "{\"programme_id\":\"" PROGRAMME
                         "\",\"category\":\"enterprise\",\"step\":\"x\"}",
                         "value_not_allowed", "step");
}

Test(reporting, a_dossier_holds_the_last_state_of_everything_of_a_subject)
{
    json_t *doc = ask("reporting.GetDossier", "{\"subject_id\":\"" A "\"}");

    cr_expect_str_eq(text_of(doc, "name"), "样例甲");
    cr_expect_str_eq(list_of(doc, "entries", "section"), "application deduction threshold");
    cr_expect_str_eq(list_of(doc, "entries", "state"), "accepted notified ThresholdReached");
    cr_expect_str_eq(list_of(doc, "entries", "id"),
                     arena_printf(reporting.arena, "%s %s 2023", application_a, deduction));
    cr_expect_eq(json_array_size(json_object_get(doc, "timeline")), 5);
    json_decref(doc);
    service_test_refused(&reporting, HOUSING, "reporting.GetDossier", "{\"subject_id\":\"x\"}",
                         "not_found", "subject_id");
    service_test_refused(&reporting, "enterprise@310105=" A, "reporting.GetDossier",
                         "{\"subject_id\":\"" A "\"}", "forbidden", NULL);
}

Test(reporting, a_rename_shows_in_the_dossier_and_ends_nothing)
{
    json_t *doc;

    service_test_done_in(&intake, TEST_CITY, HOUSING, "intake.RecordChange",
                         "{\"subject_id\":\"" A "\",\"kind\":\"renamed\",\"on_day\":\"2023-06-01\","
                         "\"new_name\":\"样例新名\"}");
    settle();
    doc = ask("reporting.GetDossier", "{\"subject_id\":\"" A "\"}");
    cr_expect_str_eq(text_of(doc, "name"), "样例新名");
    cr_expect_str_eq(list_of(doc, "entries", "section"), "application deduction threshold");
    json_decref(doc);
}

Test(reporting, the_overview_counts_subjects_by_area)
{
    const char *reply = service_test_done(&reporting, HOUSING, "reporting.GetOverview", "{}");

    cr_expect(strstr(reply, "{\"area\":\"310105001\",\"measure\":\"compound\",\"value\":1}"), "%s",
              reply);
    cr_expect(strstr(reply, "{\"area\":\"310000\",\"measure\":\"enterprise\",\"value\":2}"), "%s",
              reply);
}

/* ---- the rebuild ---- */

Test(reporting, a_rebuild_from_the_streams_gives_the_same_rows)
{
    json_t *doc = ask("reporting.Rebuild", "{}");

    cr_expect_str_eq(list_of(doc, "differences", "key"), "");
    cr_expect_eq(json_array_size(json_object_get(doc, "differences")), 0);
    cr_expect_geq(json_integer_value(json_object_get(doc, "events")), 14);
    cr_expect_geq(json_integer_value(json_object_get(doc, "rows")), 14);
    json_decref(doc);
    /* and again: the schema aside is emptied each time */
    doc = ask("reporting.Rebuild", "{}");
    cr_expect_eq(json_array_size(json_object_get(doc, "differences")), 0);
    json_decref(doc);
}

/* Every read model: a row changed, one removed, one added. */
static const struct {
    const char *table, *where, *change;
} models[] = {
    {"timeline", "kind = 'intake.ApplicationAccepted'", "summary = summary || ' '"},
    {"timeline", "kind = 'credit.DeductionRecorded'",
     "payload = set_byte(payload, 3, get_byte(payload, 3) # 1)"},
    {"subject", "subject_id = '" A "'", "name = '样例丙'"},
    {"progress", "steps & 32 <> 0", "steps = steps | 32768"},
    {"dossier", "section = 'deduction'", "state = 'withdrawn'"},
};

static const char *run_with(const char *sql)
{
    pg_test_run(&reporting.pg, sql);
    return service_test_done(&reporting, HOUSING, "reporting.Rebuild", "{}");
}

static void expect_difference(const char *reply, const char *table, const char *key)
{
    const char *part = arena_printf(reporting.arena, "\"table\":\"%s\",\"key\":\"%s\"", table, key);

    cr_expect(strstr(reply, part), "%s is not named in %s", part, reply);
}

Test(reporting, a_changed_row_of_any_read_model_is_named)
{
    for (size_t i = 0; i < ARRAY_LEN(models); i++) {
        const char *reply = run_with(arena_printf(
            reporting.arena, "create table kept as select * from %s; update %s set %s where %s",
            models[i].table, models[i].table, models[i].change, models[i].where));

        cr_expect(strstr(reply, arena_printf(reporting.arena, "\"table\":\"%s\"", models[i].table)),
                  "%s: %s", models[i].table, reply);
        reply = run_with(arena_printf(
            reporting.arena, "delete from %s; insert into %s select * from kept; drop table kept",
            models[i].table, models[i].table));
        cr_expect(strstr(reply, "\"differences\":[]"), "%s: %s", models[i].table, reply);
    }
}

Test(reporting, a_missing_and_an_added_row_are_named_by_their_key)
{
    const char *reply = run_with("delete from dossier where section = 'deduction'");

    expect_difference(reply, "dossier",
                      arena_printf(reporting.arena, "310105/" A "/deduction/%s", deduction));
    reply = run_with("insert into subject values ('310105', 'X', 'compound', '样例', null)");
    expect_difference(reply, "subject", "310105/X");
}
