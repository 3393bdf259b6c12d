/* SPDX-License-Identifier: Apache-2.0 */
/* Who is dissolved or leaves between the proposal and the final list gets no honour; what was heard
 * before something is listed or recorded counts, too. */
#include "acts.h"

TestSuite(exits, .init = open_stage, .fini = close_stage, .timeout = 120);

#define CHANGED(kind) INTAKE__RECORD_CHANGE__KIND__##kind

static Publicity__GetListReply *list(void)
{
    Publicity__GetList q = PUBLICITY__GET_LIST__INIT;

    q.list_id = (char *)"list-1";
    return read_as("auditor", &q.base, &publicity__get_list_reply__descriptor);
}

static Publicity__FinaliseList finalise(void)
{
    Publicity__FinaliseList q = PUBLICITY__FINALISE_LIST__INIT;

    q.list_id = (char *)"list-1";
    q.document = (char *)"样例〔2023〕1号";
    return q;
}

static Publicity__RecordHonour earlier(const char *subject, int year)
{
    Publicity__RecordHonour q = PUBLICITY__RECORD_HONOUR__INIT;

    q.category = q.subject_kind = (char *)"enterprise";
    q.category_title = (char *)"红色物业示范企业";
    q.subject_id = q.plaque = (char *)subject;
    q.name = (char *)"样例旧名";
    q.year = year;
    q.programme_id = (char *)PROGRAMME;
    return q;
}

#define ENTRIES "select string_agg(subject_id || ' ' || state, ', ' order by subject_id) from entry"

Test(exits, before_the_first_notice_the_reserve_stands_in_at_once)
{
    Publicity__Notice *n;

    propose("list-1");
    change(CITY, CHANGED(LEFT_SITE), "E1", "s1", NULL, NULL);
    cr_expect_str_eq(value(ENTRIES), "E1 listed, s1 removed, s2 listed, s3 listed, s4 listed, "
                                     "s5 reserve");
    cr_expect_str_eq(value("select count(*) from notice"), "0");
    n = notice(draft());
    cr_assert_eq(n->n_entries, 4);
    for (size_t i = 0; i < n->n_entries; i++)
        cr_expect_str_neq(n->entries[i]->subject_id, "s1");
}

Test(exits, while_on_notice_the_reserve_moves_up_in_a_supplement_that_must_run_its_course)
{
    Publicity__FinaliseList final = finalise();
    Publicity__ScheduleNotice at;
    const char *supplement;

    propose("list-1");
    on_display("2023-10-17T09:00:00+08:00");
    change(CITY, CHANGED(LEFT_SITE), "E1", "s2", NULL, NULL);
    cr_assert_eq(list()->n_removed, 1);
    cr_expect_str_eq(list()->removed[0]->subject_id, "s2");
    cr_expect_str_eq(list()->removed[0]->removed_reason, "left_site");
    sources_clock(&s, "2023-10-25T00:00:00+08:00");
    refused("district", &final.base, "signatures_missing", "list_id");
    supplement = value("select notice_id from notice where kind = 'supplementary'");
    cr_expect_str_eq(notice(supplement)->entries[0]->subject_id, "s4");
    sign_both(supplement);
    at = schedule(supplement, "2023-10-25T09:00:00+08:00");
    done("district", &at.base);
    sources_clock(&s, "2023-10-25T09:00:00+08:00");
    sources_clock(&s, "2023-11-02T00:00:00+08:00");
    done("district", &final.base);
    cr_expect_str_eq(value("select string_agg(subject_id, ' ' order by subject_id) from honour"),
                     "E1 s1 s3 s4");
    chain_is_sound();
}

