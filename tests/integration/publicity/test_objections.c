/* SPDX-License-Identifier: Apache-2.0 */
/* Objections to a published notice, and what becomes of the entries. */
#include "acts.h"
#include "common/base/digest.h"

TestSuite(objections, .init = open_with_list, .fini = close_stage, .timeout = 120);

Test(objections, an_objection_is_taken_by_name_once_and_in_time)
{
    const char *id = draft();
    Publicity__FileObjection q = objection(id, "s2");
    Publicity__ScheduleNotice at = schedule(id, "2023-10-17T09:00:00+08:00");

    refused(NULL, &q.base, "notice_not_open", "notice_id");
    sign_both(id);
    done("district", &at.base);
    sources_clock(&s, "2023-10-17T09:00:00+08:00");
    q.objector = (char *)" ";
    refused(NULL, &q.base, "text_missing", "objector");
    q.objector = (char *)"张";
    refused(NULL, &q.base, "name_too_short", "objector");
    q = objection(id, "s9");
    refused(NULL, &q.base, "entry_unknown", "subject_id");
    q = objection(id, "s4");
    refused(NULL, &q.base, "entry_unknown", "subject_id");
    q = objection(id, "s2");
    done(NULL, &q.base);
    q.objector = (char *)" 欧阳样例 ";
    refused(NULL, &q.base, "objection_twice", NULL);
    cr_expect_str_eq(value("select state from entry where subject_id = 's2'"), "held");
    cr_expect_str_eq(value("select state from entry where subject_id = 's1'"), "listed");
    sources_clock(&s, "2023-10-25T00:00:00+08:00");
    q = objection(id, "s1");
    refused(NULL, &q.base, "objection_late", "notice_id");
}

static Publicity__Objection *only_objection(const char *role)
{
    Publicity__ListObjections q = PUBLICITY__LIST_OBJECTIONS__INIT;
    Publicity__ListObjectionsReply *reply =
        read_as(role, &q.base, &publicity__list_objections_reply__descriptor);

    cr_assert_eq(reply->n_objections, 1);
    return reply->objections[0];
}

Test(objections, the_objector_s_name_and_contact_stay_with_those_who_handle_it)
{
    Publicity__FileObjection q = objection(on_display("2023-10-17T09:00:00+08:00"), "s2");

    done(NULL, &q.base);
    cr_expect_str_eq(only_objection("district")->objector, "欧阳样例");
    cr_expect_str_eq(only_objection("district")->contact, "样例路 1 号");
    cr_expect_str_eq(only_objection("organisation")->objector, "欧阳*");
    cr_expect_null(only_objection("organisation")->contact);
    cr_expect_null(only_objection("auditor")->contact);
    cr_expect_str_eq(value("select count(*) from stream where position(convert_to('样例路 1 "
                           "号', 'UTF8') in payload) > 0"
                           " or position(convert_to('欧阳样例', 'UTF8') in payload) > 0"),
                     "0", "events carry the masked name only");
}

Test(objections, an_entry_stays_held_until_its_last_objection_is_dismissed)
{
    const char *id = on_display("2023-10-17T09:00:00+08:00"), *first, *second;
    Publicity__FileObjection q = objection(id, "s2");

    first = done(NULL, &q.base);
    q.contact = (char *)"样例路 2 号";
    second = done(NULL, &q.base);
    conclude(first, PUBLICITY__RESOLVE_OBJECTION__RESULT__DISMISSED);
    cr_expect_str_eq(value("select state from entry where subject_id = 's2'"), "held");
    conclude(second, PUBLICITY__RESOLVE_OBJECTION__RESULT__PARTLY);
    cr_expect_str_eq(value("select state from entry where subject_id = 's2'"), "listed");
    cr_expect_str_eq(value("select count(*) from notice"), "1");
}

Test(objections, upheld_objections_share_a_supplementary_draft_until_somebody_signs)
{
    const char *id = on_display("2023-10-17T09:00:00+08:00"), *a, *b, *c, *supplement;
    Publicity__FileObjection q = objection(id, "s1");
    Publicity__Notice *n;
    Publicity__CoSign sign;

    a = done(NULL, &q.base);
    q = objection(id, "s2");
    b = done(NULL, &q.base);
    q = objection(id, "s3");
    c = done(NULL, &q.base);
    conclude(a, PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD);
    supplement = value("select notice_id from notice where kind = 'supplementary'");
    sign = signature(supplement);
    conclude(b, PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD);
    n = notice(supplement);
    cr_assert_eq(n->n_entries, 2);
    cr_expect_str_eq(n->entries[0]->subject_id, "s4");
    cr_expect_str_eq(n->entries[1]->subject_id, "s5");
    cr_expect_str_eq(n->follows, id);
    cr_expect_str_eq(n->number, "长红评公示〔2023〕002号");
    refused("district", &sign.base, "content_changed", "content_sha256");
    conclude(c, PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD); /* nobody is left in reserve */
    cr_expect_str_eq(value("select count(*) from notice"), "2");
    q = objection(id, "s1");
    q.contact = (char *)"样例路 3 号";
    refused(NULL, &q.base, "entry_removed", "subject_id");
    chain_is_sound();
}

