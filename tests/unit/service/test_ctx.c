/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

#include "common/service/handling.h"

static struct service svc;
static struct service_spec spec = {.name = "sample"};
static struct handling run;

static void set_up(void)
{
    struct uuid id;

    uuid_new(&id);
    svc = (struct service){.spec = &spec, .clock = clock_new()};
    handling_init(&run, &svc, NULL, arena_new(), &id, "310105");
}

static void tear_down(void)
{
    arena_free(run.c.arena);
    clock_free(svc.clock);
}

TestSuite(ctx, .init = set_up, .fini = tear_down);

Test(ctx, a_refusal_keeps_reason_field_and_values)
{
    cr_assert_eq(refuse(&run.c, reason_state_forbids, "state", "draft", "publish", NULL),
                 MSG_REFUSED);
    cr_assert_eq(run.refusal.reason, reason_state_forbids);
    cr_assert_str_eq(run.refusal.field, "state");
    cr_assert_eq(run.refusal.n_args, 2);
    cr_assert_str_eq(run.refusal.args[1], "publish");
}

Test(ctx, faults_that_were_noted_lead_the_refusal_in_their_order)
{
    int32_t day;

    cr_assert_eq(faults_refuse(&run.c), 0);
    cr_assert_eq(fault_note(&run.c, need_text(&run.c, "name", "", 1, 4)), 0);
    cr_assert_eq(fault_note(&run.c, need_text(&run.c, "reason", "as it should", 1, 40)), 0);
    cr_assert_eq(fault_note(&run.c, need_day(&run.c, "on_day", "2023-02-30", &day)), 0);
    cr_assert_eq(fault_note(&run.c, MSG_LATER), MSG_LATER);
    cr_assert_eq(fault_note(&run.c, -EIO), -EIO);
    cr_assert_eq(faults_refuse(&run.c), MSG_REFUSED);
    cr_assert_eq(run.n_noted, 2);
    cr_assert_str_eq(handling_refusal(&run)->field, "name");
    cr_assert_str_eq(run.noted[1].field, "on_day");
    cr_assert_str_eq(run.noted[1].args[0], "2023-02-30");
    for (int i = 0; i < 200; i++)
        cr_assert_eq(fault_note(&run.c, need_text(&run.c, "x", "", 1, 4)), 0);
    cr_assert_eq(run.n_noted, FAULTS_MAX);
}

Test(ctx, a_word_that_is_not_allowed_is_told_what_would_be)
{
    static const char *const words[] = {"red", "green", NULL};
    static const struct fsm_edge edges[] = {{"draft", "post", "open", "it begins"},
                                            {"open", "post", "open", "again"},
                                            {"open", "end", "closed", "it is over"},
                                            FSM_END};
    static const struct fsm machine = {"sample", "draft", edges};

    cr_assert_eq(need_word(&run.c, "colour", "green", words), 0);
    cr_assert_eq(need_word(&run.c, "colour", "blue", words), MSG_REFUSED);
    cr_assert_eq(run.refusal.reason, reason_value_not_allowed);
    cr_assert_str_eq(run.refusal.args[0], "blue");
    cr_assert_str_eq(run.refusal.args[1], "red, green");
    cr_assert_eq(need_state(&run.c, "state", "closed", &machine), 0);
    cr_assert_eq(need_state(&run.c, "state", NULL, &machine), 0);
    cr_assert_eq(need_state(&run.c, "state", "nonsense", &machine), MSG_REFUSED);
    cr_assert_str_eq(run.refusal.args[1], "draft, open, closed");
}

Test(ctx, text_is_measured_in_code_points)
{
    cr_assert_eq(need_text(&run.c, "name", "样例小区", 1, 4), 0);
    cr_assert_eq(need_text(&run.c, "name", "样例小区", 1, 3), MSG_REFUSED);
    cr_assert_eq(run.refusal.reason, reason_text_too_long);
    cr_assert_str_eq(run.refusal.args[0], "3");
    cr_assert_str_eq(run.refusal.args[1], "4");
    cr_assert_eq(need_text(&run.c, "name", NULL, 1, 3), MSG_REFUSED);
    cr_assert_eq(run.refusal.reason, reason_text_missing);
    cr_assert_eq(need_text(&run.c, "name", NULL, 0, 3), 0);
}

Test(ctx, days_and_ranges_are_refused_with_what_was_given)
{
    int32_t day = 0;

    cr_assert_eq(need_day(&run.c, "start", "2023-02-30", &day), MSG_REFUSED);
    cr_assert_str_eq(run.refusal.args[0], "2023-02-30");
    cr_assert_eq(need_day(&run.c, "start", NULL, &day), MSG_REFUSED);
    cr_assert_eq(need_day(&run.c, "start", "1970-01-02", &day), 0);
    cr_assert_eq(day, 1);
    cr_assert_eq(need_range(&run.c, "points", -1, 0, 100), MSG_REFUSED);
    cr_assert_eq(need_range(&run.c, "points", 100, 0, 100), 0);
}

