/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fill - rows of a service's log and stream, sealed as its commands would have sealed them
 *
 * Usage: fill CONNINFO SCHEMA DISTRICT N
 * Appends N rows to each of the two, a thousand in a transaction. SCHEMA names the service. The events say nothing that could be heard:
 * take a district that nobody serves.
 */
#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/db/ledger.h"
#include "frame_sql.h"

#include "common/base/banned.h"

enum { BATCH = 1000 };

static void append_one(struct tx *tx, const char *district, int64_t now)
{
    static const uint8_t digest[DIGEST_SIZE], payload[150];
    struct uuid id;

    uuid_new(&id);
    ledger_append(tx, &frame_stream, district, U(&id), T("intake.ManagerRegistered"), AT(now),
                  U(&id), T("trace-of-a-sample"), T("bench"), B(false),
                  BY(payload, sizeof(payload)));
    ledger_append(tx, &frame_log, district, U(&id), T("intake.RegisterManager"), AT(now),
                  T("bench"), T("trace-of-a-sample"), BY(digest, sizeof(digest)), T("done"),
                  T(NULL), T(NULL), T(NULL), BY(payload, 20));
}

int main(int argc, char **argv)
{
    static const struct sql_stmt *const *const lists[] = {frame_statements, NULL};
    long long n = argc == 5 ? strtoll(argv[4], NULL, 10) : 0;
    CLEANUP(pg_close) struct pg *pg = NULL;
    struct errtext e = {0};

    if (n < 1) {
        fprintf(stderr, "usage: fill CONNINFO SCHEMA DISTRICT N\n");
        return 2;
    }
    if (pg_open(argv[1], argv[2], lists, &pg, &e) != 0) {
        fprintf(stderr, "fill: %s\n", e.text);
        return 1;
    }
    ledger_set_service(argv[2]);
    if (ledger_make_heads(pg, (const char *const[]){argv[3]}, 1, NULL, &e) != 0) {
        fprintf(stderr, "fill: %s\n", e.text);
        return 1;
    }
    for (long long done = 0; done < n;) {
        CLEANUP(arena_free) struct arena *a = arena_new();
        struct tx *tx = tx_begin(pg, TX_WRITE, a);
        int64_t now = wall_now_us();

        for (int i = 0; i < BATCH && done < n; i++, done++)
            append_one(tx, argv[3], now);
        if (tx_commit(tx, &e) != 0) {
            fprintf(stderr, "fill: %s\n", e.text);
            return 1;
        }
    }
    return 0;
}
