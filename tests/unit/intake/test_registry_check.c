/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "services/intake/registry/registry_rows.h"

static struct ctx c;

static void setup(void)
{
    c = (struct ctx){.arena = arena_new(), .district = "310105", .now = INT64_C(1700000000000000)};
}

static void teardown(void)
{
    arena_free(c.arena);
}

TestSuite(registry_check, .init = setup, .fini = teardown);

/* "field reason", or "" for a good row. */
static const char *verdict(int kind, const char *json)
{
    const struct registry_kind *k = &registry_kinds[kind];
    ProtobufCMessage *message = NULL;
    struct pbjson_fault bad = {0};
    struct fault f = {0};

    cr_assert_eq(pbjson_read(c.arena, k->message, json, strlen(json), &message, &bad), 0, "%s: %s",
                 json, bad.field);
    k->check(&c, message, &f);
    return f.reason ? arena_printf(c.arena, "%s %s", f.field, reason_row(f.reason)->code) : "";
}

#define GOOD(kind, json) cr_assert_str_eq(verdict(REGISTRY_##kind, json), "")
#define BAD(kind, json, what) cr_assert_str_eq(verdict(REGISTRY_##kind, json), what)

Test(registry_check, an_enterprise_has_a_credit_code)
{
    GOOD(ENTERPRISE, "{\"enterprise_id\":\"91350100M000100Y43\",\"name\":\"样例\",\"area_m2\":1}");
    BAD(ENTERPRISE, "{\"enterprise_id\":\"91350100M000100Y44\",\"name\":\"样例\"}",
        "enterprise_id uscc_check_digit");
    GOOD(ENTERPRISE, "{\"enterprise_id\":\"91350100M000100Y44\",\"name\":\"样例\",\"confirm\":["
                     "\"uscc_check_digit\"]}");
    BAD(ENTERPRISE,
        "{\"enterprise_id\":\"91350100M000100Y4\",\"name\":\"样例\",\"confirm\":[\"uscc_check_"
        "digit\"]}",
        "enterprise_id uscc_bad");
    BAD(ENTERPRISE, "{\"enterprise_id\":\"91350100M000100O43\",\"name\":\"样例\"}",
        "enterprise_id uscc_bad");
    BAD(ENTERPRISE, "{\"enterprise_id\":\"91350100M000100Y43\",\"name\":\"\"}",
        "name text_missing");
    BAD(ENTERPRISE, "{\"enterprise_id\":\"91350100M000100Y43\",\"name\":\"样例\",\"area_m2\":0}",
        "area_m2 number_out_of_range");
}

Test(registry_check, a_site_is_numbered_in_its_subdistrict)
{
#define SITE(id, kind, sub) \
    "{\"site_id\":\"" id "\",\"kind\":\"" kind "\",\"name\":\"样例\",\"subdistrict\":\"" sub "\"}"
    GOOD(SITE, SITE("310105001-0001", "compound", "310105001"));
    GOOD(SITE, SITE("310105001-B001", "building", "310105001"));
    BAD(SITE, SITE("310105001-B001", "compound", "310105001"), "site_id id_bad");
    BAD(SITE, SITE("310105001-0001", "building", "310105001"), "site_id id_bad");
    BAD(SITE, SITE("310105001-001", "compound", "310105001"), "site_id id_bad");
    BAD(SITE, SITE("310105001-00x1", "compound", "310105001"), "site_id id_bad");
    BAD(SITE, SITE("310105002-0001", "compound", "310105001"), "site_id site_elsewhere");
    BAD(SITE, SITE("310105001-0001", "compound", "310105"), "subdistrict region_not_here");
    BAD(SITE, SITE("310104001-0001", "compound", "310104001"), "subdistrict region_not_here");
}

Test(registry_check, a_list_holds_no_separator)
{
    BAD(SITE,
        "{\"site_id\":\"310105001-0001\",\"kind\":\"compound\",\"name\":\"样例\",\"subdistrict\":"
        "\"310105001\",\"aliases\":[\"a;b\"]}",
        "aliases separator_inside");
    BAD(EXPERT, "{\"expert_id\":\"E1\",\"name\":\"样例\",\"enterprise_links\":[\"\"]}",
        "enterprise_links text_missing");
}

Test(registry_check, a_project_is_numbered_at_its_site_and_its_days_exist_in_order)
{
#define PROJECT(id, area, from, to) \
    "{\"project_id\":\"" id "\",\"site_id\":\"310105001-0001\",\"enterprise_id\":\"x\",\"manager_" \
    "id\":\"y\",\"area_m2\":" area ",\"from_day\":\"" from "\"" to "}"
    GOOD(PROJECT, PROJECT("310105001-0001-P1", "1", "2023-01-01", ""));
    GOOD(PROJECT, PROJECT("310105001-0001-P12", "1", "2023-01-01", ",\"to_day\":\"2023-01-01\""));
    BAD(PROJECT, PROJECT("310105001-0002-P1", "1", "2023-01-01", ""), "project_id id_bad");
    BAD(PROJECT, PROJECT("310105001-0001-P", "1", "2023-01-01", ""), "project_id id_bad");
    BAD(PROJECT, PROJECT("P", "1", "2023-01-01", ""), "project_id id_bad");
    BAD(PROJECT, PROJECT("310105001-0001-P1", "1", "2023-02-29", ""), "from_day date_bad");
    BAD(PROJECT, PROJECT("310105001-0001-P1", "1", "2023-01-02", ",\"to_day\":\"2023-01-01\""),
        "to_day days_reversed");
    BAD(PROJECT, PROJECT("310105001-0001-P1", "0", "2023-01-01", ""),
        "area_m2 number_out_of_range");
}

