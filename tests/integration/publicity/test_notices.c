/* SPDX-License-Identifier: Apache-2.0 */
/* Drafting, signing, publishing, correcting and finalising. */
#include "acts.h"

TestSuite(notices, .init = open_with_list, .fini = close_stage, .timeout = 120);

static Publicity__FinaliseList finalise(void)
{
    Publicity__FinaliseList q = PUBLICITY__FINALISE_LIST__INIT;

    q.list_id = (char *)"list-1";
    q.document = (char *)"样例〔2023〕1号";
    return q;
}

Test(notices, a_draft_says_what_the_programme_says_and_is_seen_by_officers_only)
{
    const char *id = draft();
    Publicity__Notice *n = notice(id);
    Publicity__GetNotice get = PUBLICITY__GET_NOTICE__INIT;
    Publicity__DraftNotice again = PUBLICITY__DRAFT_NOTICE__INIT;

    cr_expect_str_eq(n->state, "draft");
    cr_expect_str_eq(n->number, "长红评公示〔2023〕001号");
    cr_expect_eq(n->n_organisers, 2);
    cr_expect_eq(n->n_entries, 4);
    cr_expect_eq(n->working_days, 5);
    cr_expect_eq(n->n_signatures, 2);
    get.notice_id = (char *)id;
    refused(NULL, &get.base, "not_found", "notice_id");
    again.list_id = (char *)"list-1";
    refused("district", &again.base, "notice_exists", "list_id");
    again.list_id = (char *)"list-9";
    refused("district", &again.base, "not_found", "list_id");
    chain_is_sound();
}

Test(notices, a_correction_keeps_the_number_of_what_nobody_saw_and_must_be_signed_anew)
{
    const char *first = draft(), *second;
    Publicity__DraftNotice q = PUBLICITY__DRAFT_NOTICE__INIT;
    Publicity__Notice *n;

    sign_both(first);
    q.list_id = (char *)"list-1";
    q.title = (char *)"样例更正标题";
    second = done("district", &q.base);
    n = notice(second);
    cr_expect_str_eq(notice(first)->state, "replaced");
    cr_expect_str_eq(n->number, notice(first)->number);
    cr_expect_str_eq(n->follows, first);
    cr_expect_eq(n->version, 2);
    cr_expect_str_eq(n->state, "draft");
    cr_expect_str_neq(n->content_sha256, notice(first)->content_sha256);
}

Test(notices, both_departments_sign_exactly_what_it_says)
{
    const char *id = draft();
    Publicity__CoSign q = signature(id);
    Publicity__ScheduleNotice early = schedule(id, "2023-10-17T09:00:00+08:00");

    refused("subdistrict", &q.base, "forbidden", NULL);
    refused("district", &early.base, "signatures_missing", "notice_id");
    q.content_sha256 = (char *)"0000";
    refused("district", &q.base, "content_changed", "content_sha256");
    q = signature(id);
    done("district", &q.base);
    cr_expect_str_eq(notice(id)->state, "draft");
    refused("district", &q.base, "already_signed", NULL);
    done("organisation", &q.base);
    cr_expect_str_eq(notice(id)->state, "signed");
    refused("organisation", &q.base, "already_signed", NULL);
    chain_is_sound();
}

Test(notices, a_subject_renamed_since_the_proposal_stands_by_its_new_name_until_somebody_reads_it)
{
    const char *id;
    Publicity__Notice *n;

    change(CITY, INTAKE__RECORD_CHANGE__KIND__RENAMED, "E1", NULL, NULL, "样例新名");
    id = draft();
    n = notice(id);
    for (size_t i = 0; i < n->n_entries; i++)
        if (strcmp(n->entries[i]->subject_id, "E1") == 0)
            cr_expect_str_eq(n->entries[i]->name, "样例新名");
        else
            cr_expect_str_eq(n->entries[i]->enterprise_name, "样例新名");
    sign_both(id);
    change(CITY, INTAKE__RECORD_CHANGE__KIND__RENAMED, "E1", NULL, NULL, "样例再改");
    cr_expect_str_eq(value("select name from entry where subject_id = 'E1'"), "样例新名",
                     "as it was signed");
    cr_expect_str_eq(value("select enterprise_name from entry where subject_id = 's4'"), "样例再改",
                     "nobody has read of the reserve");
    chain_is_sound();
}

Test(notices, a_department_that_does_not_sign_is_refused_by_name)
{
    const char *id = draft();
    Publicity__CoSign q = signature(id);
    const Hp__Reply *reply;

    /* the programme as if the organisation department had no part in it */
    pg_test_run(&s.pg, "delete from signature where body = 'organisation'");
    refused("organisation", &q.base, "body_wrong", NULL);
    reply = sources_ask(&s, "organisation", DISTRICT, NULL, &q.base);
    cr_assert_eq(reply->n_args, 1);
    cr_assert_str_eq(reply->args[0], "中共上海市长宁区委组织部、长宁区住房保障和房屋管理局");
    cr_assert_str_eq(
        sources_value(&s, "select count(*) from signature where signed_at is not null"), "0");
}

