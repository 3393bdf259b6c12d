/* SPDX-License-Identifier: Apache-2.0 */
/* What 区委组织部 and 区房管局 decide together takes effect with the second signature, and only as it was signed. */
#include "acts.h"
#include "correcting.h"

static void open_whole(void)
{
    open_stage_with(shipped_programme);
    propose("list-1");
    on_display("2023-10-16T09:00:00+08:00");
    sources_clock(&s, "2023-11-01T00:00:00+08:00");
}

TestSuite(joint, .init = open_whole, .fini = close_stage, .timeout = 120);

static Publicity__FinaliseList finality(void)
{
    Publicity__FinaliseList q = PUBLICITY__FINALISE_LIST__INIT;

    q.list_id = (char *)"list-1";
    q.document = (char *)"样例〔2023〕3号";
    return q;
}

static Joint__Act *asked(void)
{
    Publicity__FinaliseList q = finality();

    return waits("district", &q.base);
}

static const char *acts(const char *state)
{
    Publicity__ListActs q = PUBLICITY__LIST_ACTS__INIT;
    Publicity__ListActsReply *reply;
    const char *text = "";

    q.state = (char *)state;
    reply = read_as("auditor", &q.base, &publicity__list_acts_reply__descriptor);
    for (size_t i = 0; i < reply->n_acts; i++)
        text = arena_printf(s.arena, "%s%s %s;", text, reply->acts[i]->kind, reply->acts[i]->state);
    return text;
}

static Joint__Act *signed_by(const char *role, const Joint__Act *act)
{
    Publicity__SignAct q = signing(act);
    Publicity__ActReply *reply = read_as(role, &q.base, &publicity__act_reply__descriptor);

    return reply->act;
}

static void cannot_sign(const char *role, const Joint__Act *act, const char *code,
                        const char *field)
{
    Publicity__SignAct q = signing(act);

    refused(role, &q.base, code, field);
}

Test(joint, a_final_list_waits_for_the_other_department)
{
    const Joint__Act *act = asked();
    Publicity__SignAct other = signing(act);

    cr_assert_eq(act->n_signatures, 2);
    cr_expect_str_eq(act->signatures[0]->body, "organisation");
    cr_expect_null(act->signatures[0]->account);
    cr_expect_str_eq(act->signatures[1]->body, "housing");
    cr_expect_not_null(act->signatures[1]->account);
    cr_expect_eq(act->n_content, 4);
    cr_expect_str_eq(act->state, "signing");
    cr_expect_str_eq(value("select count(*) from honour"), "0");
    cr_expect_str_eq(value("select state from award_list"), "on_notice");
    other.content_sha256 = (char *)"00";
    refused("organisation", &other.base, "act_content_other", "content_sha256");
    act = signed_by("organisation", act);
    cr_expect_str_eq(act->state, "done");
    cr_expect_str_eq(value("select state from award_list"), "final");
    cr_expect_str_eq(value("select count(*) from honour"), "4");
    cannot_sign("organisation", act, "state_forbids", "act_id");
    cr_expect_str_eq(acts("done"), "final_list done;");
    chain_is_sound();
}

Test(joint, each_signature_is_a_body_s_and_a_person_s_own)
{
    const Joint__Act *act = asked();
    Publicity__FinaliseList again = finality();
    Publicity__SignAct q = signing(act);

    cannot_sign("district", act, "act_signed", NULL);
    expect_refused(ask_as(act->account, "organisation", &q.base), "act_same_person");
    refused("district", &again.base, "act_open", NULL);
    expect_refused(ask_as("somebody", "subdistrict", &q.base), "forbidden");
    cr_expect_str_eq(acts(NULL), "final_list signing;");
    signed_by("organisation", act);
}

Test(joint, what_is_no_longer_the_same_is_not_signed)
{
    const Joint__Act *act = asked();
    Publicity__DropAct drop = PUBLICITY__DROP_ACT__INIT;

    confirm("organisation", ask_for("district", KIND(ENTRY_STRUCK), "list-1/E1")->correction_id);
    cannot_sign("organisation", act, "act_changed", "act_id");
    cr_expect_str_eq(value("select count(*) from honour"), "0");
    drop.act_id = act->act_id;
    drop.note = (char *)"";
    refused("organisation", &drop.base, "text_missing", "note");
    drop.note = (char *)"样例：名单有变";
    done("organisation", &drop.base);
    refused("organisation", &drop.base, "state_forbids", "act_id");
    act = asked();
    cr_expect_eq(act->n_content, 3);
    signed_by("organisation", act);
    cr_expect_str_eq(value("select count(*) from honour"), "3");
    cr_expect_str_eq(acts(NULL), "final_list dropped;final_list done;");
}

Test(joint, a_refusal_of_the_act_is_the_refusal_of_its_signature)
{
    const Joint__Act *act = asked();
    Publicity__Correct q = correct(KIND(LIST_REPLACED), "list-1");
    Publicity__CorrectReply *reply =
        read_as("district", &q.base, &publicity__correct_reply__descriptor);

    confirm("organisation", reply->correction->correction_id);
    cannot_sign("organisation", act, "list_taken_back", "list_id");
    cr_expect_str_eq(acts(NULL), "final_list signing;");
}

Test(joint, a_revocation_is_signed_by_those_who_granted)
{
    Publicity__RevokeHonour q = PUBLICITY__REVOKE_HONOUR__INIT;
    const Joint__Act *act;

    signed_by("organisation", asked());
    q.honour_id = (char *)value("select honour_id from honour where subject_id = 'E1'");
    q.reason = q.document = (char *)"样例";
    refused("organisation", &q.base, "forbidden", NULL);
    act = waits("district", &q.base);
    cr_expect_str_eq(act->signatures[0]->body, "organisation");
    cr_expect_str_eq(act->category, "enterprise");
    cr_expect_str_eq(value("select state from honour where subject_id = 'E1'"), "held");
    signed_by("organisation", act);
    cr_expect_str_eq(value("select state from honour where subject_id = 'E1'"), "revoked");
}
