/* SPDX-License-Identifier: Apache-2.0 */
#include "services/credit/deduction_fsm.h"

#include <string.h>

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"proposed", "notify", "notified", "the subject is told, with the time to object"},
    {"proposed", "withdraw", "withdrawn", "found wrong before anybody was told"},
    {"notified", "object", "objected",
     "rule or facts are said to be wrong; it counts until withdrawn"},
    {"notified", "time_over", "effective", "nobody objected in time"},
    {"notified", "withdraw", "withdrawn", "found wrong by the officer"},
    {"objected", "uphold", "effective", "the objection is dismissed; a second one is not taken"},
    {"objected", "withdraw", "withdrawn", "the objection is right"},
    {"effective", "repair", "repaired",
     "rectified, the waiting time over, no repeat: stops counting"},
    {"effective", "archive", "archived", "its year is over"},
    {"effective", "set_aside", "withdrawn", "a later decision found it wrong"},
    {"archived", "set_aside", "withdrawn", "a later decision found it wrong"},
    {"effective", "reopen", "objected", "the conclusion on its objection was taken back"},
    {"withdrawn", "reopen", "objected", "the conclusion on its objection was taken back"},
    {"repaired", "unrepair", "effective", "the repair was recorded by mistake: counts again"},
    FSM_END,
};

bool deduction_may_count(const char *state)
{
    static const char *const may[] = {"notified", "objected", "effective", "archived"};

    for (size_t i = 0; i < ARRAY_LEN(may); i++)
        if (strcmp(may[i], state) == 0)
            return true;
    return false;
}

const struct fsm deduction_fsm = {"deduction", "proposed", edges};