Test(exits, a_dissolved_enterprise_takes_its_sites_along_and_an_open_objection_ends_in_peace)
{
    Publicity__FileObjection q;
    Publicity__FinaliseList final = finalise();
    const char *objected;

    propose("list-1");
    q = objection(on_display("2023-10-17T09:00:00+08:00"), "s1");
    objected = done(NULL, &q.base);
    change(CITY, CHANGED(DISSOLVED), "E1", NULL, NULL, NULL);
    cr_expect_str_eq(value("select count(*) from entry where state <> 'removed'"), "0");
    cr_expect_str_eq(value("select string_agg(distinct removed_reason, ',') from entry"),
                     "dissolved");
    cr_expect_str_eq(value("select count(*) from stream where type = 'publicity.EntryRemoved'"),
                     "6");
    cr_expect_str_eq(value("select count(*) from notice where kind = 'supplementary'"), "0",
                     "nobody is left in reserve");
    conclude(objected, PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD);
    cr_expect_str_eq(value("select removed_reason from entry where subject_id = 's1'"),
                     "dissolved");
    sources_clock(&s, "2023-10-25T00:00:00+08:00");
    done("district", &final.base);
    cr_expect_str_eq(value("select count(*) from honour"), "0");
}

Test(exits, a_merger_and_a_new_name_keep_the_entry_and_the_honour_bears_the_name)
{
    Publicity__FinaliseList final = finalise();

    propose("list-1");
    on_display("2023-10-17T09:00:00+08:00");
    change(CITY, CHANGED(RENAMED), "E1", NULL, NULL, "样例新名");
    change(CITY, CHANGED(MERGED), "E1", NULL, "E7", NULL);
    change(CITY, CHANGED(DISSOLVED), "E1", NULL, NULL, NULL); /* the merged one is struck off */
    cr_expect_str_eq(value("select count(*) from entry where state = 'removed'"), "0");
    sources_clock(&s, "2023-10-25T00:00:00+08:00");
    done("district", &final.base);
    cr_expect_str_eq(value("select name || ' ' || enterprise_id from honour where subject_id = "
                           "'E1'"),
                     "样例新名 E7");
    cr_expect_str_eq(value("select name from entry where subject_id = 'E1'"), "样例E1",
                     "what was on notice does not change");
    change(CITY, CHANGED(DISSOLVED), "E7", NULL, NULL, NULL);
    cr_expect_str_eq(value("select count(*) from honour where state = 'lapsed'"), "4");
}

Test(exits, an_enterprise_that_merged_before_the_proposal_goes_on_in_the_other)
{
    change(CITY, CHANGED(MERGED), "E1", NULL, "E7", NULL);
    sources_clock(&s, "2023-10-16T09:00:00+08:00");
    propose("list-1");
    change(CITY, CHANGED(DISSOLVED), "E1", NULL, NULL, NULL); /* the merged one is struck off */
    cr_expect_str_eq(value("select count(*) from entry where state = 'removed'"), "0");
    change(CITY, CHANGED(DISSOLVED), "E7", NULL, NULL, NULL);
    cr_expect_str_eq(value("select count(*) from entry where state <> 'removed'"), "0");
}

Test(exits, a_change_heard_before_the_list_that_scoring_had_not_heard_counts)
{
    change(CITY, CHANGED(LEFT_SITE), "E1", "s3", NULL, NULL);
    propose("list-1");
    cr_expect_str_eq(value("select string_agg(subject_id, ' ') from entry where state = "
                           "'removed'"),
                     "s3");
    cr_expect_str_eq(value("select state from entry where subject_id = 's4'"), "listed");
}

Test(exits, an_honour_recorded_after_its_holder_was_dissolved_lapses_at_once)
{
    Publicity__RecordHonour q = earlier("E1", 2022);

    change(CITY, CHANGED(DISSOLVED), "E1", NULL, NULL, NULL);
    done("district", &q.base);
    cr_expect_str_eq(value("select state || ' ' || reason || ' ' || ended_day || ' ' || "
                           "plaque_state from honour"),
                     "lapsed dissolved 2023-10-01 recalled");
    q = earlier("E2", 2022);
    done("district", &q.base);
    cr_expect_str_eq(value("select state from honour where subject_id = 'E2'"), "held");
}
