/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may do what, and where: every address of the API, every role, every way a region can stand to
 * a district, over HTTP.
 *
 * The expectation is this file's own: the table below says who may call what, in words, and
 * covering is judged on the codes' digits. Neither looks at proto/api, so that a right given there
 * by mistake shows here. Right means: the edge lets the request pass (whatever a handler then says
 * of an empty body or a thing that does not exist); wrong means 401 without a session and 403
 * forbidden with one.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/str.h"
#include "proto/api.h"
#include "tests/support/api_stack/api_stack.h"

enum rule { COVERS, TOUCHES, ANY };

/* "*": anybody with an account. "public": anybody. A message may have several rows. */
/* clang-format off */
static const struct right {
    const char *type, *roles;
    enum rule rule;
} rights[] = {
    {"intake.RegisterEnterprise", "city district", TOUCHES},
    {"intake.RegisterManager", "city district", TOUCHES},
    {"intake.RegisterExpert", "city district organisation", TOUCHES},
    {"intake.RegisterSite", "city district", COVERS},
    {"intake.RegisterCommittee", "city district", COVERS},
    {"intake.FileTerm", "city district subdistrict", TOUCHES},
    {"intake.RegisterProject", "city district", COVERS},
    {"intake.RegisterRegion", "city district", COVERS},
    {"intake.RecordChange", "city district", TOUCHES},
    {"intake.ImportRegistry", "city district", TOUCHES},
    {"intake.GetRegistryTemplate", "city district", TOUCHES},
    {"intake.ListRegistryImports", "city district auditor", TOUCHES},
    {"intake.GetRegistryImport", "city district auditor", TOUCHES},
    {"intake.ExportRefusedRows", "city district", TOUCHES},
    {"intake.ExportRegistry", "city district auditor", TOUCHES},
    {"intake.GetSubject", "*", TOUCHES},
    {"intake.GetCalendar", "public", ANY},
    {"intake.GetLastDay", "public", ANY},
    {"intake.LintProgramme", "city district organisation", COVERS},
    {"intake.ListSubjects", "*", TOUCHES},
    {"intake.PublishProgramme", "district", COVERS},
    {"intake.ListProgrammes", "public", ANY},
    {"intake.GetProgramme", "public", ANY},
    {"intake.DraftApplication", "enterprise subdistrict committee district", TOUCHES},
    {"intake.EditApplication", "enterprise subdistrict committee district", TOUCHES},
    {"intake.AttachEvidence", "enterprise subdistrict committee district", TOUCHES},
    {"intake.DetachEvidence", "enterprise subdistrict committee district", TOUCHES},
    {"intake.CaptionEvidence", "enterprise subdistrict committee district", TOUCHES},
    {"intake.SubmitApplication", "enterprise subdistrict committee district", TOUCHES},
    {"intake.WithdrawApplication", "enterprise subdistrict committee", TOUCHES},
    {"intake.ReviewApplication", "subdistrict district", TOUCHES},
    {"intake.GetApplication", "enterprise subdistrict committee city district organisation auditor", TOUCHES},
    {"intake.PrintApplication", "enterprise subdistrict committee city district organisation auditor", TOUCHES},
    {"intake.ListApplications", "enterprise subdistrict committee city district organisation auditor", TOUCHES},
    {"intake.Correct", "enterprise subdistrict committee city district", TOUCHES},
    {"intake.ConfirmCorrection", "city district", TOUCHES},
    {"intake.DropCorrection", "city district", TOUCHES},
    {"intake.PreviewCorrection", "enterprise subdistrict committee city district", TOUCHES},
    {"intake.ListCorrections", "city district organisation auditor", COVERS},
    {"intake.SignAct", "district organisation", COVERS},
    {"intake.DropAct", "district organisation", COVERS},
    {"intake.ListActs", "city district organisation auditor", COVERS},
    {"scoring.RecordInspection", "assessor", COVERS},
    {"scoring.ImportInspections", "assessor", COVERS},
    {"scoring.GetInspectionTemplate", "assessor district", COVERS},
    {"scoring.ListInspections", "assessor city district organisation auditor", COVERS},
    {"scoring.GetInspection", "assessor city district organisation auditor", COVERS},
    {"scoring.OpenPanel", "district organisation", COVERS},
    {"scoring.AddExpert", "district organisation", COVERS},
    {"scoring.ExtendPanel", "district organisation", COVERS},
    {"scoring.MakeStatement", "expert", COVERS},
    {"scoring.SubmitBallots", "expert", COVERS},
    {"scoring.ListMyPanels", "expert", COVERS},
    {"scoring.DeclareConflict", "expert", COVERS},
    {"scoring.CastBallot", "expert", COVERS},
    {"scoring.ClosePanel", "district organisation", COVERS},
    {"scoring.GetPanel", "expert district organisation auditor", COVERS},
    {"scoring.ListPanels", "expert district organisation auditor", COVERS},
    {"scoring.ListCandidates", "expert district organisation auditor", COVERS},
    {"scoring.GetCandidate", "expert district organisation auditor", COVERS},
    {"scoring.RunScoring", "district", COVERS},
    {"scoring.DecideTie", "district", COVERS},
    {"scoring.ProposeList", "district", COVERS},
    {"scoring.GetRun", "city district organisation auditor", COVERS},
    {"scoring.ListRuns", "city district organisation auditor", COVERS},
    {"scoring.RecordAssessment", "district", COVERS},
    {"scoring.RecordIncident", "district subdistrict", TOUCHES},
    {"scoring.CancelEligibility", "subdistrict", TOUCHES},
    {"scoring.OpenReEvaluation", "district organisation", COVERS},
    {"scoring.SubmitMaterial", "enterprise subdistrict committee", TOUCHES},
    {"scoring.RunReEvaluation", "district organisation", COVERS},
    {"scoring.ConfirmCaseList", "subdistrict", TOUCHES},
    {"scoring.ConfirmVerdict", "district organisation", COVERS},
    {"scoring.GetCase", "city district organisation subdistrict enterprise committee auditor", TOUCHES},
    {"scoring.ListAssessments", "city district organisation auditor", COVERS},
    {"scoring.ListIncidents", "city district organisation auditor", COVERS},
    {"scoring.ListCancellations", "city district organisation auditor", COVERS},
    {"scoring.ListCases", "city district organisation subdistrict enterprise committee auditor", TOUCHES},
    {"scoring.PrintCase", "city district organisation subdistrict enterprise committee auditor", TOUCHES},
    {"scoring.Correct", "district organisation subdistrict", TOUCHES},
    {"scoring.ConfirmCorrection", "district organisation subdistrict", TOUCHES},
    {"scoring.DropCorrection", "district organisation subdistrict", TOUCHES},
    {"scoring.PreviewCorrection", "district organisation subdistrict", TOUCHES},
    {"scoring.ListCorrections", "city district organisation auditor", COVERS},
    {"scoring.SignAct", "district organisation", COVERS},
    {"scoring.DropAct", "district organisation", COVERS},
    {"scoring.ListActs", "city district organisation auditor", COVERS},
    {"publicity.DraftNotice", "district", COVERS},
    {"publicity.CoSign", "district organisation", COVERS},
    {"publicity.ScheduleNotice", "district", COVERS},
    {"publicity.GetNotice", "public", ANY},
    {"publicity.ListNotices", "public", ANY},
    {"publicity.FileObjection", "public", ANY},
    {"publicity.GetObjectionReceipt", "public", ANY},
    {"publicity.GetObjectionForm", "public", ANY},
    {"publicity.InvestigateObjection", "district", COVERS},
    {"publicity.ResolveObjection", "district", COVERS},
    {"publicity.GetObjection", "city district organisation auditor", COVERS},
    {"publicity.ListObjections", "city district organisation auditor", COVERS},
    {"publicity.GetList", "city district organisation auditor", COVERS},
    {"publicity.FinaliseList", "district", COVERS},
    {"publicity.RecordHonour", "district", COVERS},
    {"publicity.RevokeHonour", "district organisation", COVERS},
    {"publicity.ReturnPlaque", "district subdistrict", TOUCHES},
    {"publicity.GetHonour", "public", ANY},
    {"publicity.ListHonours", "public", ANY},
    {"publicity.VerifyPlaque", "public", ANY},
    {"publicity.Correct", "district organisation", COVERS},
    {"publicity.ConfirmCorrection", "district organisation", COVERS},
    {"publicity.DropCorrection", "district organisation", COVERS},
    {"publicity.PreviewCorrection", "district organisation", COVERS},
    {"publicity.ListCorrections", "city district organisation auditor", COVERS},
    {"publicity.SignAct", "district organisation", COVERS},
    {"publicity.DropAct", "district organisation", COVERS},
    {"publicity.ListActs", "city district organisation auditor", COVERS},
    {"credit.RecordDeduction", "credit", COVERS},
    {"credit.NotifyDeduction", "credit", COVERS},
    {"credit.ObjectDeduction", "enterprise", TOUCHES},
    {"credit.ResolveDeduction", "credit", COVERS},
    {"credit.RepairDeduction", "credit", COVERS},
    {"credit.GetBalance", "credit city district organisation enterprise auditor", TOUCHES},
    {"credit.ListDeductions", "credit city district organisation auditor", COVERS},
    {"credit.ListDeductions", "enterprise", TOUCHES}, /* its own only */
    {"credit.GetDeduction", "credit city district organisation auditor enterprise", COVERS},
    {"credit.PreviewDeduction", "credit", COVERS},
    {"credit.GetDeductionRules", "public", ANY},
    {"credit.ListBalances", "credit city district organisation auditor", COVERS},
    {"credit.GetManagerBalance", "credit city district organisation enterprise auditor", TOUCHES},
    {"credit.Correct", "credit", COVERS},
    {"credit.ConfirmCorrection", "credit", COVERS},
    {"credit.DropCorrection", "credit", COVERS},
    {"credit.PreviewCorrection", "credit", COVERS},
    {"credit.ListCorrections", "credit city district organisation auditor", COVERS},
    {"reporting.GetTimeline", "city district organisation auditor", COVERS},
    {"reporting.GetEntry", "city district organisation auditor", COVERS},
    {"reporting.GetFunnel", "city district organisation auditor", COVERS},
    {"reporting.GetFunnelSubjects", "city district organisation auditor", COVERS},
    {"reporting.GetDossier", "city district organisation auditor", COVERS},
    {"reporting.GetOverview", "city district organisation auditor", COVERS},
    {"reporting.GetTodo", "*", TOUCHES},
    {"reporting.GetWaiting", "city district organisation auditor", COVERS},
    {"gateway.CreateAccount", "admin", TOUCHES},
    {"gateway.SetBindings", "admin", TOUCHES},
    {"gateway.DisableAccount", "admin", TOUCHES},
    {"gateway.UnlockAccount", "admin", TOUCHES},
    {"gateway.ListAccounts", "admin auditor", TOUCHES},
    {"gateway.ChangePassword", "*", ANY},
    {"gateway.Login", "public", ANY},
    {"gateway.Logout", "*", ANY},
    {"gateway.WhoAmI", "*", ANY},
    {"gateway.ListAudit", "auditor", COVERS},
    {"gateway.ListChanges", "*", TOUCHES},
    {"gateway.WatchChanges", "*", TOUCHES},
};
/* clang-format on */

