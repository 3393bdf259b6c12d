/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rules - the deduction rules (失信行为记分规则) as data: versions by date, behaviours, thresholds
 *
 * Read once from a YAML file (deploy/credit/); a fault names line, column and reason. An event is
 * scored by the version in force on the day of the behaviour (domain-facts.md section 1).
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/err.h"

struct behaviour {
    const char *code, *title;
    int64_t points_milli;
    bool enterprise, manager; /* whose conduct it can be */
};
struct rule_version {
    const char *id;
    int32_t from_day, to_day; /* both included; DAY_NONE: open */
    struct behaviour *behaviours;
    size_t n_behaviours;
};
struct threshold {
    const char *id, *district;
    int64_t points_milli; /* reached at this many or more (满) */
};
struct rules {
    const char *id, *title;
    const char **counting_states;
    size_t n_counting_states;
    int objection_working_days;
    int repair_waiting_days;
    struct threshold *thresholds;
    size_t n_thresholds;
    struct rule_version *versions; /* oldest first, without overlap */
    size_t n_versions;
};

enum { RULES_E_BAD = 1 /* @e says "file:line:column: reason" */ };
/* Read @text (named @file in messages) into @a. */
int rules_parse(struct arena *a, const char *file, const char *text, size_t size,
                const struct rules **ret_rules, struct errtext *e) MUST_CHECK;
/* The version in force on @day, NULL if none. */
const struct rule_version *rules_on(const struct rules *r, int32_t day);
/* The behaviour of a version, NULL if unknown. */
const struct behaviour *rules_behaviour(const struct rule_version *v, const char *code);
/* Whether a deduction in @state counts towards the total. */
bool rules_count(const struct rules *r, const char *state);
