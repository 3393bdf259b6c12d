/* SPDX-License-Identifier: Apache-2.0 */
/* The newest events in memory: what is kept, what goes first, and the seals over what is there. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/service/tell/tail.h"

static struct tail tail;

static void at_the_beginning(void)
{
    tail = (struct tail){0};
}

static void release(void)
{
    tail_release(&tail);
    cr_assert_null(tail.ring);
    cr_assert_eq(tail.bytes, 0);
}

TestSuite(tail, .init = at_the_beginning, .fini = release);

static uint8_t mark_of(int64_t seal_last)
{
    return (uint8_t)(seal_last * 7 + 1);
}

static struct tail_seal seal_at(int64_t last)
{
    struct tail_seal seal = {.last = last};

    memset(seal.hash, mark_of(last), sizeof(seal.hash));
    return seal;
}

/* A commit of @n events of @size bytes each under one seal; an event's bytes begin with its position. */
static void commit(size_t n, size_t size)
{
    struct moved m = {.stream_from = tail_head(&tail), .n_events = n};
    struct packed *events = calloc(n, sizeof(*events));

    m.stream_seq = m.stream_from + (int64_t)n;
    memset(m.stream_hash, mark_of(m.stream_seq), sizeof(m.stream_hash));
    m.events = events;
    for (size_t i = 0; i < n; i++) {
        int64_t position = m.stream_from + 1 + (int64_t)i;

        events[i] = (struct packed){calloc(1, size), size};
        cr_assert_not_null(events[i].data);
        memcpy(events[i].data, &position, sizeof(position));
    }
    tail_add(&tail, &m);
    cr_assert_eq(m.n_events, 0, "the events are the tail's now");
    free(events);
}

/* Everything from the oldest on is the event of its position. */
static void expect_whole(void)
{
    for (int64_t at = tail.from + 1; at <= tail_head(&tail); at++) {
        const struct packed *p = tail_event(&tail, at);
        int64_t position;

        memcpy(&position, p->data, sizeof(position));
        cr_assert_eq(position, at);
    }
}

static void expect_seal(int64_t position, int64_t last)
{
    const struct tail_seal *seal = tail_seal_at(&tail, position);

    cr_assert_eq(seal->last, last, "over %lld: %lld", (long long)position, (long long)seal->last);
    cr_assert_eq(seal->hash[0], mark_of(last));
    cr_assert_eq(seal->hash[DIGEST_SIZE - 1], mark_of(last));
}

Test(tail, an_empty_one_covers_its_position_and_nothing_else)
{
    struct tail_seal seal = seal_at(40), unknown = {.last = -1};

    tail_reset(&tail, 0, &unknown);
    cr_assert(tail_covers(&tail, 0), "the beginning has no seal and needs none");
    tail_reset(&tail, 40, &seal);
    cr_assert_eq(tail_head(&tail), 40);
    cr_assert(tail_covers(&tail, 40));
    cr_assert_not(tail_covers(&tail, 39));
    cr_assert_not(tail_covers(&tail, 41));
    expect_seal(40, 40);
    tail_reset(&tail, 40, &unknown);
    cr_assert_not(tail_covers(&tail, 40), "the seal over it is not known: the database is asked");
}

Test(tail, every_event_of_a_commit_has_the_seal_of_that_commit)
{
    struct tail_seal seal = seal_at(10);

    tail_reset(&tail, 10, &seal);
    commit(3, 16);
    commit(1, 16);
    cr_assert_eq(tail_head(&tail), 14);
    expect_seal(10, 10);
    for (int64_t at = 11; at <= 13; at++)
        expect_seal(at, 13);
    expect_seal(14, 14);
    for (int64_t at = 10; at <= 14; at++)
        cr_assert(tail_covers(&tail, at));
    expect_whole();
}

Test(tail, an_unknown_seal_before_the_first_event_hides_that_position_alone)
{
    struct tail_seal unknown = {.last = -1};

    tail_reset(&tail, 10, &unknown);
    commit(2, 16);
    cr_assert_not(tail_covers(&tail, 10));
    cr_assert(tail_covers(&tail, 11));
    cr_assert(tail_covers(&tail, 12));
}

