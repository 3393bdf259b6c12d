/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "common/fsm/fsm.h"

static const struct fsm_edge edges[] = {
    {"draft", "post", "open", "the entry goes on notice"},
    {"open", "object", "contested", "someone objects"},
    {"contested", "dismiss", "open", "the objection is dismissed"},
    {"open", "period_over", "stood", "nobody objected in time"},
    {"contested", "uphold", "withdrawn", "the objection is upheld"},
    {"open", "withdraw", "withdrawn", "the organiser withdraws it"},
    FSM_END,
};
static const struct fsm notice = {"notice", "draft", edges};

Test(fsm, finds_the_edge_and_knows_what_is_forbidden)
{
    cr_assert_str_eq(fsm_edge_for(&notice, "open", "object")->to, "contested");
    cr_assert_null(fsm_edge_for(&notice, "draft", "object"));
    cr_assert_null(fsm_edge_for(&notice, "stood", "post"));
    cr_assert_null(fsm_edge_for(&notice, "nowhere", "post"));
}

Test(fsm, a_sound_table_has_no_fault)
{
    cr_assert_null(fsm_fault(&notice));
}

#define FAULTY(...) ((struct fsm){"m", "a", (const struct fsm_edge[]){__VA_ARGS__, FSM_END}})

Test(fsm, each_fault_of_a_table_is_named)
{
    struct fsm unreachable =
        FAULTY({"a", "x", "b", "w"}, {"c", "x", "d", "w"}, {"d", "y", "c", "w"});
    struct fsm doubled = FAULTY({"a", "x", "b", "w"}, {"a", "x", "a", "w"});
    struct fsm reasonless = FAULTY({"a", "x", "b", ""});
    struct fsm wordless = FAULTY({"a", "", "b", "w"});
    struct fsm empty = {"m", "a", (const struct fsm_edge[]){FSM_END}};
    struct fsm startless = {"m", "", edges};

    cr_assert_str_eq(fsm_fault(&unreachable), "a state cannot be reached from the start");
    cr_assert_str_eq(fsm_fault(&doubled), "an event has two edges from one state");
    cr_assert_str_eq(fsm_fault(&reasonless), "an edge has no reason");
    cr_assert_str_eq(fsm_fault(&wordless), "an edge lacks a state or its event");
    cr_assert_str_eq(fsm_fault(&empty), "the machine has no edges");
    cr_assert_str_eq(fsm_fault(&startless), "the machine has no name or no start");
}

Test(fsm, order_of_rows_does_not_matter_to_reach)
{
    struct fsm backwards = FAULTY({"c", "z", "d", "w"}, {"b", "y", "c", "w"}, {"a", "x", "b", "w"});

    cr_assert_null(fsm_fault(&backwards));
}

Test(fsm, prints_a_diagram_with_start_reasons_and_ends)
{
    CLEANUP(str_release) struct str out = STR_INIT;

    fsm_print(&notice, &out);
    cr_assert_str_eq(out.text, "stateDiagram-v2\n"
                               "    [*] --> draft\n"
                               "    draft --> open : post - the entry goes on notice\n"
                               "    open --> contested : object - someone objects\n"
                               "    contested --> open : dismiss - the objection is dismissed\n"
                               "    open --> stood : period_over - nobody objected in time\n"
                               "    contested --> withdrawn : uphold - the objection is upheld\n"
                               "    open --> withdrawn : withdraw - the organiser withdraws it\n"
                               "    stood --> [*]\n"
                               "    withdrawn --> [*]\n");
}
