/* SPDX-License-Identifier: Apache-2.0 */
/* What waits for whom: each kind of task begun and ended by the events of the process, and by what takes them back. */
#include "tests/integration/reporting/todo_steps.h"
#include "tests/support/shipped_programme.h"

#define ENTERPRISE "91310105MA1010004N"
#define PROGRAMME "changning-property-2023"

TestSuite(todo, .init = setup, .fini = teardown, .timeout = 120);

/* clang-format off */
/* application A of the enterprise for itself; S of a compound, by its subdistrict */
#define OF_A(state, step) "{'application':{'application_id':'A','programme_id':'" PROGRAMME "','category':'enterprise','subject_id':'" ENTERPRISE \
    "','subject_kind':'enterprise','name':'样例甲','route':'self','state':'" state "','version':1" step \
    ",'drafter_role':'enterprise','drafter_region':'" D "','drafter_subject':'" ENTERPRISE "'}"
#define OF_S(state, step) "{'application':{'application_id':'S','programme_id':'" PROGRAMME "','category':'compound','subject_id':'310105001-0001'," \
    "'subject_kind':'compound','name':'样例小区','route':'recommendation','state':'" state "','version':1,'subdistrict':'310105001'" step \
    ",'drafter_role':'subdistrict','drafter_region':'310105001'}"
#define DISTRICT ",'step':'district'"
#define SUBDISTRICT ",'step':'subdistrict'"

static const struct step applications[] = {
    {"intake.ApplicationSubmitted", OF_A("submitted", DISTRICT) "}", "application.review/A"},
    {"intake.ApplicationReturned", OF_A("returned", "") ",'reason':'样例','by':'district'}", "application.complete/A"},
    {"intake.ApplicationSubmitted", OF_A("submitted", DISTRICT) "}", "application.review/A"},
    {"intake.ApplicationAccepted", OF_A("accepted", "") "}", ""},
    /* a correction */
    {"intake.ApplicationReturned", OF_A("returned", "") ",'reason':'样例','by':'district'}", "application.complete/A"},
    {"intake.ApplicationWithdrawn", OF_A("withdrawn", "") ",'reason':'样例'}", ""},
    {"intake.ApplicationSubmitted", OF_S("submitted", SUBDISTRICT) "}", "application.review/S"},
    {"intake.ApplicationForwarded", OF_S("submitted", DISTRICT) ",'by':'subdistrict'}", "application.review/S"},
    {"intake.ApplicationRefused", OF_S("refused", "") ",'reason':'样例','by':'district'}", ""},
    {"intake.ApplicationSubmitted", OF_S("submitted", SUBDISTRICT) "}", "application.review/S"},
    {"intake.ApplicationWithdrawn", OF_S("withdrawn", "") ",'reason':'样例'}", ""},
};

#define SIGNED(body) "{'body':'" body "','account':'样例','at':'2023-10-08T09:00:00+08:00'}"
#define UNSIGNED(body) "{'body':'" body "'}"
#define NOTICE(id, state, signatures, more) "{'notice':{'notice_id':'" id "','programme_id':'" PROGRAMME "','list_id':'L','kind':'proposal','number':'1'," \
    "'title':'样例','state':'" state "','basis':'','how_to_object':'','contact':'','working_days':5,'count_start_day':false,'content_sha256':''," \
    "'version':1,'signatures':[" signatures "]" more "}}"
#define NOBODY UNSIGNED("organisation") "," UNSIGNED("housing")
#define BOTH SIGNED("organisation") "," SIGNED("housing")
#define OF_N "'notice_id':'N','programme_id':'" PROGRAMME "'"
#define LIST "'list_id':'L','programme_id':'" PROGRAMME "'"
#define PROPOSED "{" LIST ",'run_id':'R','result_sha256':''}"

static const struct step notices[] = {
    {"scoring.ListProposed", PROPOSED, "notice.draft/L"},
    {"publicity.NoticeDrafted", NOTICE("N", "draft", NOBODY, ""), "notice.sign/N/housing notice.sign/N/organisation"},
    {"publicity.NoticeSigned", "{" OF_N ",'body':'housing','complete':false}", "notice.sign/N/organisation"},
    /* taken back: all sign anew; dropped: drafted anew */
    {"publicity.NoticeTakenBack", NOTICE("N", "draft", NOBODY, ""), "notice.sign/N/housing notice.sign/N/organisation"},
    {"publicity.NoticeTakenBack", NOTICE("N", "dropped", NOBODY, ""), "notice.draft/L"},
    {"publicity.NoticeDrafted", NOTICE("M", "draft", NOBODY, ""), "notice.sign/M/housing notice.sign/M/organisation"},
    /* a corrected version takes its place */
    {"publicity.NoticeDrafted", NOTICE("N", "draft", NOBODY, ",'follows':'M'"), "notice.sign/N/housing notice.sign/N/organisation"},
    {"publicity.NoticeSigned", "{" OF_N ",'body':'organisation','complete':false}", "notice.sign/N/housing"},
    {"publicity.NoticeSigned", "{" OF_N ",'body':'housing','complete':true}", "notice.schedule/N"},
    {"publicity.NoticeScheduled", "{" OF_N ",'publish_at':'2023-10-16T09:00:00+08:00','end_day':'2023-10-20'}", ""},
    {"publicity.NoticeTakenBack", NOTICE("N", "signed", BOTH, ""), "notice.schedule/N"},
    {"publicity.NoticeTakenBack", NOTICE("N", "ended", BOTH, ""), ""},
};

