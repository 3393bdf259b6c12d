/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/registry_check.h"

#include <string.h>

#include "common/base/str.h"
#include "intake.pb-c.h"

#include "common/base/banned.h"

enum { NAME_MAX_LENGTH = 100, ID_MAX_LENGTH = 40, ADDRESS_MAX_LENGTH = 200, LIST_MAX = 50 };
static const int64_t AREA_MAX = 1000000000, HOUSEHOLDS_MAX = 100000, MEMBERS_MAX = 100;

static bool fail(struct fault *f, enum reason reason, const char *field, const char *arg)
{
    *f = (struct fault){reason, field, {arg}};
    return false;
}

static const char *number(struct ctx *c, int64_t n)
{
    return arena_printf(c->arena, "%lld", (long long)n);
}

static bool text_fits(struct ctx *c, struct fault *f, const char *field, const char *text,
                      size_t low, size_t high)
{
    size_t n = text ? utf8_length(text) : 0;

    if (n < low)
        return fail(f, reason_text_missing, field, NULL);
    if (n > high) {
        *f = (struct fault){
            reason_text_too_long, field, {number(c, (int64_t)high), number(c, (int64_t)n)}};
        return false;
    }
    return true;
}

static bool number_fits(struct ctx *c, struct fault *f, const char *field, int64_t n, int64_t low,
                        int64_t high)
{
    if (n >= low && n <= high)
        return true;
    *f = (struct fault){reason_number_out_of_range, field, {number(c, low), number(c, high)}};
    return false;
}

static bool day_fits(struct fault *f, const char *field, const char *text, int32_t *ret_day)
{
    if (text && day_parse(text, ret_day) == 0)
        return true;
    return fail(f, reason_date_bad, field, text ? text : "");
}

/* Both days, the second optional, in their order. */
static bool days_fit(struct fault *f, const char *from, const char *to)
{
    int32_t from_day = DAY_NONE, to_day = DAY_NONE;

    if (from && *from && !day_fits(f, "from_day", from, &from_day))
        return false;
    if (to && *to && !day_fits(f, "to_day", to, &to_day))
        return false;
    if (from_day != DAY_NONE && to_day != DAY_NONE && to_day < from_day)
        return fail(f, reason_days_reversed, "to_day", from);
    return true;
}

