/* SPDX-License-Identifier: Apache-2.0 */
/* stage - reporting among event sources that have said a little of everything, and rebuilds in the test's own process */
#pragma once
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/str.h"
#include "said.h"
#include "services/reporting/rebuild/rebuild.h"
#include "tests/support/event_source/sources.h"
#include "tests/support/pg_test.h"

#define D SOURCES_DISTRICT
#define C SOURCES_CITY
static struct sources s;

static void say(const char *source, const char *district, const ProtobufCMessage *message)
{
    sources_say(&s, source, district, message);
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
