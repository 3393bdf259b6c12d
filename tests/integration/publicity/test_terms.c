/* SPDX-License-Identifier: Apache-2.0 */
/* An owners' committee's honour is its term's: the filing of the next ends it, wherever it stands. */
#include "acts.h"
#include "tests/support/shipped_programme.h"

#define COMMITTEES "changning-owners-committee-2023"
#define TERM "310105001-0001-Y3"
#define NEXT "310105001-0001-Y4"
#define CHANGED(kind) INTAKE__RECORD_CHANGE__KIND__##kind

static void stage(void)
{
    Intake__ProgrammePublished e = INTAKE__PROGRAMME_PUBLISHED__INIT;

    open_stage();
    e.document = shipped_programme_alone(s.arena, COMMITTEES);
    e.programme_id = (char *)COMMITTEES;
    e.version = 1;
    e.document_sha256 = e.title = (char *)"another sample";
    e.year = 2023;
    tell("intake", DISTRICT, &e.base);
}

TestSuite(terms, .init = stage, .fini = close_stage, .timeout = 120);

/* Recorded from 2022, by a programme that nobody published here. */
static const char *hold(const char *committee)
{
    Publicity__RecordHonour q = PUBLICITY__RECORD_HONOUR__INIT;

    q.category = q.subject_kind = (char *)"committee";
    q.category_title = (char *)"红色示范业委会";
    q.subject_id = q.plaque = (char *)committee;
    q.name = (char *)"样例业委会";
    q.year = 2022;
    q.programme_id = (char *)"changning-owners-committee-2022";
    q.subdistrict = (char *)"310105001";
    return done("district", &q.base);
}

static Scoring__ScoredSubject *committee(const char *id, int rank)
{
    Scoring__ScoredSubject *m = subject(id, "committee", "committees", rank);

    m->enterprise_id = NULL;
    return m;
}

Test(terms, the_honour_lapses_when_the_next_term_is_filed_and_not_before)
{
    hold(TERM);
    hold("310105001-0002-Y3");
    change(DISTRICT, CHANGED(RENAMED), TERM, NULL, NULL, "样例新名业委会");
    change(CITY, CHANGED(LEFT_SITE), "E1", "310105001-0001", NULL, NULL);
    cr_expect_str_eq(value("select count(*) from honour where state = 'held'"), "2");
    change(DISTRICT, CHANGED(TERM_FILED), TERM, NULL, NEXT, "样例新名业委会");
    cr_expect_str_eq(
        value("select subject_id || ' ' || name || ' ' || reason || ' ' || ended_day || "
              "' ' || plaque_state from honour where state = 'lapsed'"),
        TERM " 样例新名业委会 term_filed 2023-10-01 recalled");
    cr_expect_str_eq(value("select count(*) from honour where state = 'held'"), "1");
}

Test(terms, an_honour_recorded_after_the_filing_lapses_at_once_and_the_next_terms_stays)
{
    change(DISTRICT, CHANGED(TERM_FILED), TERM, NULL, NEXT, NULL);
    hold(TERM);
    hold(NEXT);
    cr_expect_str_eq(
        value("select string_agg(right(subject_id, 2) || ' ' || state, ', ' order by subject_id) "
              "from honour"),
        "Y3 lapsed, Y4 held");
}

Test(terms, the_subdistrict_collects_the_plaque)
{
    Publicity__ReturnPlaque q = PUBLICITY__RETURN_PLAQUE__INIT;

    q.honour_id = (char *)hold(TERM);
    q.outcome = PUBLICITY__RETURN_PLAQUE__OUTCOME__RETURNED;
    q.receipt = (char *)"样例回执";
    change(DISTRICT, CHANGED(TERM_FILED), TERM, NULL, NEXT, NULL);
    refused("district", &q.base, "forbidden", NULL);
    sources_done(&s, "subdistrict", "310105001", NULL, &q.base, NULL);
    cr_expect_str_eq(value("select plaque_state from honour"), "returned");
}

Test(terms, who_is_succeeded_before_the_final_list_gets_no_honour)
{
    Scoring__ListProposed e = SCORING__LIST_PROPOSED__INIT;
    Scoring__ScoredSubject *proposed[] = {committee(TERM, 1), committee("310105001-0002-Y3", 2)};
    Scoring__ScoredSubject *reserve[] = {committee("310105001-0003-Y2", 3)};

    e.list_id = (char *)"list-1";
    e.programme_id = (char *)COMMITTEES;
    e.run_id = e.result_sha256 = (char *)"sample";
    e.proposed = proposed;
    e.n_proposed = 2;
    e.reserve = reserve;
    e.n_reserve = 1;
    tell("scoring", DISTRICT, &e.base);
    change(DISTRICT, CHANGED(TERM_FILED), TERM, NULL, NEXT, NULL);
    cr_expect_str_eq(
        value("select string_agg(right(subject_id, 7) || ' ' || state || "
              "coalesce(' ' || removed_reason, ''), ', ' order by subject_id) from entry"),
        "0001-Y3 removed term_filed, 0002-Y3 listed, 0003-Y2 listed");
}
