/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive - months of stream and log in files: the record of them, the files, taking a month out
 *
 * A month (of wall_at, in UTC) of a ledger becomes one file a district, in archive.folder. What it holds is settled by the record: the
 * chain, the first and the last row and the hash of the last seal, which covers every row before it. Names of files are only names.
 */
#pragma once
#include "common/seal/archive.h"
#include "common/service/frame.h"

/* A row of table archive; in the arena it was read into. */
struct archived {
    const char *ledger, *month, *district, *file;
    int64_t first, last;
    uint8_t hash[DIGEST_SIZE], sha256[DIGEST_SIZE];
};

struct month {
    char text[ARCHIVE_MONTH];
    int64_t begins_at, ends_at; /* UTC; the instant it is over */
};
