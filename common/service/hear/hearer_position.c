/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the positions of all subscriptions at once. */
#include "common/service/hear/hearer_position.h"

#include <string.h>

#include "common/service/hear/hearer_measure.h"
#include "common/service/hear/hearer_pull.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum { ASIDE_LOOK_MS = 50 };

static void read_run(struct job *job, void *worker)
{
    struct hearers *all = container_of(job, struct hearers, job);
    struct pg *pg = worker_pg(worker, 0);
    struct rows *rows;
    struct tx *tx;

    all->rows = NULL;
    if (!pg)
        return;
    tx = tx_begin(pg, TX_READ_ONLY, all->arena);
    if (sql_query(tx, &sql_frame_subscription_read, &rows,
                  TA((const char *const *)all->svc->districts, all->svc->n_districts)) == 0)
        all->rows = rows;
    tx_rollback(tx);
}

static void take_position(struct subscription *sub, const struct rows *rows, size_t i)
{
    struct bytes hash = rows_bytes(rows, i, "sealed_hash");
    const char *state = rows_text(rows, i, "state");
    bool stood = sub->state == SUB_STOPPED;

    sub->position = rows_i64(rows, i, "position");
    sub->doubted = false;
    sub->sealed = hash.size == DIGEST_SIZE;
    if (sub->sealed)
        memcpy(sub->sealed_hash, hash.data, DIGEST_SIZE);
    if (strcmp(state, "following") != 0) {
        sub_stopped(sub, state);
        return;
    }
    sub->state = SUB_IDLE;
    if (stood)
        hearers_gauge_stopped(sub->source->all);
    sub_answer_awaiting(sub);
}

/* Another instance hears; who waits here is told all the same. */
static void look_aside(struct subscription *sub, const struct rows *rows, size_t i)
{
    sub->position = rows_i64(rows, i, "position");
    sub->doubted = false;
    sub_answer_awaiting(sub);
    sub->until_us = monotonic_now_us() + ASIDE_LOOK_MS * 1000;
    if (sub->awaiting)
        hearers_look_soon(sub->source->all, sub->until_us);
}

/* Whether the reading that is over was for @sub, which may be NULL. Others who ask for more of them do
 * not hold it up. */
static bool is_told(const struct subscription *sub)
{
    return sub && sub->state == SUB_UNREAD && sub->unread_for <= sub->source->all->n_read;
}

static void read_done(struct job *job)
{
    struct hearers *all = container_of(job, struct hearers, job);

    all->reading = false;
    for (size_t i = 0; all->rows && i < rows_count(all->rows); i++) {
        struct subscription *sub =
            sub_find(all, rows_text(all->rows, i, "source"), rows_text(all->rows, i, "district"));

        if (is_told(sub))
            take_position(sub, all->rows, i);
        else if (sub && sub->state == SUB_UNLED && sub->awaiting)
            look_aside(sub, all->rows, i);
    }
    for (size_t i = 0; i < all->n && !all->stopped; i++) {
        for (size_t j = 0; j < all->sources[i].n; j++)
            if (is_told(&all->sources[i].subs[j]))
                sub_back_off(&all->sources[i].subs[j]);
        source_pump(&all->sources[i]);
        source_measure(&all->sources[i]);
    }
    all->rows = NULL;
    arena_free(TAKE(all->arena));
    if (TAKE(all->again))
        hearers_read_positions(all);
}

void hearers_read_positions(struct hearers *all)
{
    if (all->stopped)
        return;
    if (all->reading) {
        all->again = true;
        return;
    }
    all->reading = true;
    all->n_read++;
    all->arena = arena_new();
    all->job = (struct job){.run = read_run, .done = read_done};
    workers_submit_own(all->svc->readers, &all->job);
}
