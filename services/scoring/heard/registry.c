/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/heard/registry.h"

#include "intake.pb-c.h"
#include "scoring_sql.h"
#include "common/domain/subject/words.h"

#include "common/base/banned.h"

int on_enterprise_registered(struct ctx *c)
{
    const Intake__RegisterEnterprise *e =
        ((const Intake__EnterpriseRegistered *)c->request)->enterprise;

    sql_exec(c->tx, &sql_enterprise_put, T(c->district), T(e->enterprise_id), T(e->name));
    return 0;
}

int on_manager_registered(struct ctx *c)
{
    const Intake__RegisterManager *m = ((const Intake__ManagerRegistered *)c->request)->manager;

    sql_exec(c->tx, &sql_manager_put, T(c->district), T(m->manager_id), T(m->name),
             T(m->enterprise_id));
    return 0;
}

int on_expert_registered(struct ctx *c)
{
    const Intake__RegisterExpert *x = ((const Intake__ExpertRegistered *)c->request)->expert;

    sql_exec(c->tx, &sql_expert_put, T(c->district), T(x->expert_id), T(x->name), T(x->employer),
             T(x->residence));
    sql_exec(c->tx, &sql_expert_unlink, T(c->district), T(x->expert_id));
    sql_exec(c->tx, &sql_expert_link, T(c->district), T(x->expert_id),
             TA((const char *const *)x->enterprise_links, x->n_enterprise_links));
    return 0;
}

int on_expert_standing(struct ctx *c)
{
    const Intake__ExpertStanding *x = c->request;

    sql_exec(c->tx, &sql_expert_step, T(c->district), T(x->expert_id), T(x->state));
    return 0;
}

int on_site_registered(struct ctx *c)
{
    const Intake__RegisterSite *s = ((const Intake__SiteRegistered *)c->request)->site;

    sql_exec(c->tx, &sql_site_put, T(c->district), T(s->site_id),
             T(s->kind == INTAKE__REGISTER_SITE__KIND__BUILDING ? "building" : "compound"),
             T(s->name), T(s->subdistrict));
    return 0;
}

int on_project_registered(struct ctx *c)
{
    const Intake__RegisterProject *p = ((const Intake__ProjectRegistered *)c->request)->project;

    sql_exec(c->tx, &sql_project_put, T(c->district), T(p->project_id), T(p->site_id),
             T(p->enterprise_id), T(p->manager_id), T(p->from_day), T(p->to_day));
    return 0;
}

int on_committee_registered(struct ctx *c)
{
    const Intake__RegisterCommittee *m =
        ((const Intake__CommitteeRegistered *)c->request)->committee;

    sql_exec(c->tx, &sql_committee_put, T(c->district), T(m->committee_id), T(m->name),
             T(m->site_id));
    return 0;
}
