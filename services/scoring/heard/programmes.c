/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/heard/programmes.h"

#include "common/domain/programme/published.h"
#include "intake.pb-c.h"
#include "scoring_sql.h"

#include "common/base/banned.h"

int on_programme_published(struct ctx *c)
{
    const Intake__ProgrammePublished *e = c->request;

    sql_exec(c->tx, &sql_programme_put, T(c->district), T(e->programme_id), I(e->version),
             T(e->title), I(e->year), T(e->document), T(e->document_sha256), AT(c->event->at));
    return 0;
}

int published_find(struct ctx *c, const char *district, const char *id, struct published *ret)
{
    struct sql_arg kept[PUBLISHED_KEPT];
    struct rows *rows;
    const struct programme *p;
    int r;

    *ret = (struct published){0};
    r = sql_query(c->tx, &sql_programme_get, &rows, T(district), T(id),
                  RA(SQL_TEXT, kept, published_kept(kept)));
    if (r || rows_count(rows) == 0)
        return r;
    r = published_read(rows_text(rows, 0, "document_sha256"), rows_text(rows, 0, "document"), &p);
    if (r)
        return err_fold(r);
    *ret = (struct published){
        .p = p,
        .programme_id = rows_text(rows, 0, "programme_id"),
        .document_sha256 = rows_text(rows, 0, "document_sha256"),
        .version = (int32_t)rows_i64(rows, 0, "version"),
    };
    return 0;
}

void published_lock(struct ctx *c, const char *id)
{
    sql_exec(c->tx, &sql_programme_lock, T(c->district), T(id));
}

void published_hold(struct ctx *c, const char *id)
{
    sql_exec(c->tx, &sql_programme_hold, T(c->district), T(id));
}

void published_hold_year(struct ctx *c, int year)
{
    sql_exec(c->tx, &sql_programmes_hold, T(c->district), I(year));
}

int published_get(struct ctx *c, const char *id, struct published *ret)
{
    int r = need_text(c, "programme_id", id, 1, 100);

    if (r)
        return r;
    r = published_find(c, c->district, id, ret);
    if (r)
        return r;
    return ret->p ? 0 : refuse(c, reason_not_found, "programme_id", "programme", NULL);
}
