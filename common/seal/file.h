/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file - the seal file: signed lines, only ever added to, safe on disk when append returns
 *
 * One process writes; a second one is refused. A copy may stand elsewhere (another disk, a mount):
 * it is a prefix of the file, grows after it and catches up by itself after an outage; its troubles
 * never stop the file. All calls may wait for a disk: not for the loop's thread.
 */
#pragma once
#include "common/base/err.h"
#include "common/seal/sign.h"

struct seal_log; /* one thread at a time */

/* What the copy is like. */
enum seal_copy_state {
    SEAL_COPY_NONE,  /* none is wanted */
    SEAL_COPY_WHOLE, /* every line is there too */
    SEAL_COPY_BEHIND, /* it cannot be written, or has not caught up yet: tried again at each append */
    SEAL_COPY_DIFFERS, /* it holds something else than the file: left alone until somebody looks */
};
struct seal_log_state {
    int64_t size; /* bytes of the file */
    int64_t cut;  /* bytes of an unfinished last line that the opening cut off */
    enum seal_copy_state copy;
    int64_t copy_missing;      /* bytes the copy lacks; all of them when it cannot be read */
    int64_t copy_failures;     /* since the file was opened */
    struct errtext copy_error; /* the last one */
};

enum { SEAL_LOG_E_LOCKED = 1 /* another process writes this file */ };
/*
 * Open @path for adding, made with mode 0644 if it is not there; @copy may be NULL. Looks at the
 * end: a last line without its newline, or with NULs in it as a crash of the machine leaves them,
 * is cut off (state.cut). A copy that cannot be opened is counted, not refused. -errno with @e.
 */
int seal_log_open(const char *path, const char *copy, struct seal_log **ret_log,
                  struct errtext *e) MUST_CHECK;
void seal_log_close(struct seal_log *l); /* NULL is fine */
DEFINE_CLEANUP(struct seal_log *, seal_log_close)

enum { SEAL_LOG_E_COPY = 2 /* done; but the copy is not whole: seal_log_state says why */ };
/*
 * Add @n lines in one write and wait until they are on disk. -errno with @e: none of them is in the
 * file (what a full disk took of them is cut off again); they may be given again. @n 0 only lets
 * the copy catch up. The copy takes at most 16 MiB a call.
 */
int seal_log_append(struct seal_log *l, const struct seal_signed *lines, size_t n,
                    struct errtext *e) MUST_CHECK;
const struct seal_log_state *seal_log_state(const struct seal_log *l);
