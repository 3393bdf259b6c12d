/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scoring - inspections, expert panels, score runs and ranks, re-evaluation cases
 *
 * Hears   intake: programmes, the registry, accepted applications, what happened to subjects
 *         publicity: honours and their end
 *         credit: deductions and the yearly totals
 * Says    InspectionRecorded, PanelOpened, BallotCast, ExpertRecused, PanelClosed, SubjectScored, ListProposed, ListOvertaken,
 *         AssessmentRecorded, IncidentRecorded, EligibilityCancelled, CaseOpened, VerdictReached,
 *         CaseForwarded, CaseEnded, ReEvaluationPassed, ReEvaluationFailed
 * Owns    schema scoring; ledgers ballot, assessment, incident, cancellation
 *
 * The rules are in panel/mean.c, run/score.c, run/rank.c, run/compute.c and reevaluation/verdict.c,
 * which know no database.
 */
#include "common/service/service.h"
#include "credit.pb-c.h"
#include "intake.pb-c.h"
#include "publicity.pb-c.h"
#include "scoring.pb-c.h"
#include "scoring_sql.h"
#include "services/scoring/joint/joint_acts.h"
#include "services/scoring/heard/candidates.h"
#include "services/scoring/heard/credit_facts.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/registry.h"
#include "services/scoring/inspection/inspection.h"
#include "services/scoring/inspection/inspection_template.h"
#include "services/scoring/inspection/inspection_import.h"
#include "services/scoring/inspection/inspection_query.h"
#include "services/scoring/panel/ballot.h"
#include "services/scoring/panel/candidate.h"
#include "services/scoring/panel/panel.h"
#include "common/domain/correction/correction.h"
#include "common/domain/joint/joint.h"
#include "services/scoring/correction/corrections.h"
#include "services/scoring/panel/panel_fsm.h"
#include "services/scoring/panel/panel_query.h"
#include "services/scoring/panel/seats.h"
#include "services/scoring/panel/recusal.h"
#include "services/scoring/reevaluation/case_form.h"
#include "services/scoring/reevaluation/case_fsm.h"
#include "services/scoring/reevaluation/case_query.h"
#include "services/scoring/reevaluation/cases.h"
#include "services/scoring/reevaluation/confirming.h"
#include "services/scoring/reevaluation/changes.h"
#include "services/scoring/reevaluation/facts.h"
#include "services/scoring/reevaluation/facts_query.h"
#include "services/scoring/reevaluation/first_review.h"
#include "services/scoring/reevaluation/honours.h"
#include "services/scoring/run/list.h"
#include "services/scoring/run/overtaken.h"
#include "services/scoring/run/run.h"
#include "services/scoring/run/run_query.h"
#include "services/scoring/run/tie.h"

#include "common/base/banned.h"

