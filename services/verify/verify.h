/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verify - what the files of hongping-verify share
 *
 * The program reads seal files, proofs and archives (docs/core.md, "Seals") and needs nothing else:
 * no service, no database, no file beside it. It answers in the language of the terminal.
 */
#pragma once
#include <jansson.h>

#include "common/seal/archive.h"
#include "common/seal/fault.h"
#include "common/seal/proof.h"
#include "common/seal/sign.h"

/* ---- words ---- */

/* The sentence in the terminal's language; the Chinese is inside the program. */
const char *tr(const char *msgid) __attribute__((format_arg(1)));

/* ---- signed heads ---- */

struct head {
    int64_t last, at, line;
    enum digest_algorithm algorithm;
    uint8_t hash[DIGEST_SIZE];
};
/* One chain's, each place once, rising. */
struct head_chain {
    struct seal_chain chain;
    struct head *heads;
    size_t n, room;
};
struct heads; /* of all chains of a seal file */
struct heads *heads_new(void);
void heads_free(struct heads *h);
DEFINE_CLEANUP(struct heads *, heads_free)
enum { HEADS_E_BACK = 1, HEADS_E_FORK };
/* The next line's head; one that goes back or names another hash for a place is not kept. */
int heads_add(struct heads *h, const struct seal_head *head, int64_t line) MUST_CHECK;
/* NULL: nothing of that chain. */
const struct head_chain *heads_of(const struct heads *h, const struct seal_chain *chain);
/* All chains, in the order in which they came up. */
size_t heads_count(const struct heads *h);
const struct head_chain *heads_at(const struct heads *h, size_t i);
/* The index of the first head at @last or behind it; n when there is none. */
size_t head_from(const struct head_chain *c, int64_t last);

/* ---- keys ---- */

/* The keys that may sign; none given: whichever the files name. */
struct keys {
    struct seal_public *keys;
    size_t n;
};
void keys_release(struct keys *k);
enum { KEYS_E_WRONG = 1 }; /* no key; @e says where */
int keys_add(struct keys *k, const char *hex, struct errtext *e) MUST_CHECK;
/* One key a line; blank lines and those that begin with # are skipped. -errno, KEYS_E_WRONG */
int keys_read(struct keys *k, const char *path, struct errtext *e) MUST_CHECK;
bool keys_allow(const struct keys *k, const struct seal_public *key);

/* ---- what is found in one file ---- */

enum { FAULTS_SHOWN = 100 }; /* the others are counted */
enum verdict {
    VERDICT_HOLDS,
    VERDICT_FAULTY,
    VERDICT_UNREADABLE,
    VERDICT_OPEN, /* nothing is wrong with it, and what was asked for cannot be shown */
};
struct report {
    const char *file;
    struct str name;  /* the file's, as it may be printed */
    const char *kind; /* "seals", "proof", "archive"; NULL: none of them */
    enum verdict verdict;
    struct str sentence;
    int64_t n_faults;
    json_t *faults;  /* the first FAULTS_SHOWN, objects with their text */
    json_t *remarks; /* sentences */
    bool signature;  /* one was checked */
};
/* @text for a terminal and for JSON: what is no character and what controls a terminal becomes '?'. Names and details are other
 * people's. */
void report_add_printable(struct str *s, const char *text);
void report_init(struct report *r, const char *file);
void report_release(struct report *r);
/* A seal_listener's: @data is the report. */
void report_fault(void *data, const struct seal_fault *fault);
void report_add(struct report *r, enum seal_reason reason, int64_t line,
                const struct seal_chain *chain, int64_t first, int64_t last);
/* A sentence that is no fault; @fmt is translated already. */
void report_remark(struct report *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* The file cannot be read, for the reason in the sentence. */
void report_unreadable(struct report *r, const char *fmt, ...) PRINTF_LIKE(2, 3);
void report_print(const struct report *r, FILE *out);
json_t *report_json(const struct report *r);

/* ---- the files ---- */

struct verifier {
    struct keys keys;
    struct seal_checker *checker;
    struct heads *against;    /* NULL: not compared with a seal file */
    struct archive_end *ends; /* of the archives so far, for what follows from what */
    size_t n_ends;
};
/* Find out what @r->file is and check it; everything goes into @r. */
void verify_file(struct verifier *v, struct report *r);
/* A seal file; its heads go to @heads. */
void verify_seals(struct verifier *v, FILE *f, struct heads *heads, struct report *r);
void verify_proof(struct verifier *v, const char *text, size_t size, struct report *r);
void verify_archive(struct verifier *v, FILE *f, struct report *r);

/* One file's beginning and end in its chain. */
struct archive_end {
    struct seal_chain chain;
    int64_t first, last;
    uint8_t previous[DIGEST_SIZE], hash[DIGEST_SIZE];
};

/* Compare a seal with the heads signed in its range; *ret_covered becomes its last row when it was
 * signed, else stays. */
void against_seal(const struct head_chain *c, const struct archive_seal *seal, int64_t line,
                  int64_t *ret_covered, struct report *r);
/* The hash before the first row of a file, as far as its place was signed. */
void against_previous(const struct head_chain *c, int64_t first,
                      const uint8_t previous[DIGEST_SIZE], struct report *r);
/* A seal file with another one: the same hashes, and no tail missing. */
void against_seals(const struct heads *ours, const struct heads *against, struct report *r);