Test(notices, publishing_keeps_to_the_stage_the_calendar_and_the_future)
{
    const char *id = draft();
    Publicity__ScheduleNotice q;

    sign_both(id);
    q = schedule(id, "2023-09-30T09:00:00+08:00");
    refused("district", &q.base, "publish_at_past", "publish_at");
    q = schedule(id, "2023-10-15T23:59:59+08:00");
    refused("district", &q.base, "notice_stage_closed", "publish_at");
    q = schedule(id, "2023-12-01T00:00:00+08:00");
    refused("district", &q.base, "notice_stage_closed", "publish_at");
    q.publish_at = INT64_MAX;
    refused("district", &q.base, "date_bad", "publish_at");
    q = schedule(id, "2023-10-16T09:00:00+08:00");
    done("district", &q.base);
    cr_expect_str_eq(notice(id)->end_day, "2023-10-23");
    q = schedule(id, "2023-10-17T09:00:00+08:00");
    done("district", &q.base);
    sources_clock(&s, "2023-10-16T12:00:00+08:00");
    cr_expect_str_eq(notice(id)->state, "scheduled");
    sources_clock(&s, "2023-10-17T09:00:00+08:00");
    cr_expect_str_eq(notice(id)->state, "published");
    sources_clock(&s, "2023-10-24T23:59:59+08:00");
    cr_expect_str_eq(notice(id)->state, "published");
    sources_clock(&s, "2023-10-25T00:00:00+08:00");
    cr_expect_str_eq(notice(id)->state, "closed");
    cr_expect_str_eq(value("select count(*) from stream where type = 'publicity.NoticePublished'"),
                     "1");
    chain_is_sound();
}

Test(notices, published_late_it_still_stands_for_all_its_days)
{
    const char *id = draft();
    Publicity__ScheduleNotice q = schedule(id, "2023-10-17T09:00:00+08:00");

    sign_both(id);
    done("district", &q.base);
    cr_expect_str_eq(notice(id)->end_day, "2023-10-24");
    sources_kill(&s);
    pg_test_run(&s.pg,
                "insert into clock (district, at) values ('" CITY "', '2023-10-19T10:00:00+08:00')"
                " on conflict (district) do update set at = excluded.at");
    sources_start(&s);
    sources_clock(&s, "2023-10-19T10:00:01+08:00");
    cr_expect_str_eq(notice(id)->state, "published");
    cr_expect_str_eq(notice(id)->start_day, "2023-10-19");
    cr_expect_str_eq(notice(id)->end_day, "2023-10-26");
}

Test(notices, the_list_becomes_final_when_nothing_is_open_and_grants_numbered_honours)
{
    Publicity__FinaliseList q = finalise();
    Publicity__FileObjection o;
    Publicity__ScheduleNotice at;
    const char *id, *objection_id, *supplement;

    refused("district", &q.base, "notice_missing", "list_id");
    id = draft();
    refused("district", &q.base, "signatures_missing", "list_id");
    sign_both(id);
    refused("district", &q.base, "notice_not_closed", "list_id");
    at = schedule(id, "2023-10-17T09:00:00+08:00");
    done("district", &at.base);
    sources_clock(&s, "2023-10-17T09:00:00+08:00");
    o = objection(id, "s1");
    objection_id = done(NULL, &o.base);
    sources_clock(&s, "2023-10-25T09:00:00+08:00");
    refused("district", &q.base, "objection_open", "list_id");
    conclude(objection_id, PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD);
    refused("district", &q.base, "signatures_missing", "list_id");
    supplement = value("select notice_id from notice where kind = 'supplementary'");
    sign_both(supplement);
    at = schedule(supplement, "2023-10-26T09:00:00+08:00");
    done("district", &at.base);
    sources_clock(&s, "2023-10-26T09:00:00+08:00");
    sources_clock(&s, "2023-11-03T09:00:00+08:00");
    pg_test_run(
        &s.pg,
        "insert into honour (district, honour_id, programme_id, category, title, subject_id, "
        "subject_kind, name, year, state, plaque, plaque_state, created_at) values ('" DISTRICT
        "', 'x', 'p', 'compound', 't', 's2', 'compound', '样例', 2023, 'held', 'CN-XQ-2023-001', "
        "'issued', now())");
    pg_test_run(&s.pg, "insert into plaque_key (district, plaque_key, honour_id) values ('" DISTRICT
                       "', 'cn-xq-2023-001', 'x')");
    refused("district", &q.base, "honour_exists", "list_id");
    pg_test_run(&s.pg, "update honour set subject_id = 's99'");
    done("district", &q.base);
    refused("district", &q.base, "list_final", "list_id");
    cr_expect_str_eq(
        value("select string_agg(subject_id || ' ' || plaque, ', ' order by plaque) from honour"),
        "s3 CN-LY-2023-001, E1 CN-QY-2023-001, s99 CN-XQ-2023-001, s2 CN-XQ-2023-002, s4 "
        "CN-XQ-2023-003",
        "a serial that an earlier honour carries is passed over");
    cr_expect_str_eq(value("select count(*) from stream where type = 'publicity.HonourGranted'"),
                     "4");
    chain_is_sound();
}

