/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts - what officers record for the re-evaluation: annual assessments, incidents, cancelled
 * eligibility
 *
 * Three ledgers: nothing is changed or taken back, a later assessment of the same year counts
 * instead of the earlier. Source: changning-2023-property 五(一)3(1)(4), 五(二)3(1)(3)(6).
 */
#pragma once
#include "common/service/service.h"

extern const struct ledger assessment_ledger, incident_ledger, cancellation_ledger;

/* scoring.RecordAssessment, scoring.RecordIncident, scoring.CancelEligibility */
handler_fn record_assessment, record_incident, cancel_eligibility;
