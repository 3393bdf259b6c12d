/* SPDX-License-Identifier: Apache-2.0 */
/* correcting - what tests of corrections do again and again */
#pragma once
#include "correction.pb-c.h"
#include "tests/integration/scoring/stage.h"

#define KIND(name) SCORING__CORRECT__KIND__##name

UNUSED static Scoring__Correct correct(Scoring__Correct__Kind kind, const char *target)
{
    Scoring__Correct q = SCORING__CORRECT__INIT;

    q.authority = arena_new_one(s.arena, Correction__Authority);
    correction__authority__init(q.authority);
    q.authority->reason = (char *)"样例理由";
    q.authority->document = (char *)"样例〔2023〕9号";
    q.kind = kind;
    q.target_id = (char *)target;
    return q;
}

/* The consequences that a look shows, as "thing from>to;...". */
UNUSED static void shows(Scoring__Correct__Kind kind, const char *target, const char *want)
{
    Scoring__PreviewCorrection q = SCORING__PREVIEW_CORRECTION__INIT;
    Scoring__CorrectReply *reply;
    const char *got = "";

    q.kind = kind;
    q.target_id = (char *)target;
    reply = sources_done(&s, OFFICER, &q.base, &scoring__correct_reply__descriptor);
    for (size_t i = 0; i < reply->correction->n_consequences; i++) {
        const Correction__Consequence *m = reply->correction->consequences[i];

        got = arena_printf(s.arena, "%s%s%s %s>%s", got, i ? ";" : "", m->thing, m->from, m->to);
    }
    cr_expect_str_eq(got, want);
}

/* Proposed as @role in @region, confirmed as @second of the district. */
UNUSED static void corrected(const char *role, const char *region, const char *second,
                             Scoring__Correct__Kind kind, const char *target)
{
    Scoring__Correct q = correct(kind, target);
    Scoring__ConfirmCorrection f = SCORING__CONFIRM_CORRECTION__INIT;
    Scoring__CorrectReply *reply =
        sources_done(&s, role, region, NULL, &q.base, &scoring__correct_reply__descriptor);

    cr_assert_str_eq(reply->correction->state, "proposed");
    f.correction_id = reply->correction->correction_id;
    refused(role, region, NULL, &f.base, "correction_same_person", NULL);
    reply = sources_done(&s, second, SOURCES_DISTRICT, NULL, &f.base,
                         &scoring__correct_reply__descriptor);
    cr_assert_str_eq(reply->correction->state, "made");
}

UNUSED static void refused_correction(const char *role, const char *region,
                                      Scoring__Correct__Kind kind, const char *target,
                                      const char *code)
{
    Scoring__Correct q = correct(kind, target);

    refused(role, region, NULL, &q.base, code, NULL);
}

/* Proposed and confirmed by two officers of the district bureau. */
UNUSED static void by_two_officers(Scoring__Correct__Kind kind, const char *target)
{
    Scoring__Correct q = correct(kind, target);
    Scoring__ConfirmCorrection f = SCORING__CONFIRM_CORRECTION__INIT;
    Hp__Envelope *env;
    Hp__Reply *reply;

    sources_done(&s, OFFICER, &q.base, NULL);
    f.correction_id = (char *)sources_last_id(&s);
    env = sources_envelope(&s, OFFICER, &f.base);
    env->actor->account = (char *)"another-officer";
    cr_assert_eq(bus_ask(s.link, s.arena, "scoring", env, &reply), 0);
    cr_assert_eq(reply->status, HP__REPLY__STATUS__DONE, "%s", reply->code ? reply->code : "");
}
