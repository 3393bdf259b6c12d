/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/digest.h"

static const char *once(enum digest_algorithm algorithm, const char *text, char hex[DIGEST_HEX])
{
    uint8_t value[DIGEST_SIZE];

    digest_once(algorithm, text, strlen(text), value);
    return hex_format(value, sizeof(value), hex);
}

/* FIPS 180-2 appendix B.1; GB/T 32905-2016 appendix A.1 */
Test(digest, gives_the_standards_own_values)
{
    char hex[DIGEST_HEX];

    cr_assert_str_eq(once(DIGEST_SHA256, "abc", hex),
                     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    cr_assert_str_eq(once(DIGEST_SM3, "abc", hex),
                     "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
}

Test(digest, names_lead_to_algorithms_and_back)
{
    enum digest_algorithm got = DIGEST_SHA256;

    cr_assert_eq(digest_by_name("sm3", &got), 0);
    cr_assert_eq(got, DIGEST_SM3);
    cr_assert_str_eq(digest_name(got), "sm3");
    cr_assert_eq(digest_by_name("md5", &got), DIGEST_E_UNKNOWN);
    cr_assert_eq(digest_by_name(NULL, &got), DIGEST_E_UNKNOWN);
    cr_assert_eq(got, DIGEST_SM3);
}

Test(digest, running_hash_equals_the_one_at_once_and_starts_anew)
{
    CLEANUP(digest_free) struct digest *d = digest_new(DIGEST_SM3);
    char hex[DIGEST_HEX], want[DIGEST_HEX];
    uint8_t value[DIGEST_SIZE];

    once(DIGEST_SM3, "hello world", want);
    for (int turn = 0; turn < 2; turn++) {
        digest_add(d, "hello", 5);
        digest_add(d, NULL, 0);
        digest_add(d, " world", 6);
        digest_finish(d, value);
        cr_assert_str_eq(hex_format(value, sizeof(value), hex), want);
    }
}

static void fields(struct digest *d, const char *a, const char *b, uint8_t value[DIGEST_SIZE])
{
    digest_add_field(d, a, a ? strlen(a) : 0);
    digest_add_field(d, b, b ? strlen(b) : 0);
    digest_finish(d, value);
}

Test(digest, no_two_records_read_alike)
{
    static const char *const records[][2] = {
        {"ab", "c"}, {"a", "bc"}, {"abc", ""}, {"", "abc"}, {"abc", NULL}, {NULL, "abc"},
    };
    CLEANUP(digest_free) struct digest *d = digest_new(DIGEST_SHA256);
    uint8_t values[ARRAY_LEN(records)][DIGEST_SIZE];

    for (size_t i = 0; i < ARRAY_LEN(records); i++) {
        fields(d, records[i][0], records[i][1], values[i]);
        for (size_t j = 0; j < i; j++)
            cr_assert_neq(memcmp(values[i], values[j], DIGEST_SIZE), 0, "%zu and %zu", i, j);
    }
}

Test(digest, a_field_is_its_length_and_its_bytes)
{
    CLEANUP(digest_free) struct digest *d = digest_new(DIGEST_SHA256);
    uint8_t value[DIGEST_SIZE], want[DIGEST_SIZE];

    digest_add_field(d, "xy", 2);
    digest_add_field(d, NULL, 0);
    digest_finish(d, value);
    digest_once(DIGEST_SHA256, "\0\0\0\0\0\0\0\2xy\377\377\377\377\377\377\377\377", 18, want);
    cr_assert_eq(memcmp(value, want, sizeof(want)), 0);
}

Test(hex, reads_what_it_writes_in_either_case)
{
    uint8_t got[3];
    char text[7];

    cr_assert_eq(hex_parse("00fFa9", got, 3), 0);
    cr_assert_str_eq(hex_format(got, 3, text), "00ffa9");
}

Test(hex, refuses_wrong_length_and_wrong_characters)
{
    uint8_t got[3] = {1, 2, 3};

    cr_assert_eq(hex_parse("00ff", got, 3), HEX_E_BAD);
    cr_assert_eq(hex_parse("00ff0", got, 3), HEX_E_BAD);
    cr_assert_eq(hex_parse("00ff0011", got, 3), HEX_E_BAD);
    cr_assert_eq(hex_parse("00fg00", got, 3), HEX_E_BAD);
    cr_assert_eq(got[0], 1);
}