/* Ids of managers and experts: letters, digits and a few signs, as on certificates. */
static bool id_fits(struct ctx *c, struct fault *f, const char *field, const char *id)
{
    static const char good[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

    if (!text_fits(c, f, field, id, 1, ID_MAX_LENGTH))
        return false;
    return strspn(id, good) == strlen(id) || fail(f, reason_id_bad, field, id);
}

/* "<9 digits>-NNNN" for a compound, "<9 digits>-BNNN" for a building. */
static bool site_id_fits(struct fault *f, const char *site_id, const char *subdistrict,
                         bool building)
{
    const char *serial;
    size_t n_digits = building ? 3 : 4;

    if (!site_id || strlen(site_id) != 14 || site_id[9] != '-')
        return fail(f, reason_id_bad, "site_id", site_id ? site_id : "");
    if (strncmp(site_id, subdistrict, 9) != 0)
        return fail(f, reason_site_elsewhere, "site_id", subdistrict);
    serial = site_id + 10;
    if (building && *serial++ != 'B')
        return fail(f, reason_id_bad, "site_id", site_id);
    return (strspn(serial, "0123456789") == n_digits && strlen(serial) == n_digits) ||
           fail(f, reason_id_bad, "site_id", site_id);
}

static bool list_fits(struct ctx *c, struct fault *f, const char *field, char *const *texts,
                      size_t n)
{
    if (n > LIST_MAX)
        return fail(f, reason_list_too_long, field, number(c, LIST_MAX));
    for (size_t i = 0; i < n; i++) {
        if (!text_fits(c, f, field, texts[i], 1, NAME_MAX_LENGTH))
            return false;
        if (strchr(texts[i], ';'))
            return fail(f, reason_separator_inside, field, texts[i]);
    }
    return true;
}

void check_enterprise(struct ctx *c, const ProtobufCMessage *message, struct fault *f)
{
    const Intake__RegisterEnterprise *e = (const void *)message;
    enum id_fault wrong = uscc_check(e->enterprise_id);
    bool confirmed = false;

    for (size_t i = 0; i < e->n_confirm; i++)
        confirmed = confirmed || strcmp(e->confirm[i], "uscc_check_digit") == 0;
    if (wrong == ID_CHECK && !confirmed)
        fail(f, reason_uscc_check_digit, "enterprise_id", e->enterprise_id);
    else if (wrong != ID_VALID && wrong != ID_CHECK)
        fail(f, reason_uscc_bad, "enterprise_id", e->enterprise_id);
    else if (text_fits(c, f, "name", e->name, 1, NAME_MAX_LENGTH) && e->has_area_m2)
        (void)number_fits(c, f, "area_m2", e->area_m2, 1, AREA_MAX);
}

void check_manager(struct ctx *c, const ProtobufCMessage *message, struct fault *f)
{
    const Intake__RegisterManager *m = (const void *)message;

    (void)(id_fits(c, f, "manager_id", m->manager_id) &&
           text_fits(c, f, "name", m->name, 1, NAME_MAX_LENGTH) &&
           text_fits(c, f, "enterprise_id", m->enterprise_id, 1, ID_MAX_LENGTH));
}

void check_expert(struct ctx *c, const ProtobufCMessage *message, struct fault *f)
{
    const Intake__RegisterExpert *e = (const void *)message;

    (void)(id_fits(c, f, "expert_id", e->expert_id) &&
           text_fits(c, f, "name", e->name, 1, NAME_MAX_LENGTH) &&
           text_fits(c, f, "employer", e->employer, 0, NAME_MAX_LENGTH) &&
           text_fits(c, f, "residence", e->residence, 0, NAME_MAX_LENGTH) &&
           list_fits(c, f, "enterprise_links", e->enterprise_links, e->n_enterprise_links));
}

void check_site(struct ctx *c, const ProtobufCMessage *message, struct fault *f)
{
    const Intake__RegisterSite *s = (const void *)message;
    bool building = s->kind == INTAKE__REGISTER_SITE__KIND__BUILDING;

    if (!building && s->kind != INTAKE__REGISTER_SITE__KIND__COMPOUND) {
        fail(f, reason_value_unknown, "kind", number(c, s->kind));
        return;
    }
    if (region_level(s->subdistrict) != REGION_SUBDISTRICT ||
        !region_covers(c->district, s->subdistrict)) {
        fail(f, reason_region_not_here, "subdistrict", s->subdistrict);
        return;
    }
    (void)(site_id_fits(f, s->site_id, s->subdistrict, building) &&
           text_fits(c, f, "name", s->name, 1, NAME_MAX_LENGTH) &&
           text_fits(c, f, "address", s->address, 0, ADDRESS_MAX_LENGTH) &&
           (!s->has_households ||
            number_fits(c, f, "households", s->households, 0, HOUSEHOLDS_MAX)) &&
           list_fits(c, f, "aliases", s->aliases, s->n_aliases));
}

void check_project(struct ctx *c, const ProtobufCMessage *message, struct fault *f)
{
    const Intake__RegisterProject *p = (const void *)message;
    size_t n_site = strlen(p->site_id);
    const char *serial;
    int32_t from_day;

    if (!text_fits(c, f, "project_id", p->project_id, 1, ID_MAX_LENGTH))
        return;
    serial = p->project_id + n_site + 2;
    if (strncmp(p->project_id, p->site_id, n_site) != 0 ||
        strncmp(p->project_id + n_site, "-P", 2) != 0 || !*serial ||
        strspn(serial, "0123456789") != strlen(serial))
        fail(f, reason_id_bad, "project_id", p->project_id);
    else if (day_fits(f, "from_day", p->from_day, &from_day) && days_fit(f, p->from_day, p->to_day))
        (void)number_fits(c, f, "area_m2", p->area_m2, 1, AREA_MAX);
}

/* "<compound>-Y<n>", n from 1 to 999 without a leading zero. */
static bool committee_id_fits(struct fault *f, const char *id, const char *site_id)
{
    size_t n_site = strlen(site_id), n_term;
    const char *term;

    if (strncmp(id, site_id, n_site) != 0 || strncmp(id + n_site, "-Y", 2) != 0)
        return fail(f, reason_committee_elsewhere, "committee_id", site_id);
    term = id + n_site + 2;
    n_term = strlen(term);
    return (*term != '0' && n_term >= 1 && n_term <= 3 && strspn(term, "0123456789") == n_term) ||
           fail(f, reason_id_bad, "committee_id", id);
}

/* The filing cannot be told before it is; the term's days stand in their order. */
static bool term_fits(struct ctx *c, struct fault *f, const Intake__RegisterCommittee *m)
{
    int32_t day;

    if (!day_fits(f, "from_day", m->from_day, &day) || !day_fits(f, "to_day", m->to_day, &day) ||
        !days_fit(f, m->from_day, m->to_day))
        return false;
    if (!m->filed_day || !*m->filed_day)
        return true;
    if (!day_fits(f, "filed_day", m->filed_day, &day))
        return false;
    return day <= instant_day(c->now) || fail(f, reason_day_in_future, "filed_day", m->filed_day);
}

void check_committee(struct ctx *c, const ProtobufCMessage *message, struct fault *f)
{
    const Intake__RegisterCommittee *m = (const void *)message;

    if (strlen(m->site_id) != 14 || m->site_id[9] != '-') {
        fail(f, reason_id_bad, "site_id", m->site_id);
        return;
    }
    if (!committee_id_fits(f, m->committee_id, m->site_id) ||
        !text_fits(c, f, "name", m->name, 1, NAME_MAX_LENGTH) ||
        !number_fits(c, f, "members", m->members, 1, MEMBERS_MAX))
        return;
    if (m->has_party_members && m->party_members > m->members)
        fail(f, reason_more_than_members, "party_members", number(c, m->members));
    else if (!m->has_party_members ||
             number_fits(c, f, "party_members", m->party_members, 0, MEMBERS_MAX))
        (void)term_fits(c, f, m);
}

void check_region(struct ctx *c, const ProtobufCMessage *message, struct fault *f)
{
    const Intake__RegisterRegion *r = (const void *)message;
    enum region_level level = region_level(r->code);

    if ((level != REGION_SUBDISTRICT && level != REGION_COMMUNITY) ||
        !region_covers(c->district, r->code)) {
        fail(f, reason_region_not_here, "code", r->code);
        return;
    }
    (void)(text_fits(c, f, "name", r->name, 1, NAME_MAX_LENGTH) &&
           days_fit(f, r->from_day, r->to_day));
}
