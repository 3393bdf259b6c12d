/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "services/gateway/feed/cursor.h"

Test(cursor, what_is_written_is_read)
{
    struct cursor c = {.at = {0, 1, 999999999999999999, 42}}, back;
    char text[CURSOR_TEXT];

    cursor_format(&c, text);
    cr_assert_str_eq(text, "credit.0-intake.1-publicity.999999999999999999-scoring.42");
    cr_assert_eq(cursor_parse(text, &back), 0);
    cr_assert_eq(memcmp(&c, &back, sizeof(c)), 0);
}

Test(cursor, the_beginning_the_end_and_a_service_that_is_not_named)
{
    struct cursor c;

    cr_assert_eq(cursor_parse("", &c), 0);
    cr_assert(!c.now && c.at[0] == 0 && c.at[3] == 0);
    cr_assert_eq(cursor_parse("now", &c), 0);
    cr_assert(c.now);
    cr_assert_eq(cursor_parse("intake.7-scoring.9", &c), 0);
    cr_assert(c.at[0] == 0 && c.at[1] == 7 && c.at[2] == 0 && c.at[3] == 9);
}

Test(cursor, anything_else_is_none)
{
    static const char *const bad[] = {
        " ",
        "7",
        "intake",
        "intake.",
        "intake.-1",
        "intake.07",
        "intake.1x",
        "intake.1-",
        "-intake.1",
        "intake.1-intake.2",
        "elsewhere.1",
        "now-now",
        "Now",
        "scoring.1-intake.2",
        "intake.1 ",
        "intake.9999999999999999999",
        "intake.1-gateway.2",
        "intake.1.2",
        "averyveryverylongname.1",
    };
    struct cursor c;

    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_eq(cursor_parse(bad[i], &c), CURSOR_E_BAD, "%s", bad[i]);
}

Test(cursor, one_reaches_another_in_every_stream_or_not)
{
    struct cursor a = {.at = {1, 2, 3, 4}}, b = {.at = {1, 2, 3, 4}};

    cr_assert(cursor_reaches(&a, &b));
    b.at[2] = 4;
    cr_assert(!cursor_reaches(&a, &b) && cursor_reaches(&b, &a));
    a.at[0] = 9;
    cr_assert(!cursor_reaches(&a, &b) && !cursor_reaches(&b, &a));
}
