/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "common/base/clock.h"
#include "tests/support/echo_service/harness.h"
#include "tests/support/pg_test.h"

static struct echo_stack s;

static void open_stack(void)
{
    echo_open(&s);
}

static void close_stack(void)
{
    echo_close(&s);
}

TestSuite(commands, .init = open_stack, .fini = close_stack, .timeout = 60);

static int64_t writes(const Hp__Reply *reply)
{
    Echo__PutReply *put =
        echo__put_reply__unpack(arena_pb(s.arena), reply->payload.len, reply->payload.data);

    cr_assert_not_null(put);
    return put->writes;
}

Test(commands, the_same_id_twice_gives_the_same_reply_and_one_effect)
{
    Hp__Envelope *env = echo_put(&s, "a", "one");

    echo_start(&s, "echo", NULL);
    cr_assert_eq(writes(echo_done(&s, "echo", env)), 1);
    cr_assert_eq(writes(echo_done(&s, "echo", env)), 1);
    cr_assert_eq(writes(echo_done(&s, "echo", echo_put(&s, "a", "two"))), 2,
                 "another id is another effect");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select writes from item"), "2");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from stream"), "2");
}
