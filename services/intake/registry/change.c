/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/change.h"

#include <string.h>

#include "common/base/str.h"
#include "intake.pb-c.h"
#include "intake_sql.h"
#include "common/domain/subject/words.h"
#include "services/intake/registry/committee_fsm.h"
#include "services/intake/registry/names.h"
#include "services/intake/registry/subject_fsm.h"

#include "common/base/banned.h"

#define KIND(name) INTAKE__RECORD_CHANGE__KIND__##name

/* Whose rows a change moves, and along which machine. */
struct keeper {
    const char *name;
    const struct sql_stmt *lock, *change;
    const struct fsm *fsm;
};
static const struct keeper enterprises = {"enterprise", &sql_enterprise_lock,
                                          &sql_enterprise_change, &subject_fsm};
static const struct keeper sites = {"site", &sql_site_lock, &sql_site_change, &subject_fsm};
static const struct keeper committees = {"committee", &sql_committee_lock, &sql_committee_change,
                                         &committee_fsm};

struct recording {
    const Intake__RecordChange *request;
    const struct keeper *of;
    const char *word;
    const char *state, *name;  /* before */
    const char *to, *new_name; /* after */
    const char *left_district; /* of left_district; NULL: all of the city */
};

static const struct change_kind {
    int kind;
    bool of_site;      /* may befall a site, too */
    bool of_committee; /* ... an owners' committee; its succession follows from the filing */
} change_kinds[] = {
    {KIND(RENAMED), true, true},          {KIND(MERGED), true, false},
    {KIND(BRANCH_CHANGED), false, false}, {KIND(DISSOLVED), true, true},
    {KIND(LEFT_DISTRICT), false, false},  {KIND(LEFT_SITE), false, false},
};

static const struct change_kind *change_kind(int kind)
{
    for (size_t i = 0; i < ARRAY_LEN(change_kinds); i++)
        if (change_kinds[i].kind == kind)
            return &change_kinds[i];
    return NULL;
}

/* An enterprise stands under the city; a committee's number goes on behind its compound's with -Y. */
static const struct keeper *keeper_of(const struct ctx *c, const char *id)
{
    if (str_equal(c->district, service_city(c->svc)))
        return &enterprises;
    return strstr(id, "-Y") ? &committees : &sites;
}

/* Sites and committees are kept by those who cover the district; enterprises by officers of any district of the
 * city. */
