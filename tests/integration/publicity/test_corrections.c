/* SPDX-License-Identifier: Apache-2.0 */
/* What was done wrongly with lists, notices, objections and entries, and the record that puts it right. */
#include "correcting.h"

TestSuite(corrections, .init = open_with_list, .fini = close_stage, .timeout = 120);

Test(corrections, a_schedule_signatures_and_a_draft_are_taken_back_one_after_the_other)
{
    const char *id = draft();
    Publicity__ScheduleNotice at = schedule(id, "2023-10-17T09:00:00+08:00");
    Publicity__FileObjection o = objection(id, "s2");
    Publicity__Correct q;

    q = correct(KIND(NOTICE_UNSCHEDULED), id);
    refused("district", &q.base, "state_forbids", "target_id");
    sign_both(id);
    done("district", &at.base);
    shows(preview("organisation", KIND(NOTICE_UNSCHEDULED), id), "notice scheduled>signed");
    cr_expect_str_eq(value("select state from notice"), "scheduled", "a look changes nothing");
    cr_expect_str_eq(value("select count(*) from correction"), "0");
    cr_expect_str_eq(ask_for("organisation", KIND(NOTICE_UNSCHEDULED), id)->state, "made");
    sources_clock(&s, "2023-10-17T10:00:00+08:00"); /* its instant passes */
    cr_expect_str_eq(notice(id)->state, "signed");
    cr_expect_not(notice(id)->has_publish_at);
    cr_expect_null(notice(id)->end_day);
    refused(NULL, &o.base, "notice_not_open", "notice_id");
    ask_for("district", KIND(SIGNATURES_WITHDRAWN), id);
    cr_expect_str_eq(notice(id)->state, "draft");
    cr_expect_null(notice(id)->signatures[0]->account);
    cr_expect_null(notice(id)->signatures[1]->account);
    ask_for("district", KIND(NOTICE_DROPPED), id);
    cr_expect_str_eq(notice(id)->state, "dropped");
    cr_expect_str_eq(
        value("select string_agg(what, ';' order by seq) from notice_ledger where what "
              "like 'signed%'"),
        "signed organisation;signed housing", "who had signed stays on the record");
    cr_expect_str_eq(value("select count(*) from correction where state = 'made'"), "3");
    chain_is_sound();
}

Test(corrections, a_dropped_notice_gives_its_number_free_and_another_runs_its_course)
{
    const char *id = draft(), *number = arena_strdup(s.arena, notice(id)->number), *second;
    Publicity__DraftNotice again = PUBLICITY__DRAFT_NOTICE__INIT;
    Publicity__ScheduleNotice at;

    ask_for("district", KIND(NOTICE_DROPPED), id);
    again.list_id = (char *)"list-1";
    again.number = (char *)number;
    second = done("district", &again.base);
    cr_expect_str_eq(notice(second)->number, number);
    cr_expect_eq(notice(second)->version, 1);
    sign_both(second);
    at = schedule(second, "2023-10-17T09:00:00+08:00");
    done("district", &at.base);
    sources_clock(&s, "2023-10-17T09:00:00+08:00");
    cr_expect_str_eq(notice(second)->state, "published");
    refused_correction("district", KIND(NOTICE_DROPPED), second, "state_forbids");
}

Test(corrections, a_drafted_correction_that_is_dropped_leaves_the_published_notice_as_it_was)
{
    const char *id = on_display("2023-10-17T09:00:00+08:00"), *second;
    Publicity__DraftNotice again = PUBLICITY__DRAFT_NOTICE__INIT;
    Publicity__Notice *before = notice(id);

    again.list_id = (char *)"list-1";
    again.title = (char *)"样例更正公示";
    second = done("district", &again.base);
    ask_for("district", KIND(NOTICE_DROPPED), second);
    cr_expect_str_eq(notice(id)->state, "published");
    cr_expect_str_eq(notice(id)->content_sha256, before->content_sha256);
    sources_clock(&s, "2023-10-25T00:00:00+08:00");
    finalise("list-1");
    cr_expect_str_eq(value("select count(*) from honour"), "4");
}

