/* SPDX-License-Identifier: Apache-2.0 */
/* mix_registry - registering and updating what a client owns */
#include "fault.h"
#include "intake.pb-c.h"

enum { AREA_BASE = 10000 };

const char *enterprise_name(struct arena *a, const struct client *c, int i)
{
    return arena_printf(a, "样例物业 %d-%d 第 %d 版", c->index, i, c->enterprise_names[i]);
}

const char *site_name(struct arena *a, const struct client *c, int i)
{
    return arena_printf(a, "样例小区 %d-%d 第 %d 版", c->index, i, c->site_names[i]);
}

static Intake__RegisterEnterprise *enterprise(struct arena *a, const char *id, const char *name)
{
    Intake__RegisterEnterprise *m = arena_new_one(a, Intake__RegisterEnterprise);

    intake__register_enterprise__init(m);
    m->enterprise_id = (char *)id;
    m->name = (char *)name;
    m->has_area_m2 = m->has_sample = true;
    m->area_m2 = 100 * AREA_BASE;
    m->sample = true;
    return m;
}

static void done_enterprise(struct client *c, const struct command *cmd, const struct plan *p)
{
    (void)cmd;
    c->enterprise_names[p->index] = p->number;
    c->enterprise_changes[p->index] += p->event != NULL;
}

/* Half of them say what is known already: done, and nothing is said. */
void plan_enterprise(struct client *c, struct arena *a, struct plan *p)
{
    int was;

    p->index = dice_below(&c->dice, N_ENTERPRISES);
    was = c->enterprise_names[p->index];
    p->number = was && dice_below(&c->dice, 2) ? was : was + 1;
    c->enterprise_names[p->index] = p->number; /* for the text only */
    p->message = &enterprise(a, c->enterprises[p->index], enterprise_name(a, c, p->index))->base;
    c->enterprise_names[p->index] = was;
    p->service = "intake";
    p->type = "intake.RegisterEnterprise";
    p->district = CITY;
    p->event = p->number == was ? NULL : "intake.EnterpriseRegistered";
    p->done = done_enterprise;
}

/* 17 characters from @serial and the check character, or another one. */
static char *make_code(struct arena *a, int serial, bool good)
{
    char *code = arena_printf(a, "91310105%09d?", serial);

    code[17] = uscc_check_char(code);
    if (!good)
        code[17] = code[17] == '1' ? '2' : '1';
    return code;
}

void plan_bad_enterprise(struct client *c, struct arena *a, struct plan *p)
{
    p->message =
        &enterprise(a, make_code(a, dice_below(&c->dice, 1000000), false), "样例物业")->base;
    p->service = "intake";
    p->type = "intake.RegisterEnterprise";
    p->district = CITY;
    p->refusal = "uscc_check_digit";
}

void plan_one_off(struct client *c, struct arena *a, struct plan *p)
{
    p->index = 500000 + c->index * 10000 + c->n_abandoned++;
    p->text = make_code(a, p->index, true);
    p->message = &enterprise(a, p->text, arena_printf(a, "样例物业 一次 %s", p->text))->base;
    p->service = "intake";
    p->type = "intake.RegisterEnterprise";
    p->district = CITY;
    p->event = "intake.EnterpriseRegistered";
}

void plan_manager(struct client *c, struct arena *a, struct plan *p)
{
    Intake__RegisterManager *m = arena_new_one(a, Intake__RegisterManager);

    intake__register_manager__init(m);
    m->manager_id = c->manager;
    m->name = arena_printf(a, "样例经理 %d", c->index);
    m->enterprise_id = c->enterprises[0];
    m->has_sample = m->sample = true;
    p->message = &m->base;
    p->service = "intake";
    p->type = "intake.RegisterManager";
    p->district = CITY;
    p->event = "intake.ManagerRegistered";
}

static void done_site(struct client *c, const struct command *cmd, const struct plan *p)
{
    (void)cmd;
    c->site_names[p->index] = p->number;
    c->site_changes[p->index]++;
}

void plan_site(struct client *c, struct arena *a, struct plan *p)
{
    Intake__RegisterSite *m = arena_new_one(a, Intake__RegisterSite);
    int was;

    p->index = p->index ? p->index - 1 : dice_below(&c->dice, N_SITES);
    was = c->site_names[p->index];
    p->number = was + 1;
    intake__register_site__init(m);
    m->site_id = c->sites[p->index];
    m->kind = INTAKE__REGISTER_SITE__KIND__COMPOUND;
    c->site_names[p->index] = p->number;
    m->name = (char *)site_name(a, c, p->index);
    c->site_names[p->index] = was;
    m->subdistrict = (char *)SUBDISTRICT;
    m->has_households = m->has_sample = m->sample = true;
    m->households = 100 + p->number;
    p->message = &m->base;
    p->service = "intake";
    p->type = "intake.RegisterSite";
    p->event = "intake.SiteRegistered";
    p->done = done_site;
}

static void done_project(struct client *c, const struct command *cmd, const struct plan *p)
{
    (void)cmd;
    c->areas[p->index] = p->number;
    c->project_changes[p->index]++;
}

void plan_project(struct client *c, struct arena *a, struct plan *p)
{
    Intake__RegisterProject *m = arena_new_one(a, Intake__RegisterProject);

    p->index = p->index ? p->index - 1 : dice_below(&c->dice, N_SITES);
    p->number = (c->areas[p->index] ? c->areas[p->index] : AREA_BASE) + 1;
    intake__register_project__init(m);
    m->project_id = c->projects[p->index];
    m->site_id = c->sites[p->index];
    m->enterprise_id = c->enterprises[0];
    m->manager_id = c->manager;
    m->area_m2 = p->number;
    m->from_day = (char *)"2022-01-01";
    p->message = &m->base;
    p->service = "intake";
    p->type = "intake.RegisterProject";
    p->event = "intake.ProjectRegistered";
    p->done = done_project;
}
