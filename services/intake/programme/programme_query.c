/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/programme/programme_query.h"

#include "common/domain/programme/supplement.h"
#include "common/domain/form/form_message.h"
#include "common/domain/programme/published.h"
#include "intake.pb-c.h"
#include "intake_sql.h"

#include "common/base/banned.h"

static void summary_of(const struct rows *rows, size_t i, Intake__ProgrammeSummary *s)
{
    intake__programme_summary__init(s);
    s->programme_id = (char *)rows_text(rows, i, "programme_id");
    s->version = (int32_t)rows_i64(rows, i, "version");
    s->title = (char *)rows_text(rows, i, "title");
    s->year = (int32_t)rows_i64(rows, i, "year");
    s->document_sha256 = (char *)rows_text(rows, i, "document_sha256");
    s->published_at = rows_at(rows, i, "published_at");
    s->stage = (char *)rows_text(rows, i, "stages");
}

int list_programmes(struct ctx *c)
{
    Intake__ListProgrammesReply reply = INTAKE__LIST_PROGRAMMES_REPLY__INIT;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_programme_list, &rows, T(c->district), AT(c->now));

    if (r)
        return r;
    reply.n_programmes = rows_count(rows);
    reply.programmes =
        arena_new_array(c->arena, Intake__ProgrammeSummary *, reply.n_programmes + 1);
    for (size_t i = 0; i < reply.n_programmes; i++) {
        reply.programmes[i] = arena_new_one(c->arena, Intake__ProgrammeSummary);
        summary_of(rows, i, reply.programmes[i]);
    }
    reply_with(c, &reply.base);
    return 0;
}

static void fill_authority(struct ctx *c, const struct rows *rows, size_t i,
                           Intake__ProgrammeVersion *v)
{
    if (rows_null(rows, i, "authority_document"))
        return;
    v->authority = arena_new_one(c->arena, Correction__Authority);
    correction__authority__init(v->authority);
    v->authority->reason = (char *)rows_text(rows, i, "authority_reason");
    v->authority->document = (char *)rows_text(rows, i, "authority_document");
    v->authority->on_day = (char *)rows_text(rows, i, "authority_day");
}

int programme_differs(struct ctx *c, const char *before, const char *after,
                      Intake__ProgrammeDifference ***ret_differences, size_t *ret_n)
{
    struct programme_difference *found;
    size_t n;
    int r = err_fold(programme_differences(c->arena, before, after, &found, &n));

    if (r)
        return r;
    *ret_differences = arena_new_array(c->arena, Intake__ProgrammeDifference *, n + 1);
    for (*ret_n = 0; *ret_n < n; ++*ret_n) {
        Intake__ProgrammeDifference *d = (*ret_differences)[*ret_n] =
            arena_new_one(c->arena, Intake__ProgrammeDifference);

        intake__programme_difference__init(d);
        d->path = (char *)found[*ret_n].path;
        d->before = (char *)found[*ret_n].before;
        d->after = (char *)found[*ret_n].after;
    }
    return 0;
}

static int read_versions(struct ctx *c, const char *programme_id, Intake__GetProgrammeReply *reply)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_programme_history, &rows, T(c->district), T(programme_id));

    if (r)
        return r;
    reply->versions = arena_new_array(c->arena, Intake__ProgrammeVersion *, rows_count(rows) + 1);
    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        Intake__ProgrammeVersion *v = arena_new_one(c->arena, Intake__ProgrammeVersion);

        intake__programme_version__init(v);
        v->version = (int32_t)rows_i64(rows, i, "version");
        v->document_sha256 = (char *)rows_text(rows, i, "document_sha256");
        v->published_at = rows_at(rows, i, "published_at");
        fill_authority(c, rows, i, v);
        r = i ? programme_differs(c, rows_text(rows, i - 1, "document"),
                                  rows_text(rows, i, "document"), &v->differences,
                                  &v->n_differences)
              : 0;
        reply->versions[reply->n_versions++] = v;
    }
    return r;
}

/* Its forms, so that a client can draw them without reading the document. */
static int add_forms(struct ctx *c, Intake__GetProgrammeReply *reply)
{
    const struct programme *p;
    int r = published_read(reply->programme->document_sha256, reply->document, &p);

    if (r)
        return err_fold(r);
    reply->forms = form_messages(c->arena, p, &reply->n_forms);
    return 0;
}

int get_programme(struct ctx *c)
{
    const Intake__GetProgramme *q = c->request;
    Intake__GetProgrammeReply reply = INTAKE__GET_PROGRAMME_REPLY__INIT;
    Intake__ProgrammeSummary summary;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_programme_get, &rows, T(c->district), T(q->programme_id),
                      q->has_version ? I(q->version) : T(NULL), AT(c->now));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "programme_id", "programme", NULL);
    summary_of(rows, 0, &summary);
    reply.programme = &summary;
    reply.document = (char *)rows_text(rows, 0, "document");
    r = read_versions(c, q->programme_id, &reply);
    if (r == 0)
        r = add_forms(c, &reply);
    if (r)
        return r;
    reply_with(c, &reply.base);
    return 0;
}
