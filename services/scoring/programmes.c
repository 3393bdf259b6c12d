/* SPDX-License-Identifier: Apache-2.0 */
/* programmes - the documents intake sealed, kept whole and read when a rule is needed */
#include <string.h>

#include "common/base/yaml.h"
#include "scoring.h"

#include "common/base/banned.h"

int on_programme_published(struct ctx *c)
{
    const Intake__ProgrammePublished *e = c->request;

    sql_exec(c->tx, &sql_programme_put, T(c->district), T(e->programme_id), I(e->version),
             T(e->title), I(e->year), T(e->document), T(e->document_sha256));
    return 0;
}

/* The section the exit rules come from: programme.h does not carry it, the document does. */
static const char *exit_source(struct arena *a, const char *document)
{
    struct ynode *root, *exit, *source;
    int line, column;

    if (yaml_parse(a, document, strlen(document), &root, &line, &column, NULL))
        return "";
    exit = ynode_get(root, "exit");
    source = exit ? ynode_get(exit, "source") : NULL;
    return source && source->kind == YNODE_SCALAR ? source->text : "";
}

int published_find(struct ctx *c, const char *district, const char *id, struct published *ret)
{
    struct rows *rows;
    struct programme *p;
    const char *document;
    int r;

    *ret = (struct published){0};
    r = sql_query(c->tx, &sql_programme_get, &rows, T(district), T(id));
    if (r || rows_count(rows) == 0)
        return r;
    document = rows_text(rows, 0, "document");
    r = programme_read(c->arena, document, &p);
    if (r)
        return err_fold(r);
    *ret = (struct published){
        .p = p,
        .programme_id = rows_text(rows, 0, "programme_id"),
        .document_sha256 = rows_text(rows, 0, "document_sha256"),
        .exit_source = exit_source(c->arena, document),
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
