/* SPDX-License-Identifier: Apache-2.0 */
/* setup - accounts, the subdistrict, the programme, and what each client owns */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/str.h"
#include "fault.h"
#include "gateway.pb-c.h"
#include "intake.pb-c.h"
#include "services/cli/talk/advance.h"
#include "tests/support/shipped_programme.h"

enum { ASK_MS = 60000 };

int start_stack(const char *data, bool durable)
{
    static const char *const sets[] = {"workers=3", "lease.seconds=3", NULL};
    const struct stack_spec spec = {.data = data,
                                    .bin = HP_BUILD_DIR "/bin",
                                    .manual_clock = true,
                                    .clock_start = CLOCK_START,
                                    .durable = durable,
                                    .restart_ms = 20,
                                    .sets = sets};
    struct errtext e = {0};

    if (stack_start(&spec, &run.stack, &e) == 0)
        return 0;
    fprintf(stderr, "fault: the stack does not start: %s\n", e.text);
    return -1;
}

/* What no process of ours may write, however it ends: a sanitizer's finding, a failed CHECK,
 * libzmq's last words. */
static void check_log(const char *data, const char *name)
{
    static const char *const marks[] = {"Sanitizer:", "runtime error:", "bug /", "(src/"};
    char path[256], line[1024];
    FILE *f;

    snprintf(path, sizeof(path), "%s/log/%s.log", data, name);
    f = fopen(path, "re");
    if (!f) {
        fail("%s cannot be read", path);
        return;
    }
    while (fgets(line, sizeof(line), f))
        for (size_t i = 0; i < ARRAY_LEN(marks); i++)
            if (strstr(line, marks[i]))
                fail("%s: %s", path, line);
    fclose(f);
}

/* Of what does not belong to every stack. */
static bool has_log(const char *data, const char *name)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/log/%s.log", data, name);
    return access(path, F_OK) == 0;
}

int finish(const char *data, bool keep)
{
    struct errtext e = {0};

    if (stack_stop(run.stack, &e) != 0)
        fail("the stack does not stop: %s", e.text);
    check_log(data, "hongping");
    for (const char *const *name = stack_services; *name; name++)
        check_log(data, *name);
    if (has_log(data, "second"))
        check_log(data, "second");
    if (has_log(data, "annex"))
        check_log(data, "annex");
    stack_free(run.stack);
    if (failed()) {
        killer_print();
        fprintf(stderr, "fault: failed; the data and logs are in %s; again: --seed %llu\n", data,
                (unsigned long long)run.seed);
        return 1;
    }
    if (!keep && stack_remove(data, &e) != 0)
        fprintf(stderr, "fault: %s\n", e.text);
    return 0;
}

static int account(struct operator* op, struct arena *a, struct client *c)
{
    static const char *const roles[][2] = {{"city", CITY},
                                           {"district", DISTRICT},
                                           {"credit", DISTRICT},
                                           {"subdistrict", SUBDISTRICT},
                                           {"enterprise", DISTRICT}};
    Gateway__CreateAccount m = GATEWAY__CREATE_ACCOUNT__INIT;
    struct errtext e = {0};
    int r;

    m.account = c->account;
    m.name = (char *)"样例账户";
    m.password = arena_printf(a, "Aa1-%016llx", (unsigned long long)dice_roll(&c->dice));
    m.bindings = arena_new_array(a, Gateway__RoleBinding *, ARRAY_LEN(roles));
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        Gateway__RoleBinding *b = m.bindings[m.n_bindings++] =
            arena_new_one(a, Gateway__RoleBinding);

        gateway__role_binding__init(b);
        b->role = (char *)roles[i][0];
        b->region = (char *)roles[i][1];
        b->subject = i == 4 ? c->enterprises[0] : NULL;
    }
    r = operator_ask(op, a, "gateway", NULL, &m.base, NULL, ASK_MS, NULL, &e);
    if (r) {
        fail("account %s: %s", c->account, e.text);
        return -1;
    }
    return wire_http_open(c, run.stack->api, m.password);
}

static void publish(struct client *c, struct arena *a)
{
    Intake__RegisterRegion region = INTAKE__REGISTER_REGION__INIT;
    Intake__PublishProgramme programme = INTAKE__PUBLISH_PROGRAMME__INIT;
    struct plan p = {.service = "intake", .district = DISTRICT};

    region.code = (char *)SUBDISTRICT;
    region.name = (char *)"样例街道";
    p.type = "intake.RegisterRegion";
    p.event = "intake.RegionRegistered";
    p.message = &region.base;
    client_do(c, a, &p);
    programme.file_name = (char *)PROGRAMME ".yaml";
    programme.document = shipped_programme_alone(a, PROGRAMME);
    p.type = "intake.PublishProgramme";
    p.event = "intake.ProgrammePublished";
    p.message = &programme.base;
    client_do(c, a, &p);
}

static void register_own(struct client *c, struct arena *a)
{
    struct plan p;

    for (int i = 0; i < N_ENTERPRISES; i++) {
        do { /* draws one of them; until each has its turn */
            p = (struct plan){.district = DISTRICT};
            plan_enterprise(c, a, &p);
        } while (p.index != i || !p.event);
        client_do(c, a, &p);
    }
    p = (struct plan){.district = DISTRICT};
    plan_manager(c, a, &p);
    client_do(c, a, &p);
    for (int i = 0; i < N_SITES; i++) {
        p = (struct plan){.district = DISTRICT, .index = i + 1};
        plan_site(c, a, &p);
        client_do(c, a, &p);
        p = (struct plan){.district = DISTRICT, .index = i + 1};
        plan_project(c, a, &p);
        client_do(c, a, &p);
    }
}

int setup(struct operator* op, struct client *clients, int n)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct errtext e = {0};

    for (int i = 0; i < n && !failed(); i++) {
        if (clients[i].http && account(op, a, &clients[i]) != 0)
            return -1;
        if (i == 0)
            publish(&clients[i], a);
        register_own(&clients[i], a);
    }
    if (!failed() && advance_settle(op, &e) != 0)
        fail("the beginning does not come to rest: %s", e.text);
    return failed() ? -1 : 0;
}
