/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/programmes.h"

#include "intake.pb-c.h"
#include "publicity_sql.h"

#include "common/base/banned.h"

int publicity_on_programme(struct ctx *c)
{
    const Intake__ProgrammePublished *e = c->request;

    sql_exec(c->tx, &sql_programme_put, T(c->district), T(e->programme_id), I(e->version),
             I(e->year), T(e->document), T(e->document_sha256));
    return 0;
}

static int read_first(struct ctx *c, const struct rows *rows, const struct programme **ret_p)
{
    struct programme *p;
    int r = programme_read(c->arena, rows_text(rows, 0, "document"), &p);

    if (r)
        return err_fold(r);
    *ret_p = p;
    return 0;
}

int programme_need(struct ctx *c, const char *id, const struct programme **ret_p)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_programme_get, &rows, T(c->district), T(id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return MSG_LATER;
    return read_first(c, rows, ret_p);
}

int programme_for_exit(struct ctx *c, const char *district, const char *id,
                       const struct programme **ret_p)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_programme_get, &rows, T(district), T(id));

    if (r)
        return r;
    if (rows_count(rows) == 0) {
        r = sql_query(c->tx, &sql_programme_latest, &rows, T(district));
        if (r)
            return r;
    }
    if (rows_count(rows) == 0) {
        *ret_p = NULL;
        return 0;
    }
    return read_first(c, rows, ret_p);
}
