/* SPDX-License-Identifier: Apache-2.0 */
/*
 * honour - a title held by a subject, and the plaque that shows it
 */
#pragma once
#include "common/base/clock.h"

struct honour {
    const char *district, *id, *programme_id, *category, *title, *subject_id, *subject_kind, *name;
    const char *state, *plaque, *plaque_state;
    const char *enterprise_id; /* the holder itself, or who served the site when it was granted;
                                  NULL: not known */
    const char *subdistrict, *reason; /* NULL: not known, none */
    int year;
    int32_t granted_day, ended_day, due_day; /* DAY_NONE: not known, not yet */
    bool overdue;
};
