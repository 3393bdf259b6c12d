/* SPDX-License-Identifier: Apache-2.0 */
/* Owners' committees: their facts are those of the compound, their conflicts, too. */
#include "tests/integration/scoring/stage.h"
#include "tests/support/pg_test.h"
#include "tests/support/shipped_programme.h"

#undef PROGRAMME
#define PROGRAMME ((char *)"changning-owners-committee-2023")
#define SITE "310105001-0001"
#define TERM SITE "-Y3"
#define STREET "subdistrict", "310105001", NULL

static void publish_committees(void)
{
    Intake__ProgrammePublished e = INTAKE__PROGRAMME_PUBLISHED__INIT;

    e.document = shipped_programme_alone(s.arena, "changning-owners-committee-2023");
    e.programme_id = PROGRAMME;
    e.version = 1;
    e.document_sha256 = e.title = (char *)"样例";
    e.year = 2023;
    sources_say(&s, "intake", SOURCES_DISTRICT, &e.base);
}

static void committee(const char *id, const char *at)
{
    Intake__CommitteeRegistered e = INTAKE__COMMITTEE_REGISTERED__INIT;
    Intake__RegisterCommittee m = INTAKE__REGISTER_COMMITTEE__INIT;

    m.committee_id = m.name = (char *)id;
    m.site_id = (char *)at;
    m.members = 5;
    m.from_day = m.filed_day = (char *)"2021-03-01";
    m.to_day = (char *)"2026-02-28";
    e.committee = &m;
    sources_say(&s, "intake", SOURCES_DISTRICT, &e.base);
}

/* The compound SITE, its committee with an honour of 2022, and E1, of which nobody says where it
 * serves. */
static void stage(void)
{
    open_stage();
    publish_committees();
    enterprise("E1");
    site(SITE, false);
    site("310105001-0002", false);
    committee(TERM, SITE);
    honour("committee", TERM, NULL);
    sources_settle(&s);
}

TestSuite(committees, .init = stage, .fini = close_stage, .timeout = 120);

static int sheet(const char *points)
{
    Scoring__ImportInspections q = SCORING__IMPORT_INSPECTIONS__INIT;
    Scoring__ImportInspectionsReply *reply;

    q.programme_id = PROGRAMME;
    q.csv = arena_printf(s.arena,
                         "subject_id,inspected_day,party,rules.system,rules.openness,self.election,"
                         "self.troika,role,people\n" TERM ",2023-08-20,%s\n",
                         points);
    reply = sources_done(&s, ASSESSOR, &q.base, &scoring__import_inspections_reply__descriptor);
    return reply->added + reply->replaced;
}

static void incident(const char *at, bool serious)
{
    Scoring__RecordIncident q = SCORING__RECORD_INCIDENT__INIT;

    q.on_day = (char *)"2023-08-01";
    q.enterprise_id = (char *)"E1";
    q.site_id = (char *)at;
    q.kind = (char *)"fire";
    q.serious = serious;
    q.description = (char *)"样例";
    sources_done(&s, OFFICER, &q.base, NULL);
}

static void open_cases(void)
{
    Scoring__OpenReEvaluation q = SCORING__OPEN_RE_EVALUATION__INIT;
    Scoring__OpenReEvaluationReply *r;

    q.programme_id = PROGRAMME;
    r = sources_done(&s, OFFICER, &q.base, &scoring__open_re_evaluation_reply__descriptor);
    cr_assert_eq(r->cases, 1);
}

/* The committee's case after a run, as @who reads it. */
static Scoring__ReEvaluationCase *judged_as(const char *role, const char *region,
                                            const char *subject_id)
{
    Scoring__RunReEvaluation run = SCORING__RUN_RE_EVALUATION__INIT;
    Scoring__ListCases q = SCORING__LIST_CASES__INIT;
    Scoring__ListCasesReply *r;

    run.programme_id = q.programme_id = PROGRAMME;
    sources_done(&s, OFFICER, &run.base, NULL);
    r = sources_done(&s, role, region, subject_id, &q.base, &scoring__list_cases_reply__descriptor);
    cr_assert_eq(r->n_cases, 1);
    return r->cases[0];
}

