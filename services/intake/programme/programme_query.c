/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/programme/programme_query.h"

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
    reply_with(c, &reply.base);
    return 0;
}