static const struct step lists[] = {
    {"scoring.ListProposed", PROPOSED, "notice.draft/L"},
    {"publicity.ListWithdrawn", "{" LIST ",'state':'withdrawn'}", ""},
};

#define OBJECTION(state) "{'objection':{'objection_id':'O','notice_id':'N','subject_id':'" ENTERPRISE "','state':'" state "','objector':'样**'," \
    "'grounds':'样例','filed_at':'2023-10-17T09:00:00+08:00','receipt':'YY-2023-001','programme_id':'" PROGRAMME "'}}"

static const struct step objections[] = {
    {"publicity.ObjectionFiled", OBJECTION("received"), "objection.take/O"},
    {"publicity.ObjectionTaken", OBJECTION("investigating"), "objection.conclude/O"},
    {"publicity.ObjectionResolved", OBJECTION("resolved"), ""},
    {"publicity.ObjectionReopened", OBJECTION("investigating"), "objection.conclude/O"},
    {"publicity.ObjectionClosed", OBJECTION("closed"), ""},
    {"publicity.ObjectionFiled", OBJECTION("received"), "objection.take/O"},
    {"publicity.ObjectionClosed", OBJECTION("closed"), ""},
};
/* clang-format on */

#define PLAYS(name) \
    Test(todo, name##_wait_and_wait_no_more) \
    { \
        play(name, ARRAY_LEN(name)); \
    }
PLAYS(applications)
PLAYS(notices)
PLAYS(lists)
PLAYS(objections)

static void publish(const char *award_ends)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    char *buf = shipped_programme_alone(a, PROGRAMME);
    CLEANUP(str_release) struct str document = STR_INIT;
    Intake__ProgrammePublished e = INTAKE__PROGRAMME_PUBLISHED__INIT;
    char *day;

    day = strstr(buf, "2023-11-30");
    cr_assert_not_null(day);
    memcpy(day, award_ends, strlen(award_ends));
    e.programme_id = (char *)PROGRAMME;
    e.document = buf;
    e.document_sha256 = e.title = (char *)"";
    e.year = 2023;
    sources_say(&s, "intake", D, &e.base);
    sources_settle(&s);
}

static const char *due_of(const Reporting__Task *task)
{
    char text[INSTANT_TEXT];

    return arena_strdup(s.arena, task->has_due_at ? instant_format(task->due_at, text) : "none");
}

Test(todo, is_due_when_the_programme_s_newest_version_says)
{
    Reporting__GetWaitingReply *reply;

    say_json("scoring.ListProposed", PROPOSED);
    reply = waiting(PROGRAMME);
    cr_expect_str_eq(due_of(reply->tasks[0]), "none");
    cr_expect_str_eq(reply->tasks[0]->state, "open");
    publish("2023-11-30");
    cr_expect_str_eq(due_of(waiting(PROGRAMME)->tasks[0]), "2023-12-01T00:00:00+08:00");
    publish("2023-12-04");
    cr_expect_str_eq(due_of(waiting(PROGRAMME)->tasks[0]), "2023-12-05T00:00:00+08:00");
    cr_expect_eq(waiting("another")->n_tasks, 0);
    sources_clock(&s, "2023-12-01T23:59:59+08:00");
    cr_expect_str_eq(waiting(NULL)->tasks[0]->state, "open");
    sources_clock(&s, "2023-12-02T00:00:00+08:00");
    cr_expect_str_eq(waiting(NULL)->tasks[0]->state, "soon");
    sources_clock(&s, "2023-12-05T00:00:00+08:00");
    reply = waiting(NULL);
    cr_expect_str_eq(reply->tasks[0]->state, "late");
    cr_expect_str_eq(reply->counts[0]->kind, "notice.draft");
    cr_expect_eq(reply->counts[0]->n, 1);
    cr_expect_eq(reply->counts[0]->late, 1);
    expect_rebuilt();
}

