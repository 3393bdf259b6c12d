/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/rebuild/compare.h"

#include <string.h>

#include "reporting_aside_sql.h"

#include "common/base/banned.h"

/* A few seconds' join, mostly in memory. */
enum { PART_ROWS = 1000000 };

void compare_init(struct compared models[N_MODELS], const int64_t n_put[N_PUTS], int64_t part_rows)
{
    static const struct compared all[N_MODELS] = {
        [MODEL_TIMELINE] = {NULL, &sql_compare_timeline, PUT_TIMELINE},
        [MODEL_TIMELINE_SUBJECT] = {NULL, &sql_compare_timeline_subject, PUT_TIMELINE_SUBJECT},
        [MODEL_SUBJECT] = {NULL, &sql_compare_subject, PUT_SUBJECT},
        [MODEL_PROGRESS] = {NULL, &sql_compare_progress, PUT_PROGRESS},
        [MODEL_DOSSIER] = {NULL, &sql_compare_dossier, PUT_DOSSIER},
        [MODEL_TASK] = {NULL, &sql_compare_task, PUT_TASK},
        [MODEL_TERM] = {NULL, &sql_compare_term, PUT_TERM},
    };

    memcpy(models, all, sizeof(all));
    for (size_t i = 0; i < N_MODELS; i++) {
        models[i].table = reporting_models[i];
        models[i].n_parts = 1 + n_put[models[i].put] / (part_rows ? part_rows : PART_ROWS);
    }
}

static void keep(const struct compared *c, const struct rows *rows, struct arena *arena,
                 struct rebuild_result *result)
{
    result->rows += rows_i64(rows, 0, "rows");
    result->found += rows_i64(rows, 0, "different");
    for (size_t i = 0; i < rows_count(rows) && !rows_null(rows, i, "key") &&
                       result->n_differences < REBUILD_MOST_DIFFERENCES;
         i++)
        result->differences[result->n_differences++] = (struct rebuild_difference){
            .table = c->table,
            .key = arena_strdup(arena, rows_text(rows, i, "key")),
            .live = arena_strdup(arena, rows_text(rows, i, "live")),
            .rebuilt = arena_strdup(arena, rows_text(rows, i, "rebuilt")),
        };
}

int compare_part(struct compared *c, struct tx *tx, struct arena *arena,
                 struct rebuild_result *result)
{
    int64_t room = REBUILD_MOST_DIFFERENCES - (int64_t)result->n_differences;
    struct rows *rows;
    int r = sql_query(tx, c->stmt, &rows, I(c->n_parts), I(c->part), I(room));

    if (r)
        return r;
    keep(c, rows, arena, result);
    c->part++;
    return 0;
}