static const char *const roles[] = {"city",       "district",  "organisation", "subdistrict",
                                    "enterprise", "committee", "assessor",     "expert",
                                    "credit",     "auditor",   "admin"};

/* How an account's region stands to the district asked for. */
static const struct place {
    const char *name, *region;
} places[] = {
    {"own", "310105"},       {"other", "310106"},     {"city", "310000"},
    {"within", "310105001"}, {"unrelated", "320500"},
};
static const char *const districts[] = {"310105", "310000"};

static struct api_stack s;
static const char *admin;
static int n_asked, n_allowed;

static void open_stack(void)
{
    api_open(&s, NULL);
    api_start_all(&s);
    admin = api_login(&s, ADMIN, ADMIN_PASSWORD);
}

static void close_stack(void)
{
    api_close(&s);
}

TestSuite(access, .init = open_stack, .fini = close_stack, .timeout = 280);

static const struct right *right_of(const char *type)
{
    for (size_t i = 0; i < ARRAY_LEN(rights); i++)
        if (strcmp(rights[i].type, type) == 0)
            return &rights[i];
    return NULL;
}

/* Two zeros at the end of a six-digit code stand for everything below. */
static size_t significant(const char *code)
{
    size_t size = strlen(code);

    while (size <= 6 && size > 2 && strncmp(code + size - 2, "00", 2) == 0)
        size -= 2;
    return size;
}

