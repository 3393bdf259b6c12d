/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/id.h"

#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#include "common/base/clock.h"
#include "common/base/digest.h"

#include "common/base/banned.h"

/* --- message ids --- */

enum { COUNTER_BITS = 26 };

static struct {
    pthread_mutex_t lock;
    uint64_t ms;
    uint32_t counter; /* COUNTER_BITS wide; begins at random below half each new millisecond */
} last = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void random_bytes(void *p, size_t size)
{
    CHECK(getrandom(p, size, 0) == (ssize_t)size);
}

static void stamp(struct uuid *id, int version)
{
    id->bytes[6] = (uint8_t)((id->bytes[6] & 0x0F) | version << 4);
    id->bytes[8] = (uint8_t)((id->bytes[8] & 0x3F) | 0x80);
}

/* Takes the next (millisecond, counter); a clock that goes back does not take the ids with it. */
static void next_step(uint32_t seed, uint64_t *ret_ms, uint32_t *ret_counter)
{
    uint64_t now = (uint64_t)(wall_now_us() / 1000);

    pthread_mutex_lock(&last.lock);
    if (now > last.ms) {
        last.ms = now;
        last.counter = seed & ((1u << (COUNTER_BITS - 1)) - 1);
    } else if (++last.counter == 1u << COUNTER_BITS) {
        last.ms++;
        last.counter = 0;
    }
    *ret_ms = last.ms;
    *ret_counter = last.counter;
    pthread_mutex_unlock(&last.lock);
}

void uuid_new(struct uuid *ret_id)
{
    uint8_t noise[10];
    uint32_t counter, seed;
    uint64_t ms;

    random_bytes(noise,
                 sizeof(noise)); /* drawn each time, so that a forked child goes its own way */
    memcpy(&seed, noise + 6, sizeof(seed));
    next_step(seed, &ms, &counter);
    for (int i = 0; i < 6; i++)
        ret_id->bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    ret_id->bytes[6] = (uint8_t)(counter >> 22 & 0x0F);
    ret_id->bytes[7] = (uint8_t)(counter >> 14);
    ret_id->bytes[8] = (uint8_t)(counter >> 8 & 0x3F);
    ret_id->bytes[9] = (uint8_t)counter;
    memcpy(ret_id->bytes + 10, noise, 6);
    stamp(ret_id, 7);
}

void uuid_derive(const void *data, size_t size, struct uuid *ret_id)
{
    uint8_t value[DIGEST_SIZE];

    digest_once(DIGEST_SHA256, data, size, value);
    memcpy(ret_id->bytes, value, sizeof(ret_id->bytes));
    stamp(ret_id, 8);
}

int uuid_parse(const char *text, struct uuid *ret_id)
{
    char hex[33];
    size_t n = 0;

    if (strnlen(text, UUID_TEXT) != UUID_TEXT - 1)
        return UUID_E_BAD;
    for (int i = 0; i < UUID_TEXT - 1; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash != (text[i] == '-'))
            return UUID_E_BAD;
        if (!dash)
            hex[n++] = text[i];
    }
    hex[n] = 0;
    return hex_parse(hex, ret_id->bytes, sizeof(ret_id->bytes)) ? UUID_E_BAD : 0;
}

const char *uuid_format(const struct uuid *id, char buf[UUID_TEXT])
{
    char hex[33];
    const char *from = hex;

    hex_format(id->bytes, sizeof(id->bytes), hex);
    for (int i = 0; i < UUID_TEXT - 1; i++)
        buf[i] = i == 8 || i == 13 || i == 18 || i == 23 ? '-' : *from++;
    buf[UUID_TEXT - 1] = 0;
    return buf;
}

/* --- codes of units and people --- */

const char *id_fault_name(enum id_fault f)
{
    static const char *const names[] = {
        [ID_VALID] = "valid", [ID_LENGTH] = "length", [ID_CHARACTER] = "character",
        [ID_CHECK] = "check", [ID_DATE] = "date",     [ID_REGION] = "region",
    };

    CHECK((size_t)f < ARRAY_LEN(names));
    return names[f];
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool all_digits(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_digit(text[i]))
            return false;
    return true;
}