/* The roles are those of proto/api, whatever else is held. */
Test(ctx, an_actor_may_as_any_of_several_roles)
{
    Hp__Binding b = HP__BINDING__INIT, c = HP__BINDING__INIT, *list[] = {&b, &c};
    Hp__Actor actor = HP__ACTOR__INIT;
    const unsigned roles = ROLE_OFFICERS | ROLE_AUDITOR;

    cr_assert(!actor_may_as(&run.c, roles), "the public has no roles");
    actor.bindings = list;
    actor.n_bindings = 1;
    run.c.actor = &actor;
    b.region = (char *)"310105";
    for (unsigned bit = 0; bit < N_ROLES; bit++) {
        b.role = (char *)role_name((enum role)(1u << bit));
        cr_assert_eq(actor_may_as(&run.c, roles), (roles >> bit & 1) != 0, "%s", b.role);
        cr_assert_eq(actor_is_here_as(&run.c, roles), (roles >> bit & 1) != 0, "%s", b.role);
    }
    b.role = (char *)"nobody";
    cr_assert(!actor_may_as(&run.c, roles));
    b.role = (char *)"auditor";
    b.region = (char *)"310105001";
    cr_assert(!actor_may_as(&run.c, roles), "it covers a part only");
    cr_assert(actor_is_here_as(&run.c, roles));
    b.region = (char *)"310104";
    cr_assert(!actor_is_here_as(&run.c, roles));
    c.role = (char *)"city";
    c.region = (char *)"310000";
    actor.n_bindings = 2;
    cr_assert(actor_may_as(&run.c, roles), "the second binding counts");
}

Test(ctx, an_actor_may_in_a_region_that_is_covered_and_for_its_own_subject)
{
    Hp__Binding b = HP__BINDING__INIT, *list[] = {&b};
    Hp__Actor actor = HP__ACTOR__INIT;

    b.role = (char *)"enterprise";
    b.region = (char *)"310105";
    b.subject = (char *)"sample-1";
    actor.bindings = list;
    actor.n_bindings = 1;
    cr_assert(!actor_may(&run.c, ROLE_ENTERPRISE, "310105", NULL), "the public has no roles");
    run.c.actor = &actor;
    cr_assert(actor_may(&run.c, ROLE_ENTERPRISE, "310105001", NULL));
    cr_assert(actor_may(&run.c, ROLE_ENTERPRISE, "310105", "sample-1"));
    cr_assert(!actor_may(&run.c, ROLE_ENTERPRISE, "310105", "sample-2"));
    cr_assert(!actor_may(&run.c, ROLE_ENTERPRISE, "310104", NULL));
    cr_assert(!actor_may(&run.c, ROLE_DISTRICT, "310105", NULL));
    cr_assert_str_eq(actor_subject(&run.c, ROLE_ENTERPRISE), "sample-1");
    cr_assert_str_eq(actor_region(&run.c, ROLE_ENTERPRISE), "310105");
    cr_assert_null(actor_subject(&run.c, ROLE_DISTRICT));
}

Test(ctx, of_several_bindings_that_of_the_messages_district_counts)
{
    Hp__Binding there = HP__BINDING__INIT, here = HP__BINDING__INIT, *list[] = {&there, &here};
    Hp__Actor actor = HP__ACTOR__INIT;

    there.role = here.role = (char *)"assessor";
    there.region = (char *)"310104";
    there.subject = (char *)"sample-there";
    here.region = (char *)"310105";
    here.subject = (char *)"sample-here";
    actor.bindings = list;
    actor.n_bindings = 2;
    run.c.actor = &actor;
    cr_assert_str_eq(actor_subject(&run.c, ROLE_ASSESSOR), "sample-here");
    cr_assert(actor_is_here_as(&run.c, ROLE_ASSESSOR));
    actor.n_bindings = 1;
    cr_assert_str_eq(actor_subject(&run.c, ROLE_ASSESSOR), "sample-there");
    cr_assert(!actor_is_here_as(&run.c, ROLE_ASSESSOR));
    here.region = (char *)"310105001";
    list[0] = &here;
    cr_assert(actor_is_here_as(&run.c, ROLE_ASSESSOR), "a part of the district");
}

Test(ctx, a_step_the_machine_forbids_is_refused)
{
    static const struct fsm_edge edges[] = {{"draft", "publish", "published", "it is ready"},
                                            FSM_END};
    static const struct fsm machine = {"sample", "draft", edges};
    const char *to = NULL;

    cr_assert_eq(need_step(&run.c, &machine, "draft", "publish", "state", &to), 0);
    cr_assert_str_eq(to, "published");
    cr_assert_eq(need_step(&run.c, &machine, "published", "publish", "state", &to), MSG_REFUSED);
    cr_assert_eq(run.refusal.reason, reason_state_forbids);
}