Test(tail, the_oldest_go_when_there_are_too_many)
{
    struct tail_seal none = seal_at(0);

    tail_reset(&tail, 0, &none);
    for (int i = 0; i < TAIL_EVENTS; i++)
        commit(1, 16);
    cr_assert_eq(tail.from, 0, "exactly as many as there may be: all are here");
    cr_assert_eq(tail.n, TAIL_EVENTS);
    commit(1, 16);
    cr_assert_eq(tail.from, 1);
    cr_assert_eq(tail.n, TAIL_EVENTS);
    cr_assert_eq(tail.bytes, TAIL_EVENTS * 16);
    cr_assert_not(tail_covers(&tail, 0));
    cr_assert(tail_covers(&tail, 1));
    expect_seal(1, 1);
    expect_whole();
}

/* Twice and a half round, in commits that do not divide the ring. */
Test(tail, the_ring_wraps_and_keeps_order_and_seals)
{
    struct tail_seal none = seal_at(0);
    int64_t last = 0;

    tail_reset(&tail, 0, &none);
    while (last < TAIL_EVENTS * 5 / 2) {
        commit(7, 16);
        last += 7;
        cr_assert_eq(tail_head(&tail), last);
        cr_assert_leq(tail.n, TAIL_EVENTS);
        expect_whole();
    }
    cr_assert_eq(tail.from, last - TAIL_EVENTS);
    /* the oldest position kept lies within a commit: its seal ends behind it, and covers it */
    cr_assert_neq(tail.from % 7, 0);
    expect_seal(tail.from, (tail.from / 7 + 1) * 7);
    cr_assert(tail_covers(&tail, tail.from));
    for (int64_t at = tail.from + 1; at <= last; at++)
        expect_seal(at, (at + 6) / 7 * 7);
}

Test(tail, a_commit_larger_than_the_ring_leaves_its_end)
{
    struct tail_seal none = seal_at(0);

    tail_reset(&tail, 0, &none);
    commit(TAIL_EVENTS + 10, 16);
    cr_assert_eq(tail.from, 10);
    cr_assert_eq(tail_head(&tail), TAIL_EVENTS + 10);
    expect_seal(10, TAIL_EVENTS + 10);
    expect_whole();
}

Test(tail, the_oldest_go_when_they_weigh_too_much_and_one_alone_stays_whatever_it_weighs)
{
    struct tail_seal none = seal_at(0);

    tail_reset(&tail, 0, &none);
    commit(4, TAIL_BYTES / 4);
    cr_assert_eq(tail.n, 4, "exactly as much as there may be");
    cr_assert_eq(tail.bytes, TAIL_BYTES);
    commit(1, 16);
    cr_assert_eq(tail.from, 1);
    cr_assert_eq(tail.bytes, TAIL_BYTES / 4 * 3 + 16);
    commit(1, TAIL_BYTES + 1);
    cr_assert_eq(tail.n, 1, "the newest is kept even if it is larger than all may be");
    cr_assert_eq(tail_head(&tail), 6);
    cr_assert_eq(tail.bytes, TAIL_BYTES + 1);
    commit(1, 16);
    cr_assert_eq(tail.n, 1);
    cr_assert_eq(tail.bytes, 16);
    expect_seal(6, 6);
    expect_whole();
}

Test(tail, a_reset_forgets_the_events_and_takes_new_ones_behind_its_position)
{
    struct tail_seal seal = seal_at(90), none = seal_at(0);

    tail_reset(&tail, 0, &none);
    for (int i = 0; i < 100; i++)
        commit(3, 16);
    tail_reset(&tail, 90, &seal); /* a fail-over: the head is behind what was told */
    cr_assert_eq(tail.n, 0);
    cr_assert_eq(tail.bytes, 0);
    cr_assert_eq(tail_head(&tail), 90);
    expect_seal(90, 90);
    commit(2, 16);
    expect_seal(92, 92);
    expect_whole();
}
