/* SPDX-License-Identifier: Apache-2.0 */
/* What business time does when the machine's time jumps, told by a witness. */
#include <criterion/criterion.h>

#include "common/base/clock.h"

static int64_t wall, boot;

static int64_t tell_wall(void)
{
    return wall;
}

static int64_t tell_boot(void)
{
    return boot;
}

static struct clock *witnessed(void)
{
    struct clock *c = clock_new();

    wall = INT64_C(1700000000) * SECOND_US;
    boot = 1000 * SECOND_US;
    clock_witness(c, tell_wall, tell_boot);
    return c;
}

static void pass(int64_t us)
{
    wall += us;
    boot += us;
}

Test(clock_jump, time_that_passes_is_followed)
{
    CLEANUP(clock_free) struct clock *c = witnessed();

    for (int i = 0; i < 100; i++) {
        pass(HOUR_US);
        cr_assert_eq(clock_now(c), wall);
    }
    cr_assert_not(clock_is_held(c));
}

Test(clock_jump, ahead_by_more_than_a_minute_is_not_followed_until_it_is_mended)
{
    CLEANUP(clock_free) struct clock *c = witnessed();
    int64_t right = wall;

    cr_assert_eq(clock_now(c), right);
    wall += 365 * DAY_US;
    cr_assert_eq(clock_now(c), right);
    cr_assert(clock_is_held(c));
    pass(10 * SECOND_US);
    right += 10 * SECOND_US;
    cr_assert_eq(clock_now(c), right, "it goes on by the time since boot");
    wall = right;
    cr_assert_eq(clock_now(c), right);
    cr_assert_not(clock_is_held(c));
}

Test(clock_jump, ahead_by_a_minute_is_an_adjustment)
{
    CLEANUP(clock_free) struct clock *c = witnessed();

    wall += 60 * SECOND_US;
    cr_assert_eq(clock_now(c), wall);
    cr_assert_not(clock_is_held(c));
}

Test(clock_jump, a_step_back_stands_still_until_the_machine_is_there_again)
{
    CLEANUP(clock_free) struct clock *c = witnessed();
    int64_t at = clock_now(c);

    wall -= HOUR_US;
    cr_assert_eq(clock_now(c), at);
    pass(HOUR_US - SECOND_US);
    cr_assert_eq(clock_now(c), at);
    pass(2 * SECOND_US);
    cr_assert_eq(clock_now(c), at + SECOND_US);
    cr_assert_not(clock_is_held(c));
}

Test(clock_jump, a_step_back_that_is_mended_is_no_jump_ahead)
{
    CLEANUP(clock_free) struct clock *c = witnessed();
    int64_t at = clock_now(c);

    wall -= HOUR_US;
    cr_assert_eq(clock_now(c), at);
    pass(10 * SECOND_US);
    cr_assert_eq(clock_now(c), at);
    wall += HOUR_US;
    cr_assert_eq(clock_now(c), at + 10 * SECOND_US);
    cr_assert_not(clock_is_held(c));
    wall += HOUR_US; /* and what goes beyond is one */
    cr_assert_eq(clock_now(c), at + 10 * SECOND_US);
    cr_assert(clock_is_held(c));
}

Test(clock_jump, a_machine_that_slept_is_followed)
{
    CLEANUP(clock_free) struct clock *c = witnessed();

    cr_assert_eq(clock_now(c), wall);
    pass(3 * DAY_US); /* the time since boot goes on while it sleeps */
    cr_assert_eq(clock_now(c), wall);
    cr_assert_not(clock_is_held(c));
}

Test(clock_jump, business_time_never_goes_back_behind_what_was_written)
{
    CLEANUP(clock_free) struct clock *c = witnessed();

    clock_floor(c, wall + HOUR_US);
    cr_assert_eq(clock_now(c), wall + HOUR_US);
    clock_floor(c, wall);
    cr_assert_eq(clock_now(c), wall + HOUR_US);
    pass(2 * HOUR_US);
    cr_assert_eq(clock_now(c), wall);
}
