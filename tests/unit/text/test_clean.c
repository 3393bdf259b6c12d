/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "common/text/clean.h"

static struct arena *a;

static void begin(void)
{
    a = arena_new();
}
static void end(void)
{
    arena_free(a);
}
TestSuite(clean, .init = begin, .fini = end);

static void becomes(enum text_kind kind, const char *in, const char *out)
{
    const char *clean = NULL;
    struct text_fault f;

    cr_assert_eq(text_clean(a, kind, in, &clean, &f), 0, "'%s' is refused", in);
    cr_assert_str_eq(clean, out, "'%s' became '%s'", in, clean);
}

static void refused(enum text_kind kind, const char *in, const char *character, size_t place)
{
    const char *clean = NULL;
    struct text_fault f;

    cr_assert_eq(text_clean(a, kind, in, &clean, &f), TEXT_E_CHARACTER, "'%s' passes", in);
    cr_assert_str_eq(f.character, character);
    cr_assert_eq(f.place, place, "place %zu", f.place);
}

Test(clean, what_is_in_order_stays_the_same_text)
{
    static const char *const good[] = {"样例浦江物业服务有限公司",
                                       "Example Ltd. 3",
                                       "",
                                       "样例（上海）物业",
                                       "张三·李四",
                                       "𠮷野家",
                                       "👍 好"};

    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        becomes(TEXT_LINE, good[i], good[i]);
}

Test(clean, blanks_of_every_kind_are_cut_at_both_ends_and_kept_within)
{
    static const char *const blanks[] = {" ",      "\t",     "\n",       "\r\n",
                                         "\u3000", "\u00a0", "\u2003",   "\u2028",
                                         "\u202f", "\u205f", "\xc2\x85", "\u2800"};

    for (size_t i = 0; i < ARRAY_LEN(blanks); i++) {
        becomes(TEXT_LINE, arena_printf(a, "%s样例 甲%s", blanks[i], blanks[i]), "样例 甲");
        becomes(TEXT_LINE, blanks[i], "");
        becomes(TEXT_PARAGRAPH, arena_printf(a, "%s%s", blanks[i], blanks[i]), "");
    }
    becomes(TEXT_LINE, "甲\u3000乙", "甲\u3000乙");
}

Test(clean, characters_that_are_not_seen_are_refused_by_name_and_place)
{
    static const struct {
        const char *in, *name;
        size_t place;
    } bad[] = {
        {"甲\u200b乙", "U+200B", 2},
        {"\u200b", "U+200B", 1},
        {"\u202e甲", "U+202E", 1},
        {"甲\u2066", "U+2066", 2},
        {"a\x1b[31m", "U+001B", 2},
        {"甲\ufeff乙", "U+FEFF", 2},
        {"甲\u00ad", "U+00AD", 2},
        {"甲\xc2\x80"
         "乙",
         "U+0080", 2},
        {"甲\u3164", "U+3164", 2},
        {"\u115f", "U+115F", 1},
        {"甲\ufffe乙", "U+FFFE", 2},
        {"甲\U000e0041", "U+E0041", 2},
        {"\u2060", "U+2060", 1},
        {"a\x7f", "U+007F", 2},
        {"  甲\u200d", "U+200D", 4},
        {"甲\ufff9乙", "U+FFF9", 2},
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        refused(TEXT_LINE, bad[i].in, bad[i].name, bad[i].place);
        refused(TEXT_PARAGRAPH, bad[i].in, bad[i].name, bad[i].place);
        refused(TEXT_CODE, bad[i].in, bad[i].name, bad[i].place);
    }
}

Test(clean, a_line_breaks_nowhere_and_a_paragraph_where_it_was_written)
{
    refused(TEXT_LINE, "甲\n乙", "U+000A", 2);
    refused(TEXT_LINE, "甲\t乙", "U+0009", 2);
    refused(TEXT_LINE, "甲\u2029乙", "U+2029", 2);
    refused(TEXT_CODE, "甲\r乙", "U+000D", 2);
    becomes(TEXT_PARAGRAPH, "一\r\n二\r三\u2028四\v五\n\n六\n", "一\n二\n三\n四\n五\n\n六");
    becomes(TEXT_PARAGRAPH, "一\t二", "一 二");
}

