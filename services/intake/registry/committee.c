/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/committee.h"

#include <string.h>

#include "common/base/str.h"
#include "intake.pb-c.h"
#include "intake_sql.h"
#include "services/intake/registry/committee_terms.h"
#include "services/intake/registry/register.h"
#include "services/intake/registry/registry_rows.h"

#include "common/base/banned.h"

/* ---- who is in office ---- */

/* The document of the filing, where it was told by itself. */
static const char *filing_document(const struct ctx *c)
{
    const ProtobufCMessage *q = c->request;

    return q->descriptor == &intake__file_term__descriptor
               ? ((const Intake__FileTerm *)c->request)->document
               : NULL;
}

static void say_succeeded(struct ctx *c, const struct committee_term *t)
{
    Intake__SubjectChanged event = INTAKE__SUBJECT_CHANGED__INIT;
    Intake__RecordChange change = INTAKE__RECORD_CHANGE__INIT;
    const char *seed = arena_printf(c->arena, "term %s %s", c->id_text, t->id);
    const char *document = filing_document(c);
    struct uuid id;

    uuid_derive(seed, strlen(seed), &id);
    change.subject_id = (char *)t->id;
    change.kind = INTAKE__RECORD_CHANGE__KIND__TERM_FILED;
    change.on_day = (char *)t->followed_by->filed_day;
    change.into_id = (char *)t->followed_by->id;
    change.document = (char *)document;
    event.change_id = (char *)uuid_format(&id, arena_alloc(c->arena, UUID_TEXT));
    event.change = &change;
    event.old_name = event.name = (char *)t->name;
    sql_exec(c->tx, &sql_change_insert, T(c->district), T(event.change_id), T(t->id),
             T("term_filed"), T(change.on_day), T(t->name), T(t->name), T(change.into_id), T(NULL),
             T(document), AT(c->now), T(c->account), T(NULL));
    emit(c, NULL, &event.base);
}

static struct committee_term *terms_of(struct arena *a, const struct rows *rows)
{
    struct committee_term *terms = arena_new_array(a, struct committee_term, rows_count(rows) + 1);

    for (size_t i = 0; i < rows_count(rows); i++)
        terms[i] = (struct committee_term){
            .id = rows_text(rows, i, "committee_id"),
            .site_id = rows_text(rows, i, "site_id"),
            .name = rows_text(rows, i, "name"),
            .state = rows_text(rows, i, "state"),
            .term = rows_i64(rows, i, "term"),
            .filed_day = rows_text(rows, i, "filed_day"),
        };
    return terms;
}

int committees_settle(struct ctx *c, const char *const *ids, size_t n)
{
    struct committee_term *terms;
    const char **moved, **states;
    size_t n_terms, n_moved = 0;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_committee_terms, &rows, T(c->district), TA(ids, n));

    if (r)
        return r;
    n_terms = rows_count(rows);
    terms = terms_of(c->arena, rows);
    committee_terms_settle(terms, n_terms);
    moved = arena_new_array(c->arena, const char *, n_terms + 1);
    states = arena_new_array(c->arena, const char *, n_terms + 1);
    for (size_t i = 0; i < n_terms; i++) {
        if (!terms[i].to)
            continue;
        moved[n_moved] = terms[i].id;
        states[n_moved++] = terms[i].to;
        if (terms[i].followed_by)
            say_succeeded(c, &terms[i]);
    }
    if (n_moved)
        sql_exec(c->tx, &sql_committee_step, T(c->district), TA(moved, n_moved),
                 TA(states, n_moved), AT(c->now), T(c->account), T(c->id_text));
    return 0;
}

/* ---- filing ---- */

/* The registry of the district is kept by its officers; a filing is taken by the compound's
 * subdistrict, too. */
static bool may_file(const struct ctx *c, const char *site_id)
{
    return actor_may(c, ROLE_DISTRICT | ROLE_CITY, c->district, NULL) ||
           actor_may(c, ROLE_SUBDISTRICT, arena_strndup(c->arena, site_id, 9), NULL);
}

static void committee_message(const struct rows *rows, Intake__RegisterCommittee *m)
{
    m->committee_id = (char *)rows_text(rows, 0, "committee_id");
    m->name = (char *)rows_text(rows, 0, "name");
    m->site_id = (char *)rows_text(rows, 0, "site_id");
    m->members = rows_i64(rows, 0, "members");
    m->has_party_members = !rows_null(rows, 0, "party_members");
    m->party_members = rows_i64(rows, 0, "party_members");
    m->from_day = (char *)rows_text(rows, 0, "from_day");
    m->to_day = (char *)rows_text(rows, 0, "to_day");
    m->has_sample = true;
    m->sample = rows_bool(rows, 0, "sample");
}

int file_term(struct ctx *c)
{
    const Intake__FileTerm *q = c->request;
    Intake__RegisterCommittee m = INTAKE__REGISTER_COMMITTEE__INIT;
    struct rows *rows;
    int32_t day;
    int r = sql_query(c->tx, &sql_committee_get, &rows, T(c->district), T(q->committee_id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "committee_id", "committee", NULL);
    if (!may_file(c, rows_text(rows, 0, "site_id")))
        return refuse(c, reason_forbidden, NULL, NULL);
    if (rows_text(rows, 0, "filed_day"))
        return refuse(c, reason_term_filed, "committee_id", rows_text(rows, 0, "filed_day"), NULL);
    r = need_day(c, "filed_day", q->filed_day, &day);
    if (r == 0)
        r = need_text(c, "document", q->document, 0, 200);
    if (r)
        return r;
    committee_message(rows, &m);
    m.filed_day = q->filed_day;
    return register_row(c, &registry_kinds[REGISTRY_COMMITTEE], &m.base);
}
