/* SPDX-License-Identifier: Apache-2.0 */
/*
 * intake - what the service's files share: its handlers and machines
 */
#pragma once
#include "common/service/service.h"
#include "intake.pb-c.h"

extern const struct fsm application_fsm;
extern const struct fsm subject_fsm;
extern const struct fsm stage_fsm;

/* registry */
handler_fn register_enterprise, register_manager, register_expert, register_site, register_project,
    register_region, registry_import, record_change, list_subjects;
/* programmes; timers: the key is "<programme>/<stage>" */
handler_fn publish_programme, list_programmes, get_programme, on_stage_begins, on_stage_ends;
/* applications */
handler_fn draft_application, edit_application, attach_evidence, submit_application,
    withdraw_application, review_application, get_application, list_applications;
/* events of credit: the yearly totals */
handler_fn on_deduction_recorded, on_deduction_changed;