Test(notices, a_published_notice_is_corrected_by_a_new_one_and_stays_readable)
{
    const char *first = on_display("2023-10-17T09:00:00+08:00"), *second;
    const char *sealed = notice(first)->content_sha256;
    Publicity__DraftNotice q = PUBLICITY__DRAFT_NOTICE__INIT;
    Publicity__ScheduleNotice at;
    Publicity__GetNotice get = PUBLICITY__GET_NOTICE__INIT;
    Publicity__GetNoticeReply *seen;

    q.list_id = (char *)"list-1";
    q.title = (char *)"样例更正公示";
    second = done("district", &q.base);
    cr_expect_str_eq(notice(first)->state, "published");
    sign_both(second);
    at = schedule(second, "2023-10-18T09:00:00+08:00");
    done("district", &at.base);
    sources_clock(&s, "2023-10-18T09:00:00+08:00");
    cr_expect_str_eq(notice(first)->state, "replaced");
    cr_expect_str_eq(notice(second)->state, "published");
    cr_expect_str_eq(notice(second)->number, "长红评公示〔2023〕002号");
    get.notice_id = (char *)first;
    seen = read_as(NULL, &get.base, &publicity__get_notice_reply__descriptor);
    cr_expect_str_eq(seen->notice->content_sha256, sealed);
    cr_expect_str_eq(seen->notice->signatures[0]->account, seen->notice->signatures[0]->body,
                     "the public does not see who signed for a department");
}

Test(notices, pages_follow_each_other_without_gap_or_double)
{
    Publicity__ListNotices q = PUBLICITY__LIST_NOTICES__INIT;
    Publicity__ListNoticesReply *page;
    const char *first = on_display("2023-10-17T09:00:00+08:00");
    Publicity__FileObjection o = objection(first, "s1");

    conclude(done(NULL, &o.base), PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD);
    q.has_limit = true;
    q.limit = 1;
    page = read_as("district", &q.base, &publicity__list_notices_reply__descriptor);
    cr_assert_eq(page->n_notices, 1);
    cr_assert_str_eq(page->notices[0]->notice_id, first);
    cr_assert_not_null(page->next);
    q.after = page->next;
    page = read_as("district", &q.base, &publicity__list_notices_reply__descriptor);
    cr_assert_eq(page->n_notices, 1);
    cr_assert_str_eq(page->notices[0]->kind, "supplementary");
    cr_assert_null(page->next);
    page = read_as(NULL, &q.base, &publicity__list_notices_reply__descriptor);
    cr_assert_eq(page->n_notices, 0, "the public does not see drafts");
    q.limit = 0;
    refused(NULL, &q.base, "number_out_of_range", "limit");
    q.limit = 1;
    q.state = (char *)"gone";
    refused(NULL, &q.base, "value_not_allowed", "state");
}

Test(notices, one_changed_character_of_a_published_notice_is_found)
{
    Hp__VerifyReply *v;

    on_display("2023-10-17T09:00:00+08:00");
    chain_is_sound();
    pg_test_run(&s.pg, "update notice_ledger set content = replace(content, '样例s1', '样例s6')"
                       " where what = 'published'");
    v = verify();
    cr_assert_eq(v->n_faults, 1);
    cr_expect_str_eq(v->faults[0]->ledger, "notice_ledger");
    cr_expect_str_eq(v->faults[0]->reason, "digest");
}

Test(notices, a_scheduled_notice_that_is_corrected_does_not_go_out)
{
    const char *first = draft(), *second;
    Publicity__ScheduleNotice at = schedule(first, "2023-10-17T09:00:00+08:00");
    Publicity__DraftNotice q = PUBLICITY__DRAFT_NOTICE__INIT;

    sign_both(first);
    done("district", &at.base);
    q.list_id = (char *)"list-1";
    q.contact = (char *)"样例办公室";
    second = done("district", &q.base);
    sources_clock(&s, "2023-10-18T09:00:00+08:00");
    cr_expect_str_eq(notice(first)->state, "replaced");
    cr_expect_str_eq(notice(second)->state, "draft");
    cr_expect_str_eq(value("select count(*) from stream where type = 'publicity.NoticePublished'"),
                     "0");
}

Test(notices, a_number_given_by_an_officer_is_never_given_again)
{
    const char *id;
    Publicity__DraftNotice q = PUBLICITY__DRAFT_NOTICE__INIT;

    propose("list-2");
    q.list_id = (char *)"list-2";
    q.number = (char *)"长红评公示〔2023〕001号";
    done("district", &q.base);
    id = draft();
    cr_expect_str_eq(notice(id)->number, "长红评公示〔2023〕002号");
    propose("list-3");
    q.list_id = (char *)"list-3";
    refused("district", &q.base, "number_taken", "number");
}