static int find_subject(struct ctx *c, struct recording *ch)
{
    struct rows *rows;
    int r;

    ch->of = keeper_of(c, ch->request->subject_id);
    if (ch->of != &enterprises && !actor_may(c, ROLE_DISTRICT | ROLE_CITY, c->district, NULL))
        return refuse(c, reason_forbidden, NULL, NULL);
    r = sql_query(c->tx, ch->of->lock, &rows, T(c->district), T(ch->request->subject_id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "subject_id", ch->of->name, NULL);
    ch->state = rows_text(rows, 0, "state");
    ch->name = ch->new_name = rows_text(rows, 0, "name");
    return 0;
}

/* The other enterprise or site that goes on. */
static int check_into(struct ctx *c, const struct recording *ch)
{
    const char *into = ch->request->into_id;
    struct rows *rows;
    int r = need_text(c, "into_id", into, 1, 40);

    if (r)
        return r;
    r = sql_query(c->tx, ch->of->lock, &rows, T(c->district), T(into));
    if (r)
        return r;
    if (rows_count(rows) == 0 || strcmp(into, ch->request->subject_id) == 0)
        return refuse(c, reason_reference_unknown, "into_id", into, NULL);
    return 0;
}

/* Who says what an enterprise did in @district keeps that district's registry, or the city's. */
static bool keeps(const struct ctx *c, const char *district)
{
    return actor_may(c, ROLE_DISTRICT | ROLE_CITY, district, NULL);
}

/* The contract by which the enterprise serves the site ends; its district is in the site's code. */
static int leave_site(struct ctx *c, const struct recording *ch)
{
    const char *site = ch->request->site_id;
    int64_t changed;
    int r = need_text(c, "site_id", site, 1, 40);

    if (r)
        return r;
    if (!keeps(c, arena_strndup(c->arena, site, 6)))
        return refuse(c, reason_forbidden, "site_id", NULL);
    r = sql_change(c->tx, &sql_project_leave, &changed, T(arena_strndup(c->arena, site, 6)),
                   T(site), T(ch->request->subject_id), T(ch->request->on_day), AT(c->now),
                   T(c->account), T(c->id_text));
    if (r == 0 && changed == 0)
        return refuse(c, reason_site_not_served, "site_id", site, NULL);
    return r;
}

/* The district the enterprise left: the one named, else the officer's own; a city officer who names
 * none means all. */
static int find_left(struct ctx *c, struct recording *ch)
{
    const char *named = ch->request->left_district;

    if (!named || !*named)
        named = actor_may(c, ROLE_CITY, c->district, NULL) ? NULL : actor_region(c, ROLE_DISTRICT);
    if (!named)
        return 0;
    if (region_level(named) != REGION_DISTRICT || !region_covers(c->district, named))
        return refuse(c, reason_region_not_here, "left_district", named, NULL);
    if (!keeps(c, named))
        return refuse(c, reason_forbidden, "left_district", NULL);
    ch->left_district = named;
    return 0;
}

static int check_kind(struct ctx *c, struct recording *ch)
{
    const struct change_kind *kind = change_kind(ch->request->kind);
    int32_t day;
    int r;

    if (!kind)
        return refuse(c, reason_value_unknown, "kind", "", NULL);
    ch->word = change_word(ch->request->kind);
    if (ch->of == &committees && !kind->of_committee)
        return refuse(c, reason_change_of_committee, "kind", ch->word, NULL);
    if (ch->of == &sites && !kind->of_site)
        return refuse(c, reason_change_not_of_site, "kind", ch->word, NULL);
    r = need_day(c, "on_day", ch->request->on_day, &day);
    if (r == 0 && day > instant_day(c->now))
        r = refuse(c, reason_day_in_future, "on_day", ch->request->on_day, NULL);
    if (r == 0)
        r = need_text(c, "document", ch->request->document, 0, 200);
    if (r == 0 && kind->kind == KIND(LEFT_DISTRICT))
        r = find_left(c, ch);
    if (r == 0)
        r = need_step(c, ch->of->fsm, ch->state, ch->left_district ? "left_one_district" : ch->word,
                      "kind", &ch->to);
    return r;
}

static int take_effect(struct ctx *c, struct recording *ch)
{
    int r = 0;

    if (ch->request->kind == KIND(RENAMED)) {
        r = need_text(c, "new_name", ch->request->new_name, 1, 100);
        ch->new_name = ch->request->new_name;
    } else if (ch->request->kind == KIND(MERGED)) {
        r = check_into(c, ch);
    } else if (ch->request->kind == KIND(LEFT_SITE)) {
        r = leave_site(c, ch);
    }
    if (r)
        return r;
    sql_exec(c->tx, ch->of->change, T(c->district), T(ch->request->subject_id), T(ch->new_name),
             T(ch->to), T(ch->request->kind == KIND(MERGED) ? ch->request->into_id : NULL),
             AT(c->now), T(c->account), T(c->id_text));
    if (ch->request->kind == KIND(RENAMED))
        names_add(c, ch->of->name, ch->request->subject_id, ch->new_name);
    return 0;
}

int record_change(struct ctx *c)
{
    struct recording ch = {.request = c->request};
    const Intake__RecordChange *q = ch.request;
    Intake__SubjectChanged event = INTAKE__SUBJECT_CHANGED__INIT;
    Intake__RecordChange said = *q;
    int r = find_subject(c, &ch);

    if (r == 0)
        r = check_kind(c, &ch);
    if (r == 0)
        r = take_effect(c, &ch);
    if (r)
        return r;
    sql_exec(c->tx, &sql_change_insert, T(c->district), T(c->id_text), T(q->subject_id), T(ch.word),
             T(q->on_day), T(ch.name), T(ch.new_name), T(q->into_id), T(q->site_id), T(q->document),
             AT(c->now), T(c->account), T(ch.left_district));
    said.left_district = (char *)ch.left_district;
    event.change_id = (char *)c->id_text;
    event.change = &said;
    event.old_name = (char *)ch.name;
    event.name = (char *)ch.new_name;
    emit(c, NULL, &event.base);
    return 0;
}
