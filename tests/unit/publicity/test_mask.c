/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "services/publicity/objection/mask.h"

static struct arena *arena;

static void open_arena(void)
{
    arena = arena_new();
}

static void close_arena(void)
{
    arena_free(arena);
}

TestSuite(mask, .init = open_arena, .fini = close_arena);

#define SHOWN(name, as) cr_expect_str_eq(mask_name(arena, name, false), as)

Test(mask, a_person_keeps_the_surname_alone)
{
    SHOWN("张三", "张*");
    SHOWN("张小明", "张*");
    SHOWN("阿卜杜拉·买买提", "阿*");
    SHOWN("㐂某某", "㐂*");
}

Test(mask, a_compound_surname_stays_whole)
{
    SHOWN("欧阳修文", "欧阳*");
    SHOWN("欧阳修", "欧阳*");
    SHOWN("司马光", "司马*");
    SHOWN("诸葛孔明", "诸葛*");
}

Test(mask, two_characters_are_a_surname_and_a_given_name)
{
    SHOWN("欧阳", "欧*");
    SHOWN("司马", "司*");
}

Test(mask, other_names_and_units_show_nothing)
{
    SHOWN("John Smith", "某*");
    SHOWN("Ａｌｉ", "某*");
    SHOWN("ééé", "某*");
    SHOWN("𠮷野家", "某*");
    cr_expect_str_eq(mask_name(arena, "欧阳样例物业有限公司", true), "某*");
}

Test(mask, the_mask_never_shows_more_than_one_character_of_a_two_character_name)
{
    static const char *const names[] = {"欧阳", "上官", "长孙", "第五", "王五"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        cr_expect_eq(strlen(mask_name(arena, names[i], false)), 4, "%s", names[i]);
}
