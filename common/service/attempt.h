/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attempt - one go at one message on a worker: form, authorisation, handler, reply
 *
 * What commands (command.c) and queries (query.c) have in common. Worker thread.
 */
#pragma once
#include "common/base/digest.h"
#include "common/service/handling.h"
#include "common/service/task.h"

enum { ATTEMPT_AWAY_MS = 2000, ATTEMPT_NO_DEADLINE_MS = 10000, ATTEMPT_LOSSES = 4 };
/* What an attempt ends with besides 0, MSG_*, TX_E_* and negative ones. */
enum { ATTEMPT_EXPIRED = 3001 };

struct lane_turn;
struct pg;
/* One go at one message. */
struct attempt {
    struct handling run;
    struct task *t;
    struct pg *pg;
    uint8_t digest[DIGEST_SIZE];
    int64_t rev;   /* of the thing a query read; -1: of none */
    bool answered; /* from the log */
    struct lane_turn
        *turn; /* all of which this is; NULL: a query, or one of several gone over again */
};

/* Begin: @t has no reply yet. */
void attempt_init(struct attempt *at, struct task *t, struct pg *pg, struct tx *tx, struct arena *a,
                  struct lane_turn *turn);
/* Deadline, authorisation, form; then the handler. */
int attempt_carry_out(struct attempt *at) MUST_CHECK;
/* -EMSGSIZE: longer than a frame may be, so that it could never be sent; nothing is to be committed then. */
int attempt_fill_reply(struct attempt *at, bool done) MUST_CHECK;
/* What @r, the end of an attempt, means when it is not run again. */
void attempt_settle(struct attempt *at, int r, const struct errtext *e);
/* The account of @t's actor, "" for none. */
const char *attempt_account(const struct task *t);
/* Nothing was done, says the answer. */
void attempt_deny(struct task *t, Hp__Reply__Status status);
/* UNAVAILABLE, and a line in the log that says @why. */
void attempt_give_up(struct task *t, const char *why);
bool attempt_has_time(const struct task *t);
/* What makes two requests the same: everything but the times, the trace and the roles held at the moment. */
void request_digest(const struct task *t, uint8_t ret_value[DIGEST_SIZE]);
