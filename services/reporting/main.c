/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reporting - read models built only from the others' events
 *
 * Hears   everything intake, scoring, publicity and credit say (views.c)
 * Says    nothing
 * Owns    schema reporting: timeline, subjects, progress, dossiers, tasks; schema reporting_aside for the
 * rebuild
 */
#include "reporting.pb-c.h"
#include "reporting_sql.h"
#include "services/reporting/apply.h"
#include "services/reporting/queries.h"
#include "services/reporting/rebuild/rebuild_query.h"
#include "services/reporting/todo/todo.h"
#include "services/reporting/views.h"

#include "common/base/banned.h"

static const struct route routes[] = {
    QUERY(reporting__get_timeline, reporting_get_timeline),
    QUERY(reporting__get_entry, reporting_get_entry),
    QUERY(reporting__get_funnel, reporting_get_funnel),
    QUERY(reporting__get_funnel_subjects, reporting_get_funnel_subjects),
    QUERY(reporting__get_dossier, reporting_get_dossier),
    QUERY(reporting__get_overview, reporting_get_overview),
    QUERY(reporting__get_todo, reporting_get_todo),
    QUERY(reporting__get_waiting, reporting_get_waiting),
    QUERY(reporting__rebuild, reporting_rebuild),
    ROUTE_END,
};

int main(int argc, char **argv)
{
    struct hearing *hearings = calloc(n_views + 1, sizeof(*hearings));
    struct service_spec spec = {
        .name = "reporting",
        .migrations = reporting_migrations,
        .statements = reporting_statements,
        .routes = routes,
        .hearings = hearings,
        .heard = reporting_models,
    };
    int code;

    if (!hearings)
        return 1;
    for (size_t i = 0; i < n_views; i++)
        hearings[i] = (struct hearing){views[i].source, views[i].event, reporting_apply, true};
    code = service_main(&spec, argc, argv);
    free(hearings);
    return code;
}
