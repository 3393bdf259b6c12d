/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publicity - notices of proposed lists, objections to them, honours and their plaques
 *
 * Hears   intake: ProgrammePublished, SubjectChanged
 *         scoring: ListProposed, ReEvaluationPassed, ReEvaluationFailed
 * Says    NoticeDrafted, NoticeSigned, NoticeScheduled, NoticePublished, NoticeClosed,
 *         ObjectionFiled, ObjectionResolved, EntryRemoved, ListFinalised, HonourGranted,
 *         HonourRevoked, HonourLapsed, PlaqueReturned; of corrections NoticeTakenBack, ListWithdrawn,
 *         EntryRestored, ObjectionReopened, ObjectionClosed, HonourRestored, HonourAnnulled,
 *         PlaqueCorrected, and correction.CorrectionProposed, -Made, -Dropped
 * Owns    schema publicity: lists, notices with their hash-chained ledger, objections, honours
 *
 * A published notice never changes. An open objection holds an entry, not the list; the list
 * becomes final when nothing is open.
 */
#include "intake.pb-c.h"
#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "scoring.pb-c.h"
#include "common/domain/correction/correction.h"
#include "common/domain/joint/joint.h"
#include "services/publicity/joint/joint_acts.h"
#include "services/publicity/correction/corrections.h"
#include "services/publicity/heard.h"
#include "services/publicity/honour/ending.h"
#include "services/publicity/honour/honour_fsm.h"
#include "services/publicity/honour/honour_query.h"
#include "services/publicity/honour/plaques.h"
#include "services/publicity/honour/recording.h"
#include "services/publicity/list/blockers.h"
#include "services/publicity/list/finalising.h"
#include "services/publicity/list/list.h"
#include "services/publicity/list/list_fsm.h"
#include "services/publicity/list/proposed.h"
#include "services/publicity/notice/drafting.h"
#include "services/publicity/notice/notice_fsm.h"
#include "services/publicity/notice/notice_query.h"
#include "services/publicity/notice/notice_store.h"
#include "services/publicity/notice/publishing.h"
#include "services/publicity/notice/signing.h"
#include "services/publicity/objection/concluding.h"
#include "services/publicity/objection/objecting.h"
#include "services/publicity/objection/objection.h"
#include "services/publicity/objection/objection_fsm.h"
#include "services/publicity/programmes.h"

#include "common/base/banned.h"

static const struct route routes[] = {
    COMMAND(publicity__draft_notice, publicity_draft_notice),
    COMMAND(publicity__co_sign, publicity_co_sign),
    COMMAND(publicity__schedule_notice, publicity_schedule_notice),
    QUERY(publicity__get_objection_form, publicity_get_objection_form),
    QUERY(publicity__get_objection_receipt, publicity_get_objection_receipt),
    COMMAND(publicity__file_objection, publicity_file_objection),
    COMMAND(publicity__investigate_objection, publicity_investigate_objection),
    COMMAND(publicity__resolve_objection, publicity_resolve_objection),
    COMMAND(publicity__finalise_list, publicity_finalise_list),
    COMMAND(publicity__record_honour, publicity_record_honour),
    COMMAND(publicity__revoke_honour, publicity_revoke_honour),
    COMMAND(publicity__return_plaque, publicity_return_plaque),
    COMMAND(publicity__correct, publicity_correct),
    COMMAND(publicity__confirm_correction, publicity_confirm_correction),
    COMMAND(publicity__drop_correction, publicity_drop_correction),
    QUERY(publicity__preview_correction, publicity_preview_correction),
    QUERY(publicity__list_corrections, publicity_list_corrections),
    COMMAND(publicity__sign_act, publicity_sign_act),
    COMMAND(publicity__drop_act, publicity_drop_act),
    QUERY(publicity__list_acts, publicity_list_acts),
    QUERY(publicity__get_notice, publicity_get_notice),
    QUERY(publicity__list_notices, publicity_list_notices),
    QUERY(publicity__get_objection, publicity_get_objection),
    QUERY(publicity__list_objections, publicity_list_objections),
    QUERY(publicity__get_list, publicity_get_list),
    QUERY(publicity__get_honour, publicity_get_honour),
    QUERY(publicity__list_honours, publicity_list_honours),
    QUERY(publicity__verify_plaque, publicity_verify_plaque),
    ROUTE_END,
};

static const struct hearing hearings[] = {
    HEAR(intake, intake__programme_published, publicity_on_programme),
    HEAR(intake, intake__subject_changed, publicity_on_change),
    HEAR(intake, intake__subject_change_taken_back, publicity_on_change_taken_back),
    HEAR(scoring, scoring__list_proposed, publicity_on_list),
    HEAR(scoring, scoring__list_overtaken, publicity_on_overtaken),
    HEAR(scoring, scoring__re_evaluation_passed, publicity_on_passed),
    HEAR(scoring, scoring__re_evaluation_failed, publicity_on_failed),
    HEAR(scoring, scoring__verdict_set_aside, publicity_on_verdict_set_aside),
    HEAR_END,
};

static const struct timer_kind timers[] = {
    {"publish", publicity_on_publish_due},
    {"close", publicity_on_close_due},
    {"plaque_due", publicity_on_plaque_due},
    TIMER_END,
};

static const struct ledger *const ledgers[] = {&notice_ledger, NULL};
static const struct service_part *const parts[] = {&correction_part, &joint_part, NULL};
static const struct fsm *const machines[] = {&notice_fsm,     &objection_fsm, &list_fsm,
                                             &entry_fsm,      &honour_fsm,    &plaque_fsm,
                                             &correction_fsm, &joint_fsm,     NULL};

int main(int argc, char **argv)
{
    const struct service_spec spec = {
        .name = "publicity",
        .migrations = publicity_migrations,
        .statements = publicity_statements,
        .parts = parts,
        .routes = routes,
        .hearings = hearings,
        .timers = timers,
        .ledgers = ledgers,
        .machines = machines,
    };

    return service_main(&spec, argc, argv);
}