Test(corrections, a_list_is_withdrawn_before_its_notice_by_two_persons)
{
    const char *id = draft(), *correction;
    Publicity__DraftNotice again = PUBLICITY__DRAFT_NOTICE__INIT;
    Publicity__ScheduleNotice at = schedule(id, "2023-10-17T09:00:00+08:00");

    sign_both(id);
    done("district", &at.base);
    shows(preview("district", KIND(LIST_WITHDRAWN), "list-1"),
          "list proposed>withdrawn;notice scheduled>dropped");
    correction = ask_for("district", KIND(LIST_WITHDRAWN), "list-1")->correction_id;
    cr_expect_str_eq(value("select state from award_list"), "proposed",
                     "the second person is missing");
    refused_confirmation("district", correction, "correction_same_person");
    refused_correction("organisation", KIND(LIST_WITHDRAWN), "list-1", "correction_open");
    cr_expect_str_eq(confirm("organisation", correction)->state, "made");
    cr_expect_str_eq(value("select state from award_list"), "withdrawn");
    sources_clock(&s, "2023-10-17T10:00:00+08:00");
    cr_expect_str_eq(notice(id)->state, "dropped", "nothing is published of it");
    again.list_id = (char *)"list-1";
    refused("district", &again.base, "list_taken_back", "list_id");
    refused_confirmation("organisation", correction, "state_forbids");
    cr_expect_str_eq(value("select count(*) from stream where type = 'publicity.ListWithdrawn'"),
                     "1");
}

Test(corrections, a_list_replaced_after_its_notice_ends_it_and_closes_its_objections)
{
    const char *id = on_display("2023-10-17T09:00:00+08:00"), *correction, *objected;
    Publicity__FileObjection o = objection(id, "s2");
    Publicity__GetList g = PUBLICITY__GET_LIST__INIT;
    Publicity__GetListReply *l;

    objected = done(NULL, &o.base);
    refused_correction("district", KIND(LIST_WITHDRAWN), "list-1", "state_forbids");
    shows(preview("district", KIND(LIST_REPLACED), "list-1"),
          "list on_notice>replaced;notice published>ended;objection received>closed");
    correction = ask_for("district", KIND(LIST_REPLACED), "list-1")->correction_id;
    sources_clock(&s, "2023-10-18T09:00:00+08:00");
    cr_expect_str_eq(confirm("organisation", correction)->second_account, "sample-organisation");
    o.contact = (char *)"样例路 9 号";
    refused(NULL, &o.base, "notice_not_open", "notice_id");
    cr_expect_str_eq(
        value(arena_printf(s.arena,
                           "select state || ' ' || answer from objection where objection_id = '%s'",
                           objected)),
        "closed 样例理由");
    cr_expect_str_eq(notice(id)->state, "ended");
    sources_clock(&s, "2023-10-26T09:00:00+08:00");
    cr_expect_str_eq(notice(id)->state, "ended", "its last day changes nothing");

    propose_instead("list-2", "list-1", "s3", "s1");
    g.list_id = (char *)"list-2";
    l = read_as("district", &g.base, &publicity__get_list_reply__descriptor);
    cr_expect_str_eq(l->replaces, "list-1");
    cr_assert_geq(l->n_differences, 2);
    for (size_t i = 0; i < l->n_differences; i++)
        if (strcmp(l->differences[i]->subject_id, "s1") == 0) {
            cr_expect_str_eq(l->differences[i]->change, "moved");
            cr_expect_str_eq(l->differences[i]->before, "listed 1");
            cr_expect_str_eq(l->differences[i]->after, "listed 3");
        }
    cr_expect_str_eq(notice(draft_of("list-2"))->state, "draft");
}

Test(corrections, both_departments_strike_an_entry_and_the_next_moves_up)
{
    Publicity__ConfirmCorrection q = PUBLICITY__CONFIRM_CORRECTION__INIT;

    on_display("2023-10-17T09:00:00+08:00");
    refused_correction("district", KIND(ENTRY_STRUCK), "list-1", "target_bad");
    refused_correction("district", KIND(ENTRY_STRUCK), "list-1/s9", "not_found");
    refused_correction("district", KIND(ENTRY_STRUCK), "list-1/s4", "state_forbids");
    shows(preview("district", KIND(ENTRY_STRUCK), "list-1/s2"),
          "entry listed>removed;entry reserve>listed");
    q.correction_id = ask_for("district", KIND(ENTRY_STRUCK), "list-1/s2")->correction_id;
    expect_refused(ask_as("another-officer", "district", &q.base), "correction_same_body");
    confirm("organisation", q.correction_id);
    cr_expect_str_eq(
        value("select state || ' ' || removed_reason from entry where subject_id = 's2'"),
        "removed struck");
    cr_expect_str_eq(value("select state from entry where subject_id = 's4'"), "listed");
    cr_expect_str_eq(value("select count(*) from notice where kind = 'supplementary'"), "1");
}