Test(todo, shows_each_what_is_his_by_role_region_and_subject)
{
    publish("2023-11-30");
    say_json("intake.ApplicationReturned",
             OF_A("returned", "") ",'reason':'样例','by':'district'}");
    say_json("intake.ApplicationSubmitted", OF_S("submitted", SUBDISTRICT) "}");
    say_json("publicity.NoticeDrafted", NOTICE("N", "draft", NOBODY, ""));
    cr_expect_str_eq(todo("enterprise", D, ENTERPRISE), "application.complete/A");
    cr_expect_str_eq(todo("enterprise", D, "91310105MA11103718"), "");
    cr_expect_str_eq(todo("committee", D, ENTERPRISE), "");
    cr_expect_str_eq(todo("subdistrict", "310105001", NULL), "application.review/S");
    cr_expect_str_eq(todo("subdistrict", "310105002", NULL), "");
    cr_expect_str_eq(todo("district", D, NULL), "notice.sign/N/housing");
    cr_expect_str_eq(todo("district", SOURCES_CITY, NULL), "notice.sign/N/housing");
    cr_expect_str_eq(todo("organisation", D, NULL), "notice.sign/N/organisation");
    cr_expect_str_eq(todo("auditor", D, NULL), "");
    say_json("intake.ApplicationForwarded", OF_S("submitted", DISTRICT) ",'by':'subdistrict'}");
    cr_expect_str_eq(todo("subdistrict", "310105001", NULL), "");
    cr_expect_str_eq(todo("district", D, NULL), "application.review/S notice.sign/N/housing");
}

Test(todo, says_what_the_thing_is_called_and_who_holds_it)
{
    const Reporting__Task *task;

    publish("2023-11-30");
    say_json("intake.ApplicationReturned",
             OF_A("returned", "") ",'reason':'样例','by':'district'}");
    task = waiting(NULL)->tasks[0];
    cr_expect_str_eq(task->title->code, "todo.application.complete");
    cr_expect_eq(task->title->n_args, 1);
    cr_expect_str_eq(task->title->args[0], "样例甲");
    cr_expect_str_eq(task->thing_kind, "application");
    cr_expect_str_eq(task->thing_id, "A");
    cr_expect_str_eq(task->subject_id, ENTERPRISE);
    cr_expect_eq(task->holder->n_roles, 1);
    cr_expect_str_eq(task->holder->roles[0], "enterprise");
    cr_expect_str_eq(task->holder->region, D);
    cr_expect_str_eq(task->holder->subject_id, ENTERPRISE);
}

/* All tasks of pages of @limit, one after the other. */
static const char *in_pages(int32_t limit)
{
    Reporting__GetTodo q = REPORTING__GET_TODO__INIT;
    const char *all = "";

    q.has_limit = true;
    q.limit = limit;
    for (int i = 0; i < 20 && (i == 0 || q.after); i++) {
        const Reporting__GetTodoReply *reply =
            sources_done(&s, "district", D, NULL, &q.base, &reporting__get_todo_reply__descriptor);

        cr_expect_eq(reply->counts[0]->n + reply->counts[1]->n, 5);
        all = arena_printf(s.arena, "%s %s", all, ids_of(reply->tasks, reply->n_tasks));
        q.after = reply->next;
    }
    cr_expect_null(q.after);
    return all;
}

Test(todo, pages_join_without_gap_or_repeat)
{
    Reporting__GetTodo q = REPORTING__GET_TODO__INIT;

    publish("2023-11-30");
    for (int i = 1; i <= 4; i++)
        say_json("publicity.ObjectionFiled",
                 arena_printf(s.arena,
                              "{'objection':{'objection_id':'%d','notice_id':'N','subject_id':'E',"
                              "'state':'received','objector':'','grounds':'','filed_at':"
                              "'2023-10-17T09:00:00+08:00','receipt':'','programme_id':'P'}}",
                              i));
    say_json("scoring.ListProposed", PROPOSED);
    for (int32_t limit = 1; limit <= 6; limit++) {
        const char *all = in_pages(limit);
        size_t n = 0;

        /* what has a day comes first */
        cr_expect_eq(strncmp(all, " notice.draft/L", 15), 0, "%s", all);
        for (const char *p = all; (p = strchr(p, '/')); p++)
            n++;
        cr_expect_eq(n, 5, "%d: %s", (int)limit, all);
        for (int i = 1; i <= 4; i++)
            cr_expect(strstr(all, arena_printf(s.arena, "objection.take/%d", i)), "%s", all);
    }
    q.after = (char *)"x";
    cr_expect_str_eq(sources_ask(&s, "district", D, NULL, &q.base)->code, "value_unknown");
}
