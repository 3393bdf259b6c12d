/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/str.h"
#include "services/intake/registry/committee_terms.h"

enum { MOST = 4 };

/* Terms of compounds, in order: "A2 active filed -> succeeded by A3". */
static const struct row {
    int line;
    struct committee_term before[MOST];
    const char *after[MOST]; /* the new state, NULL: as it was; behind a blank, by which term */
} rows[] = {
#define TERM(site, n, state_, filed) \
    { \
        .id = site #n, .site_id = site, .term = n, .state = state_, .filed_day = filed \
    }
    {__LINE__, {TERM("A", 1, "elected", NULL)}, {NULL}},
    {__LINE__, {TERM("A", 1, "elected", "2023-01-01")}, {"active"}},
    {__LINE__, {TERM("A", 1, "active", "2018-01-01")}, {NULL}},
    /* the next is elected only: nothing changes */
    {__LINE__, {TERM("A", 1, "active", "2018-01-01"), TERM("A", 2, "elected", NULL)}, {NULL}},
    /* ... and filed: in office, and the one before is succeeded */
    {__LINE__,
     {TERM("A", 1, "active", "2018-01-01"), TERM("A", 2, "elected", "2023-01-01")},
     {"succeeded A2", "active"}},
    /* whatever the order in which they were registered */
    {__LINE__,
     {TERM("A", 1, "elected", "2018-01-01"), TERM("A", 2, "active", "2023-01-01")},
     {"succeeded A2", NULL}},
    {__LINE__,
     {TERM("A", 1, "elected", "2013-01-01"), TERM("A", 2, "elected", NULL),
      TERM("A", 3, "elected", "2023-01-01")},
     {"succeeded A3", NULL, "active"}},
    {__LINE__,
     {TERM("A", 1, "elected", "2013-01-01"), TERM("A", 2, "elected", "2018-01-01"),
      TERM("A", 3, "elected", "2023-01-01")},
     {"succeeded A2", "succeeded A3", "active"}},
    /* settled already */
    {__LINE__,
     {TERM("A", 1, "succeeded", "2018-01-01"), TERM("A", 2, "active", "2023-01-01")},
     {NULL}},
    /* who was dissolved stays so, and was in office before whoever follows */
    {__LINE__,
     {TERM("A", 1, "dissolved", "2018-01-01"), TERM("A", 2, "elected", "2023-01-01")},
     {NULL, "active"}},
    {__LINE__,
     {TERM("A", 1, "elected", "2013-01-01"), TERM("A", 2, "dissolved", "2018-01-01")},
     {"succeeded A2", NULL}},
    /* another compound's term says nothing */
    {__LINE__,
     {TERM("A", 1, "active", "2018-01-01"), TERM("B", 2, "elected", "2023-01-01")},
     {NULL, "active"}},
    {__LINE__,
     {TERM("A", 1, "active", "2018-01-01"), TERM("A", 2, "elected", "2023-01-01"),
      TERM("B", 1, "active", "2018-01-01"), TERM("B", 2, "elected", "2023-02-01")},
     {"succeeded A2", "active", "succeeded B2", "active"}},
};

Test(committee_terms, the_newest_that_was_filed_is_in_office)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct committee_term terms[MOST];
        size_t n = 0;

        memcpy(terms, rows[i].before, sizeof(terms));
        while (n < MOST && terms[n].id)
            n++;
        committee_terms_settle(terms, n);
        for (size_t k = 0; k < n; k++) {
            char found[40] = "";

            snprintf(found, sizeof(found), "%s%s%s", terms[k].to ? terms[k].to : "",
                     terms[k].followed_by ? " " : "",
                     terms[k].followed_by ? terms[k].followed_by->id : "");
            cr_expect_str_eq(found, rows[i].after[k] ? rows[i].after[k] : "", "line %d, %s",
                             rows[i].line, terms[k].id);
        }
    }
}
