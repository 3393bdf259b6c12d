/* SPDX-License-Identifier: Apache-2.0 */
/* What keeps a list from being final: shown to the officer, and refused. */
#include "acts.h"
#include "correcting.h"

TestSuite(overtaken, .init = open_with_list, .fini = close_stage, .timeout = 120);

/* The list's notice is over and nothing else is open. */
static void over(void)
{
    on_display("2023-10-16T09:00:00+08:00");
    sources_clock(&s, "2023-11-01T00:00:00+08:00");
}

static void overtaken_by(const char *kind, const char *id, const char *subject_id)
{
    Scoring__ListOvertaken e = SCORING__LIST_OVERTAKEN__INIT;
    Scoring__RunCause cause = SCORING__RUN_CAUSE__INIT, *causes[] = {&cause};

    e.list_id = (char *)"list-1";
    e.programme_id = (char *)PROGRAMME;
    e.run_id = (char *)"sample";
    cause.kind = (char *)kind;
    cause.id = (char *)id;
    cause.subject_id = (char *)subject_id;
    e.n_causes = kind != NULL;
    e.causes = causes;
    tell("scoring", DISTRICT, &e.base);
}

static Publicity__FinaliseList final_list(void)
{
    Publicity__FinaliseList q = PUBLICITY__FINALISE_LIST__INIT;

    q.list_id = (char *)"list-1";
    q.document = (char *)"样例〔2023〕1 号";
    return q;
}

/* What the officer sees, as "code thing id;...". */
static const char *blockers(void)
{
    Publicity__GetList q = PUBLICITY__GET_LIST__INIT;
    Publicity__GetListReply *l;
    const char *text = "";

    q.list_id = (char *)"list-1";
    l = read_as("district", &q.base, &publicity__get_list_reply__descriptor);
    for (size_t i = 0; i < l->n_blockers; i++) {
        const Publicity__ListBlocker *b = l->blockers[i];

        text = arena_printf(s.arena, "%s%s%s %s", text, i ? ";" : "", b->code,
                            b->thing_kind ? b->thing_kind : "none");
    }
    return text;
}

Test(overtaken, the_officer_sees_all_that_keeps_a_list_from_being_final)
{
    Publicity__FinaliseList q = final_list();
    Publicity__FileObjection o;
    const char *id, *objected;

    cr_expect_str_eq(blockers(), "notice_missing none");
    id = on_display("2023-10-16T09:00:00+08:00");
    cr_expect_str_eq(blockers(), "notice_not_closed notice");
    o = objection(id, "s1");
    objected = done("public", &o.base);
    cr_expect_str_eq(blockers(), "objection_open objection;notice_not_closed notice");
    refused("district", &q.base, "objection_open", "list_id");
    conclude(objected, PUBLICITY__RESOLVE_OBJECTION__RESULT__DISMISSED);
    sources_clock(&s, "2023-11-01T00:00:00+08:00");
    cr_expect_str_eq(blockers(), "");
    done("district", &q.base);
    cr_expect_str_eq(blockers(), "", "nothing is to be done to a final list");
}

Test(overtaken, a_list_whose_inputs_changed_is_not_made_final_until_they_are_as_they_were)
{
    Publicity__FinaliseList q = final_list();
    char *confirmed[] = {(char *)"inspection-9"};

    over();
    overtaken_by("inspection", "inspection-9", "s1");
    cr_expect_str_eq(blockers(), "list_overtaken inspection");
    refused("district", &q.base, "list_overtaken", "list_id");
    q.confirmed = confirmed;
    q.n_confirmed = 1;
    refused("district", &q.base, "list_overtaken", "list_id");
    overtaken_by(NULL, NULL, NULL);
    cr_expect_str_eq(blockers(), "");
    done("district", &q.base);
}

Test(overtaken, a_supplementary_decision_is_confirmed_by_the_officer_by_its_name)
{
    Publicity__FinaliseList q = final_list();
    char *confirmed[] = {(char *)PROGRAMME "/3"};

    over();
    overtaken_by("programme", PROGRAMME "/2", NULL);
    refused("district", &q.base, "list_overtaken", "list_id");
    q.confirmed = confirmed;
    q.n_confirmed = 1;
    refused("district", &q.base, "list_overtaken", "list_id");
    confirmed[0] = (char *)PROGRAMME "/2";
    done("district", &q.base);
}

Test(overtaken, an_objection_that_was_upheld_changes_the_list_by_its_own_path)
{
    const char *id = on_display("2023-10-16T09:00:00+08:00");
    Publicity__FileObjection o = objection(id, "s1");
    const char *objected = done("public", &o.base);

    conclude(objected, PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD);
    cr_expect_str_eq(blockers(), "notice_not_closed notice;signatures_missing notice",
                     "its supplementary notice is to be signed; nothing is stale");
}

Test(overtaken, an_entry_struck_by_both_departments_keeps_the_list_no_longer)
{
    on_display("2023-10-16T09:00:00+08:00");
    overtaken_by("deduction", "deduction-1", "s2");
    cr_expect_str_eq(blockers(), "notice_not_closed notice;list_overtaken deduction");
    confirm("organisation", ask_for("district", KIND(ENTRY_STRUCK), "list-1/s2")->correction_id);
    cr_expect_str_eq(blockers(), "notice_not_closed notice;signatures_missing notice",
                     "the reserve moved up with a notice of its own");
}
