/* SPDX-License-Identifier: Apache-2.0 */
/* The states are those of domain.md section 5. */
#include "services/publicity/notice/notice_fsm.h"

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"draft", "sign", "draft", "one body signed; others have yet to"},
    {"draft", "sign_last", "signed", "every body that has to sign has signed"},
    {"draft", "replace", "replaced", "a corrected draft takes its place"},
    {"draft", "unsign", "draft", "signatures are withdrawn; it must be signed anew"},
    {"draft", "drop", "dropped", "it will not be published"},
    {"signed", "schedule", "scheduled", "the instant of publishing is fixed"},
    {"signed", "replace", "replaced", "a corrected draft takes its place; it must be signed anew"},
    {"signed", "unsign", "draft", "signatures are withdrawn; it must be signed anew"},
    {"signed", "drop", "dropped", "it will not be published"},
    {"scheduled", "schedule", "scheduled", "published at another instant than first planned"},
    {"scheduled", "publish", "published", "the instant has come"},
    {"scheduled", "unschedule", "signed", "it is not published then; nobody has to sign again"},
    {"scheduled", "drop", "dropped", "what it would have shown was taken back"},
    {"scheduled", "replace", "replaced",
     "a corrected draft takes its place; it must be signed anew"},
    {"published", "close", "closed", "the last working day is over"},
    {"published", "replace", "replaced", "the correction is published"},
    {"published", "end", "ended", "what it shows was taken back"},
    {"closed", "replace", "replaced", "the correction is published"},
    {"closed", "end", "ended", "what it shows was taken back"},
    FSM_END,
};

const struct fsm notice_fsm = {"notice", "draft", edges};
