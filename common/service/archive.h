/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archive - months of stream and log in files: the record of them, the files, taking a month out
 *
 * A month (of wall_at, in UTC) of a ledger becomes one file a district, in archive.folder. What it holds is settled by the record: the
 * chain, the first and the last row and the hash of the last seal, which covers every row before it. Names of files are only names.
 */
#pragma once
#include "common/seal/archive.h"
#include "common/seal/proof.h"
#include "common/service/frame.h"

struct task;
struct tx;
struct work;

/* A row of table archive; in the arena it was read into. */
struct archived {
    const char *ledger, *month, *district, *file;
    int64_t first, last;
    uint8_t hash[DIGEST_SIZE], sha256[DIGEST_SIZE];
};
/* Those of @ledger in @district (NULL: all), of each chain in its order. TX_E_*. */
int archived_read(struct tx *tx, const char *ledger, const char *district, struct archived **ret_list, size_t *ret_n) MUST_CHECK;
/* For an answer; borrows from @a. */
Hp__Archive *archived_message(struct arena *arena, const struct archived *a);

/* ---- months ---- */

struct month {
    char text[ARCHIVE_MONTH];
    int64_t begins_at, ends_at; /* UTC; the instant it is over */
};
enum { MONTH_E_BAD = 1 };
int month_parse(const char *text, struct month *ret_month) MUST_CHECK;

/* ---- files (archive_file.c) ---- */

enum { ARCHIVE_PATH = 4096 };
const char *archive_path(const struct service *svc, const char *file, char buf[ARCHIVE_PATH]);
/* SERVICE.LEDGER.DISTRICT.MONTH.jsonl */
const char *archive_name(struct arena *a, const struct service *svc, const char *ledger, const char *district, const char *month);

/* What a file must be. */
struct archive_want {
    struct seal_chain chain;
    int64_t first, last;
    uint8_t previous[DIGEST_SIZE], hash[DIGEST_SIZE]; /* of the seals before the first and of the last row */
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
int archive_judge(const char *path, const struct archive_want *want, const struct archive_step *step, enum archive_state *ret_state,
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

/* ---- verifying (archive_verify.c) ---- */

/*
 * Of the archives on record (@ledger and @district NULL: all): whether each is of a month that is over, goes on where the one before ended and ends with the
 * ledger's own seal ("archive_record"), and whether its file, where it is in the folder, is what was archived ("archive_changed" and so on, with the
 * file's name). @absent: the file is not there, which is no fault. WORK_STOPPED by @step, TX_E_*.
 */
struct archives_listener {
    void (*fault)(void *arg, const struct archived *a, int64_t seq, const char *reason, const char *file);
    void (*absent)(void *arg, const struct archived *a);
    struct archive_step step;
    void *arg;
};
int archives_verify(const struct service *svc, struct pg *pg, struct arena *a, const char *ledger, const char *district,
                    const struct archives_listener *listener) MUST_CHECK;

/* ---- proving (archive_proof.c) ---- */

enum { ARCHIVE_E_ROW = 1 /* it was not archived */, ARCHIVE_E_FILE /* its file, *ret_archived, is not here or does not hold */ };
/* As ledger_proof_row, of a row that was archived. TX_E_*, @e. */
int archive_proof_row(const struct service *svc, struct pg *pg, const struct ledger *ledger, const char *district, int64_t seq,
                      struct arena *arena, struct proof *ret_proof, const struct archived **ret_archived, struct errtext *e) MUST_CHECK;

/* ---- messages and jobs ---- */

/* Why a month is not archived now: field and up to two values for the reason's sentence. */
struct month_refusal {
    enum reason reason;
    const char *field, *one, *two;
};
enum { MONTH_E_REFUSED = 1 };
/*
 * Whether @text is a month that may be archived: over, no command of it remembered any more, and none before it left. MONTH_E_REFUSED;
 * TX_E_*: the database. Texts are in @a or borrowed.
 */
int month_admit(const struct service *svc, struct pg *pg, struct arena *a, const char *text, struct month *ret_month,
                struct month_refusal *ret_refusal) MUST_CHECK;
/* bus.ListArchives */
void list_archives_start(struct task *t);
/* Whether job archive with these arguments may be begun (job.h). */
bool archive_admit_job(struct task *t, struct pg *pg, struct bytes args, int *ret_r);
int archive_job(struct work *w);
