/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "common/text/lines.h"

Test(lines, they_come_back_as_they_were_joined)
{
    static const char *const in[] = {"a", "b c", "丁"};
    struct arena *a = arena_new();
    size_t n;
    char **out = lines_split(a, lines_join(a, in, 3), &n);

    cr_assert_eq(n, 3);
    for (size_t i = 0; i < 3; i++)
        cr_assert_str_eq(out[i], in[i]);
    lines_split(a, "", &n);
    cr_assert_eq(n, 0);
    arena_free(a);
}
