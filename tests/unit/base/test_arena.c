/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <protobuf-c/protobuf-c.h>
#include <string.h>

#include "common/base/arena.h"

static char order[8];

static void note(void *p)
{
    strncat(order, p, 1);
}

Test(arena, memory_is_aligned_and_stays_put_while_it_grows)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    unsigned char *p[200];

    for (int i = 0; i < 200; i++) {
        p[i] = arena_alloc(a, (size_t)i * 7 + 1);
        cr_assert_eq((uintptr_t)p[i] % 16, 0);
        memset(p[i], i, (size_t)i * 7 + 1);
    }
    for (int i = 0; i < 200; i++)
        for (int j = 0; j < i * 7 + 1; j++)
            cr_assert_eq(p[i][j], i);
}

Test(arena, takes_more_than_a_block_at_once)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    char *big = arena_zalloc(a, 5 * 1024 * 1024);

    cr_assert_eq(big[5 * 1024 * 1024 - 1], 0);
    cr_assert_str_eq(arena_strdup(a, "after"), "after");
}

Test(arena, copies_text_and_bytes)
{
    CLEANUP(arena_free) struct arena *a = arena_new();

    cr_assert_null(arena_strdup(a, NULL));
    cr_assert_str_eq(arena_strndup(a, "长宁区", 6), "长宁");
    cr_assert_str_eq(arena_printf(a, "%s-%04d", "310105001", 7), "310105001-0007");
    cr_assert_eq(memcmp(arena_memdup(a, "a\0b", 3), "a\0b", 3), 0);
    cr_assert_not_null(arena_memdup(a, NULL, 0));
}

Test(arena, ends_run_in_reverse_once_at_reset_and_at_free)
{
    struct arena *a = arena_new();

    order[0] = 0;
    arena_on_end(a, note, "1");
    arena_on_end(a, note, "2");
    arena_reset(a);
    cr_assert_str_eq(order, "21");
    arena_on_end(a, note, "3");
    arena_free(a);
    cr_assert_str_eq(order, "213");
    arena_free(NULL);
}

Test(arena, is_usable_after_reset)
{
    CLEANUP(arena_free) struct arena *a = arena_new();

    for (int turn = 0; turn < 3; turn++) {
        int *all = arena_new_array(a, int, 50000);

        cr_assert_eq(all[49999], 0);
        memset(all, 0xFF, 50000 * sizeof(int));
        arena_reset(a);
    }
    cr_assert_eq(*arena_new_one(a, int), 0);
}

Test(arena, serves_protobuf_which_frees_nothing)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    ProtobufCAllocator *pb = arena_pb(a);
    char *text = pb->alloc(pb->allocator_data, 6);

    memcpy(text, "12345", 6);
    pb->free(pb->allocator_data, text);
    cr_assert_str_eq(text, "12345");
}

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>

Test(arena, under_the_sanitizer_only_what_was_handed_out_may_be_touched)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    char *p = arena_alloc(a, 5);

    arena_alloc(a, 5);
    cr_assert_not(__asan_address_is_poisoned(p + 4));
    cr_assert(__asan_address_is_poisoned(p + 5));
    cr_assert(__asan_address_is_poisoned(p + 16));
    arena_reset(a);
    cr_assert(__asan_address_is_poisoned(p));
}
#endif