/* Which of the three conditions are met: "1 3". */
static const char *met(void)
{
    Scoring__ReEvaluationCase *k = judged_as("committee", SOURCES_DISTRICT, TERM);
    const char *list = "";

    cr_assert_eq(k->n_conditions, 3);
    for (size_t i = 0; i < k->n_conditions; i++)
        if (k->conditions[i]->met)
            list = arena_printf(s.arena, "%s%s%zu", list, *list ? " " : "", i + 1);
    return list;
}

Test(committees, good_passes_and_below_good_fails)
{
    open_cases();
    cr_assert_eq(sheet("20,10,10,10,10,10,10"), 1);
    cr_assert_str_eq(met(), "");
    cr_assert_str_eq(judged_as(OFFICER)->verdict, "kept");
    cr_assert_eq(sheet("20,10,10,10,10,10,9.999"), 1);
    cr_assert_str_eq(met(), "1");
    cr_assert_str_eq(judged_as(OFFICER)->verdict, "failed");
}

Test(committees, what_happens_in_the_compound_fails_it_and_what_happens_elsewhere_does_not)
{
    open_cases();
    sheet("20,10,10,10,10,20,20");
    incident("310105001-0002", true);
    incident(SITE, false);
    incident(NULL, true);
    cr_assert_str_eq(met(), "");
    incident(SITE, true);
    cr_assert_str_eq(met(), "3");
}

Test(committees, the_subdistrict_that_recommended_it_cancels_its_eligibility)
{
    Scoring__CancelEligibility q = SCORING__CANCEL_ELIGIBILITY__INIT;

    open_cases();
    sheet("20,10,10,10,10,20,20");
    q.programme_id = PROGRAMME;
    q.subject_id = (char *)TERM;
    q.reason = (char *)"样例：规范化评价成绩不合格";
    refused("subdistrict", "310105002", NULL, &q.base, "site_not_yours", "subject_id");
    sources_done(&s, STREET, &q.base, NULL);
    cr_assert_str_eq(met(), "2");
}

Test(committees, a_filed_next_term_ends_the_case)
{
    Intake__SubjectChanged e = INTAKE__SUBJECT_CHANGED__INIT;
    Intake__RecordChange r = INTAKE__RECORD_CHANGE__INIT;

    open_cases();
    sheet("20,10,10,10,10,20,20");
    r.subject_id = (char *)TERM;
    r.kind = INTAKE__RECORD_CHANGE__KIND__TERM_FILED;
    r.on_day = (char *)"2023-08-25";
    r.into_id = (char *)SITE "-Y4";
    e.change_id = (char *)"change-1";
    e.change = &r;
    sources_say(&s, "intake", SOURCES_DISTRICT, &e.base);
    sources_settle(&s);
    cr_assert_str_eq(judged_as(OFFICER)->state, "ended");
    cr_assert_not_null(strstr(judged_as(OFFICER)->notes[0], "term_filed on 2023-08-25"));
}

Test(committees, an_expert_who_lives_in_the_compound_stands_aside)
{
    Scoring__OpenPanel q = SCORING__OPEN_PANEL__INIT;
    static const char *const seats[] = {"X1", "X2", "X3", "X4", "X5", "X6"};
    Intake__ApplicationAccepted e = INTAKE__APPLICATION_ACCEPTED__INIT;
    Scoring__OpenPanelReply *reply;

    for (size_t i = 0; i < ARRAY_LEN(seats); i++)
        expert(seats[i], NULL, i == 0 ? SITE : NULL, NULL);
    e.application = application("committee", TERM, NULL);
    e.application->programme_id = PROGRAMME;
    sources_say(&s, "intake", SOURCES_DISTRICT, &e.base);
    sources_settle(&s);
    q.programme_id = PROGRAMME;
    q.title = (char *)"样例评选团";
    q.experts = (char **)seats;
    q.n_experts = ARRAY_LEN(seats);
    reply = sources_done(&s, OFFICER, &q.base, &scoring__open_panel_reply__descriptor);
    cr_assert_eq(reply->n_recusals, 1);
    cr_assert_str_eq(reply->recusals[0]->expert_id, "X1");
    cr_assert_str_eq(reply->recusals[0]->subject_id, TERM);
    cr_assert_str_eq(reply->recusals[0]->kind, "residence");
}
