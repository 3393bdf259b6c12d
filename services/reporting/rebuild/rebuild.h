/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rebuild - the read models once more, aside, from the streams; and every difference to the live
 * ones
 *
 * Works on connections and threads of its own, in the schema reporting_aside, which it empties first
 * and last; the live service goes on meanwhile. The streams are replayed to where the live models
 * stand, and again to where these have come by then, until little is left, all without a snapshot.
 * Then the models are compared one after the other, long ones in parts, each in a snapshot of its own
 * that sees live rows and positions as of one instant and in which the last few events are replayed,
 * so that both sides stand at the same positions.
 */
#pragma once
#include "common/bus/client.h"
#include "services/reporting/rebuild/result.h"

struct rebuild_spec {
    const char *conninfo, *schema; /* of the live models */
    const struct bus_conf *bus;
    const char *archives; /* the folder of what the sources archived; "": none */
    int64_t part_rows;    /* of a model, compared at once, about; 0: as many as do well */
    void *arg;            /* of both functions; neither may be NULL */
    /*
     * Between two transactions of the rebuild, on its thread: @phase "replay" with the events done
     * of those known by then, or "compare" with the parts of models done of all there are.
     */
    void (*progress)(void *arg, const char *phase, int64_t done, int64_t total);
    /* Whether to stop; asked by several threads, often. Must stay true once it was. */
    bool (*cancelled)(void *arg);
};

enum {
    REBUILD_E_CANCELLED = 1, /* within a second or so of being told */
    REBUILD_E_BUSY,          /* another rebuild is running in this database */
};
/* Whatever the outcome, nothing is left that the next one trips over. Negative: @e says why. */
int rebuild_run(const struct rebuild_spec *spec, struct arena *arena,
                struct rebuild_result *ret_result, struct errtext *e) MUST_CHECK;
