/* SPDX-License-Identifier: Apache-2.0 */
/*
 * corrections - steps of a deduction that are taken back (docs/corrections.md), and their five messages
 *
 * A correction is one more step of the machine through deduction_step(), so ledger, totals,
 * thresholds and what hearers are told follow by the rule that every step follows.
 */
#pragma once
#include "common/domain/correction/messages.h"

CORRECTION_HANDLERS_DECLARE(credit);