static bool holds(const char *outer, const char *inner)
{
    return strncmp(outer, inner, significant(outer)) == 0 && strlen(outer) <= strlen(inner) &&
           significant(outer) <= significant(inner);
}

static bool names(const char *list, const char *word)
{
    size_t size = strlen(word);

    for (const char *p = list; (p = strstr(p, word)); p++)
        if ((p == list || p[-1] == ' ') && (p[size] == ' ' || !p[size]))
            return true;
    return false;
}

static bool gives(const struct right *right, const char *role, const char *region,
                  const char *district)
{
    if (names(right->roles, "public"))
        return true;
    if (!role || (!names(right->roles, role) && !names(right->roles, "*")))
        return false;
    return right->rule == ANY || holds(region, district) ||
           (right->rule == TOUCHES && holds(district, region));
}

static bool expected(const char *type, const char *role, const char *region, const char *district)
{
    for (size_t i = 0; i < ARRAY_LEN(rights); i++)
        if (strcmp(rights[i].type, type) == 0 && gives(&rights[i], role, region, district))
            return true;
    return false;
}

static char *address(const struct api_row *row, const char *district)
{
    CLEANUP(str_release) struct str path = STR_INIT;

    str_add(&path, district);
    for (const char *p = row->path; *p; p++)
        if (*p == '{')
            for (str_add(&path, "0"); *p != '}';)
                p++;
        else
            str_add_char(&path, *p);
    if (strcmp(row->type, "gateway.WatchChanges") == 0)
        str_add(&path, "?after=nowhere"); /* refused by the handler: what it gives has no end */
    return arena_strdup(s.arena, path.text);
}

