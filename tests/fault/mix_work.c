/* SPDX-License-Identifier: Apache-2.0 */
/* mix_work - deductions and applications on their way, facts and honours */
#include <string.h>

#include "credit.pb-c.h"
#include "fault.h"
#include "intake.pb-c.h"
#include "publicity.pb-c.h"
#include "scoring.pb-c.h"

/* ---- credit ---- */

static void done_record(struct client *c, const struct command *cmd, const struct plan *p)
{
    struct deduction *d;

    c->deductions = grow(c->deductions, (size_t)c->n_deductions, sizeof(*d));
    d = &c->deductions[c->n_deductions++];
    *d = (struct deduction){.enterprise = p->index, .state = "proposed", .steps = "record"};
    memcpy(d->id, cmd->id_text, sizeof(d->id));
}

void plan_record(struct client *c, struct arena *a, struct plan *p)
{
    Credit__RecordDeduction *m = arena_new_one(a, Credit__RecordDeduction);
    bool manager = dice_below(&c->dice, 3) == 0, known = dice_below(&c->dice, 8) != 0;

    if (c->n_deductions == MAX_DEDUCTIONS)
        known = false;
    p->index = manager ? 0 : dice_below(&c->dice, N_ENTERPRISES);
    credit__record_deduction__init(m);
    m->subject_kind = manager ? CREDIT__RECORD_DEDUCTION__SUBJECT__MANAGER
                              : CREDIT__RECORD_DEDUCTION__SUBJECT__ENTERPRISE;
    m->subject_id = manager ? c->manager : c->enterprises[p->index];
    m->behaviour = (char *)(!known ? "Q99-99" : dice_below(&c->dice, 2) ? "Q01-01" : "Q03-01");
    m->on_day = arena_printf(a, "2023-05-%02d", 1 + dice_below(&c->dice, 28));
    m->project_id = manager ? c->projects[dice_below(&c->dice, N_SITES)] : NULL;
    /* one decision a record: the same again would be refused */
    m->document = arena_printf(a, "样例文号 %d-%d", c->n_deductions, dice_below(&c->dice, 1000000));
    p->message = &m->base;
    p->service = "credit";
    p->type = "credit.RecordDeduction";
    p->event = "credit.DeductionRecorded";
    p->refusal = known ? NULL : "behaviour_unknown";
    p->done = done_record;
}

static const struct {
    const char *from, *on, *to;
} deduction_edges[] = {
    {"proposed", "notify", "notified"},  {"proposed", "withdraw", "withdrawn"},
    {"notified", "object", "objected"},  {"notified", "withdraw", "withdrawn"},
    {"objected", "uphold", "effective"}, {"objected", "withdraw", "withdrawn"},
};

static const char *deduction_to(const char *from, const char *on)
{
    for (size_t i = 0; i < ARRAY_LEN(deduction_edges); i++)
        if (strcmp(deduction_edges[i].from, from) == 0 && strcmp(deduction_edges[i].on, on) == 0)
            return deduction_edges[i].to;
    return NULL;
}

static void done_step(struct client *c, const struct command *cmd, const struct plan *p)
{
    struct deduction *d = &c->deductions[p->index];

    (void)cmd;
    d->state = deduction_to(d->state, p->text);
    strcat(strcat(d->steps, " "), p->text);
}

static const ProtobufCMessage *step_message(struct arena *a, struct deduction *d, const char *on,
                                            const char **ret_type)
{
    if (strcmp(on, "notify") == 0) {
        Credit__NotifyDeduction *m = arena_new_one(a, Credit__NotifyDeduction);

        credit__notify_deduction__init(m);
        m->deduction_id = d->id;
        m->receipt = (char *)"样例回执";
        *ret_type = "credit.NotifyDeduction";
        return &m->base;
    }
    if (strcmp(on, "object") == 0) {
        Credit__ObjectDeduction *m = arena_new_one(a, Credit__ObjectDeduction);

        credit__object_deduction__init(m);
        m->deduction_id = d->id;
        m->grounds = (char *)"样例异议";
        *ret_type = "credit.ObjectDeduction";
        return &m->base;
    }
    Credit__ResolveDeduction *m = arena_new_one(a, Credit__ResolveDeduction);

    credit__resolve_deduction__init(m);
    m->deduction_id = d->id;
    m->result = strcmp(on, "uphold") == 0 ? CREDIT__RESOLVE_DEDUCTION__RESULT__UPHELD
                                          : CREDIT__RESOLVE_DEDUCTION__RESULT__WITHDRAWN;
    m->reason = (char *)"样例理由";
    *ret_type = "credit.ResolveDeduction";
    return &m->base;
}

/* Mostly of the latest, which are not over yet. Some of the time a step that is not allowed there.
 */