Test(registry_check, a_region_lies_in_the_district)
{
    GOOD(REGION, "{\"code\":\"310105001\",\"name\":\"样例\"}");
    GOOD(REGION, "{\"code\":\"310105001001\",\"name\":\"样例\",\"from_day\":\"2023-01-01\"}");
    BAD(REGION, "{\"code\":\"310105\",\"name\":\"样例\"}", "code region_not_here");
    BAD(REGION, "{\"code\":\"310106001\",\"name\":\"样例\"}", "code region_not_here");
    BAD(REGION, "{\"code\":\"3101050011\",\"name\":\"样例\"}", "code region_not_here");
}

Test(registry_check, an_id_is_of_plain_signs)
{
    GOOD(MANAGER, "{\"manager_id\":\"SH-2023_1.x\",\"name\":\"样例\",\"enterprise_id\":\"x\"}");
    BAD(MANAGER, "{\"manager_id\":\"a b\",\"name\":\"样例\",\"enterprise_id\":\"x\"}",
        "manager_id id_bad");
    BAD(MANAGER, "{\"manager_id\":\"\",\"name\":\"样例\",\"enterprise_id\":\"x\"}",
        "manager_id text_missing");
    BAD(EXPERT, "{\"expert_id\":\"12345678901234567890123456789012345678901\",\"name\":\"样例\"}",
        "expert_id text_too_long");
}

#define COMMITTEE(id, site, more) \
    "{\"committee_id\":\"" id "\",\"name\":\"样例业委会\",\"site_id\":\"" site \
    "\",\"from_day\":\"2021-03-01\",\"to_day\":\"2026-02-28\"," more "}"
#define OF_SITE "310105001-0001"

Test(registry_check, a_committee_is_numbered_by_its_compound_and_term)
{
    GOOD(COMMITTEE, COMMITTEE(OF_SITE "-Y3", OF_SITE, "\"members\":7"));
    GOOD(COMMITTEE, COMMITTEE(OF_SITE "-Y12", OF_SITE,
                              "\"members\":7,\"party_members\":7,\"filed_day\":\"2023-11-15\""));
    BAD(COMMITTEE, COMMITTEE(OF_SITE "-Y03", OF_SITE, "\"members\":7"), "committee_id id_bad");
    BAD(COMMITTEE, COMMITTEE(OF_SITE "-Y", OF_SITE, "\"members\":7"), "committee_id id_bad");
    BAD(COMMITTEE, COMMITTEE(OF_SITE "-Y1000", OF_SITE, "\"members\":7"), "committee_id id_bad");
    BAD(COMMITTEE, COMMITTEE("310105001-0002-Y3", OF_SITE, "\"members\":7"),
        "committee_id committee_elsewhere");
    BAD(COMMITTEE, COMMITTEE(OF_SITE "-P3", OF_SITE, "\"members\":7"),
        "committee_id committee_elsewhere");
    BAD(COMMITTEE, COMMITTEE("-Y3", "", "\"members\":7"), "site_id id_bad");
}

Test(registry_check, of_a_committees_members_not_more_than_all_are_of_the_party)
{
    GOOD(COMMITTEE, COMMITTEE(OF_SITE "-Y3", OF_SITE, "\"members\":7,\"party_members\":0"));
    BAD(COMMITTEE, COMMITTEE(OF_SITE "-Y3", OF_SITE, "\"members\":7,\"party_members\":8"),
        "party_members more_than_members");
    BAD(COMMITTEE, COMMITTEE(OF_SITE "-Y3", OF_SITE, "\"members\":7,\"party_members\":-1"),
        "party_members number_out_of_range");
    BAD(COMMITTEE, COMMITTEE(OF_SITE "-Y3", OF_SITE, "\"members\":0"),
        "members number_out_of_range");
}

Test(registry_check, a_term_is_filed_by_today_and_ends_after_it_begins)
{
    BAD(COMMITTEE, COMMITTEE(OF_SITE "-Y3", OF_SITE, "\"members\":7,\"filed_day\":\"2023-11-16\""),
        "filed_day day_in_future");
    BAD(COMMITTEE, COMMITTEE(OF_SITE "-Y3", OF_SITE, "\"members\":7,\"filed_day\":\"2023-02-29\""),
        "filed_day date_bad");
    BAD(COMMITTEE,
        "{\"committee_id\":\"" OF_SITE "-Y3\",\"name\":\"样例业委会\",\"site_id\":\"" OF_SITE
        "\",\"members\":5,\"from_day\":\"2021-03-01\",\"to_day\":\"2021-02-28\"}",
        "to_day days_reversed");
}
