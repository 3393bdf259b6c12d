/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deduction - one record of the ledger, read and moved
 */
#pragma once
#include "common/service/service.h"
#include "credit.pb-c.h"
#include "services/credit/credit.h"

extern const struct ledger deduction_ledger;

struct deduction {
    const char *id, *subject_kind, *subject_id, *enterprise_id, *behaviour, *rule_version, *on_day,
        *state;
    const char *project_id, *site_id, *document; /* project, site may be NULL */
    int64_t points_milli, year, project_area_m2, enterprise_area_m2;
    int32_t effective_day; /* DAY_NONE until then */
};
/* The deduction in row @i of a query with the columns of deduction_get. */
struct deduction deduction_of_row(const struct rows *rows, size_t i);
/* Read one; refused not_found under @field. */
int deduction_get(struct ctx *c, const char *id, const char *field,
                  struct deduction *ret_d) MUST_CHECK;
/* The message of @d; borrows its texts. */
void deduction_message(const struct credit *credit, const struct deduction *d,
                       Credit__Deduction *ret_m);
/* Append the ledger row of a step that left @d as it is now. */
void deduction_append(struct ctx *c, const struct deduction *d, const char *step, const char *note);
/*
 * The one door to a change of state: step the machine on @on, move the row, append to the ledger,
 * sum up again and say credit.DeductionChanged. Refused state_forbids; MSG_LATER when someone was
 * faster. @d is as after the step.
 */
int deduction_step(struct ctx *c, struct deduction *d, const char *on, const char *note) MUST_CHECK;
/* Whoever records or moves what counts for the enterprise and year of @d just now is waited for; in transactions that write. */
void deduction_hold_year(struct ctx *c, const struct deduction *d);
/*
 * One decision counts once: *@ret_id, the other record that stands of the same behaviour of the same subject on the same day by the
 * same document (as people read it), but for what is known to have arisen at another place; NULL: none.
 */
int deduction_alike(struct ctx *c, const struct deduction *d, const char **ret_id) MUST_CHECK;
/* Its timer: archived when its year is over, at once if it is. */
void deduction_archive_after_year(struct ctx *c, const struct deduction *d);
