/* SPDX-License-Identifier: Apache-2.0 */
/* Ties and lists that both departments sign, by the programme as it ships. */
#include "acts.h"

static void open_whole(void)
{
    read_programme = shipped_programme;
    open_with_candidates();
}

TestSuite(joint, .init = open_whole, .fini = close_stage, .timeout = 120);

static const int64_t points[] = {97000, 96000, 95000, 94000, 93000, 92000, 91000};
static const int64_t tied[] = {97000, 96000, 95000, 94000, 93000, 93000, 91000};

static const char *scored(const int64_t *given)
{
    const char *panel = arena_strdup(s.arena, open_seats());

    inspect_all();
    cast_all(panel, given, 7);
    close_seats(panel);
    return arena_strdup(s.arena, run(panel)->run_id);
}

static Joint__Act *waits(const ProtobufCMessage *message)
{
    Scoring__ActReply *reply = sources_done(&s, OFFICER, message, &scoring__act_reply__descriptor);

    cr_assert_not_null(reply->act);
    return reply->act;
}

static Hp__Reply *sign(const Joint__Act *act)
{
    Scoring__SignAct q = SCORING__SIGN_ACT__INIT;

    q.act_id = act->act_id;
    q.content_sha256 = act->content_sha256;
    return sources_ask(&s, "organisation", SOURCES_DISTRICT, NULL, &q.base);
}

Test(joint, a_list_is_proposed_with_the_second_signature_and_bears_the_act_s_id)
{
    Scoring__ProposeList q = SCORING__PROPOSE_LIST__INIT;
    const Joint__Act *act;

    q.run_id = (char *)scored(points);
    act = waits(&q.base);
    cr_expect_str_eq(sources_value(&s, "select count(*) from list"), "0");
    cr_assert_eq(sign(act)->status, HP__REPLY__STATUS__DONE);
    cr_expect_str_eq(sources_value(&s, "select list_id from list"), act->act_id);
}

Test(joint, a_list_whose_run_is_outdated_meanwhile_is_not_signed)
{
    Scoring__ProposeList q = SCORING__PROPOSE_LIST__INIT;
    const Joint__Act *act;
    Hp__Reply *reply;

    q.run_id = (char *)scored(points);
    act = waits(&q.base);
    import(arena_printf(s.arena, "%sE7,2023-08-22,18,18,25,24,\n", head), false);
    reply = sign(act);
    cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED);
    cr_expect_str_eq(reply->code, "run_outdated");
    cr_expect_str_eq(sources_value(&s, "select count(*) from list"), "0");
}

Test(joint, a_tie_is_decided_when_both_have_signed)
{
    Scoring__DecideTie q = SCORING__DECIDE_TIE__INIT;
    char *order[] = {(char *)"E6", (char *)"E5"};
    const Joint__Act *act;

    q.run_id = (char *)scored(tied);
    q.group = (char *)"enterprises";
    q.order = order;
    q.n_order = 2;
    q.document = (char *)"样例纪要";
    act = waits(&q.base);
    cr_expect_eq(get_run(q.run_id, NULL)->n_open_ties, 1);
    cr_assert_eq(sign(act)->status, HP__REPLY__STATUS__DONE);
    cr_expect_eq(get_run(q.run_id, NULL)->n_open_ties, 0);
}
