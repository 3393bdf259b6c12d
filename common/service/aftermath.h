/* SPDX-License-Identifier: Apache-2.0 */
/* aftermath - what a commit leaves for the loop */
#pragma once
#include "common/base/digest.h"
#include "common/service/frame.h"

struct pg;

/* A district that moved. The events are packed, each malloc'ed; who takes them sets n_events to 0. */
struct moved {
    struct moved *next;
    char district[16];
    int64_t stream_from, stream_seq, log_seq;
    uint8_t stream_hash[DIGEST_SIZE], stream_root[DIGEST_SIZE]; /* of the newest seal */
    struct packed *events;                                      /* positions stream_from + 1 ... */
    size_t n_events;
};
struct packed {
    uint8_t *data;
    size_t size;
};
struct due_set { /* a timer that was set */
    struct due_set *next;
    char district[16];
    int64_t at;
};
struct aftermath {
    struct moved *moved;
    struct due_set *timers;
};
/* Add what the commit just made on @pg did. */
void aftermath_note(struct aftermath *am, const struct pg *pg);
/* Remember a timer set in a transaction that committed. */
void aftermath_timer(struct aftermath *am, const char *district, int64_t at);
/* Loop thread: wake readers, arm timers, tell other instances; frees what is in it. */
void aftermath_apply(struct service *svc, struct aftermath *am);
