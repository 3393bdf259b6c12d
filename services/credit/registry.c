/* SPDX-License-Identifier: Apache-2.0 */
#include "services/credit/registry.h"

#include "credit_sql.h"
#include "intake.pb-c.h"

#include "common/base/banned.h"

int credit_on_enterprise(struct ctx *c)
{
    const Intake__EnterpriseRegistered *event = c->request;
    const Intake__RegisterEnterprise *e = event->enterprise;

    sql_exec(c->tx, &sql_enterprise_put, T(c->district), T(e->enterprise_id), T(e->name),
             e->has_area_m2 ? I(e->area_m2) : T(NULL));
    return 0;
}

int credit_on_manager(struct ctx *c)
{
    const Intake__ManagerRegistered *event = c->request;

    sql_exec(c->tx, &sql_manager_put, T(c->district), T(event->manager->manager_id),
             T(event->manager->enterprise_id));
    return 0;
}

int credit_on_project(struct ctx *c)
{
    const Intake__ProjectRegistered *event = c->request;
    const Intake__RegisterProject *p = event->project;

    sql_exec(c->tx, &sql_project_put, T(c->district), T(p->project_id), T(p->site_id),
             T(p->enterprise_id), T(p->manager_id), I(p->area_m2));
    sql_exec(c->tx, &sql_project_manager_put, T(c->district), T(p->project_id), T(p->manager_id),
             T(p->enterprise_id));
    return 0;
}

int credit_on_change(struct ctx *c)
{
    const Intake__SubjectChanged *event = c->request;

    if (event->change->kind == INTAKE__RECORD_CHANGE__KIND__RENAMED && event->change->new_name)
        sql_exec(c->tx, &sql_enterprise_rename, T(c->district), T(event->change->subject_id),
                 T(event->change->new_name));
    return 0;
}

int credit_on_change_taken_back(struct ctx *c)
{
    const Intake__SubjectChangeTakenBack *event = c->request;

    sql_exec(c->tx, &sql_enterprise_rename, T(c->district), T(event->change->subject_id),
             T(event->name));
    return 0;
}
