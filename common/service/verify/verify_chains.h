/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify_chains - the chains that are verified, and what was found in them
 *
 * What the files of verify share. Two threads walk; what both touch is under the mutex.
 */
#pragma once
#include "common/bus/bus.h"
#include "common/db/ledger_verify.h"
#include "common/service/frame.h"

struct work;
enum { VERIFY_MAX_FAULTS = 10000 /* so many say enough, and fit into a reply */ };
enum { VERIFY_WAIT_MS = 50 };

struct chain {
    const struct ledger *ledger;
    const char *district;
    bool taken, over;
    int64_t end;    /* where its head stood */
    int64_t sealed; /* the last seal looked at; 0: from the beginning */
    uint8_t hash[DIGEST_SIZE];
    int64_t loose; /* rows looked at behind it */
};

struct verify {
    struct service *svc;
    struct arena *arena; /* the chains; the starting thread's */
    struct chain *chains;
    size_t n_chains, room;
    const char *only_ledger, *only_district;
    struct work *work; /* NULL: in one go */
    int64_t total, marked_us;
    /* both threads, under the mutex */
    pthread_mutex_t mutex;
    size_t next;
    int64_t rows;
    struct arena *fault_arena;
    Hp__LedgerFault **faults;
    size_t n_faults, fault_room;
    Hp__Archive **absent;
    size_t n_absent, absent_room;
    int n_walking;
    int helper_result;
    bool helper_over;
    /* the commands seen lately */
    uint64_t n_commands;
    int64_t command_us;
    bool stop; /* atomic */
};

/* Without chains; @arena is the starting thread's. */
void verify_init(struct verify *v, struct service *svc, struct arena *arena);
void verify_release(struct verify *v);
/* A fault more, copied, up to VERIFY_MAX_FAULTS; @file may be NULL. Under the mutex, or nobody else walks. */
void verify_add_fault(struct verify *v, const char *ledger, const char *district, int64_t seq,
                      const char *reason, const char *file);
/* For ledger_walk_new and sealer_check, @arg the verify: the same, taking the mutex. */
void verify_on_fault(const struct ledger_fault *f, void *arg);
/* Every chain that was asked for, with its end. TX_E_*. */
int verify_add_all(struct verify *v, struct pg *pg) MUST_CHECK;
