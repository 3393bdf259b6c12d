/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive_make - rows of a ledger and the seals over them out of the database into a file, as a step of a job
 *
 * The file is written under another name, is on disk with its own before it counts, and is read again from there. What is there
 * already is kept if it is the same, and never overwritten if it is not.
 */
#pragma once
#include "common/db/ledger.h"
#include "common/service/archive/archive_file.h"
#include "common/service/job/job.h"

struct making {
    struct work *work;
    const char *phase;
    int64_t done, total; /* rows, written and read again */
    uint64_t n_commands; /* seen lately */
};
/* Say how far it is, @more rows beyond what is done; whether to stop. */
bool making_tell(struct making *m, int64_t more);
/* @r, with @e kept as the job's error when it ends the job. */
int making_fail(struct making *m, int r, const struct errtext *e);
/*
 * Make @file in archive.folder of what @want says, or find that it is there; @month "" for none. Beside live commands it stands back.
 * @ret_sha256 is of the file. WORK_STOPPED; TX_E_*; -EEXIST: something else has the name; -EBADMSG: the ledger is at fault; -errno:
 * the disk. The job's error says why.
 */
int making_file(struct making *m, const struct ledger *ledger, const char *month,
                const struct archive_want *want, const char *file,
                uint8_t ret_sha256[DIGEST_SIZE]) MUST_CHECK;
