/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/programmes.h"

#include "common/base/str.h"
#include "common/domain/programme/published.h"
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

static int read_row(const struct rows *rows, size_t i, const struct programme **ret_p)
{
    *ret_p = NULL;
    if (rows_count(rows) <= i)
        return 0;
    return err_fold(published_read(rows_text(rows, i, "document_sha256"),
                                   rows_text(rows, i, "document"), ret_p));
}

/* NULL: it was not heard of. */
static int programme_find(struct ctx *c, const char *district, const char *id,
                          const struct programme **ret_p)
{
    struct sql_arg kept[PUBLISHED_KEPT];
    struct rows *rows;
    int r = sql_query(c->tx, &sql_programme_get, &rows, T(district), T(id),
                      RA(SQL_TEXT, kept, published_kept(kept)));

    return r ? r : read_row(rows, 0, ret_p);
}

int programme_need(struct ctx *c, const char *id, const struct programme **ret_p)
{
    int r = programme_find(c, c->district, id, ret_p);

    if (r)
        return r;
    return *ret_p ? 0 : MSG_LATER;
}

static bool honours_kind(const struct programme *p, const char *subject_kind)
{
    for (size_t i = 0; i < p->n_categories; i++)
        if (str_equal(p->categories[i].subject, subject_kind))
            return true;
    return false;
}

int programme_for_exit(struct ctx *c, const char *district, const char *id,
                       const char *subject_kind, const struct programme **ret_p)
{
    struct rows *rows;
    int r = programme_find(c, district, id, ret_p);

    if (r || *ret_p)
        return r;
    r = sql_query(c->tx, &sql_programmes_newest, &rows, T(district));
    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        r = read_row(rows, i, ret_p);
        if (r || honours_kind(*ret_p, subject_kind))
            return r;
    }
    return r ? r : read_row(rows, 0, ret_p);
}