void plan_step(struct client *c, struct arena *a, struct plan *p)
{
    static const char *const steps[] = {"notify", "object", "uphold", "withdraw"};
    int back = dice_below(&c->dice, 8), step = dice_below(&c->dice, 9);
    struct deduction *d;
    bool theirs;

    if (!c->n_deductions) {
        plan_record(c, a, p);
        return;
    }
    p->index = back < c->n_deductions ? c->n_deductions - 1 - back : 0;
    d = &c->deductions[p->index];
    p->text = steps[step < 4 ? 0 : step < 6 ? 1 : step < 8 ? 2 : 3];
    p->message = step_message(a, d, p->text, &p->type);
    /* over the bus the actor speaks for whom it must; an account speaks for its first enterprise */
    p->speaks_for = c->enterprises[c->http ? 0 : d->enterprise];
    theirs = strcmp(p->speaks_for, c->enterprises[d->enterprise]) == 0;
    p->service = "credit";
    p->event = "credit.DeductionChanged";
    if (strcmp(p->text, "object") == 0 && !theirs)
        p->refusal = "forbidden";
    else if (!deduction_to(d->state, p->text))
        p->refusal = "state_forbids";
    p->done = done_step;
}

/* ---- applications ---- */

static Intake__FormField **form(struct arena *a, int number)
{
    static const char *const names[] = {"party_work", "governance"};
    Intake__FormField **list = arena_new_array(a, Intake__FormField *, 2);

    for (int i = 0; i < 2; i++) {
        list[i] = arena_new_one(a, Intake__FormField);
        intake__form_field__init(list[i]);
        list[i]->name = (char *)names[i];
        list[i]->value = arena_printf(a, "样例内容 %d", number);
    }
    return list;
}

static void done_draft(struct client *c, const struct command *cmd, const struct plan *p)
{
    struct application *app;

    c->applications = grow(c->applications, (size_t)c->n_applications, sizeof(*app));
    app = &c->applications[c->n_applications];
    *app = (struct application){.site = p->index, .state = "draft", .version = 1, .n_steps = 1};
    memcpy(app->id, cmd->id_text, sizeof(app->id));
    c->live[p->index] = c->n_applications++;
}

static void plan_draft(struct client *c, struct arena *a, int site, struct plan *p)
{
    Intake__DraftApplication *m = arena_new_one(a, Intake__DraftApplication);

    intake__draft_application__init(m);
    m->programme_id = (char *)PROGRAMME;
    m->category = (char *)"compound";
    m->subject_id = c->sites[site];
    m->route = (char *)"recommendation";
    m->n_form = 2;
    m->form = form(a, 1);
    p->message = &m->base;
    p->type = "intake.DraftApplication";
    p->index = site;
    p->refusal = c->live[site] < 0 ? NULL : "application_twice";
    p->done = done_draft;
}

static bool is_open(const struct application *app)
{
    return strcmp(app->state, "draft") == 0 || strcmp(app->state, "returned") == 0;
}

static void done_application(struct client *c, const struct command *cmd, const struct plan *p)
{
    struct application *app = &c->applications[p->index];

    (void)cmd;
    app->n_steps++;
    app->version += p->number;
    if (p->text)
        app->state = p->text;
    if (strcmp(app->state, "refused") == 0 || strcmp(app->state, "withdrawn") == 0)
        c->live[app->site] = -1;
}

static void plan_edit(struct arena *a, struct application *app, struct plan *p)
{
    Intake__EditApplication *m = arena_new_one(a, Intake__EditApplication);

    intake__edit_application__init(m);
    m->application_id = app->id;
    m->n_form = 2;
    m->form = form(a, app->version + 1);
    p->message = &m->base;
    p->type = "intake.EditApplication";
    p->number = 1;
    p->refusal = is_open(app) ? NULL : "state_forbids";
}

static void plan_submit(struct arena *a, struct application *app, struct plan *p)
{
    Intake__SubmitApplication *m = arena_new_one(a, Intake__SubmitApplication);

    intake__submit_application__init(m);
    m->application_id = app->id;
    p->message = &m->base;
    p->type = "intake.SubmitApplication";
    p->event = "intake.ApplicationSubmitted";
    p->text = "submitted";
    p->refusal = is_open(app) ? NULL : "state_forbids";
}

static void plan_withdraw(struct arena *a, struct application *app, struct plan *p)
{
    Intake__WithdrawApplication *m = arena_new_one(a, Intake__WithdrawApplication);

    intake__withdraw_application__init(m);
    m->application_id = app->id;
    m->reason = (char *)"样例：撤回";
    p->message = &m->base;
    p->type = "intake.WithdrawApplication";
    p->event = "intake.ApplicationWithdrawn";
    p->text = "withdrawn";
    p->refusal = is_open(app) || strcmp(app->state, "submitted") == 0 ? NULL : "state_forbids";
}

