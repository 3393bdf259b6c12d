/* SPDX-License-Identifier: Apache-2.0 */
/* check_rows - the services' own tables, and what the others keep of them, against the model */
#include <stdio.h>
#include <string.h>

#include "fault.h"

/* The one row with @key has @want in its second column. */
static void expect(const struct table *t, const char *what, const char *key, const char *want)
{
    int n, row = table_find(t, key, &n);

    if (n != 1)
        fail("%s: %s is there %d times", what, key, n);
    else if (strcmp(table_text(t, row, 1), want) != 0)
        fail("%s: %s is '%s', where '%s' was acknowledged", what, key, table_text(t, row, 1), want);
}

static void expect_count(const struct table *t, const char *what, long n)
{
    if ((long)table_count(t) != n)
        fail("%s: %zu rows, where %ld were acknowledged", what, table_count(t), n);
}

static void enterprises(const char *conninfo, const char *service, const struct client *clients,
                        int n)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    long there = 0;
    struct table *t;

    t = table_load(conninfo,
                   arena_printf(a, "select enterprise_id, name from %s.enterprise", service));
    for (int i = 0; i < n; i++) {
        const struct client *c = &clients[i];

        for (int k = 0; k < N_ENTERPRISES; k++, there++)
            expect(t, arena_printf(a, "enterprises of %s", service), c->enterprises[k],
                   enterprise_name(a, c, k));
        for (size_t k = 0; k < c->n_commands; k++) {
            const struct command *cmd = &c->commands[k];
            int found;

            if (!cmd->abandoned)
                continue;
            (void)table_find(t, cmd->subject, &found);
            if (found != check_was_done(cmd))
                fail("%s in %s: registered %d times, its command is %sin the log", cmd->subject,
                     service, found, check_was_done(cmd) ? "" : "not ");
            there += found;
        }
    }
    expect_count(t, "enterprises", there);
    table_free(t);
}

static void sites(const char *conninfo, const char *service, const char *area,
                  const struct client *clients, int n)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct table *names, *areas = NULL;

    names = table_load(conninfo, arena_printf(a, "select site_id, name from %s.site", service));
    if (area)
        areas = table_load(conninfo,
                           arena_printf(a, "select project_id, area_m2 from %s.project", area));
    for (int i = 0; i < n; i++)
        for (int k = 0; k < N_SITES; k++) {
            const struct client *c = &clients[i];

            expect(names, "sites", c->sites[k], site_name(a, c, k));
            if (areas)
                expect(areas, "projects", c->projects[k], arena_printf(a, "%d", c->areas[k]));
        }
    expect_count(names, "sites", (long)n * N_SITES);
    table_free(names);
    if (!areas)
        return;
    expect_count(areas, "projects", (long)n * N_SITES);
    table_free(areas);
}

/* Each change that was acknowledged is one row, in its order. */
static void history(const char *conninfo, const struct client *clients, int n)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct table *t =
        table_load(conninfo, "select subject_id, count(*), count(distinct cause_id) from "
                             "intake.registry_history group by subject_id");

    for (int i = 0; i < n; i++) {
        const struct client *c = &clients[i];

        for (int k = 0; k < N_ENTERPRISES; k++)
            expect(t, "history", c->enterprises[k],
                   arena_printf(a, "%d", c->enterprise_changes[k]));
        for (int k = 0; k < N_SITES; k++) {
            expect(t, "history", c->sites[k], arena_printf(a, "%d", c->site_changes[k]));
            expect(t, "history", c->projects[k], arena_printf(a, "%d", c->project_changes[k]));
        }
    }
    table_free(t);
}

static void deductions(const char *conninfo, const struct client *clients, int n)
{
    struct table *now = table_load(conninfo, "select deduction_id, state from credit.deduction");
    struct table *steps =
        table_load(conninfo, "select deduction_id, string_agg(step, ' ' order by seq) from "
                             "credit.deduction_ledger group by deduction_id");
    struct table *heard = table_load(
        conninfo, "select deduction_id, count(*) from scoring.credit_record group by deduction_id");
    long there = 0;

    for (int i = 0; i < n; i++)
        for (int k = 0; k < clients[i].n_deductions; k++, there++) {
            const struct deduction *d = &clients[i].deductions[k];

            expect(now, "deductions", d->id, d->state);
            expect(steps, "steps of deductions", d->id, d->steps);
            expect(heard, "deductions that scoring knows", d->id, "1");
        }
    expect_count(now, "deductions", there);
    expect_count(steps, "deductions of the ledger", there);
    expect_count(heard, "deductions that scoring knows", there);
    table_free(now);
    table_free(steps);
    table_free(heard);
}

static void applications(const char *conninfo, const struct client *clients, int n)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct table *now = table_load(
        conninfo, "select application_id, state || ' ' || version from intake.application");
    struct table *steps = table_load(conninfo, "select application_id, count(*) from "
                                               "intake.application_step group by application_id");
    struct table *heard = table_load(
        conninfo, "select application_id, state from scoring.candidate where state = 'accepted'");
    long there = 0, accepted = 0;

    for (int i = 0; i < n; i++)
        for (int k = 0; k < clients[i].n_applications; k++, there++) {
            const struct application *app = &clients[i].applications[k];

            expect(now, "applications", app->id,
                   arena_printf(a, "%s %d", app->state, app->version));
            expect(steps, "steps of applications", app->id, arena_printf(a, "%d", app->n_steps));
            if (strcmp(app->state, "accepted") != 0)
                continue;
            accepted++;
            expect(heard, "candidates", app->id, "accepted");
        }
    expect_count(now, "applications", there);
    expect_count(heard, "candidates", accepted);
    table_free(now);
    table_free(steps);
    table_free(heard);
}

static void things(const char *conninfo, const struct client *clients, int n, const char *service,
                   const char *table)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct table *t =
        table_load(conninfo, arena_printf(a, "select %s_id, '' from %s.%s", table, service, table));
    long there = 0;

    for (int i = 0; i < n; i++)
        for (int k = 0; k < clients[i].n_things; k++)
            if (strcmp(clients[i].things[k].table, table) == 0) {
                expect(t, table, clients[i].things[k].id, "");
                there++;
            }
    expect_count(t, table, there);
    table_free(t);
}

void check_rows(const char *conninfo, const struct client *clients, int n)
{
    static const char *const holders[] = {"intake", "credit", "scoring"};

    for (size_t i = 0; i < ARRAY_LEN(holders); i++)
        enterprises(conninfo, holders[i], clients, n);
    sites(conninfo, "intake", "intake", clients, n);
    sites(conninfo, "scoring", "credit", clients, n);
    history(conninfo, clients, n);
    deductions(conninfo, clients, n);
    applications(conninfo, clients, n);
    things(conninfo, clients, n, "scoring", "assessment");
    things(conninfo, clients, n, "scoring", "incident");
    things(conninfo, clients, n, "publicity", "honour");
    if (!failed())
        tell(
            "the services' rows are what was acknowledged, and so is what the others keep of them");
}
