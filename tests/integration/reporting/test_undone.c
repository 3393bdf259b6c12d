/* SPDX-License-Identifier: Apache-2.0 */
/* What a correction takes back leaves the read models as if it had not been, and both acts on the record (docs/corrections.md). */
#include "todo_steps.h"

TestSuite(undone, .init = setup, .fini = teardown, .timeout = 120);

enum { BASE = 3 };
struct said {
    const char *event, *json;
};
/* How things came to be, an act, and the correction that takes it back. */
struct pair {
    const char *name;
    struct said base[BASE], act, undo;
};

#define HONOUR(state, plaque) \
    "{'honour':{'honour_id':'H','programme_id':'p','category':'enterprise','title':'样例'," \
    "'subject_id':'E1','name':'样例','year':2023,'state':'" state \
    "','plaque':'HP-1','plaque_state':'" plaque "'}}"
#define ENTRY(state, more) \
    "{'list_id':'L','programme_id':'p','entry':{'subject_id':'E1','category':'enterprise'," \
    "'group':'enterprise','name':'样例','score':'90','rank':1,'state':'" state "'" more "}}"
#define OBJECTION(state, more) \
    "{'objection':{'objection_id':'O','notice_id':'N','subject_id':'E1','state':'" state \
    "','objector':'样**','grounds':'样例','filed_at':'2023-11-01T08:00:00+08:00'," \
    "'receipt':'R','programme_id':'p'" more "}}"
#define CASE(state, more) \
    "{'case':{'case_id':'C','programme_id':'p','honour_id':'H','subject_id':'E1'," \
    "'name':'样例','category':'enterprise','state':'" state "'" more "}}"
#define DEDUCTION(state, counts, more) \
    "{'deduction':{'deduction_id':'D','subject_kind':'enterprise','subject_id':'E1'," \
    "'enterprise_id':'E1','behaviour':'Q03-01','rule_version':'1','points':'3'," \
    "'on_day':'2023-05-01','state':'" state "','document':'样例','counts':" counts \
    "},'total':{'enterprise_id':'E1','year':2023,'total':'0/1','points':'0','own':'0'," \
    "'undisputed':'0'}" more "}"
#define CHANGE "'subject_id':'E1','kind':'renamed','on_day':'2023-10-01','new_name':'样例新名'"
#define RENAMED "{'change_id':'X','change':{" CHANGE "}}"
#define RENAMED_BACK \
    "{'change_id':'X','change':{" CHANGE "},'name':'样例','authority':{'reason':'样例'," \
    "'document':'样例'}}"
#define NAMED "{'enterprise':{'enterprise_id':'E1','name':'样例'}}"

static const struct pair pairs[] = {
    {"a change of name",
     {{"intake.EnterpriseRegistered", NAMED}},
     {"intake.SubjectChanged", RENAMED},
     {"intake.SubjectChangeTakenBack", RENAMED_BACK}},
    {"a revocation",
     {{"publicity.HonourGranted", HONOUR("held", "issued")}},
     {"publicity.HonourRevoked", HONOUR("revoked", "recalled")},
     {"publicity.HonourRestored", HONOUR("held", "issued")}},
    {"a lapse",
     {{"publicity.HonourGranted", HONOUR("held", "issued")}},
     {"publicity.HonourLapsed", HONOUR("lapsed", "recalled")},
     {"publicity.HonourRestored", HONOUR("held", "issued")}},
    {"an entry struck",
     {{"publicity.EntryRestored", ENTRY("listed", "")}},
     {"publicity.EntryRemoved", ENTRY("removed", ",'removed_reason':'struck'")},
     {"publicity.EntryRestored", ENTRY("listed", "")}},
    {"the conclusion on an objection",
     {{"publicity.ObjectionFiled", OBJECTION("received", "")},
      {"publicity.ObjectionTaken", OBJECTION("investigating", "")}},
     {"publicity.ObjectionResolved", OBJECTION("resolved", ",'result':'dismissed'")},
     {"publicity.ObjectionReopened", OBJECTION("investigating", "")}},
    {"a verdict",
     {{"scoring.CaseOpened", CASE("open", "")}},
     {"scoring.ReEvaluationFailed", CASE("confirmed", ",'verdict':'failed'")},
     {"scoring.VerdictSetAside", CASE("open", "")}},
    {"the end of a case",
     {{"scoring.CaseOpened", CASE("open", "")}},
     {"scoring.CaseEnded", CASE("ended", ",'verdict':'ended'")},
     {"scoring.CaseOpened", CASE("open", "")}},
    {"a repair",
     {{"credit.DeductionRecorded", DEDUCTION("proposed", "false", "")},
      {"credit.DeductionChanged", DEDUCTION("effective", "true", ",'on':'time_over'")}},
     {"credit.DeductionChanged", DEDUCTION("repaired", "false", ",'on':'repair'")},
     {"credit.DeductionChanged", DEDUCTION("effective", "true", ",'on':'unrepair'")}},
    {"what an objection to a deduction came to",
     {{"credit.DeductionChanged", DEDUCTION("objected", "true", ",'on':'object'")}},
     {"credit.DeductionChanged", DEDUCTION("withdrawn", "false", ",'on':'withdraw'")},
     {"credit.DeductionChanged", DEDUCTION("objected", "true", ",'on':'reopen'")}},
};

/* What people read but the record itself: names, steps reached, the state of each thing (of a change there is only its record), what
 * waits. */
static const char *models(void)
{
    sources_settle(&s);
    return sources_value(
        &s, "select coalesce(string_agg(r, E'\\n' order by r collate \"C\"), '') from ("
            "select subject_id || ' is called ' || name from subject "
            "union all select programme_id || ' ' || subject_id || ' ' || category || ' ' || steps "
            "from progress where steps <> 0 "
            "union all select subject_id || ' ' || section || ' ' || id || ' ' || state "
            "from dossier where section <> 'change' "
            "union all select task_id from waiting) rows(r)");
}

static int64_t recorded(void)
{
    sources_settle(&s);
    return strtoll(sources_value(&s, "select count(*) from timeline"), NULL, 10);
}

/* One after the other, so that each stands on all that were taken back before. */
Test(undone, a_correction_leaves_the_models_as_if_the_act_had_not_been_and_both_on_the_record)
{
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        const struct pair *p = &pairs[i];
        const char *before;
        int64_t then;

        for (size_t k = 0; k < BASE && p->base[k].event; k++)
            say_json(p->base[k].event, p->base[k].json);
        before = arena_strdup(s.arena, models());
        then = recorded();
        say_json(p->act.event, p->act.json);
        cr_expect_str_neq(models(), before, "%s was to be seen", p->name);
        say_json(p->undo.event, p->undo.json);
        cr_expect_str_eq(models(), before, "%s", p->name);
        cr_expect_eq(recorded(), then + 2, "%s", p->name);
    }
}