Test(clean, the_normal_form_is_composed)
{
    becomes(TEXT_LINE, "cafe\u0301", "caf\u00e9");
    becomes(TEXT_LINE, "\u212b", "\u00c5");
    becomes(TEXT_PARAGRAPH, "\u304b\u3099", "\u304c");
    becomes(TEXT_LINE, "葛\U000e0100城",
            "葛\U000e0100城");          /* a drawing of a name's character stays */
    becomes(TEXT_LINE, "ＡＢ", "ＡＢ"); /* width is no matter of this form */
}

Test(clean, marks_alone_are_nothing_to_see)
{
    becomes(TEXT_LINE, "\u0301\u0302", "");
    becomes(TEXT_LINE, "\ufe0f", "");
}

Test(clean, codes_lose_width_blanks_and_dashes_and_have_the_case_of_their_standard)
{
    static const char uuid[] = "0192f0c1-5b1e-7000-8000-0123456789ab";

    becomes(TEXT_CODE, "９１３１０１０５ｍａ１０１０００４ｎ", "91310105MA1010004N");
    becomes(TEXT_CODE, " 9131 0105 ma10 1000 4n\u3000", "91310105MA1010004N");
    becomes(TEXT_CODE, "310105001\u2014b001", "310105001-B001");
    becomes(TEXT_CODE, "310105001-0001-p1", "310105001-0001-P1");
    becomes(TEXT_CODE, "0192F0C1-5B1E-7000-8000-0123456789AB", uuid);
    becomes(TEXT_CODE, "ＥＸＰ－00１", "EXP-001");
    becomes(TEXT_CODE, "changning-property-2023", "changning-property-2023");
}

Test(clean, a_search_leaves_out_what_cannot_be_meant)
{
    becomes(TEXT_SEARCH, "\u202a浦江\u202c\x1b", "浦江");
    becomes(TEXT_SEARCH, "\u200b", "");
}

Test(clean, what_is_kept_raw_keeps_every_byte)
{
    becomes(TEXT_RAW, " \u200bpass\n ", " \u200bpass\n ");
}

Test(clean, a_clean_text_is_clean)
{
    static const char *const in[] = {" e\u0301 ", "\u0301\u3000甲", "ﾊﾞ", "\u1e9b\u0323",
                                     "a\u0315\u0300\u05ae"
                                     "b"};
    const char *once, *twice;
    struct text_fault f;

    for (size_t i = 0; i < ARRAY_LEN(in); i++)
        for (enum text_kind kind = TEXT_LINE; kind <= TEXT_RAW; kind++) {
            cr_assert_eq(text_clean(a, kind, in[i], &once, &f), 0);
            cr_assert_eq(text_clean(a, kind, once, &twice, &f), 0);
            cr_assert_str_eq(once, twice);
        }
}

Test(clean, keys_are_equal_where_people_see_the_same)
{
    static const char *const same[][2] = {
        {"样例（上海）物业", "样例(上海)物业"},
        {"ＡＢＣ物业", "abc 物业"},
        {"Cafe\u0301", "CAFÉ"},
        {"甲\u3000乙", "甲乙"},
        {"甲\u200b乙", "甲乙"},
        {"ＨＰ－２０２３－１", "hp—2023—1"},
        {"ﾊﾞｽ", "バス"},
        {"Straße", "STRASSE"},
        {"葛\U000e0100", "葛"},
    };

    for (size_t i = 0; i < ARRAY_LEN(same); i++)
        cr_assert_str_eq(text_key(a, same[i][0]), text_key(a, same[i][1]), "%s", same[i][0]);
    cr_assert_str_neq(text_key(a, "样例一"), text_key(a, "样例二"));
    cr_assert_str_eq(text_key(a, text_key(a, "ＡＢ Ⅷ")), text_key(a, "ab viii"));
}
