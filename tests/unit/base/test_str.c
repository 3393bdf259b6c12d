/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/str.h"

Test(str, begins_empty_and_owns_nothing)
{
    struct str s = STR_INIT;

    cr_assert_str_eq(s.text, "");
    str_add(&s, "");
    cr_assert_eq(s.text, str_empty);
    str_clear(&s);
    str_release(&s);
    str_release(&s);
}

Test(str, grows_by_text_bytes_characters_and_formats)
{
    CLEANUP(str_release) struct str s = STR_INIT;

    str_add(&s, "红");
    str_add_bytes(&s, "评xx", 3);
    str_add_char(&s, ' ');
    str_printf(&s, "%d %s", 2023, "done");
    cr_assert_str_eq(s.text, "红评 2023 done");
    cr_assert_eq(s.size, strlen(s.text));
}

Test(str, formats_longer_than_its_room)
{
    CLEANUP(str_release) struct str s = STR_INIT;
    char wide[1001];

    memset(wide, 'w', 1000);
    wide[1000] = 0;
    for (int i = 0; i < 5; i++)
        str_printf(&s, "%s%d", wide, i);
    cr_assert_eq(s.size, 5005);
    cr_assert_eq(strlen(s.text), 5005);
    cr_assert_eq(s.text[5004], '4');
}

Test(str, clear_keeps_the_room_and_detach_hands_over)
{
    struct str s = STR_INIT;
    char *text;

    str_add(&s, "first");
    str_clear(&s);
    cr_assert_str_eq(s.text, "");
    str_add(&s, "second");
    text = str_detach(&s);
    cr_assert_str_eq(text, "second");
    cr_assert_eq(s.text, str_empty);
    free(text);
    text = str_detach(&s);
    cr_assert_str_eq(text, "");
    free(text);
}

static bool valid(const char *text)
{
    return utf8_valid(text, strlen(text), NULL);
}

Test(utf8, accepts_every_length_of_sequence)
{
    cr_assert(valid(""));
    cr_assert(
        valid("a\xC2\x80\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"));
    cr_assert(valid("物业服务企业 𠮷"));
}

Test(utf8, refuses_overlong_surrogate_too_large_torn_and_nul)
{
    static const char *const bad[] = {
        "\x80",
        "\xC0\x80",
        "\xC1\xBF",
        "\xE0\x9F\xBF",
        "\xED\xA0\x80",
        "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80",
        "\xF5\x80\x80\x80",
        "\xE7\xBA",
        "\xE7\xBAx",
        "\xFF",
        "\xC2",
        "\xF0\x90\x80",
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_assert_not(valid(bad[i]), "row %zu", i);
    cr_assert_not(utf8_valid("a\0b", 3, NULL));
}

Test(utf8, names_the_first_bad_byte)
{
    size_t at = 0;

    cr_assert_not(utf8_valid("红\xFFx", 5, &at));
    cr_assert_eq(at, 3);
}

Test(utf8, counts_characters_not_bytes)
{
    cr_assert_eq(utf8_length("红色物业 ok"), 7);
}

Test(str, equality_knows_null)
{
    cr_assert(str_equal(NULL, NULL));
    cr_assert(str_equal("a", "a"));
    cr_assert_not(str_equal("a", NULL));
    cr_assert_not(str_equal(NULL, "a"));
    cr_assert_not(str_equal("a", "b"));
}
