/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake - the registry, programmes and their calendars, applications and recommendations, evidence
 *
 * Hears   credit: DeductionRecorded, DeductionChanged (yearly totals, for the facts of conditions)
 *         scoring: ListProposed (from then on accepted applications stand), publicity: ListWithdrawn (they do not)
 * Says    *Registered, SubjectChanged; ProgrammePublished, StageOpened, StageClosed; Application*
 * Owns    schema intake: registry and its history, programme, stage, application, evidence
 *
 * Everything begins here: what can be evaluated, by which rules, and who stands.
 */
#include "credit.pb-c.h"
#include "intake.pb-c.h"
#include "common/domain/correction/correction.h"
#include "common/domain/joint/joint.h"
#include "intake_sql.h"
#include "publicity.pb-c.h"
#include "scoring.pb-c.h"
#include "services/intake/calendar/calendar_query.h"
#include "services/intake/joint/joint_acts.h"
#include "services/intake/programme/programme_lint.h"
#include "services/intake/registry/subject_get.h"
#include "services/intake/application/acceptance.h"
#include "services/intake/application/application_draft.h"
#include "services/intake/application/application_fsm.h"
#include "services/intake/application/application_print.h"
#include "services/intake/application/application_query.h"
#include "services/intake/application/application_review.h"
#include "services/intake/application/application_submit.h"
#include "services/intake/application/credit_totals.h"
#include "services/intake/application/evidence.h"
#include "services/intake/application/honours_held.h"
#include "services/intake/application/looks.h"
#include "services/intake/corrections.h"
#include "services/intake/programme/programme.h"
#include "services/intake/programme/programme_query.h"
#include "services/intake/programme/stage_fsm.h"
#include "services/intake/registry/change.h"
#include "services/intake/registry/committee.h"
#include "services/intake/registry/committee_fsm.h"
#include "services/intake/registry/expert_fsm.h"
#include "services/intake/registry/export.h"
#include "services/intake/registry/import.h"
#include "services/intake/registry/import_record.h"
#include "services/intake/registry/register.h"
#include "services/intake/registry/subject_fsm.h"
#include "services/intake/registry/subjects.h"

#include "common/base/banned.h"

static const struct route routes[] = {
    COMMAND(intake__register_enterprise, register_enterprise),
    COMMAND(intake__register_manager, register_manager),
    COMMAND(intake__register_expert, register_expert),
    COMMAND(intake__register_site, register_site),
    COMMAND(intake__register_project, register_project_followed),
    COMMAND(intake__register_region, register_region),
    COMMAND(intake__register_committee, register_committee),
    COMMAND(intake__file_term, file_term),
    COMMAND(intake__import_registry, registry_import),
    COMMAND(intake__record_change, record_change_followed),
    QUERY(intake__list_registry_imports, list_registry_imports),
    QUERY(intake__get_registry_import, get_registry_import),
    QUERY(intake__export_refused_rows, export_refused_rows),
    QUERY(intake__get_registry_template, registry_template),
    QUERY(intake__export_registry, registry_export),
    QUERY(intake__get_subject, get_subject),
    QUERY(intake__get_calendar, get_calendar),
    QUERY(intake__get_last_day, get_last_day),
    QUERY(intake__lint_programme, lint_a_programme),
    QUERY(intake__list_subjects, list_subjects),
    COMMAND(intake__publish_programme, publish_programme),
    QUERY(intake__list_programmes, list_programmes),
    QUERY(intake__get_programme, get_programme),
    COMMAND(intake__draft_application, draft_application),
    COMMAND(intake__edit_application, edit_application),
    COMMAND(intake__attach_evidence, attach_evidence),
    COMMAND(intake__detach_evidence, detach_evidence),
    COMMAND(intake__caption_evidence, caption_evidence),
    COMMAND(intake__submit_application, submit_application),
    COMMAND(intake__withdraw_application, withdraw_application),
    COMMAND(intake__review_application, review_application),
    QUERY(intake__get_application, get_application),
    QUERY(intake__print_application, print_application),
    QUERY(intake__list_applications, list_applications),
    COMMAND(intake__correct, intake_correct),
    COMMAND(intake__confirm_correction, intake_confirm_correction_followed),
    COMMAND(intake__drop_correction, intake_drop_correction),
    QUERY(intake__preview_correction, intake_preview_correction),
    QUERY(intake__list_corrections, intake_list_corrections),
    COMMAND(intake__sign_act, intake_sign_act),
    COMMAND(intake__drop_act, intake_drop_act),
    QUERY(intake__list_acts, intake_list_acts),
    ROUTE_END,
};

static const struct hearing hearings[] = {
    HEAR(credit, credit__deduction_recorded, on_deduction_recorded),
    HEAR(credit, credit__deduction_changed, on_deduction_changed),
    HEAR(scoring, scoring__list_proposed, on_list_proposed),
    HEAR(publicity, publicity__list_withdrawn, on_list_withdrawn),
    HEAR(publicity, publicity__honour_granted, on_honour_granted),
    HEAR(publicity, publicity__honour_revoked, on_honour_revoked),
    HEAR(publicity, publicity__honour_lapsed, on_honour_lapsed),
    HEAR(publicity, publicity__honour_restored, on_honour_restored),
    HEAR(publicity, publicity__honour_annulled, on_honour_annulled),
    HEAR_END,
};

static const struct timer_kind timers[] = {
    {"stage_begins", on_stage_begins},
    {"stage_ends", on_stage_ends},
    TIMER_END,
};

static const struct service_part *const parts[] = {&correction_part, &joint_part, NULL};
static const struct fsm *const machines[] = {&application_fsm, &subject_fsm, &expert_fsm,
                                             &committee_fsm,   &stage_fsm,   &correction_fsm,
                                             &joint_fsm,       NULL};

int main(int argc, char **argv)
{
    const struct service_spec spec = {
        .name = "intake",
        .migrations = intake_migrations,
        .statements = intake_statements,
        .parts = parts,
        .routes = routes,
        .hearings = hearings,
        .timers = timers,
        .machines = machines,
    };

    return service_main(&spec, argc, argv);
}
