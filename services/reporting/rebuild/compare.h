/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compare - a read model, live and aside, joined by its key in the server
 *
 * A long one in parts, each of rows whose keys have one remainder: a part's join is as long as a part, its
 * reading as long as the model. So no statement takes minutes, and none holds a snapshot for so long.
 */
#pragma once
#include "common/db/tx.h"
#include "services/reporting/rebuild/result.h"
#include "services/reporting/reporting.h"
#include "services/reporting/views.h"

struct compared {
    const char *table; /* of reporting_models */
    const struct sql_stmt *stmt;
    enum put put; /* what fills it */
    int64_t n_parts, part;
};

/* All models, each in parts of about @part_rows (0: as many as do well) of the rows put into it. */
void compare_init(struct compared models[N_MODELS], const int64_t n_put[N_PUTS], int64_t part_rows);
/*
 * Compare the next part (c->part < c->n_parts) in @tx, of a session with the statements aside. Adds to
 * rows and found and, while there is room, to differences, whose texts are in @arena. TX_E_*
 */
int compare_part(struct compared *c, struct tx *tx, struct arena *arena,
                 struct rebuild_result *result) MUST_CHECK;
