/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/views.h"

#include <string.h>

#include "correction.pb-c.h"
#include "credit.pb-c.h"
#include "intake.pb-c.h"
#include "joint.pb-c.h"
#include "publicity.pb-c.h"
#include "scoring.pb-c.h"

#include "common/base/banned.h"

/* clang-format off */
#define EVENT(source_, prefix, ...) {.source = #source_, .event = &source_##__##prefix##__descriptor, __VA_ARGS__}

/* what every service says of its corrections */
#define CORRECTION(source_, word) {.source = #source_, .event = &correction__correction_##word##__descriptor, .thing = "correction", .section = "correction", .id = "correction_id", .state = "state"}
#define CORRECTIONS(source_) CORRECTION(source_, proposed), CORRECTION(source_, made), CORRECTION(source_, dropped)

/* and of its acts that several bodies sign */
#define ACT(source_, word) {.source = #source_, .event = &joint__act_##word##__descriptor, .thing = "joint_act", .section = "joint_act", .id = "act_id", .state = "state"}
#define ACTS(source_) ACT(source_, proposed), ACT(source_, signed), ACT(source_, dropped)

const struct view views[] = {
    EVENT(intake, enterprise_registered, .thing = "enterprise", .quiet = true),
    EVENT(intake, manager_registered, .thing = "manager", .quiet = true),
    EVENT(intake, expert_registered, .thing = "expert", .quiet = true),
    EVENT(intake, expert_standing, .thing = "expert", .quiet = true),
    EVENT(intake, site_registered, .thing = "site", .quiet = true),
    EVENT(intake, project_registered, .thing = "project", .quiet = true),
    EVENT(intake, region_registered, .thing = "region", .quiet = true),
    EVENT(intake, committee_registered, .thing = "committee", .quiet = true),
    EVENT(intake, subject_changed, .thing = "change", .section = "change"),
    EVENT(intake, subject_change_taken_back, .thing = "change", .section = "change", .as = &intake__subject_changed__descriptor),
    EVENT(intake, programme_published),
    EVENT(intake, stage_opened),
    EVENT(intake, stage_closed),
    EVENT(intake, application_submitted, .thing = "application", .section = "application", .id = "application_id", .state = "state", .step = "submitted"),
    EVENT(intake, application_returned, .thing = "application", .section = "application", .id = "application_id", .state = "state", .step = "returned", .undoes = "accepted"),
    EVENT(intake, application_refused, .thing = "application", .section = "application", .id = "application_id", .state = "state", .step = "refused"),
    EVENT(intake, application_withdrawn, .thing = "application", .section = "application", .id = "application_id", .state = "state", .step = "withdrawn", .undoes = "accepted"),
    EVENT(intake, application_forwarded, .thing = "application", .section = "application", .id = "application_id", .state = "state", .step = "forwarded"),
    EVENT(intake, application_accepted, .thing = "application", .section = "application", .id = "application_id", .state = "state", .step = "accepted"),
    EVENT(intake, conditions_changed, .thing = "application", .section = "application", .id = "application_id", .state = "state"),
    CORRECTIONS(intake),
    ACTS(intake),

    EVENT(scoring, inspection_recorded, .section = "inspection", .id = "inspection_id", .state = "grade"),
    EVENT(scoring, panel_opened),
    EVENT(scoring, ballot_cast),
    EVENT(scoring, expert_recused),
    EVENT(scoring, seat_changed),
    EVENT(scoring, panel_extended),
    EVENT(scoring, statement_made),
    EVENT(scoring, ballots_submitted),
    EVENT(scoring, panel_closed),
    EVENT(scoring, subject_scored, .each = "subjects", .section = "score", .step = "scored"),
    EVENT(scoring, list_proposed, .each = "proposed", .section = "proposal", .step = "proposed"),
    EVENT(scoring, list_overtaken),
    EVENT(scoring, assessment_recorded, .thing = "assessment", .section = "assessment", .id = "year", .state = "grade"),
    EVENT(scoring, incident_recorded, .thing = "incident", .section = "incident", .state = "kind"),
    EVENT(scoring, eligibility_cancelled, .section = "eligibility"),
    EVENT(scoring, case_opened, .thing = "case", .section = "case", .id = "case_id", .state = "state", .step = "re-evaluated", .undoes = "ended"),
    EVENT(scoring, verdict_reached, .thing = "case", .section = "case", .id = "case_id", .state = "verdict"),
    EVENT(scoring, case_forwarded, .thing = "case", .section = "case", .id = "case_id", .state = "state"),
    EVENT(scoring, re_evaluation_passed, .thing = "case", .section = "case", .id = "case_id", .state = "verdict", .step = "passed"),
    EVENT(scoring, re_evaluation_failed, .thing = "case", .section = "case", .id = "case_id", .state = "verdict", .step = "failed"),
    EVENT(scoring, case_ended, .thing = "case", .section = "case", .id = "case_id", .state = "verdict", .step = "ended"),

    EVENT(scoring, fact_set_aside, .section = "set aside", .id = "fact_id", .state = "state"),
    EVENT(scoring, verdict_set_aside, .thing = "case", .section = "case", .id = "case_id", .state = "state", .undoes = "passed,failed"),
    CORRECTIONS(scoring),
    ACTS(scoring),

    EVENT(publicity, notice_drafted, .thing = "notice"),
    EVENT(publicity, notice_signed),
    EVENT(publicity, notice_scheduled),
    EVENT(publicity, notice_published, .thing = "notice", .each = "notice.entries", .section = "notice", .state = "state", .step = "on notice"),
    EVENT(publicity, notice_closed),
    EVENT(publicity, objection_filed, .thing = "objection", .section = "objection", .id = "objection_id", .state = "state"),
    EVENT(publicity, objection_taken, .thing = "objection", .section = "objection", .id = "objection_id", .state = "state"),
    EVENT(publicity, objection_resolved, .thing = "objection", .section = "objection", .id = "objection_id", .state = "result"),
    EVENT(publicity, entry_removed, .thing = "entry", .section = "proposal", .state = "removed_reason", .step = "removed"),
    EVENT(publicity, list_finalised, .each = "entries", .section = "final list", .step = "final"),
    EVENT(publicity, honour_granted, .thing = "honour", .section = "honour", .id = "honour_id", .state = "state", .step = "honoured"),
    EVENT(publicity, honour_revoked, .thing = "honour", .section = "honour", .id = "honour_id", .state = "state", .step = "revoked"),
    EVENT(publicity, honour_lapsed, .thing = "honour", .section = "honour", .id = "honour_id", .state = "state", .step = "lapsed"),
    EVENT(publicity, plaque_returned, .thing = "honour", .section = "honour", .id = "honour_id", .state = "state"),

    EVENT(publicity, notice_taken_back, .thing = "notice", .each = "notice.entries", .section = "notice", .state = "state"),
    EVENT(publicity, list_withdrawn, .each = "entries", .section = "proposal", .undoes = "on notice"),
    EVENT(publicity, entry_restored, .thing = "entry", .section = "proposal", .state = "state", .undoes = "removed"),
    EVENT(publicity, objection_reopened, .thing = "objection", .section = "objection", .id = "objection_id", .state = "state"),
    EVENT(publicity, objection_closed, .thing = "objection", .section = "objection", .id = "objection_id", .state = "state"),
    EVENT(publicity, honour_restored, .thing = "honour", .section = "honour", .id = "honour_id", .state = "state", .step = "honoured", .undoes = "revoked,lapsed"),
    EVENT(publicity, honour_annulled, .thing = "honour", .section = "honour", .id = "honour_id", .state = "state", .undoes = "honoured,revoked,lapsed"),
    EVENT(publicity, plaque_corrected, .thing = "honour", .section = "honour", .id = "honour_id", .state = "state"),
    CORRECTIONS(publicity),
    ACTS(publicity),
    CORRECTIONS(credit),

    EVENT(credit, deduction_recorded, .thing = "deduction", .section = "deduction", .id = "deduction_id", .state = "state"),
    EVENT(credit, deduction_changed, .thing = "deduction", .section = "deduction", .id = "deduction_id", .state = "state"),
    EVENT(credit, threshold_reached, .thing = "total", .section = "threshold", .id = "year"),
    EVENT(credit, threshold_cleared, .thing = "total", .section = "threshold", .id = "year"),
    {0},
};
/* clang-format on */

