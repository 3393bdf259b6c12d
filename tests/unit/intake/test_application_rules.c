/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "services/intake/application/application_rules.h"

static const char *both[] = {"subdistrict", "district"};
static const struct programme_route long_route = {.chain = {both, 2}};
static const struct programme_route empty_route = {.chain = {NULL, 0}};

Test(application_rules, turns_follow_the_chain_to_its_end)
{
    cr_assert_str_eq(chain_next(&long_route, NULL), "subdistrict");
    cr_assert_str_eq(chain_next(&long_route, "subdistrict"), "district");
    cr_assert_null(chain_next(&long_route, "district"));
}

Test(application_rules, a_step_that_is_not_in_the_chain_has_no_next)
{
    cr_assert_null(chain_next(&long_route, "city"));
    cr_assert_null(chain_next(&empty_route, NULL));
}

static bool acts(const char *role, const char *region, enum role as, const char *subdistrict)
{
    Hp__Binding binding = HP__BINDING__INIT, *bindings[] = {&binding};
    Hp__Actor actor = HP__ACTOR__INIT;
    struct ctx c = {.district = "310105", .actor = &actor};
    struct application a = {.subdistrict = subdistrict};

    binding.role = (char *)role;
    binding.region = (char *)region;
    actor.bindings = bindings;
    actor.n_bindings = 1;
    return may_act_as(&c, as, &a);
}

Test(application_rules, a_subdistrict_acts_on_its_own_applications_only)
{
    cr_assert(acts("subdistrict", "310105001", ROLE_SUBDISTRICT, "310105001"));
    cr_assert_not(acts("subdistrict", "310105002", ROLE_SUBDISTRICT, "310105001"));
    cr_assert_not(acts("subdistrict", "310105001", ROLE_SUBDISTRICT, NULL));
    cr_assert_not(acts("district", "310105", ROLE_SUBDISTRICT, "310105001"));
}

Test(application_rules, a_district_body_acts_in_its_district)
{
    cr_assert(acts("district", "310105", ROLE_DISTRICT, NULL));
    cr_assert(acts("organisation", "310000", ROLE_ORGANISATION, "310105001"));
    cr_assert_not(acts("district", "310104", ROLE_DISTRICT, "310105001"));
    cr_assert_not(acts("subdistrict", "310105001", ROLE_DISTRICT, "310105001"));
}
