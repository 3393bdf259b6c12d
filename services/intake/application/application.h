/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application - an application or recommendation: where it stands, who acts for it, whose turn it is
 */
#pragma once
#include <stdint.h>

struct application {
    const char *id, *programme_id, *category, *subject_id, *subject_kind, *name, *route, *state;
    int64_t version;         /* of the form */
    int64_t rev;             /* of the row */
    const char *step;        /* the role whose turn it is; NULL unless submitted */
    const char *subdistrict; /* NULL only where no subdistrict has a part in it */
    const char *enterprise_id, *enterprise_name, *manager_id; /* of a site: who serves it */
    const char *drafter_role, *drafter_region, *drafter_subject;
    int64_t submitted_at;
    const char *reason;
    /* handed in on paper, where paper_by is set: by which officer it was entered */
    const char *paper_by, *paper_receipt;
    int32_t paper_day; /* received; DAY_NONE: not on paper */
    int paper_copies;
};
