/* SPDX-License-Identifier: Apache-2.0 */
/* archive_verify - archives on record against their files */
#pragma once
#include "common/service/archive/archive_file.h"

/*
 * Of the archives on record (@ledger and @district NULL: all): whether each is of a month that is over, goes on where the one before ended and ends with the
 * ledger's own seal ("archive_record"), and whether its file, where it is in the folder, is what was archived ("archive_changed" and so on, with the
 * file's name). @absent: the file is not there, which is no fault. WORK_STOPPED by @step, TX_E_*.
 */
struct archives_listener {
    void (*fault)(void *arg, const struct archived *a, int64_t seq, const char *reason,
                  const char *file);
    void (*absent)(void *arg, const struct archived *a);
    struct archive_step step;
    void *arg;
};
int archives_verify(const struct service *svc, struct pg *pg, struct arena *a, const char *ledger,
                    const char *district, const struct archives_listener *listener) MUST_CHECK;
