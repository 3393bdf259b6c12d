/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <sodium.h>
#include <string.h>

#include "services/gateway/account/password.h"

static const struct password_cost cheap = {.memory_mib = 8, .passes = 1};

Test(password, length_is_counted_in_characters)
{
    char longest[PASSWORD_MAX + 2] = "Aa1";

    memset(longest + 3, 'x', PASSWORD_MAX - 3);
    cr_assert_eq(password_fault("sample", "Aa1aaaaaa"), reason_password_length);
    cr_assert_eq(password_fault("sample", "Aa1aaaaaaa"), reason_none);
    cr_assert_eq(password_fault("sample", "Aa红红红红红红红"), reason_password_length);
    cr_assert_eq(password_fault("sample", "Aa红红红红红红红红"), reason_none);
    cr_assert_eq(password_fault("sample", longest), reason_none);
    strcat(longest, "x");
    cr_assert_eq(password_fault("sample", longest), reason_password_length);
    cr_assert_eq(password_fault("sample", ""), reason_password_length);
}

Test(password, three_of_four_classes_are_needed)
{
    cr_assert_eq(password_fault("sample", "aaaaaaaaaaaa"), reason_password_classes);
    cr_assert_eq(password_fault("sample", "aaaaaaaaaaA1"), reason_none);
    cr_assert_eq(password_fault("sample", "aaaaaaaaaa-1"), reason_none);
    cr_assert_eq(password_fault("sample", "AAAAAAAAAA11"), reason_password_classes);
    cr_assert_eq(password_fault("sample", "----------11"), reason_password_classes);
}

Test(password, has_nothing_that_cannot_be_seen)
{
    static const char *const bad[] = {"\ufeffAa1aaaaaaaa", "Aa1aaaaaaaa\n",     "Aa1aa\u200baaaaaa",
                                      " Aa1aaaaaaaa",      "Aa1aaaaaaaa\u3000", "Aa1aa\taaaaaa"};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_assert_eq(password_fault("sample", bad[i]), reason_password_character, "row %zu", i);
    cr_assert_eq(password_fault("sample", "Aa1 aaaa aaaa"), reason_none);
    cr_assert_eq(password_fault("sample", "Aae\u03011aaaaaaa"), reason_none);
}

Test(password, must_not_contain_the_account)
{
    cr_assert_eq(password_fault("sample", "xx-SAMPLE-2023"), reason_password_is_account);
    cr_assert_eq(password_fault("", "xx-SAMPLE-2023"), reason_none);
}

Test(password, hash_is_argon2id_with_its_cost_and_a_salt_of_its_own)
{
    char a[PASSWORD_HASH], b[PASSWORD_HASH];

    cr_assert_geq(sodium_init(), 0);
    cr_assert_eq(password_hash("Sample-2023", &cheap, a), 0);
    cr_assert_eq(password_hash("Sample-2023", &cheap, b), 0);
    cr_assert_eq(strncmp(a, "$argon2id$v=19$m=8192,t=1,p=1$", 30), 0, "%s", a);
    cr_assert_str_neq(a, b);
    cr_assert(password_right(a, "Sample-2023", &cheap));
    cr_assert_not(password_right(a, "sample-2023", &cheap));
    cr_assert_not(password_right(a, "", &cheap));
    cr_assert_not(password_right("not a hash", "Sample-2023", &cheap));
    cr_assert_not(password_right(NULL, "Sample-2023", &cheap));
}
