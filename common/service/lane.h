/* SPDX-License-Identifier: Apache-2.0 */
/* lane - what is to be done in one district, one worker at a time */
#pragma once
#include "common/service/frame.h"

struct lane;
struct lane_turn; /* one batch of a lane on a worker */
enum lane_kind { LANE_COMMAND, LANE_EVENTS, LANE_TIMERS };
struct lane_item {
    struct lane_item *next;
    struct lane *lane;
    enum lane_kind kind;
    int64_t queued_us;
    void (*done)(struct lane_item *item); /* loop thread */
};
enum { LANE_BATCH = 32, LANE_FULL = 1 };
int lanes_new(struct service *svc) MUST_CHECK;
void lanes_free(struct service *svc);
/* Queue @item, whose kind and done are set, in the lane of @district, one of the service's. LANE_FULL: too many commands wait.
 * Items of a lane run in their order, one worker at a time; commands that wait together may share a transaction. */
int lane_put(struct service *svc, const char *district, struct lane_item *item) MUST_CHECK;
/* The transaction of @turn's commands has come to its commit: the lane's next commands may begin on another worker. For
 * tx_on_committing. And: it was not carried out. */
void turn_commits(void *turn);
void turn_failed(struct lane_turn *turn);
/* Whether a commit was under way when it began: what goes wrong may come from not having seen that, and its commands go back. */
bool turn_overlaps(const struct lane_turn *turn);
/* Call the done of all items that were carried out; their workers go on meanwhile. */
void lanes_stepped(struct service *svc);
/* Commands waiting, in all lanes. */
int lanes_waiting(const struct service *svc);
/* Set the gauge of each district's lane. */
void lanes_gauge(const struct service *svc);
/* Answer what waits with UNAVAILABLE instead of running it: the service stops. */
void lanes_stop(struct service *svc);