static void ask(const struct api_row *row, const char *role, const struct place *place,
                const char *district, const char *token)
{
    const char *body = strcmp(row->method, "GET") == 0 ? NULL : "{}";
    struct answer a = api_call(&s, row->method, address(row, district), token, body, NULL);
    bool allowed = expected(row->type, role, place ? place->region : NULL, district);
    bool stopped =
        a.status == 401 || (a.status == 403 && strcmp(answer_text(&a, "code"), "forbidden") == 0);

    n_asked++;
    n_allowed += allowed;
    cr_expect_eq(stopped, !allowed, "%s as %s of %s region to %s: %d %s", row->type,
                 role ? role : "public", place ? place->name : "no", district, a.status, a.body);
    if (!allowed)
        cr_expect_eq(a.status, role ? 403 : 401, "%s as %s: %d", row->type, role ? role : "public",
                     a.status);
    cr_expect_lt(a.status, 500, "%s as %s to %s: %d %s", row->type, role ? role : "public",
                 district, a.status, a.body);
}

static const struct api_row *logout_row(void)
{
    return api_row_for("gateway.Logout");
}

/* Logging out comes last: it would end the walk of this account. */
static void walk(const char *role, const struct place *place, const char *token)
{
    for (size_t d = 0; d < ARRAY_LEN(districts); d++)
        for (const struct api_row *row = api_rows; row->service; row++)
            if (*row->path && row != logout_row())
                ask(row, role, place, districts[d], token);
    ask(logout_row(), role, place, districts[0], token);
}

Test(access, table_of_rights_and_table_of_addresses_name_the_same)
{
    for (const struct api_row *row = api_rows; row->service; row++)
        if (*row->path)
            cr_assert_not_null(right_of(row->type), "%s: say here who may", row->type);
    for (size_t i = 0; i < ARRAY_LEN(rights); i++)
        cr_assert(api_row_for(rights[i].type) && *api_row_for(rights[i].type)->path,
                  "%s is no address", rights[i].type);
}

Test(access, every_role_from_every_region_may_what_it_may_and_no_more)
{
    walk(NULL, NULL, NULL);
    for (size_t r = 0; r < ARRAY_LEN(roles); r++)
        for (size_t p = 0; p < ARRAY_LEN(places); p++) {
            char *account = arena_printf(s.arena, "%s-%s", roles[r], places[p].name);
            /* nobody here may give rights in a region of another city: put there by hand */
            bool far = strcmp(places[p].name, "unrelated") == 0;
            const char *subject =
                strcmp(roles[r], "enterprise") == 0 ? "91310105MA1010004N" : "sample-subject";
            const char *token =
                api_account(&s, admin, account, roles[r], far ? CITY : places[p].region, subject);

            if (far)
                pg_test_run(&s.schemas[0],
                            arena_printf(s.arena,
                                         "update binding set region = '%s' where account = '%s'",
                                         places[p].region, account));
            walk(roles[r], &places[p], token);
        }
    cr_assert_gt(n_asked, 7000);
    cr_assert_gt(n_allowed, 1000);
    cr_assert_lt(n_allowed, n_asked / 2);
}
