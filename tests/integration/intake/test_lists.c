/* SPDX-License-Identifier: Apache-2.0 */
/* What intake hears of lists. */
#include <criterion/criterion.h>

#include "scoring.pb-c.h"
#include "tests/support/event_source/sources.h"

static struct sources s;

static void open_sources(void)
{
    sources_open(&s, "intake", "2023-10-16T08:00:00+08:00", "scoring", "credit", NULL);
}

static void close_sources(void)
{
    sources_close(&s);
}

TestSuite(lists, .init = open_sources, .fini = close_sources, .timeout = 120);

Test(lists, the_list_proposed_for_a_programme_is_known)
{
    Scoring__ListProposed e = SCORING__LIST_PROPOSED__INIT;

    e.list_id = (char *)"L1";
    e.programme_id = (char *)"P1";
    e.run_id = e.result_sha256 = (char *)"x";
    sources_say(&s, "scoring", SOURCES_DISTRICT, &e.base);
    sources_settle(&s);
    cr_assert_str_eq(sources_value(&s, "select programme_id || ' ' || list_id from list"), "P1 L1");
}
