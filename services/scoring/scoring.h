/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scoring - inspections, expert panels, score runs and ranks, re-evaluation cases
 *
 * Handlers follow service.h: 0, MSG_REFUSED, TX_E_* or negative; helpers that take a struct ctx
 * return the same and are passed up as they are. What one concern needs of another is declared
 * here, everything else stays in its file. Whatever they return lives in the message's arena.
 */
#pragma once
#include "common/domain/programme/programme.h"
#include "common/service/service.h"
#include "credit.pb-c.h"
#include "intake.pb-c.h"
#include "publicity.pb-c.h"
#include "scoring.pb-c.h"
#include "scoring_sql.h"

extern const struct fsm panel_fsm, case_fsm;
extern const struct ledger ballot_ledger, assessment_ledger, incident_ledger, cancellation_ledger;

/* ---- programmes.c ---- */

struct published {
    const struct programme *p; /* NULL: not published here */
    const char *programme_id, *document_sha256;
    const char *exit_source; /* section of the exit rules, "" if the file names none */
    int32_t version;
};
/* The programme @id of @district; ret->p is NULL if there is none. */
int published_find(struct ctx *c, const char *district, const char *id,
                   struct published *ret) MUST_CHECK;
/* The programme @id of the message's district, or refused: not_found, field programme_id. */
int published_get(struct ctx *c, const char *id, struct published *ret) MUST_CHECK;

/* ---- subjects.c: what several concerns ask about subjects, days and actors ---- */

struct subject_kinds {
    const char **ids, **kinds; /* sorted by id */
    size_t n;
};
/* The kind of everything the programme's inspection covers: its candidates and the holders it
 * re-evaluates. @only: this subject, NULL: all. */
int subject_kinds_load(struct ctx *c, const struct published *pub, const char *only,
                       struct subject_kinds *ret) MUST_CHECK;
/* Where @id stands in @kinds (the first of several); false: not covered. */
bool subject_find(const struct subject_kinds *kinds, const char *id, size_t *ret_at) MUST_CHECK;
/* "enterprise", "compound", "building"; NULL: not covered. */
const char *subject_kind(const struct subject_kinds *kinds, const char *id);
/* Whether the programme re-evaluates honours of @category granted for @year. */
bool reevaluates(const struct programme *p, const char *category, int64_t year);
/* Refused with scoring_enterprise_unknown unless the city knows the enterprise. */
int need_enterprise(struct ctx *c, const char *field, const char *id) MUST_CHECK;
/* The site's subdistrict, or refused with scoring_site_unknown. */
int need_site(struct ctx *c, const char *field, const char *id,
              const char **ret_subdistrict) MUST_CHECK;
/* need_day(), and refused with recorded_day_in_future where the day is after today's. */
int need_past_day(struct ctx *c, const char *field, const char *text, int32_t *ret_day) MUST_CHECK;
/* The current civil day in China. */
int32_t today(const struct ctx *c);
/* Whether any binding as "enterprise" speaks for @enterprise; NULL: false. */
bool speaks_for_enterprise(const struct ctx *c, const char *enterprise);
/* Whether any binding as "subdistrict" covers the region @subdistrict; NULL: false. */
bool speaks_for_subdistrict(const struct ctx *c, const char *subdistrict);

/* ---- sheets.c: inspection sheets, checked and stored ---- */

struct sheet_line {
    const char *rubric_line;
    int64_t points_milli;
    const char *remark; /* may be NULL */
};
struct sheet {
    const char *subject_id, *inspected_day, *assessor;
    struct sheet_line *lines;
    size_t n_lines;
    /* of a stored one */
    const char *inspection_id, *grade, *account;
    int64_t total_milli, recorded_at;
};
/* Why a sheet is not taken; unused args are NULL. */
struct sheet_fault {
    enum reason reason;
    const char *field;
    const char *args[3];
};
/*
 * Check @s, inspected by @on_day at the latest, against the programme's rubric for @kind (every
 * leaf once, 0 to its points) and sum it up in thousandths. False with the fault; its field is
 * "lines/2/points_milli", or with @columns the line's own id (a table's column).
 */