/* Their places are stored: a new one goes behind the last, and none goes away. */
const char *const step_names[] = {
    "submitted", "returned", "refused",      "withdrawn", "forwarded", "accepted",
    "scored",    "proposed", "re-evaluated", "passed",    "failed",    "ended",
    "on notice", "removed",  "final",        "honoured",  "revoked",   "lapsed",
};
const size_t n_step_names = ARRAY_LEN(step_names);

/* The stages of the notice (property notice 三), then re-evaluation and exit (五). */
const char *const steps_in_order[] = {
    "submitted",    "returned", "refused",   "withdrawn", "forwarded", "accepted",
    "scored",       "proposed", "on notice", "removed",   "final",     "honoured",
    "re-evaluated", "passed",   "failed",    "ended",     "revoked",   "lapsed",
};
static_assert(ARRAY_LEN(steps_in_order) == ARRAY_LEN(step_names), "each step has its place");

int64_t step_bit(const char *step)
{
    size_t i = 0;

    while (i < n_step_names && strcmp(step_names[i], step) != 0)
        i++;
    CHECK(i < n_step_names);
    return INT64_C(1) << i;
}

int64_t step_bits(const char *steps)
{
    char word[32];
    int64_t bits = 0;

    for (size_t n; *steps; steps += n + (steps[n] == ',')) {
        n = strcspn(steps, ",");
        CHECK(n < sizeof(word));
        memcpy(word, steps, n);
        word[n] = '\0';
        bits |= step_bit(word);
    }
    return bits;
}

int64_t source_rank(const char *source)
{
    static const char *const order[] = {"intake", "credit", "scoring", "publicity", "gateway"};

    for (size_t i = 0; i < ARRAY_LEN(order); i++)
        if (strcmp(order[i], source) == 0)
            return (int64_t)i + 1;
    return (int64_t)ARRAY_LEN(order) + 1;
}

const size_t n_views = ARRAY_LEN(views) - 1;

const struct view *view_for(const char *source, const char *type)
{
    for (const struct view *v = views; v->source; v++)
        if (strcmp(v->source, source) == 0 && strcmp(v->event->name, type) == 0)
            return v;
    return NULL;
}

const char *const reporting_models[N_MODELS + 1] = {
    [MODEL_TIMELINE] = "timeline",   [MODEL_TIMELINE_SUBJECT] = "timeline_subject",
    [MODEL_SUBJECT] = "subject",     [MODEL_PROGRESS] = "progress",
    [MODEL_DOSSIER] = "dossier",     [MODEL_TASK] = "task",
    [MODEL_TERM] = "programme_term",
};
