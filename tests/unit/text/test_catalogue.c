/* SPDX-License-Identifier: Apache-2.0 */
/* Every sentence of the tables has its Chinese, with the same places for values. */
#include <criterion/criterion.h>

#include <string.h>

#include "common/text/text.h"
#include "proto/api.h"
#include "proto/reasons.h"

static void begin(void)
{
    text_init(HP_BUILD_DIR "/share");
}

TestSuite(catalogue, .init = begin);

/* Bit n: {n} stands in the text; bit n + 10: {=n}. */
static unsigned places(const char *text)
{
    unsigned found = 0;

    for (const char *p = text; (p = strchr(p, '{')); p++) {
        const char *digit = p + 1 + (p[1] == '=');

        if (*digit >= '0' && *digit <= '9' && digit[1] == '}')
            found |= 1u << (*digit - '0' + (p[1] == '=' ? 10 : 0));
    }
    return found;
}

static bool has_chinese(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0xe4 &&
            (unsigned char)*text <= 0xe9) /* U+4000 .. U+9FFF begin so */
            return true;
    return false;
}

static void check(const char *what, const char *msgid)
{
    const char *zh = text_in(LANGUAGE_ZH, msgid);

    cr_expect(has_chinese(zh), "%s: po/zh_CN.po lacks \"%s\"", what, msgid);
    cr_expect_eq(places(zh), places(msgid), "%s: other places for values than \"%s\": %s", what,
                 msgid, zh);
}

Test(catalogue, every_reason_is_translated_with_its_values)
{
    for (int i = 1; i < reason_count; i++)
        check(reason_row((enum reason)i)->code, reason_row((enum reason)i)->text);
}

Test(catalogue, every_summary_is_translated)
{
    for (const struct api_row *row = api_rows; row->service; row++)
        check(row->type, row->summary);
}

Test(catalogue, every_role_is_translated)
{
    for (int i = 0; i < N_ROLES; i++)
        check("role", role_name((enum role)(1 << i)));
}

Test(catalogue, no_reason_stands_twice_under_other_words)
{
    for (int i = 1; i < reason_count; i++)
        cr_assert_eq(reason_by_code(reason_row((enum reason)i)->code), reason_row((enum reason)i),
                     "%s", reason_row((enum reason)i)->code);
}
