/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrate_session - the connection migrations run on: it waits for nothing without end, and knows
 * who keeps it waiting
 *
 * The server looks every two seconds whether this process still lives, also while a statement waits
 * for a lock, so that a killed one leaves neither a lock nor a place in a queue behind. While a
 * statement takes its time, a second connection asks whom it waits for.
 */
#pragma once
#include "common/db/migrate.h"
#include "common/db/pg.h"

struct migrate_session {
    PGconn *conn;
    const char *conninfo, *schema, *part;
    int lock_ms, patience_ms;
    struct errtext *e;
    PGconn *watcher;    /* opened when a statement takes longer; NULL after it failed */
    bool watcher_tried; /* so that it is tried once */
    int watch_ms;       /* how long an answer may take before the watcher is asked */
    char blockers[400]; /* who held what a statement was seen waiting for, lately; "" */
};

/* @s has its first line of fields set. -ENOTCONN, -EIO; close it in any case. */
int migrate_session_open(struct migrate_session *s) MUST_CHECK;
void migrate_session_close(struct migrate_session *s);

/*
 * The one lock of the schema, kept until the session closes. It is asked for again and again, not
 * waited for in the server: a waiting statement has a snapshot, for which "create index
 * concurrently" of the holder would wait in its turn.
 * MIGRATE_E_BUSY: someone else has it all this time; @e says who.
 */
int migrate_session_lock(struct migrate_session *s) MUST_CHECK;

/*
 * How long each following statement waits for a lock, and the name under which others see this
 * session; with @local until the transaction ends. MIGRATE_E_FAILED.
 */
int migrate_session_set(struct migrate_session *s, const char *name, int lock_ms,
                        bool local) MUST_CHECK;

/*
 * One statement with text parameters; @ret_res may be NULL, else the caller clears it.
 * MIGRATE_E_BUSY: a lock did not come in time, or a deadlock; MIGRATE_E_FAILED. @e says what.
 */
int migrate_session_ask(struct migrate_session *s, const char *sql, const char *const *values,
                        int n, PGresult **ret_res) MUST_CHECK;
/* After PQsendQuery...: the next result or NULL, as PQgetResult; meanwhile looks for blockers. */
PGresult *migrate_session_result(struct migrate_session *s);
/* The outcome a failed @res means. */
int migrate_session_outcome(const PGresult *res);

/* Run @step until it is not MIGRATE_E_BUSY or the patience is at an end; between, wait a little,
 * longer each time. @what is named in @e when it ends BUSY. */
int migrate_session_insist(struct migrate_session *s, const char *what, int (*step)(void *arg),
                           void *arg) MUST_CHECK;