static void plan_review(struct client *c, struct arena *a, struct application *app, struct plan *p)
{
    static const char *const states[] = {"accepted", "returned", "refused"};
    static const char *const events[] = {"intake.ApplicationAccepted", "intake.ApplicationReturned",
                                         "intake.ApplicationRefused"};
    Intake__ReviewApplication *m = arena_new_one(a, Intake__ReviewApplication);
    int drawn = dice_below(&c->dice, 20), what = drawn == 0 ? 0 : drawn < 9 ? 1 : 2;
    bool reason = dice_below(&c->dice, 10) != 0;

    intake__review_application__init(m);
    m->application_id = app->id;
    m->decision =
        (Intake__ReviewApplication__Decision)(INTAKE__REVIEW_APPLICATION__DECISION__ACCEPT + what);
    m->reason = (char *)(reason ? "样例：审核意见" : NULL);
    p->message = &m->base;
    p->type = "intake.ReviewApplication";
    p->event = events[what];
    p->text = states[what];
    if (strcmp(app->state, "submitted") != 0)
        p->refusal = "state_forbids";
    else if (!reason && what)
        p->refusal = "reason_required";
}

void plan_application(struct client *c, struct arena *a, struct plan *p)
{
    int site = dice_below(&c->dice, N_SITES), what = dice_below(&c->dice, 12);
    struct application *app;

    p->service = "intake";
    if (c->live[site] < 0 || what == 0) {
        plan_draft(c, a, site, p);
        return;
    }
    p->index = c->live[site];
    app = &c->applications[p->index];
    p->done = done_application;
    if (what < 4)
        plan_edit(a, app, p);
    else if (what < 7)
        plan_submit(a, app, p);
    else if (what < 11)
        plan_review(c, a, app, p);
    else
        plan_withdraw(a, app, p);
}

/* ---- facts, honours ---- */

static void done_thing(struct client *c, const struct command *cmd, const struct plan *p)
{
    struct thing *thing;

    c->things = grow(c->things, (size_t)c->n_things, sizeof(*thing));
    thing = &c->things[c->n_things++];
    c->n_honours += strcmp(p->text, "honour") == 0;
    thing->table = p->text;
    memcpy(thing->id, cmd->id_text, sizeof(thing->id));
}

void plan_fact(struct client *c, struct arena *a, struct plan *p)
{
    static const char *const grades[] = {"excellent", "good", "pass", "fail"};
    const char *enterprise = c->enterprises[dice_below(&c->dice, N_ENTERPRISES)];

    p->service = "scoring";
    p->done = done_thing;
    if (dice_below(&c->dice, 2)) {
        Scoring__RecordAssessment *m = arena_new_one(a, Scoring__RecordAssessment);

        scoring__record_assessment__init(m);
        m->year = 2015 + dice_below(&c->dice, 8);
        m->enterprise_id = (char *)enterprise;
        m->grade = (char *)grades[dice_below(&c->dice, 4)];
        /* one decision a record: the same again would be refused */
        m->document =
            arena_printf(a, "样例文号 %d-%d", c->n_deductions, dice_below(&c->dice, 1000000));
        p->message = &m->base;
        p->type = "scoring.RecordAssessment";
        p->event = "scoring.AssessmentRecorded";
        p->text = "assessment";
    } else {
        Scoring__RecordIncident *m = arena_new_one(a, Scoring__RecordIncident);

        scoring__record_incident__init(m);
        m->on_day = (char *)"2023-05-20";
        m->enterprise_id = (char *)enterprise;
        m->site_id = c->sites[dice_below(&c->dice, N_SITES)];
        m->kind = (char *)"fire";
        m->description = (char *)"样例事件";
        p->message = &m->base;
        p->type = "scoring.RecordIncident";
        p->event = "scoring.IncidentRecorded";
        p->text = "incident";
    }
}

/* A plaque's number is given once: now and then one that is taken. */
void plan_honour(struct client *c, struct arena *a, struct plan *p)
{
    Publicity__RecordHonour *m = arena_new_one(a, Publicity__RecordHonour);
    int n = c->n_honours;
    bool again = n && dice_below(&c->dice, 4) == 0;

    publicity__record_honour__init(m);
    m->category_title = (char *)"红色物业示范小区";
    m->category = arena_printf(a, "sample-%d", n + 1);
    m->subject_id = c->sites[0];
    m->subject_kind = (char *)"compound";
    m->name = (char *)"样例小区";
    m->year = 2020;
    m->plaque = arena_printf(a, "样例-%d-%d", c->index, again ? n : n + 1);
    m->enterprise_id = c->enterprises[0];
    m->subdistrict = (char *)SUBDISTRICT;
    m->programme_id = (char *)PROGRAMME;
    p->message = &m->base;
    p->service = "publicity";
    p->type = "publicity.RecordHonour";
    p->event = "publicity.HonourGranted";
    p->refusal = again ? "plaque_taken" : NULL;
    p->text = "honour";
    p->done = done_thing;
}
