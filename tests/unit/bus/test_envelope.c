/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"

Test(envelope, carries_a_new_id_a_deadline_and_the_packed_message)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Fetch fetch = HP__FETCH__INIT, *back;
    Hp__Envelope *one, *two;

    fetch.has_wait_ms = true;
    fetch.wait_ms = 7;
    one = bus_envelope(a, "bus.Fetch", "310105", &fetch.base, 1500);
    two = bus_envelope(a, "bus.Fetch", "310105", NULL, 1500);
    cr_assert_eq(one->message_id.len, 16);
    cr_assert(memcmp(one->message_id.data, two->message_id.data, 16) != 0);
    cr_assert(one->has_left_ms);
    cr_assert_eq(one->left_ms, 1500);
    back = hp__fetch__unpack(arena_pb(a), one->payload.len, one->payload.data);
    cr_assert_eq(back->wait_ms, 7);
    cr_assert_eq(two->payload.len, 0);
}

Test(envelope, a_text_that_is_not_utf8_is_named_by_its_path)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Envelope *env = bus_envelope(a, "bus.GetState", "310105", NULL, 1000);
    Hp__Binding good = HP__BINDING__INIT, bad = HP__BINDING__INIT, *list[] = {&good, &bad};
    Hp__Actor actor = HP__ACTOR__INIT;

    good.role = bad.role = (char *)"district";
    good.region = (char *)"310105";
    bad.region = (char *)"\xe5\x8c";
    actor.account = (char *)"样例";
    actor.bindings = list;
    actor.n_bindings = 1;
    env->actor = &actor;
    cr_assert_null(bus_text_fault(a, &env->base));
    actor.n_bindings = 2;
    cr_assert_str_eq(bus_text_fault(a, &env->base), "actor/bindings/1/region");
    actor.n_bindings = 0;
    env->trace_id = (char *)"\xff";
    cr_assert_str_eq(bus_text_fault(a, &env->base), "trace_id");
}

Test(repeat, waits_grow_from_300_ms_to_2_s)
{
    int64_t wait = 0;
    const int64_t want[] = {300, 600, 1200, 2000, 2000};

    for (size_t i = 0; i < ARRAY_LEN(want); i++)
        cr_assert_eq(wait = bus_next_wait_ms(wait), want[i]);
}

Test(envelope, a_repeat_differs_in_the_time_left_alone)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Fetch fetch = HP__FETCH__INIT;
    Hp__Envelope *env = bus_envelope(a, "bus.Fetch", "310105", &fetch.base, 1500), *again;
    struct bytes packed = bus_pack(a, &env->base);

    bus_patch_left((uint8_t *)packed.data, packed.size, 300);
    again = hp__envelope__unpack(arena_pb(a), packed.size, packed.data);
    cr_assert_eq(again->left_ms, 300);
    cr_assert(bus_is_repeat(env, again));
    bus_patch_left((uint8_t *)packed.data, packed.size, -5);
    cr_assert_eq(hp__envelope__unpack(arena_pb(a), packed.size, packed.data)->left_ms, 0);
    again->has_left_ms = false;
    cr_assert(bus_is_repeat(env, again));
    again->district = (char *)"310106";
    cr_assert_not(bus_is_repeat(env, again));
    bus_set_left(env, INT64_MAX);
    cr_assert_eq(env->left_ms, UINT32_MAX);
}

Test(envelope, a_receiver_believes_no_time_left_beyond_what_callers_of_ours_wait)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Envelope *env = bus_envelope(a, "bus.AwaitApplied", "310105", NULL, 1500);

    cr_assert_eq(bus_left_ms(env), 1500);
    bus_set_left(env, 0);
    cr_assert_eq(bus_left_ms(env), 0);
    bus_set_left(env, BUS_LEFT_MAX_MS);
    cr_assert_eq(bus_left_ms(env), BUS_LEFT_MAX_MS);
    bus_set_left(env, INT64_MAX);
    cr_assert_eq(bus_left_ms(env), BUS_LEFT_MAX_MS);
}
