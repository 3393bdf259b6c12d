/* SPDX-License-Identifier: Apache-2.0 */
/* correcting - what tests of corrections do again and again */
#pragma once
#include "acts.h"

#include "correction.pb-c.h"

#define KIND(name) PUBLICITY__CORRECT__KIND__##name

UNUSED static Publicity__Correct correct(Publicity__Correct__Kind kind, const char *target)
{
    Publicity__Correct q = PUBLICITY__CORRECT__INIT;

    q.authority = arena_new_one(s.arena, Correction__Authority);
    correction__authority__init(q.authority);
    q.authority->reason = (char *)"样例理由";
    q.authority->document = (char *)"样例〔2023〕9号";
    q.kind = kind;
    q.target_id = (char *)target;
    return q;
}

UNUSED static Correction__Correction *ask_for(const char *role, Publicity__Correct__Kind kind,
                                              const char *target)
{
    Publicity__Correct q = correct(kind, target);
    Publicity__CorrectReply *reply = read_as(role, &q.base, &publicity__correct_reply__descriptor);

    cr_expect_str_eq(reply->correction->authority->document, "样例〔2023〕9号");
    cr_expect_str_eq(reply->correction->role, role);
    return reply->correction;
}

UNUSED static void expect_refused(const Hp__Reply *reply, const char *code)
{
    cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED, "%d, want %s", (int)reply->status,
                 code);
    cr_assert_str_eq(reply->code, code);
}

UNUSED static void refused_correction(const char *role, Publicity__Correct__Kind kind,
                                      const char *target, const char *code)
{
    Publicity__Correct q = correct(kind, target);
    Publicity__PreviewCorrection look = PUBLICITY__PREVIEW_CORRECTION__INIT;

    refused(role, &q.base, code, "target_id");
    if (strcmp(code, "correction_open") == 0)
        return; /* what it would do can be looked at all the same */
    look.kind = kind;
    look.target_id = (char *)target;
    refused(role, &look.base, code, "target_id");
}

UNUSED static Correction__Correction *preview(const char *role, Publicity__Correct__Kind kind,
                                              const char *target)
{
    Publicity__PreviewCorrection q = PUBLICITY__PREVIEW_CORRECTION__INIT;
    Publicity__CorrectReply *reply;

    q.kind = kind;
    q.target_id = (char *)target;
    reply = read_as(role, &q.base, &publicity__correct_reply__descriptor);
    return reply->correction;
}

/* The consequences as "thing from>to;...". */
UNUSED static void shows(const Correction__Correction *m, const char *want)
{
    const char *got = "";

    for (size_t i = 0; i < m->n_consequences; i++)
        got = arena_printf(s.arena, "%s%s%s %s>%s", got, i ? ";" : "", m->consequences[i]->thing,
                           m->consequences[i]->from, m->consequences[i]->to);
    cr_expect_str_eq(got, want);
}

UNUSED static Correction__Correction *confirm(const char *role, const char *id)
{
    Publicity__ConfirmCorrection q = PUBLICITY__CONFIRM_CORRECTION__INIT;
    Publicity__CorrectReply *reply;

    q.correction_id = (char *)id;
    reply = read_as(role, &q.base, &publicity__correct_reply__descriptor);
    return reply->correction;
}

/* Ask as @account in @role. */
UNUSED static Hp__Reply *ask_as(const char *account, const char *role,
                                const ProtobufCMessage *message)
{
    Hp__Envelope *env = sources_envelope(&s, role, DISTRICT, NULL, message);
    Hp__Reply *reply;

    env->actor->account = (char *)account;
    cr_assert_eq(bus_ask(s.link, s.arena, "publicity", env, &reply), 0);
    return reply;
}

/* The same by another account than the one of that role in these tests. */
UNUSED static void confirm_as(const char *account, const char *role, const char *id)
{
    Publicity__ConfirmCorrection q = PUBLICITY__CONFIRM_CORRECTION__INIT;
    Hp__Reply *reply;

    q.correction_id = (char *)id;
    reply = ask_as(account, role, &q.base);
    cr_assert_eq(reply->status, HP__REPLY__STATUS__DONE, "%s", reply->code ? reply->code : "");
}

UNUSED static void refused_confirmation(const char *role, const char *id, const char *code)
{
    Publicity__ConfirmCorrection q = PUBLICITY__CONFIRM_CORRECTION__INIT;

    q.correction_id = (char *)id;
    expect_refused(sources_ask(&s, role, DISTRICT, NULL, &q.base), code);
}

UNUSED static void finalise(const char *list)
{
    Publicity__FinaliseList q = PUBLICITY__FINALISE_LIST__INIT;

    q.list_id = (char *)list;
    q.document = (char *)"样例〔2023〕3号";
    done("district", &q.base);
}

/* Another list of the programme in which @first and @last have changed places, as scoring says it. */
UNUSED static void propose_instead(const char *list, const char *replaces, const char *first,
                                   const char *last)
{
    Scoring__ListProposed e = SCORING__LIST_PROPOSED__INIT;
    Scoring__ScoredSubject *proposed[] = {
        subject(first, "compound", "sites", 1), subject("s2", "compound", "sites", 2),
        subject(last, "compound", "sites", 3), subject("E1", "enterprise", "enterprises", 1)};

    e.list_id = (char *)list;
    e.programme_id = (char *)PROGRAMME;
    e.run_id = e.result_sha256 = (char *)"sample";
    e.proposed = proposed;
    e.n_proposed = ARRAY_LEN(proposed);
    e.replaces = (char *)replaces;
    tell("scoring", DISTRICT, &e.base);
}

/* Conclude an objection that is under investigation again. */
UNUSED static void conclude_again(const char *id, Publicity__ResolveObjection__Result result)
{
    Publicity__ResolveObjection q = PUBLICITY__RESOLVE_OBJECTION__INIT;

    q.objection_id = (char *)id;
    q.answer = (char *)"样例";
    q.result = result;
    done("district", &q.base);
}
