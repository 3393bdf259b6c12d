/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/application_fsm.h"

#include "common/base/banned.h"

/* clang-format off */
static const struct fsm_edge edges[] = {
    {"draft", "edit", "draft", "another version of the form"},
    {"draft", "attach", "draft", "an evidence file"},
    {"draft", "detach", "draft", "an evidence file is taken off"},
    {"draft", "caption", "draft", "what an evidence file shows"},
    {"draft", "submit", "submitted", "in time, complete, all conditions met"},
    {"draft", "withdraw", "withdrawn", "given up before it was submitted"},
    {"submitted", "forward", "submitted", "a body of the chain accepted; the next one's turn"},
    {"submitted", "accept", "accepted", "the last body of the chain accepted"},
    {"submitted", "return", "returned", "to be completed, with the reason (补正)"},
    {"submitted", "refuse", "refused", "with the reason"},
    {"submitted", "withdraw", "withdrawn", "taken back by whoever applied"},
    {"returned", "edit", "returned", "completed: another version of the form"},
    {"returned", "attach", "returned", "completed: an evidence file"},
    {"returned", "detach", "returned", "completed: an evidence file is taken off"},
    {"returned", "caption", "returned", "completed: what an evidence file shows"},
    {"returned", "submit", "submitted", "handed in again, from the beginning of the chain"},
    {"returned", "withdraw", "withdrawn", "taken back instead of completed"},
    {"accepted", "reopen", "returned", "found incomplete after all, before its list"},
    {"accepted", "retract", "withdrawn", "by whoever applied or recommended, before its list"},
    FSM_END,
};
/* clang-format on */

const struct fsm application_fsm = {"application", "draft", edges};
