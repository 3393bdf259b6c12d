/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subscription - one source and one district that are followed, and how they stand
 *
 * What the files of the hearer share. Loop thread.
 */
#pragma once
#include "common/service/hear/apply.h"
#include "common/service/hear/hearer.h"

enum sub_state {
    SUB_UNLED,  /* another instance hears */
    SUB_UNREAD, /* the position is not known */
    SUB_IDLE,   /* to be asked for */
    SUB_PULLED, /* asked for */
    SUB_APPLYING,
    SUB_BACKING_OFF,
    SUB_STOPPED, /* parked, diverged or unknown: until an operator or another build */
};

struct pull;
struct subscription {
    struct source *source;
    const char *district;
    enum sub_state state;
    const char *stopped_as;
    int64_t position, known_head;
    int64_t unread_for; /* SUB_UNREAD: the first reading that tells it */
    bool
        doubted; /* the server may have lost the end of what was applied: the position is to be read again */
    bool sealed;
    uint8_t sealed_hash[DIGEST_SIZE];
    struct pull *pull; /* SUB_PULLED, or SUB_APPLYING and asked ahead */
    struct apply apply;
    struct apply *next; /* what comes behind apply, in its own arena; NULL: not there (yet) */
    bool asked_ahead;   /* while apply is applied */
    int64_t backoff_ms, until_us; /* when it is looked at again */
    bool led;                     /* by this instance */
    bool refused;                 /* that the source does not serve the district was logged */
    /* it stands still: how far the source is by now is to be asked, and is asked */
    bool to_measure, measuring;
    struct task *awaiting;
};

struct source {
    struct hearers *all;
    const char *name;
    struct subscription *subs; /* by district */
    size_t n;
    int32_t fetch_max; /* events of a district at once */
    int n_pulls;
    int64_t backoff_ms, until_us; /* 0: not backing off */
    bool away;                    /* its silence was logged */
};

struct pull {
    struct source *source;
};

struct hearers {
    struct service *svc;
    struct source *sources;
    size_t n;
    uv_timer_t timer;
    struct job job; /* reads positions */
    struct arena *arena;
    const struct rows *rows;
    int64_t n_read; /* readings begun */
    bool reading, again, stopped;
};

enum { BACKOFF_FIRST_MS = 50, BACKOFF_LAST_MS = 2000, STOPPED_LOOK_MS = 5000 };

/* NULL: not one of the service's districts; not one that it hears. */
struct subscription *sub_of(struct source *source, const char *district);
struct source *source_of(struct hearers *all, const char *name);
struct subscription *sub_find(struct hearers *all, const char *source, const char *district);
/* Answer those who wait for a position that was reached, or no longer. */
void sub_answer_awaiting(struct subscription *sub);
/* Events known and not applied. */
int64_t sub_lag(const struct subscription *sub);
void sub_gauge_lag(const struct subscription *sub);
void hearers_gauge_stopped(struct hearers *all);
/* Its position is read again after a while that grows; at once. */
void sub_back_off(struct subscription *sub);
void sub_unread(struct subscription *sub);
/* It stands still as @state, one of the table's. */
void sub_stopped(struct subscription *sub, const char *state);
/* Whether @sub is to be left to another instance; then it stands aside. */
bool sub_stands_aside(struct subscription *sub);
