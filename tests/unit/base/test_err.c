/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

#include "common/base/err.h"
#include "common/base/str.h"

Test(err, fatals_and_done_pass_as_they_are)
{
    cr_assert_eq(err_raise(-EIO), -EIO);
    cr_assert_eq(err_pass(-EIO), -EIO);
    cr_assert_eq(err_pass(0), 0);
    cr_assert_eq(err_fold(-EIO), -EIO);
    cr_assert_eq(err_fold(0), 0);
}

Test(err, an_unhandled_outcome_folds_into_a_fatal)
{
    cr_assert_eq(err_fold(3), -EPROTO);
}

Test(err, text_may_be_missing)
{
    errtext_set(NULL, "nobody reads %s", "this");
    cr_assert(true);
}

Test(err, text_is_written_and_the_sqlstate_cleared)
{
    struct errtext e = {.sqlstate = "23505"};

    errtext_set(&e, "key %d", 7);
    cr_assert_str_eq(e.text, "key 7");
    cr_assert_str_eq(e.sqlstate, "");
}

Test(err, long_text_is_cut_between_characters)
{
    char text[3 * 400 + 1];

    for (int lead = 0; lead < 3; lead++) {
        struct errtext e;
        size_t n = 0;

        for (int i = 0; i < lead; i++)
            text[n++] = 'x';
        while (n + 3 < sizeof(text)) {
            memcpy(text + n, "评", 3);
            n += 3;
        }
        text[n] = 0;
        errtext_set(&e, "%s", text);
        cr_assert(utf8_valid(e.text, strlen(e.text), NULL));
        cr_assert_gt(strlen(e.text), sizeof(e.text) - 8);
    }
}
