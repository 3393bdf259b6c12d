/* SPDX-License-Identifier: Apache-2.0 */
/* What changes leave behind on an honour; what ends one is unit/subject/exit. */
#include <criterion/criterion.h>

#include "common/base/clock.h"
#include "services/publicity/honour/honour_rules.h"

static const char *ends[] = {"dissolved", "left_district", "left_site"};
static const char *exempt[] = {"merged", "renamed", "branch_changed"};

static struct programme changning(void)
{
    struct programme p = {.id = "p"};

    p.exit.ends = (struct texts){ends, 3};
    p.exit.exempt = (struct texts){exempt, 3};
    return p;
}

static const struct honour enterprise = {.district = "310105",
                                         .subject_id = "E1",
                                         .enterprise_id = "E1",
                                         .subject_kind = "enterprise",
                                         .name = "样例一",
                                         .state = "held"};
static const struct honour site = {.district = "310105",
                                   .subject_id = "310105001-0001",
                                   .enterprise_id = "E1",
                                   .subject_kind = "compound",
                                   .name = "样例小区",
                                   .state = "held"};

static struct change change(const char *kind, const char *subject, int32_t day)
{
    return (struct change){.region = "310000", .kind = kind, .subject_id = subject, .day = day};
}

Test(honour, the_exit_rule_sees_its_holder_and_who_serves_it)
{
    struct exit_holder h = honour_holder(&enterprise);

    cr_expect(h.enterprise);
    cr_expect_str_eq(h.subject_id, "E1");
    cr_expect_eq(h.since_day, DAY_NONE);
    h = honour_holder(&site);
    cr_expect_not(h.enterprise);
    cr_expect_str_eq(h.district, "310105");
    cr_expect_str_eq(h.enterprise_id, "E1");
}

Test(honour, it_bears_the_new_name_of_its_holder_and_of_whom_that_went_on_in)
{
    struct programme p = changning();
    struct honour h = enterprise;
    struct change changes[] = {change("renamed", "E1", 1), change("merged", "E1", 2),
                               change("renamed", "E2", 3)};

    changes[0].name = "样例新一";
    changes[1].into_id = "E2";
    changes[2].name = "样例二";
    cr_expect(honour_carry(&h, &p, changes, 1));
    cr_expect_str_eq(h.name, "样例新一");
    cr_expect_str_eq(h.enterprise_id, "E1");
    cr_expect(honour_carry(&h, &p, changes, 3));
    cr_expect_str_eq(h.name, "样例二");
    cr_expect_str_eq(h.enterprise_id, "E2");
    cr_expect_str_eq(h.subject_id, "E1");
    cr_expect_not(honour_carry(&h, &p, changes + 1, 2), "nothing differs any more");
}

Test(honour, a_site_keeps_its_name_when_who_serves_it_has_a_new_one)
{
    struct programme p = changning();
    struct honour h = site;
    struct change changes[] = {change("renamed", "E1", 1), change("renamed", "310105001-0001", 1)};

    changes[0].name = changes[1].name = "样例新名";
    cr_expect_not(honour_carry(&h, &p, changes, 1));
    cr_expect_str_eq(h.name, "样例小区");
    cr_expect(honour_carry(&h, &p, changes, 2));
    cr_expect_str_eq(h.name, "样例新名");
}

Test(honour, what_befalls_others_or_in_another_district_leaves_nothing_behind)
{
    struct programme p = changning();
    struct honour h = enterprise;
    struct change changes[] = {change("renamed", "E2", 1), change("renamed", "E1", 1),
                               change("merged", "E1", 1)};

    changes[0].name = changes[1].name = "样例新名";
    changes[2].into_id = "E3";
    changes[1].region = changes[2].region = "310106";
    cr_expect_not(honour_carry(&h, &p, changes, 3));
    cr_expect_str_eq(h.name, "样例一");
    cr_expect_str_eq(h.enterprise_id, "E1");
}
