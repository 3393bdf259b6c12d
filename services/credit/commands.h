/* SPDX-License-Identifier: Apache-2.0 */
/*
 * commands - what officers and enterprises do with a recorded deduction: notify, object, resolve, repair
 *
 * Source of the life and the times: domain.md section 6, domain-facts.md section 1.
 */
#pragma once
#include "common/service/service.h"

handler_fn credit_notify_deduction, credit_object_deduction, credit_resolve_deduction,
    credit_repair_deduction;
/* Timers; the key is the deduction's id. */
handler_fn credit_on_effect_due, credit_on_archive_due;
