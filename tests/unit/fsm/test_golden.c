/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "tests/support/golden.h"

static const struct fsm_edge edges[] = {
    {"shut", "open", "open", "somebody comes"},
    {"open", "shut", "shut", "somebody goes"},
    {"shut", "lock", "locked", "for the night"},
    FSM_END,
};
static const struct fsm door = {"door", "shut", edges};

/* What the walker says of @table; "" where it holds. */
static const char *said(const struct fsm *m, const char *start, const struct golden *table)
{
    static struct errtext e;

    return golden_holds(m, start, table, &e) ? "" : e.text;
}

Test(golden, the_same_steps_in_any_order_hold)
{
    static const struct golden table[] = {
        {"shut", "lock", "locked"}, {"open", "shut", "shut"}, {"shut", "open", "open"}, {0}};

    cr_assert_str_eq(said(&door, "shut", table), "");
    cr_assert_str_eq(said(&door, "open", table), "door: begins elsewhere");
}

Test(golden, a_step_that_the_table_lacks_is_found)
{
    static const struct golden table[] = {
        {"shut", "lock", "locked"}, {"shut", "open", "open"}, {0}};

    cr_assert_str_eq(said(&door, "shut", table),
                     "door: open on shut leads to shut, the table says nothing");
}

Test(golden, a_step_that_the_machine_lacks_is_found)
{
    static const struct golden table[] = {{"shut", "lock", "locked"},
                                          {"open", "shut", "shut"},
                                          {"shut", "open", "open"},
                                          {"locked", "unlock", "shut"},
                                          {0}};

    cr_assert_str_eq(said(&door, "shut", table),
                     "door: locked on unlock leads to nothing, the table says shut");
}

Test(golden, a_step_that_leads_elsewhere_is_found)
{
    static const struct golden table[] = {
        {"shut", "lock", "shut"}, {"open", "shut", "shut"}, {"shut", "open", "open"}, {0}};

    cr_assert_str_eq(said(&door, "shut", table),
                     "door: shut on lock leads to locked, the table says shut");
}

Test(golden, a_table_that_says_two_things_and_a_faulty_machine_do_not_hold)
{
    static const struct golden twice[] = {{"shut", "lock", "locked"},
                                          {"open", "shut", "shut"},
                                          {"shut", "open", "open"},
                                          {"shut", "lock", "open"},
                                          {0}};
    static const struct fsm_edge lost[] = {{"on", "push", "off", "somebody pushes"}, FSM_END};
    static const struct fsm lamp = {"lamp", "dark", lost};
    static const struct golden table[] = {{"on", "push", "off"}, {0}};

    cr_assert_str_eq(said(&door, "shut", twice), "door: the table has shut on lock twice");
    cr_assert_str_eq(said(&lamp, "dark", table), "lamp: a state cannot be reached from the start");
}
