/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credit - what the service's files share: its state and its handlers
 */
#pragma once
#include "common/service/service.h"
#include "credit.pb-c.h"
#include "intake.pb-c.h"
#include "services/credit/rules.h"

struct credit {
    char *rules_path;          /* setting credit.rules; "" is the shipped file */
    struct arena *arena;       /* of the rules, from start to end */
    const struct rules *rules; /* read-only after start */
};

extern const struct fsm deduction_fsm;
extern const struct ledger deduction_ledger;

/* commands */
handler_fn credit_record_deduction, credit_notify_deduction, credit_object_deduction,
    credit_resolve_deduction, credit_repair_deduction;
/* queries */
handler_fn credit_get_balance, credit_list_deductions;
/* events of intake: the registry as far as deductions need it */
handler_fn credit_on_enterprise, credit_on_manager, credit_on_project, credit_on_change;
/* timers; the key is the deduction's id */
handler_fn credit_on_effect_due, credit_on_archive_due;
