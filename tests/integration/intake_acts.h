/* SPDX-License-Identifier: Apache-2.0 */
/* intake_acts - a registry of fictional subjects (样例), Changning's programme of 2023 and applications to it, through intake's door */
#pragma once
#include <criterion/criterion.h>

#include <pthread.h>
#include <string.h>

#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "tests/support/pg_test.h"
#include "tests/support/service_test.h"
#include "tests/support/shipped_programme.h"

#define OFFICER "district@310105"
#define STREET "subdistrict@310105001"
#define OTHER_STREET "subdistrict@310105002"
#define A "91310105MA1010004N"
#define B "91310105MA11103718"
#define ENTERPRISE "enterprise@310105=" A
#define OTHER_ENTERPRISE "enterprise@310105=" B
#define SITE "310105001-0001"
#define PROGRAMME "changning-property-2023"
#define FULL_FORM \
    "[{\"name\":\"party_work\",\"value\":\"样例党建\"},{\"name\":\"governance\",\"value\":" \
    "\"样例治理\"}]"
#define ENTERPRISE_FORM \
    "[{\"name\":\"party_work\",\"value\":\"样例党建\"},{\"name\":\"achievements\",\"value\":" \
    "\"样例事迹\"}]"

static struct service_test s;

UNUSED static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

UNUSED static const char *document(void)
{
    return shipped_programme_alone(s.arena, PROGRAMME);
}

UNUSED static const char *publication(const char *text)
{
    struct str json = STR_INIT;
    const char *copy;

    str_add(&json, "{\"file_name\":\"x.yaml\",\"document\":");
    pbjson_write_text(&json, text, strlen(text));
    str_add(&json, "}");
    copy = arena_strdup(s.arena, json.text);
    str_release(&json);
    return copy;
}

UNUSED static const char *publish(const char *text)
{
    return service_test_done(&s, OFFICER, "intake.PublishProgramme", publication(text));
}

/* The shipped programme with one text replaced by another. */
UNUSED static const char *changed(const char *old, const char *new)
{
    const char *text = document(), *at = strstr(text, old);

    cr_assert_not_null(at, "%s", old);
    return arena_printf(s.arena, "%.*s%s%s", (int)(at - text), text, new, at + strlen(old));
}

UNUSED static void import(const char *district, const char *kind, const char *csv)
{
    struct str json = STR_INIT;
    const char *reply;

    str_printf(&json, "{\"kind\":\"%s\",\"csv\":", kind);
    pbjson_write_text(&json, csv, strlen(csv));
    str_add(&json, "}");
    reply = service_test_done_in(&s, district, OFFICER, "intake.ImportRegistry", json.text);
    str_release(&json);
    cr_assert(has(reply, "\"refused\":0"), "%s", reply);
}

UNUSED static void registry(void)
{
    import(TEST_DISTRICT, "regions", "code,name\n310105001,华阳路街道\n310105002,江苏路街道\n");
    import(TEST_CITY, "enterprises", "enterprise_id,name\n" A ",样例甲\n" B ",样例乙\n");
    import(TEST_CITY, "managers", "manager_id,name,enterprise_id\nM1,样例经理," A "\n");
    import(TEST_DISTRICT, "sites",
           "site_id,kind,name,subdistrict\n" SITE ",compound,样例小区,310105001\n"
           "310105001-0002,compound,样例无人小区,310105001\n310105001-B001,building,样例大厦,"
           "310105001\n");
    import(TEST_DISTRICT, "projects",
           "project_id,site_id,enterprise_id,manager_id,area_m2,from_day\n" SITE "-P1," SITE "," A
           ",M1,1000,2022-01-01\n"
           "310105001-B001-P1,310105001-B001," A ",M1,1000,2022-01-01\n");
}

UNUSED static void setup(void)
{
    service_test_open(&s, "intake");
    service_test_clock(&s, "2023-03-28T09:00:00+08:00");
    registry();
    publish(document());
    service_test_clock(&s, "2023-06-05T09:00:00+08:00");
}

UNUSED static void teardown(void)
{
    service_test_close(&s);
}

UNUSED static const char *draft_json(const char *category, const char *subject, const char *route,
                                     const char *more)
{
    return arena_printf(s.arena,
                        "{\"programme_id\":\"" PROGRAMME
                        "\",\"category\":\"%s\",\"subject_id\":\"%s\",\"route\":\"%s\"%s}",
                        category, subject, route, more);
}

/* Draft a compound's application as the subdistrict; its id. */
UNUSED static const char *drafted(void)
{
    service_test_done(&s, STREET, "intake.DraftApplication",
                      draft_json("compound", SITE, "recommendation", ",\"form\":" FULL_FORM));
    return arena_strdup(s.arena, s.last_id);
}

UNUSED static const char *about(const char *id, const char *more)
{
    return arena_printf(s.arena, "{\"application_id\":\"%s\"%s}", id, more);
}

UNUSED static const char *state_of(const char *id)
{
    return service_test_value(&s, arena_printf(s.arena,
                                               "select state || coalesce(' ' || step, '') from "
                                               "application where application_id = '%s'",
                                               id));
}