/* The first two digits of GB/T 2260. */
static bool is_province(const char *code)
{
    static const char provinces[] =
        "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 "
        "50 51 52 53 54 61 62 63 64 65 71 81 82 ";
    const char two[] = {code[0], code[1], ' ', 0};

    return strstr(provinces, two) != NULL;
}

static const char uscc_alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";

static int uscc_value(char c)
{
    const char *at = c ? strchr(uscc_alphabet, c) : NULL;

    return at ? (int)(at - uscc_alphabet) : -1;
}

char uscc_check_char(const char code17[])
{
    static const int weights[17] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
    int sum = 0;

    for (int i = 0; i < 17; i++) {
        int value = uscc_value(code17[i]);

        if (value < 0)
            return 0;
        sum += value * weights[i];
    }
    return uscc_alphabet[(31 - sum % 31) % 31];
}

enum id_fault uscc_check(const char *code)
{
    if (!code || strnlen(code, 19) != 18)
        return ID_LENGTH;
    for (int i = 0; i < 18; i++)
        if (uscc_value(code[i]) < 0)
            return ID_CHARACTER;
    if (!all_digits(code + 2, 6))
        return ID_CHARACTER;
    /* 10 stands for the central registrars */
    if (!is_province(code + 2) && memcmp(code + 2, "10", 2) != 0)
        return ID_REGION;
    return code[17] == uscc_check_char(code) ? ID_VALID : ID_CHECK;
}

static int two_digits(const char *p)
{
    return (p[0] - '0') * 10 + p[1] - '0';
}

/* The digits YYYYMMDD name a day from 1800 on, not after @today (DAY_NONE: whenever). */
static bool is_birth(const char *digits, int32_t today)
{
    enum { FIRST_BIRTH = 1800, SAME_DAYS = 400 }; /* a calendar repeats itself after 400 years */
    int year = two_digits(digits) * 100 + two_digits(digits + 2);
    bool before_our_days = year >= FIRST_BIRTH && year < 1900;
    int32_t day;

    if (day_of(before_our_days ? year + SAME_DAYS : year, two_digits(digits + 4),
               two_digits(digits + 6), &day))
        return false;
    return before_our_days || today == DAY_NONE || day <= today;
}

enum id_fault citizen_id_check_on(const char *number, int32_t today)
{
    static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int sum = 0;

    if (!number || strnlen(number, 19) != 18)
        return ID_LENGTH;
    if (!all_digits(number, 17) || !(is_digit(number[17]) || number[17] == 'X'))
        return ID_CHARACTER;
    /* 83: residents from Taiwan, 91: foreigners with a permanent residence card */
    if (!is_province(number) && memcmp(number, "83", 2) != 0 && memcmp(number, "91", 2) != 0)
        return ID_REGION;
    if (!is_birth(number + 6, today))
        return ID_DATE;
    for (int i = 0; i < 17; i++)
        sum += (number[i] - '0') * weights[i];
    return number[17] == "10X98765432"[sum % 11] ? ID_VALID : ID_CHECK;
}

enum id_fault citizen_id_check(const char *number)
{
    return citizen_id_check_on(number, DAY_NONE);
}

/* --- regions --- */

enum region_level region_level(const char *code)
{
    size_t n = code ? strnlen(code, 13) : 0;
    enum region_level level;

    if ((n != 6 && n != 9 && n != 12) || !all_digits(code, n) || !is_province(code))
        return REGION_BAD;
    if (memcmp(code + 2, "0000", 4) == 0)
        level = REGION_PROVINCE;
    else if (memcmp(code + 2, "00", 2) == 0)
        return REGION_BAD;
    else
        level = memcmp(code + 4, "00", 2) == 0 ? REGION_CITY : REGION_DISTRICT;
    if (n == 6)
        return level;
    /* a few cities (441900) have towns and no districts */
    if (level == REGION_PROVINCE || memcmp(code + 6, "000", 3) == 0)
        return REGION_BAD;
    if (n == 9)
        return REGION_SUBDISTRICT;
    return memcmp(code + 9, "000", 3) == 0 ? REGION_BAD : REGION_COMMUNITY;
}

bool region_covers(const char *outer, const char *inner)
{
    static const size_t significant[] = {0, 2, 4, 6, 9, 12};
    enum region_level out = region_level(outer), in = region_level(inner);

    if (out == REGION_BAD || in == REGION_BAD || out > in)
        return false;
    return memcmp(outer, inner, significant[out]) == 0;
}
