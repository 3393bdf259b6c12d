/* SPDX-License-Identifier: Apache-2.0 */
/* programme_load - the programme in force */
#include "services/intake/programme.h"

#include "common/programme/published.h"
#include "intake_sql.h"

#include "common/base/banned.h"

int programme_load(struct ctx *c, const char *programme_id, const struct programme **ret_p)
{
    struct sql_arg kept[PUBLISHED_KEPT];
    struct rows *rows;
    int r = sql_query(c->tx, &sql_programme_in_force, &rows, T(c->district), T(programme_id),
                      RA(SQL_TEXT, kept, published_kept(kept)));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "programme_id", "programme", NULL);
    return err_fold(published_read(rows_text(rows, 0, "document_sha256"),
                                   rows_text(rows, 0, "document"), ret_p));
}
