/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conditions - the conditions of applying, each with the fact found now: "fact, rule, verdict"
 */
#pragma once
#include "common/domain/programme/programme.h"
#include "common/service/service.h"
#include "intake.pb-c.h"
#include "services/intake/registry/registry.h"

struct checks {
    Intake__ConditionCheck **items;
    size_t n;
    const struct programme_condition *failed; /* the first that is unmet or unknown */
    bool unknown;
};
/* Every condition of the category with the fact found now. */
int conditions_check(struct ctx *c, const struct programme *p,
                     const struct programme_category *category, const struct subject *s,
                     struct checks *ret_checks) MUST_CHECK;