bool sheet_check(struct arena *a, const struct programme *p, const char *kind,
                 const struct sheet *s, bool columns, int32_t on_day, int64_t *ret_total,
                 struct sheet_fault *ret_fault) MUST_CHECK;
/* Store a checked sheet under @inspection_id as the subject's newest and say InspectionRecorded. */
void sheet_store(struct ctx *c, const struct published *pub, const struct sheet *s,
                 const char *inspection_id, int64_t total_milli);
/* The sheets in force, by subject id, lines by their id. @only: of this subject, NULL: all of the
 * programme. */
int sheets_current(struct ctx *c, const char *programme_id, const char *only,
                   struct sheet **ret_sheets, size_t *ret_n) MUST_CHECK;
/* The one of @subject_id in what sheets_current() gave; NULL if none. */
const struct sheet *sheet_of(const struct sheet *sheets, size_t n, const char *subject_id);

/* ---- panel.c ---- */

struct panel {
    const char *panel_id, *programme_id, *title, *state, *closed_by;
    int64_t closed_at;
};
/* The panel of the message's district; with @write its row is locked until the end. Refused:
 * not_found, field panel_id. */
int panel_get(struct ctx *c, const char *id, bool write, struct panel *ret) MUST_CHECK;

/* ---- cases ---- */
struct verdict;

struct held_case {
    const char *district, *case_id, *programme_id, *honour_id, *subject_id, *name, *category,
        *state;
    const char *verdict;                     /* NULL before the first run */
    const char *notes;                       /* one a line */
    const char *enterprise_id, *subdistrict; /* NULL if unknown */
    int32_t since_day; /* the grant; the beginning of the honour's year where it is not recorded */
    bool material, site;
};
/* case_facts.c: judge @h by @pub from the facts known in this transaction. With @exits_only no
 * facts are looked up. */
int case_judge(struct ctx *c, const struct published *pub, const struct held_case *h,
               bool exits_only, struct verdict *ret) MUST_CHECK;
/* case_store.c: a row of the case queries. */
struct held_case case_row(const struct rows *rows, size_t row);
/* The case a command names; MSG_REFUSED (text_missing, not_found on case_id). */
int case_need(struct ctx *c, const char *case_id, struct held_case *ret_case) MUST_CHECK;
/* The messages of @cases with their stored conditions. */
int case_messages(struct ctx *c, const struct held_case *cases, size_t n,
                  Scoring__ReEvaluationCase ***ret) MUST_CHECK;
/* Give @h the verdict @v (not "ended"): conditions, notes, state; says VerdictReached if that
 * changed anything a reader sees. */
int case_apply(struct ctx *c, struct held_case *h, const struct verdict *v) MUST_CHECK;
/* End a case that is open or judged, with notes (one a line); says CaseEnded. */
int case_end(struct ctx *c, struct held_case *h, const char *notes) MUST_CHECK;
/* cases.c: look again at the cases a change of @subject_id concerns (the event's district; the
 * city's: everywhere); ends what it ends. */
int cases_after_change(struct ctx *c, const char *subject_id) MUST_CHECK;
/* End the cases of an honour that was revoked or lapsed. */
int cases_after_honour(struct ctx *c, const char *honour_id, const char *note) MUST_CHECK;

/* ---- texts.c ---- */

/* The lines of @text ("" has none), and back. */
char **lines_split(struct arena *a, const char *text, size_t *ret_n);
const char *lines_join(struct arena *a, const char *const *lines, size_t n);

/* ---- events heard ---- */
handler_fn on_programme_published, on_enterprise_registered, on_manager_registered,
    on_expert_registered, on_site_registered, on_project_registered, on_subject_changed,
    on_application_accepted, on_application_withdrawn, on_honour_granted, on_honour_revoked,
    on_honour_lapsed, on_deduction_recorded, on_deduction_changed;

/* ---- commands and queries ---- */
handler_fn record_inspection, import_inspections, open_panel, declare_conflict, cast_ballot,
    close_panel, get_panel, list_panels, run_scoring, decide_tie, propose_list, get_run, list_runs,
    record_assessment, record_incident, cancel_eligibility, open_re_evaluation, submit_material,
    run_re_evaluation, confirm_verdict, list_cases;
