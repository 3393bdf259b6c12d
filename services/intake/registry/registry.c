/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/registry.h"

#include <string.h>

#include "intake_sql.h"

#include "common/base/banned.h"

int subject_load(struct ctx *c, const char *kind, const char *id, struct subject *ret_s)
{
    const struct sql_stmt *get = strcmp(kind, "enterprise") == 0  ? &sql_subject_enterprise
                                 : strcmp(kind, "committee") == 0 ? &sql_subject_committee
                                                                  : &sql_subject_site;
    char today[DAY_TEXT];
    struct rows *rows;
    int r = sql_query(c->tx, get, &rows, T(c->district), T(service_city(c->svc)), T(id),
                      T(day_format(instant_day(c->now), today)));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "subject_id", get == &sql_subject_site ? "site" : kind,
                      NULL);
    *ret_s = (struct subject){
        .id = id,
        .kind = rows_text(rows, 0, "kind"),
        .name = rows_text(rows, 0, "name"),
        .state = rows_text(rows, 0, "state"),
        .subdistrict = rows_text(rows, 0, "subdistrict"),
        .enterprise_id = rows_text(rows, 0, "enterprise_id"),
        .enterprise_name = rows_text(rows, 0, "enterprise_name"),
        .manager_id = rows_text(rows, 0, "manager_id"),
        .served = rows_bool(rows, 0, "served"),
    };
    return 0;
}

/* Enterprises before contracts, as whoever records that one left a site. */
void subject_hold(struct ctx *c, const char *kind, const char *id)
{
    const char *city = service_city(c->svc);

    if (strcmp(kind, "enterprise") == 0) {
        sql_exec(c->tx, &sql_enterprise_hold, T(city), T(id));
        return;
    }
    if (strcmp(kind, "committee") == 0) {
        sql_exec(c->tx, &sql_committee_hold, T(c->district), T(id));
        return;
    }
    sql_exec(c->tx, &sql_site_hold, T(c->district), T(id));
    sql_exec(c->tx, &sql_site_serving_hold, T(c->district), T(city), T(id));
    sql_exec(c->tx, &sql_site_projects_hold, T(c->district), T(id));
}

int registry_need_subdistrict(struct ctx *c, const char *field, const char *code)
{
    char today[DAY_TEXT];
    struct rows *rows;
    int r;

    if (region_level(code) != REGION_SUBDISTRICT || !region_covers(c->district, code))
        return refuse(c, reason_region_not_here, field, code, NULL);
    r = sql_query(c->tx, &sql_site_refs, &rows, T(c->district),
                  T(day_format(instant_day(c->now), today)), TA(&code, 1));
    if (r == 0 && rows_text(rows, 0, "missing"))
        r = refuse(c, reason_reference_unknown, field, code, NULL);
    return r;
}
