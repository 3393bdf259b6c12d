/* SPDX-License-Identifier: Apache-2.0 */
/*
 * acceptance - taking back that an application was accepted, before a list stands on it
 *
 * The district returns it with remarks (补正), or it is withdrawn by whoever applied or by the
 * subdistrict that recommended it. The notice is silent on both (长宁 2023, 三(二)); what it fixes is
 * the list, so an application stands from the moment its programme's list is proposed. Its candidate
 * leaves panel and run when scoring hears of it.
 */
#pragma once
#include "common/domain/correction/correction.h"

/* Plans of corrections whose target is an application: refused with not_found, state_forbids (it is
 * not accepted), list_stands (the list is proposed), and the second with forbidden. */
int plan_acceptance_returned(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
int plan_acceptance_withdrawn(struct ctx *c, struct correction_plan *plan) MUST_CHECK;

/* Events scoring.ListProposed, publicity.ListWithdrawn (also of one replaced). */
handler_fn on_list_proposed, on_list_withdrawn;
