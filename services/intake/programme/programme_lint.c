/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/programme/programme_lint.h"

#include <string.h>

#include "common/base/calendar.h"
#include "common/base/clock.h"
#include "common/domain/programme/programme.h"
#include "intake.pb-c.h"
#include "intake_sql.h"
#include "services/intake/programme/programme.h"
#include "services/intake/programme/programme_query.h"

#include "common/base/banned.h"

static void fill_findings(struct ctx *c, const struct programme_finding *first,
                          Intake__LintProgrammeReply *reply)
{
    size_t n = 0;

    for (const struct programme_finding *f = first; f; f = f->next)
        n++;
    reply->findings = arena_new_array(c->arena, Intake__ProgrammeFinding *, n + 1);
    for (const struct programme_finding *f = first; f; f = f->next) {
        Intake__ProgrammeFinding *m = arena_new_one(c->arena, Intake__ProgrammeFinding);

        intake__programme_finding__init(m);
        m->line = f->line;
        m->column = f->column;
        m->finding = (char *)f->message;
        reply->findings[reply->n_findings++] = m;
    }
}

/* The working days of a stage; false where no calendar tells. */
static bool working_days(const struct ctx *c, const struct programme_stage *s, int *ret_n)
{
    *ret_n = 0;
    for (int32_t day = s->from_day; day <= s->to_day; day++) {
        bool working;

        if (calendar_is_working(service_calendar(c->svc), day, &working))
            return false;
        *ret_n += working;
    }
    return true;
}

static void fill_stages(struct ctx *c, const struct programme *p, Intake__LintProgrammeReply *reply)
{
    reply->stages = arena_new_array(c->arena, Intake__StageDays *, p->n_stages + 1);
    for (size_t i = 0; i < p->n_stages; i++) {
        const struct programme_stage *s = &p->stages[i];
        Intake__StageDays *m = arena_new_one(c->arena, Intake__StageDays);
        int n;

        intake__stage_days__init(m);
        m->stage = (char *)s->id;
        m->title = (char *)s->title;
        m->from_day = (char *)day_format(s->from_day, arena_alloc(c->arena, DAY_TEXT));
        m->to_day = (char *)day_format(s->to_day, arena_alloc(c->arena, DAY_TEXT));
        m->has_working_days = working_days(c, s, &n);
        m->working_days = m->has_working_days ? n : 0;
        reply->stages[reply->n_stages++] = m;
    }
}

/* What it would be as the next version, and what that changes. */
static int fill_version(struct ctx *c, const struct programme *p, const char *document,
                        Intake__LintProgrammeReply *reply)
{
    struct rows *rows;
    int r =
        sql_query(c->tx, &sql_programme_get, &rows, T(c->district), T(p->id), T(NULL), AT(c->now));

    reply->has_version = true;
    reply->version = 1;
    if (r || rows_count(rows) == 0)
        return r;
    reply->version = (int32_t)rows_i64(rows, 0, "version") + 1;
    return programme_differs(c, rows_text(rows, 0, "document"), document, &reply->differences,
                             &reply->n_differences);
}

int lint_a_programme(struct ctx *c)
{
    const Intake__LintProgramme *q = c->request;
    Intake__LintProgrammeReply reply = INTAKE__LINT_PROGRAMME_REPLY__INIT;
    struct programme_finding *found;
    struct programme *p;
    int r = 0;

    if (strlen(q->document) > PROGRAMME_DOCUMENT_MAX)
        return refuse(c, reason_file_too_large, "document",
                      arena_printf(c->arena, "%d", PROGRAMME_DOCUMENT_MAX), NULL);
    found = programme_lint(c->arena, q->document, strlen(q->document), &p);
    fill_findings(c, found, &reply);
    if (!found) {
        reply.programme_id = (char *)p->id;
        reply.title = (char *)p->title;
        reply.has_year = true;
        reply.year = p->year;
        fill_stages(c, p, &reply);
        r = fill_version(c, p, q->document, &reply);
    }
    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}
