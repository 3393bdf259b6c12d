/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/todo/tasks.h"

#include <stddef.h>

#include "correction.pb-c.h"
#include "credit.pb-c.h"
#include "intake.pb-c.h"
#include "joint.pb-c.h"
#include "publicity.pb-c.h"
#include "scoring.pb-c.h"

#include "common/base/banned.h"

/* clang-format off */
#define WAITS(source_, prefix, kind_, ...) \
    {.source = #source_, .event = &source_##__##prefix##__descriptor, .waits = true, .kind = kind_, __VA_ARGS__}
#define ENDS(source_, prefix, kind_, id_, ...) \
    {.source = #source_, .event = &source_##__##prefix##__descriptor, .kind = kind_, .id = id_, __VA_ARGS__}

/* Due: the stage of the notice in which the step belongs, to the end of its last day (property notice 三(一)-(四)). */
#define RECOMMEND .due_term = "stage/recommend"
#define REVIEW .due_term = "stage/review"
#define AWARD .due_term = "stage/award"

/* An application: whoever's turn it is in the route's chain, then back to whoever drafted it or on to the next. */
#define APPLICATION .thing = "application", .id = "application.application_id"
#define REVIEWED_BY_DISTRICT(event) WAITS(intake, event, "application.review", APPLICATION, .when = "application.step=district", .role = "district", RECOMMEND)
#define REVIEWED_BY_SUBDISTRICT(event) WAITS(intake, event, "application.review", APPLICATION, .when = "application.step=subdistrict", .role = "subdistrict", .region = "application.subdistrict", RECOMMEND)

/* A notice: one task for each body that has to sign, by the role that the programme gives it. */
#define NOTICE .thing = "notice", .id = "notice.notice_id"
#define SIGNED_BY_EACH .each = "notice.signatures", .unless = ".account", .who = ".body", .role_term = "body", AWARD

/* A panel: its experts, by its day if it has one. */
#define PANEL .thing = "panel", .id = "panel_id", .role = "expert", .due = "due_day", REVIEW

/* An objection: 区房管局 takes it up, then answers it; the notice names no day for either. */
#define OBJECTION .thing = "objection", .id = "objection.objection_id"

/* A joint act: one task for each body that has yet to sign; a correction of two persons: one for the second. */
#define SAYS(source_, package, event_, kind_, ...) \
    {.source = #source_, .event = &package##__##event_##__descriptor, .kind = kind_, __VA_ARGS__}
#define ACTS(source_) \
    SAYS(source_, joint, act_proposed, "act.sign", .waits = true, .thing = "joint_act", .id = "act.act_id", .each = "act.signatures", .unless = ".account", .who = ".body", .role_from = ".role"), \
    SAYS(source_, joint, act_signed, "act.sign", .id = "act.act_id", .who = "body"), \
    SAYS(source_, joint, act_dropped, "act.sign", .id = "act.act_id")

#define CORRECTIONS(source_) \
    SAYS(source_, correction, correction_proposed, "correction.confirm", .waits = true, .thing = "correction", .id = "correction.correction_id", .role_from = "correction.second_roles"), \
    SAYS(source_, correction, correction_made, "correction.confirm", .id = "correction.correction_id"), \
    SAYS(source_, correction, correction_dropped, "correction.confirm", .id = "correction.correction_id")

const struct task_rule task_rules[] = {
    CORRECTIONS(intake),
    CORRECTIONS(scoring),
    CORRECTIONS(publicity),
    CORRECTIONS(credit),
    ACTS(intake),
    ACTS(scoring),
    ACTS(publicity),

    REVIEWED_BY_DISTRICT(application_submitted),
    REVIEWED_BY_SUBDISTRICT(application_submitted),
    ENDS(intake, application_submitted, "application.complete", "application.application_id"),
    REVIEWED_BY_DISTRICT(application_forwarded),
    REVIEWED_BY_SUBDISTRICT(application_forwarded),
    ENDS(intake, application_accepted, "application.review", "application.application_id"),
    ENDS(intake, application_refused, "application.review", "application.application_id"),
    ENDS(intake, application_returned, "application.review", "application.application_id"),
    WAITS(intake, application_returned, "application.complete", APPLICATION, .role_from = "application.drafter_role", .region = "application.drafter_region", .holder = "application.drafter_subject", RECOMMEND),
    ENDS(intake, application_withdrawn, "application.review", "application.application_id"),
    ENDS(intake, application_withdrawn, "application.complete", "application.application_id"),

    /* each expert votes until the panel is closed, or he has handed in */
    WAITS(scoring, panel_opened, "panel.vote", PANEL, .each = "expert_ids", .who = ".", .holder = "."),
    WAITS(scoring, seat_changed, "panel.vote", PANEL, .who = "expert_id", .holder = "expert_id"),
    ENDS(scoring, seat_changed, "panel.vote", "panel_id", .who = "replaced_id"),
    WAITS(scoring, panel_extended, "panel.vote", PANEL, .each = "expert_ids", .who = ".", .holder = "."),
    ENDS(scoring, ballots_submitted, "panel.vote", "panel_id", .who = "expert_id"),
    ENDS(scoring, panel_closed, "panel.vote", "panel_id"),

    /* a list goes on notice; what its notice does not come to waits again */
    WAITS(scoring, list_proposed, "notice.draft", .thing = "list", .id = "list_id", .role = "district", AWARD),
    ENDS(publicity, notice_drafted, "notice.draft", "notice.list_id"),
    ENDS(publicity, list_withdrawn, "notice.draft", "list_id"),
    WAITS(publicity, notice_taken_back, "notice.draft", .thing = "list", .id = "notice.list_id", .when = "notice.state=dropped", .unless = "notice.follows", .role = "district", AWARD),

    WAITS(publicity, notice_drafted, "notice.sign", NOTICE, SIGNED_BY_EACH),
    ENDS(publicity, notice_drafted, "notice.sign", "notice.follows"),
    ENDS(publicity, notice_signed, "notice.sign", "notice_id", .who = "body"),
    ENDS(publicity, notice_taken_back, "notice.sign", "notice.notice_id"),
    WAITS(publicity, notice_taken_back, "notice.sign", NOTICE, .when = "notice.state=draft", SIGNED_BY_EACH),

    WAITS(publicity, notice_signed, "notice.schedule", .thing = "notice", .id = "notice_id", .when = "complete=true", .role = "district", AWARD),
    ENDS(publicity, notice_drafted, "notice.schedule", "notice.follows"),
    ENDS(publicity, notice_scheduled, "notice.schedule", "notice_id"),
    ENDS(publicity, notice_taken_back, "notice.schedule", "notice.notice_id"),
    WAITS(publicity, notice_taken_back, "notice.schedule", NOTICE, .when = "notice.state=signed", .role = "district", AWARD),

    WAITS(publicity, objection_filed, "objection.take", OBJECTION, .role = "district"),
    ENDS(publicity, objection_taken, "objection.take", "objection.objection_id"),
    ENDS(publicity, objection_closed, "objection.take", "objection.objection_id"),
    ENDS(publicity, objection_resolved, "objection.take", "objection.objection_id"),
    WAITS(publicity, objection_taken, "objection.conclude", OBJECTION, .role = "district"),
    ENDS(publicity, objection_resolved, "objection.conclude", "objection.objection_id"),
    ENDS(publicity, objection_closed, "objection.conclude", "objection.objection_id"),
    WAITS(publicity, objection_reopened, "objection.conclude", OBJECTION, .role = "district"),
    {0},
};
/* clang-format on */
