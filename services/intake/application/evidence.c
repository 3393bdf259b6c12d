/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/evidence.h"

#include <string.h>

#include "common/base/str.h"
#include "intake_sql.h"
#include "services/intake/application/application_form.h"
#include "services/intake/application/application_fsm.h"
#include "services/intake/application/application_rules.h"
#include "services/intake/application/application_store.h"
#include "services/intake/programme/programme_load.h"

#include "common/base/banned.h"

enum { FILES_MAX = 50 };
static const int64_t FILE_MAX = 100 * 1024 * 1024; /* the gateway's own limit is lower */

static int check_file(struct ctx *c, const Intake__AttachEvidence *q)
{
    static const char *const types[] = {"jpeg", "png", "pdf", "docx", "xlsx"};
    bool known = false;
    int r;

    if (strlen(q->file_sha256) != 64 || strspn(q->file_sha256, "0123456789abcdef") != 64)
        return refuse(c, reason_sha256_bad, "file_sha256", NULL);
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        known = known || strcmp(q->media_type, types[i]) == 0;
    if (!known)
        return refuse(c, reason_media_type_unknown, "media_type", q->media_type, NULL);
    r = need_text(c, "file_name", q->file_name, 1, 200);
    if (r == 0)
        r = need_range(c, "size", q->size, 1, FILE_MAX);
    return r;
}

static int check_line(struct ctx *c, const struct application *a, const char *line)
{
    const struct programme_rubric *rubric;
    const struct programme *p;
    int r;

    if (!line || !*line)
        return 0;
    r = programme_load(c, a->programme_id, &p);
    if (r)
        return r;
    rubric = programme_rubric(p, a->subject_kind);
    if (!rubric || !programme_leaf(rubric, line))
        return refuse(c, reason_rubric_line_unknown, "rubric_line", line, NULL);
    return 0;
}

/* A field of the form takes files of its kinds, so many. */
static int check_field(struct ctx *c, const struct application *a, const Intake__AttachEvidence *q,
                       const struct rows *attached)
{
    const struct programme_category *category;
    const struct programme_field *f;
    const struct programme *p;
    int64_t n = 1;
    int r;

    if (!q->field || !*q->field)
        return 0;
    r = programme_load(c, a->programme_id, &p);
    if (r)
        return r;
    category = programme_category(p, a->category);
    if (!category)
        return refuse(c, reason_value_unknown, NULL, a->category, NULL);
    r = need_files_field(c, category, a, q->field, &f);
    if (r)
        return r;
    if (f->evidence.types.n && !texts_have(&f->evidence.types, q->media_type))
        return refuse(c, reason_media_type_unknown, "media_type", q->media_type, NULL);
    for (size_t i = 0; i < rows_count(attached); i++)
        n += str_equal(rows_text(attached, i, "field"), q->field) &&
             !str_equal(rows_text(attached, i, "file_sha256"), q->file_sha256);
    if (f->has_max && n * 1000 > f->max_milli)
        return refuse(c, reason_form_too_many, "field", f->title,
                      arena_printf(c->arena, "%lld", (long long)f->max_milli / 1000), NULL);
    return 0;
}

/* The application, by whoever drafted it, stepped on @on; *@ret_from: its state before. */
static int step_drafted(struct ctx *c, const char *id, const char *on, struct application *ret_a,
                        const char **ret_from)
{
    int r = application_load(c, id, ret_a);

    if (r == 0)
        r = need_drafter(c, ret_a);
    if (r)
        return r;
    *ret_from = ret_a->state;
    return need_step(c, &application_fsm, *ret_from, on, NULL, &ret_a->state);
}

/* The same file at the same line and field again changes nothing; one that was taken off comes back. */
int attach_evidence(struct ctx *c)
{
    const Intake__AttachEvidence *q = c->request;
    struct application a;
    struct rows *rows;
    const char *from;
    int r = step_drafted(c, q->application_id, "attach", &a, &from);

    if (r == 0)
        r = check_file(c, q);
    if (r == 0)
        r = check_line(c, &a, q->rubric_line);
    if (r == 0)
        r = sql_query(c->tx, &sql_evidence_get, &rows, T(c->district), T(a.id));
    if (r)
        return r;
    if (rows_count(rows) >= FILES_MAX)
        return refuse(c, reason_evidence_too_much, NULL, arena_printf(c->arena, "%d", FILES_MAX),
                      NULL);
    r = check_field(c, &a, q, rows);
    if (r == 0)
        r = application_save(c, &a, from);
    if (r)
        return r;
    sql_exec(c->tx, &sql_evidence_insert, T(c->district), T(a.id), T(q->file_sha256),
             T(q->rubric_line ? q->rubric_line : ""), T(q->file_name), T(q->media_type), I(q->size),
             AT(c->now), T(c->account), T(q->field ? q->field : ""));
    return 0;
}

/* What changed of one attached file: none is not_found. */
static int need_attached(struct ctx *c, int r, int64_t changed)
{
    return r || changed ? r : refuse(c, reason_not_found, "file_sha256", "evidence", NULL);
}

int detach_evidence(struct ctx *c)
{
    const Intake__DetachEvidence *q = c->request;
    struct application a;
    const char *from;
    int64_t changed;
    int r = step_drafted(c, q->application_id, "detach", &a, &from);

    if (r == 0)
        r = application_save(c, &a, from);
    if (r)
        return r;
    r = sql_change(c->tx, &sql_evidence_detach, &changed, T(c->district), T(a.id),
                   T(q->file_sha256), T(q->rubric_line ? q->rubric_line : ""), AT(c->now),
                   T(c->account), T(q->field ? q->field : ""));
    return need_attached(c, r, changed);
}

int caption_evidence(struct ctx *c)
{
    const Intake__CaptionEvidence *q = c->request;
    struct application a;
    const char *from;
    int64_t changed;
    int r = step_drafted(c, q->application_id, "caption", &a, &from);

    if (r == 0)
        r = need_text(c, "caption", q->caption, 0, 200);
    if (r == 0)
        r = application_save(c, &a, from);
    if (r)
        return r;
    r = sql_change(c->tx, &sql_evidence_caption, &changed, T(c->district), T(a.id),
                   T(q->file_sha256), T(q->rubric_line ? q->rubric_line : ""),
                   T(*q->caption ? q->caption : NULL), T(q->field ? q->field : ""));
    return need_attached(c, r, changed);
}