Test(corrections, a_reopened_conclusion_holds_the_entry_again_and_takes_back_who_moved_up)
{
    const char *id = on_display("2023-10-17T09:00:00+08:00"), *first, *second, *supplement;
    Publicity__FileObjection o = objection(id, "s1");

    first = done(NULL, &o.base);
    o = objection(id, "s2");
    second = done(NULL, &o.base);
    refused_correction("district", KIND(CONCLUSION_REOPENED), first, "state_forbids");
    conclude(first, PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD);
    conclude(second, PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD);
    supplement = value("select notice_id from notice where kind = 'supplementary'");
    refused_correction("district", KIND(NOTICE_DROPPED), supplement, "supplement_kept");
    shows(preview("district", KIND(CONCLUSION_REOPENED), first),
          "objection resolved>investigating;entry removed>held;notice draft>dropped;"
          "supplement 长红评公示〔2023〕002号>draft;entry listed>reserve");
    confirm_as("another-officer", "district",
               ask_for("district", KIND(CONCLUSION_REOPENED), first)->correction_id);
    cr_expect_str_eq(
        value("select string_agg(subject_id || ' ' || state, ',' order by subject_id) from "
              "entry where subject_id like 's%'"),
        "s1 held,s2 removed,s3 listed,s4 reserve,s5 listed");
    cr_expect_str_eq(
        value("select string_agg(e.subject_id, ',') from notice n join notice_entry e using "
              "(district, notice_id) where n.kind = 'supplementary' and n.state = 'draft'"),
        "s5");
    cr_expect_str_eq(
        value("select count(*) from stream where type = 'publicity.ObjectionResolved'"), "2",
        "the first conclusion stays on the record");
    conclude_again(first, PUBLICITY__RESOLVE_OBJECTION__RESULT__DISMISSED);
    cr_expect_str_eq(value("select state from entry where subject_id = 's1'"), "listed");
    chain_is_sound();
}

Test(corrections, a_dismissal_that_is_reopened_holds_the_entry_again)
{
    const char *id = on_display("2023-10-17T09:00:00+08:00"), *first;
    Publicity__FileObjection o = objection(id, "s1");

    first = done(NULL, &o.base);
    conclude(first, PUBLICITY__RESOLVE_OBJECTION__RESULT__DISMISSED);
    confirm_as("another-officer", "district",
               ask_for("district", KIND(CONCLUSION_REOPENED), first)->correction_id);
    cr_expect_str_eq(value("select state from entry where subject_id = 's1'"), "held");
    conclude_again(first, PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD);
    cr_expect_str_eq(value("select state from entry where subject_id = 's1'"), "removed");
    cr_expect_str_eq(value("select state from entry where subject_id = 's4'"), "listed");
}

Test(corrections, what_was_proposed_is_done_only_while_it_would_do_the_same)
{
    const char *id = on_display("2023-10-17T09:00:00+08:00"), *correction;
    Publicity__FileObjection o = objection(id, "s2");
    Publicity__DropCorrection drop = PUBLICITY__DROP_CORRECTION__INIT;

    correction = ask_for("district", KIND(LIST_REPLACED), "list-1")->correction_id;
    done(NULL, &o.base); /* an objection that the first person did not see */
    refused_confirmation("organisation", correction, "correction_changed");
    drop.correction_id = (char *)correction;
    drop.note = (char *)"";
    refused("organisation", &drop.base, "text_missing", "note");
    drop.note = (char *)"样例";
    done("organisation", &drop.base);
    refused_confirmation("organisation", correction, "state_forbids");
    confirm("organisation", ask_for("district", KIND(LIST_REPLACED), "list-1")->correction_id);
    cr_expect_str_eq(value("select string_agg(state, ',' order by at, state) from correction"),
                     "dropped,made");
}

Test(corrections, a_correction_says_why_and_under_which_authority)
{
    Publicity__Correct q = correct(KIND(LIST_WITHDRAWN), "list-1");

    q.authority->reason = (char *)"";
    refused("district", &q.base, "text_missing", "authority.reason");
    q = correct(KIND(LIST_WITHDRAWN), "list-1");
    q.authority->document = (char *)"";
    refused("district", &q.base, "text_missing", "authority.document");
    q = correct(KIND(LIST_WITHDRAWN), "list-1");
    q.authority->on_day = (char *)"2023-10-02";
    refused("district", &q.base, "recorded_day_in_future", "authority.on_day");
    q.authority->on_day = (char *)"2023-9-31";
    refused("district", &q.base, "date_bad", "authority.on_day");
    q = correct(KIND(LIST_WITHDRAWN), "list-9");
    refused("district", &q.base, "not_found", "target_id");
    q = correct((Publicity__Correct__Kind)99, "list-1");
    refused("district", &q.base, "value_unknown", "kind");
    q = correct(KIND(CONCLUSION_REOPENED), "list-1");
    refused("organisation", &q.base, "forbidden", NULL);
}
