/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/reevaluation/case_fsm.h"

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"open", "judge", "judged", "every fact that decides is known; the verdict is computed"},
    {"open", "wait", "open", "a fact is not recorded yet and no condition is met"},
    {"judged", "judge", "judged", "computed again from the facts of the day"},
    {"judged", "wait", "open", "a fact the verdict stood on is missing now"},
    {"judged", "forward", "forwarded",
     "first instance: the subdistrict puts it on its confirmed list"},
    {"forwarded", "judge", "judged",
     "computed anew with another outcome: the subdistrict looks again"},
    {"forwarded", "wait", "open", "a fact the verdict stood on is missing now"},
    {"judged", "confirm", "confirmed", "an officer confirms; the verdict stands"},
    {"forwarded", "confirm", "confirmed", "second instance: an officer of the district confirms"},
    {"open", "end", "ended", "the honour ended otherwise: dissolved, left, lapsed or revoked"},
    {"judged", "end", "ended", "the honour ended otherwise before the verdict was confirmed"},
    {"forwarded", "end", "ended", "the honour ended otherwise before the verdict was confirmed"},
    {"confirmed", "set_aside", "open", "the verdict was wrong, or what it stood on fell away"},
    {"ended", "restore", "open", "the honour is held again"},
    FSM_END,
};
const struct fsm case_fsm = {"case", "open", edges};
