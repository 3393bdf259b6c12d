/* SPDX-License-Identifier: Apache-2.0 */
/* stage - reporting among event sources that have said a little of everything, and rebuilds in the test's own process */
#pragma once
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/str.h"
#include "intake.pb-c.h"
#include "scoring.pb-c.h"
#include "services/reporting/rebuild/rebuild.h"
#include "tests/support/event_source/sources.h"
#include "tests/support/pg_test.h"

#define PROGRAMME ((char *)"sample-programme")
#define D SOURCES_DISTRICT
#define C SOURCES_CITY
static struct sources s;

/* ---- what was said ---- */

UNUSED static void enterprise(const char *id, const char *name)
{
    Intake__EnterpriseRegistered e = INTAKE__ENTERPRISE_REGISTERED__INIT;
    Intake__RegisterEnterprise r = INTAKE__REGISTER_ENTERPRISE__INIT;

    r.enterprise_id = (char *)id;
    r.name = (char *)name;
    e.enterprise = &r;
    sources_say(&s, "intake", C, &e.base);
}

UNUSED static void renamed(const char *id, const char *name)
{
    Intake__SubjectChanged e = INTAKE__SUBJECT_CHANGED__INIT;
    Intake__RecordChange c = INTAKE__RECORD_CHANGE__INIT;

    c.subject_id = (char *)id;
    c.kind = INTAKE__RECORD_CHANGE__KIND__RENAMED;
    c.on_day = (char *)"2023-10-01";
    c.new_name = (char *)name;
    e.change_id = (char *)"change";
    e.change = &c;
    sources_say(&s, "intake", C, &e.base);
}

/* @state goes into the dossier; @reason makes the timeline's row as long as wanted. */
UNUSED static void application(const char *id, const char *subject, const char *state, char *reason)
{
    Intake__ApplicationAccepted e = INTAKE__APPLICATION_ACCEPTED__INIT;
    Intake__Application a = INTAKE__APPLICATION__INIT;

    a.application_id = (char *)id;
    a.programme_id = PROGRAMME;
    a.category = (char *)"enterprise";
    a.subject_id = (char *)subject;
    a.subject_kind = (char *)"enterprise";
    a.name = (char *)"样例";
    a.route = (char *)"self";
    a.state = (char *)state;
    a.version = 1;
    a.reason = reason;
    e.application = &a;
    sources_say(&s, "intake", D, &e.base);
}

/* A list with @second twice. */
UNUSED static void proposed(const char *first, const char *second)
{
    Scoring__ListProposed e = SCORING__LIST_PROPOSED__INIT;
    Scoring__ScoredSubject one = SCORING__SCORED_SUBJECT__INIT, two = one;
    Scoring__ScoredSubject *list[] = {&one, &two, &two};

    one.subject_id = (char *)first;
    one.category = one.group = (char *)"enterprise";
    one.name = (char *)"样例";
    two = one;
    two.subject_id = (char *)second;
    e.list_id = (char *)"list";
    e.programme_id = PROGRAMME;
    e.run_id = e.result_sha256 = (char *)"sample";
    e.proposed = list;
    e.n_proposed = ARRAY_LEN(list);
    sources_say(&s, "scoring", D, &e.base);
}

/* Every read model gets rows, most of them more than once. */
UNUSED static void setup(void)
{
    sources_open(&s, "reporting", "2023-11-01T08:00:00+08:00", "intake", "scoring", "publicity",
                 "credit", NULL);
    renamed("E1", "too early: nobody is called so yet");
    enterprise("E1", "first");
    renamed("E1", "second");
    enterprise("E2", "other");
    enterprise("E2", "other, again");
    renamed("E3", "nobody");
    enterprise("E3", "third");
    application("A1", "E1", "accepted", NULL);
    application("A2", "E2", "accepted", NULL);
    application("A1", "E1", "accepted again", NULL);
    proposed("E1", "E2");
    sources_settle(&s);
}

UNUSED static void teardown(void)
{
    sources_close(&s);
}

/* ---- rebuilding in this process ---- */

UNUSED static void no_progress(void *arg, const char *phase, int64_t done, int64_t total)
{
    (void)arg;
    (void)phase;
    (void)done;
    (void)total;
}

UNUSED static bool never(void *arg)
{
    (void)arg;
    return false;
}

UNUSED static struct rebuild_spec plain(void)
{
    return (struct rebuild_spec){.conninfo = s.pg.conninfo,
                                 .schema = s.pg.schema,
                                 .bus = &s.conf,
                                 .progress = no_progress,
                                 .cancelled = never};
}

UNUSED static struct rebuild_result rebuild_with(const struct rebuild_spec *spec)
{
    struct rebuild_result result = {0};
    struct errtext e = {0};
    int r = rebuild_run(spec, s.arena, &result, &e);

    cr_assert_eq(r, 0, "%d %s", r, e.text);
    return result;
}

UNUSED static struct rebuild_result rebuild(void)
{
    struct rebuild_spec spec = plain();

    return rebuild_with(&spec);
}

UNUSED static const char *all_of(const struct rebuild_result *result)
{
    const char *text = "";

    for (size_t i = 0; i < result->n_differences; i++)
        text = arena_printf(s.arena, "%s%s %s\n  live    %s\n  rebuilt %s\n", text,
                            result->differences[i].table, result->differences[i].key,
                            result->differences[i].live, result->differences[i].rebuilt);
    return text;
}

UNUSED static int64_t count(const char *sql)
{
    return strtoll(sources_value(&s, sql), NULL, 10);
}

UNUSED static void expect_clean(const struct rebuild_result *result)
{
    cr_expect_eq(result->found, 0, "%s", all_of(result));
    cr_expect_eq(result->n_differences, 0);
}

/* Nothing of a rebuild stays behind, however it ended. */
UNUSED static void expect_nothing_left(void)
{
    cr_expect_eq(
        count("select count(*) from pg_class where relnamespace = 'reporting_aside'::regnamespace"),
        0);
    cr_expect_eq(
        count("select count(*) from pg_locks where locktype = 'advisory' and objid <> 4711"), 0);
}
