/* SPDX-License-Identifier: Apache-2.0 */
/* archive_file - the files of archived months: judged, and made under another name first */
#pragma once
#include "common/seal/archive.h"
#include "common/service/archive/archive.h"

enum { ARCHIVE_PATH = 4096 };
const char *archive_path(const struct service *svc, const char *file, char buf[ARCHIVE_PATH]);
/* SERVICE.LEDGER.DISTRICT.MONTH.jsonl */
const char *archive_name(struct arena *a, const struct service *svc, const char *ledger,
                         const char *district, const char *month);

/* What a file must be. */
struct archive_want {
    struct seal_chain chain;
    int64_t first, last;
    uint8_t previous[DIGEST_SIZE],
        hash[DIGEST_SIZE]; /* of the seals before the first and of the last row */
};
enum archive_state {
    ARCHIVE_HOLDS,
    ARCHIVE_ABSENT,
    ARCHIVE_UNREADABLE,
    ARCHIVE_SWAPPED, /* an archive, and another one: of another chain or other rows */
    ARCHIVE_CUT,     /* its end is missing */
    ARCHIVE_CHANGED,
};
const char *archive_state_reason(enum archive_state state); /* "archive_cut" and so on */
/* A plain file, not what a link leads to; NULL: ARCHIVE_ABSENT or ARCHIVE_UNREADABLE. fclose it. */
FILE *archive_open(const char *path, enum archive_state *ret_state);
/* Told with the rows read so far, often; true ends it. */
struct archive_step {
    bool (*step)(void *arg, int64_t rows);
    void *arg;
};
/* Read all of the file at @path and compare it with @want; @ret_sha256 (may be NULL) is written when it holds. WORK_STOPPED. */
int archive_judge(const char *path, const struct archive_want *want,
                  const struct archive_step *step, enum archive_state *ret_state,
                  uint8_t ret_sha256[DIGEST_SIZE]) MUST_CHECK;

/* A file on its way: written under another name, on disk before it gets its own. */
struct archive_draft {
    char path[ARCHIVE_PATH], final[ARCHIVE_PATH];
    FILE *f;
};
enum { ARCHIVE_E_BUSY = 1 /* another process is writing it */ };
/* Make the folder if it is missing, and an empty draft. -errno: @e says why. */
int archive_draft_open(struct archive_draft *d, const char *path, struct errtext *e) MUST_CHECK;
/* What was written is on disk, and so is its name: -errno, @e. Else archive_draft_drop. */
int archive_draft_keep(struct archive_draft *d, struct errtext *e) MUST_CHECK;
void archive_draft_drop(struct archive_draft *d);
