/* SPDX-License-Identifier: Apache-2.0 */
/* words - gettext's catalogue from inside the program, so that it speaks Chinese wherever it is
 * copied */
#include <string.h>

#include "common/text/text.h"
#include "services/verify/verify.h"

#include "common/base/banned.h"

/* The compiled catalogue: GNU gettext manual, "The Format of GNU MO Files". */
__asm__(".section .rodata\n"
        ".balign 8\n"
        ".global verify_catalogue\n"
        "verify_catalogue:\n"
        ".incbin \"" HP_VERIFY_CATALOGUE "\"\n"
        ".byte 0\n"
        ".previous\n");
extern const char verify_catalogue[];

enum { MAGIC_AT = 0, COUNT_AT = 8, ORIGINALS_AT = 12, TRANSLATIONS_AT = 16 };
#define MAGIC UINT32_C(0x950412de)

static uint32_t number(uint32_t at)
{
    uint32_t n;

    memcpy(&n, verify_catalogue + at, sizeof(n));
    return n;
}

/* Text @i of a table of (length, place). */
static const char *text_at(uint32_t table, uint32_t i)
{
    return verify_catalogue + number(table + 8 * i + 4);
}

static const char *chinese(const char *msgid)
{
    uint32_t low = 0, high = number(COUNT_AT);

    CHECK(number(MAGIC_AT) == MAGIC);
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        int order = strcmp(msgid, text_at(number(ORIGINALS_AT), middle));

        if (order == 0)
            return text_at(number(TRANSLATIONS_AT), middle);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return msgid;
}

const char *tr(const char *msgid)
{
    static enum language language;
    static bool known;

    if (!known) {
        language = text_language_env();
        known = true;
    }
    return language == LANGUAGE_ZH && *msgid ? chinese(msgid) : msgid;
}
