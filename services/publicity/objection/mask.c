/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/objection/mask.h"

#include <string.h>

#include "common/base/str.h"

#include "common/base/banned.h"

/* The surnames of two characters that are in use; each is six bytes of UTF-8. */
static const char *const compound_surnames[] = {
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "令狐", "慕容", "司徒", "司空",
    "夏侯", "端木", "百里", "长孙", "宇文", "轩辕", "东郭", "南宫", "西门", "澹台", "公冶", "宗政",
    "濮阳", "淳于", "单于", "太叔", "申屠", "仲孙", "钟离", "闻人", "赫连", "万俟", "呼延", "独孤",
    "拓跋", "第五", "公羊", "谷梁", "左丘", "东门", "南门", "闾丘", "完颜", "耶律", "纳兰", "叶赫",
    "鲜于", "乐正", "公西", "漆雕", "壤驷", "巫马", "子车", "颛孙", "宰父", "亓官", "司寇", "梁丘",
};

/* A character of the CJK blocks of the basic plane (U+3400..U+9FFF): three bytes. */
static bool starts_han(const char *name)
{
    const unsigned char *b = (const unsigned char *)name;
    unsigned point;

    if ((b[0] & 0xf0) != 0xe0)
        return false;
    point = (b[0] & 0x0fu) << 12 | (b[1] & 0x3fu) << 6 | (b[2] & 0x3fu);
    return point >= 0x3400 && point <= 0x9fff;
}

static size_t surname_size(const char *name)
{
    if (utf8_length(name) > 2)
        for (size_t i = 0; i < ARRAY_LEN(compound_surnames); i++)
            if (strncmp(name, compound_surnames[i], strlen(compound_surnames[i])) == 0)
                return strlen(compound_surnames[i]);
    return 3;
}

const char *mask_name(struct arena *a, const char *name, bool unit)
{
    if (unit || !starts_han(name))
        return "某*";
    return arena_printf(a, "%.*s*", (int)surname_size(name), name);
}