/* clang-format off */
static const struct route routes[] = {
    COMMAND(scoring__record_inspection, record_inspection_followed),
    QUERY(scoring__get_inspection_template, get_inspection_template),
    COMMAND(scoring__import_inspections, import_inspections_followed),
    QUERY(scoring__list_inspections, list_inspections),
    QUERY(scoring__get_inspection, get_inspection),
    COMMAND(scoring__open_panel, open_panel),
    COMMAND(scoring__add_expert, add_expert),
    COMMAND(scoring__extend_panel, extend_panel),
    COMMAND(scoring__make_statement, make_statement),
    COMMAND(scoring__submit_ballots, submit_ballots),
    QUERY(scoring__list_my_panels, list_my_panels),
    COMMAND(scoring__declare_conflict, declare_conflict),
    COMMAND(scoring__cast_ballot, cast_ballot),
    COMMAND(scoring__close_panel, close_panel),
    QUERY(scoring__get_panel, get_panel),
    QUERY(scoring__list_panels, list_panels),
    QUERY(scoring__list_candidates, list_candidates),
    QUERY(scoring__get_candidate, get_candidate),
    QUERY(scoring__find_file_use, find_file_use),
    COMMAND(scoring__run_scoring, run_scoring),
    COMMAND(scoring__decide_tie, decide_tie),
    COMMAND(scoring__propose_list, propose_list),
    QUERY(scoring__get_run, get_run),
    QUERY(scoring__list_runs, list_runs),
    COMMAND(scoring__record_assessment, record_assessment),
    COMMAND(scoring__record_incident, record_incident),
    COMMAND(scoring__cancel_eligibility, cancel_eligibility),
    COMMAND(scoring__open_re_evaluation, open_re_evaluation),
    COMMAND(scoring__submit_material, submit_material),
    COMMAND(scoring__run_re_evaluation, run_re_evaluation),
    COMMAND(scoring__confirm_case_list, confirm_case_list),
    COMMAND(scoring__confirm_verdict, confirm_verdict),
    QUERY(scoring__get_case, get_case),
    QUERY(scoring__list_assessments, list_assessments),
    QUERY(scoring__list_incidents, list_incidents),
    QUERY(scoring__list_cancellations, list_cancellations),
    QUERY(scoring__list_cases, list_cases),
    QUERY(scoring__print_case, print_case),
    COMMAND(scoring__correct, scoring_correct),
    COMMAND(scoring__confirm_correction, scoring_confirm_correction),
    COMMAND(scoring__drop_correction, scoring_drop_correction),
    QUERY(scoring__preview_correction, scoring_preview_correction),
    QUERY(scoring__list_corrections, scoring_list_corrections),
    COMMAND(scoring__sign_act, scoring_sign_act),
    COMMAND(scoring__drop_act, scoring_drop_act),
    QUERY(scoring__list_acts, scoring_list_acts),
    ROUTE_END,
};

static const struct hearing hearings[] = {
    HEAR(intake, intake__programme_published, on_programme_published_followed),
    HEAR(intake, intake__enterprise_registered, on_enterprise_registered),
    HEAR(intake, intake__manager_registered, on_manager_registered),
    HEAR(intake, intake__expert_registered, on_expert_followed),
    HEAR(intake, intake__expert_standing, on_expert_standing),
    HEAR(intake, intake__site_registered, on_site_registered),
    HEAR(intake, intake__project_registered, on_project_followed),
    HEAR(intake, intake__committee_registered, on_committee_registered),
    HEAR(intake, intake__subject_changed, on_subject_changed_followed),
    HEAR(intake, intake__subject_change_taken_back, on_subject_change_taken_back_followed),
    HEAR(intake, intake__application_accepted, on_application_accepted_followed),
    HEAR(intake, intake__application_returned, on_application_returned_followed),
    HEAR(intake, intake__application_withdrawn, on_application_withdrawn_followed),
    HEAR(intake, intake__conditions_changed, on_conditions_changed_followed),
    HEAR(publicity, publicity__honour_granted, on_honour_granted),
    HEAR(publicity, publicity__honour_revoked, on_honour_revoked),
    HEAR(publicity, publicity__honour_lapsed, on_honour_lapsed),
    HEAR(publicity, publicity__honour_restored, on_honour_restored),
    HEAR(publicity, publicity__honour_annulled, on_honour_annulled),
    HEAR(publicity, publicity__list_withdrawn, on_list_withdrawn),
    HEAR(publicity, publicity__list_finalised, on_list_finalised),
    HEAR(credit, credit__deduction_recorded, on_deduction_recorded),
    HEAR(credit, credit__deduction_changed, on_deduction_changed),
    HEAR_END,
};
/* clang-format on */

static const struct ledger *const ledgers[] = {
    &ballot_ledger, &assessment_ledger, &incident_ledger, &cancellation_ledger, NULL,
};
static const struct service_part *const parts[] = {&correction_part, &joint_part, NULL};
static const struct fsm *const machines[] = {&panel_fsm, &case_fsm, &correction_fsm, &joint_fsm,
                                             NULL};

int main(int argc, char **argv)
{
    const struct service_spec spec = {
        .name = "scoring",
        .migrations = scoring_migrations,
        .statements = scoring_statements,
        .parts = parts,
        .routes = routes,
        .hearings = hearings,
        .ledgers = ledgers,
        .machines = machines,
    };

    return service_main(&spec, argc, argv);
}