Test(objections, a_supplement_may_follow_after_the_stage_so_that_the_list_becomes_final)
{
    Publicity__FileObjection o = objection(on_display("2023-11-30T09:00:00+08:00"), "s1");
    Publicity__FinaliseList f = PUBLICITY__FINALISE_LIST__INIT;
    Publicity__ScheduleNotice q;
    const char *supplement;

    conclude(done(NULL, &o.base), PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD);
    supplement = value("select notice_id from notice where kind = 'supplementary'");
    sign_both(supplement);
    q = schedule(supplement, "2023-12-08T09:00:00+08:00");
    done("district", &q.base);
    sources_clock(&s, "2023-12-08T09:00:00+08:00");
    sources_clock(&s, "2023-12-18T09:00:00+08:00");
    f.list_id = (char *)"list-1";
    f.document = (char *)"样例〔2023〕3号";
    done("district", &f.base);
    cr_expect_str_eq(value("select string_agg(subject_id, ' ' order by subject_id) from honour"),
                     "E1 s2 s3 s4");
}

Test(objections, a_list_shows_who_stands_who_waits_and_who_was_removed)
{
    Publicity__FileObjection o = objection(on_display("2023-10-17T09:00:00+08:00"), "s1");
    Publicity__GetList q = PUBLICITY__GET_LIST__INIT;
    Publicity__GetListReply *l;

    conclude(done(NULL, &o.base), PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD);
    q.list_id = (char *)"list-1";
    l = read_as("auditor", &q.base, &publicity__get_list_reply__descriptor);
    cr_expect_str_eq(l->state, "on_notice");
    cr_expect_eq(l->n_entries, 4);
    cr_assert_eq(l->n_reserve, 1);
    cr_expect_str_eq(l->reserve[0]->subject_id, "s5");
    cr_assert_eq(l->n_removed, 1);
    cr_expect_str_eq(l->removed[0]->subject_id, "s1");
    refused(NULL, &q.base, "forbidden", NULL);
}

/* The receipt as the public reads it with @code; NULL: refused. */
static Publicity__GetObjectionReceiptReply *followed(const char *receipt, const char *code)
{
    Publicity__GetObjectionReceipt q = PUBLICITY__GET_OBJECTION_RECEIPT__INIT;

    q.receipt = (char *)receipt;
    q.code = (char *)code;
    return read_as(NULL, &q.base, &publicity__get_objection_receipt_reply__descriptor);
}

Test(objections, whoever_has_the_code_follows_his_objection_and_nobody_else_learns_of_it)
{
    Publicity__FileObjection o = objection(on_display("2023-10-17T09:00:00+08:00"), "s2");
    Publicity__GetObjectionReceipt q = PUBLICITY__GET_OBJECTION_RECEIPT__INIT;
    Publicity__InvestigateObjection i = PUBLICITY__INVESTIGATE_OBJECTION__INIT;
    Publicity__ResolveObjection r = PUBLICITY__RESOLVE_OBJECTION__INIT;
    Publicity__GetObjectionReceiptReply *x;
    uint8_t digest[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    const char *id, *receipt;

    digest_once(DIGEST_SHA256, "7k3m9qxd2wta", 12, digest);
    o.edge_follow_sha256 = (char *)hex_format(digest, sizeof(digest), hex);
    id = done(NULL, &o.base);
    receipt = value("select receipt from objection");
    x = followed(receipt, "7K3M-9QXD-2WTA");
    cr_expect_str_eq(x->state, "received");
    cr_expect_null(x->result);
    cr_expect_str_eq(followed(receipt, " ７k3m 9qxd–2wta")->receipt, receipt, "as people type it");
    /* the wrong code, no code and a receipt that never was */
    q.receipt = (char *)receipt;
    q.code = (char *)"7K3M-9QXD-2WTB";
    refused(NULL, &q.base, "not_found", "receipt");
    q.code = (char *)"";
    refused(NULL, &q.base, "not_found", "receipt");
    q.receipt = (char *)"YY-2023-99";
    q.code = (char *)"7K3M-9QXD-2WTA";
    refused(NULL, &q.base, "not_found", "receipt");

    i.objection_id = r.objection_id = (char *)id;
    i.note = (char *)"样例";
    r.answer = (char *)"样例路 1 号的欧阳样例：样例答复";
    r.result = PUBLICITY__RESOLVE_OBJECTION__RESULT__DISMISSED;
    r.public_summary = (char *)"经核实，维持原公示。";
    done("district", &i.base);
    done("district", &r.base);
    x = followed(receipt, "7k3m9qxd2wta");
    cr_expect_str_eq(x->state, "resolved");
    cr_expect_str_eq(x->result, "dismissed");
    cr_expect_str_eq(x->public_summary, "经核实，维持原公示。");
    cr_expect(x->has_resolved_at);
}

Test(objections, one_filed_without_a_code_is_followed_by_nobody)
{
    Publicity__FileObjection o = objection(on_display("2023-10-17T09:00:00+08:00"), "s2");
    Publicity__GetObjectionReceipt q = PUBLICITY__GET_OBJECTION_RECEIPT__INIT;

    done(NULL, &o.base);
    q.receipt = (char *)value("select receipt from objection");
    q.code = (char *)"";
    refused(NULL, &q.base, "not_found", "receipt");
}
