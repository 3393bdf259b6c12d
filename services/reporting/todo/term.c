/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/todo/term.h"

#include "common/base/str.h"
#include "common/domain/programme/programme.h"
#include "intake.pb-c.h"

#include "common/base/banned.h"

struct terms {
    const struct ctx *c;
    struct sink *to;
    const char *programme_id;
};

static void put_term(const struct terms *t, const char *kind, const char *of, const char *role,
                     int64_t due_at)
{
    const char *name = of ? arena_printf(t->c->arena, "%s/%s", kind, of) : kind;

    sink_put(t->to, PUT_TERM, T(t->c->district), T(t->programme_id), T(name), T(role), AT(due_at));
}

static const char *stage_word(enum stage_kind kind)
{
    static const char *const words[] = {
        [STAGE_MOBILISE] = "mobilise",
        [STAGE_RECOMMEND] = "recommend",
        [STAGE_REVIEW] = "review",
        [STAGE_AWARD] = "award",
    };

    return words[kind];
}

/* Whose hands a case goes through first: by default the district's departments (property notice 五(二)). */
static const char *first_instance(const struct programme_reevaluation *r)
{
    return r->instances.n && str_equal(r->instances.items[0], "subdistrict")
               ? "subdistrict"
               : "district,organisation";
}

void term_read(const struct ctx *c, struct sink *to)
{
    const Intake__ProgrammePublished *event = c->request;
    struct terms t = {c, to, NULL};
    struct programme *p;

    if (event->base.descriptor != &intake__programme_published__descriptor)
        return;
    /* Intake seals nothing that cannot be read; of a text of another shape there are no terms. */
    if (programme_read(c->arena, event->document, &p))
        return;
    t.programme_id = event->programme_id;
    for (size_t i = 0; i < p->n_stages; i++)
        put_term(&t, "stage", stage_word(p->stages[i].kind), NULL, day_end(p->stages[i].to_day));
    for (size_t i = 0; i < p->n_organisers; i++)
        put_term(&t, "body", p->organisers[i].id, p->organisers[i].role, INSTANT_NONE);
    for (size_t i = 0; i < p->n_reevaluations; i++)
        put_term(&t, "case", p->reevaluations[i].category, first_instance(&p->reevaluations[i]),
                 INSTANT_NONE);
    put_term(&t, "plaque", NULL, p->exit.plaque_by ? p->exit.plaque_by : "district,subdistrict",
             INSTANT_NONE);
}
