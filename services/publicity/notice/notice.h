/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice - a public notice, the entries it shows and who has to sign it
 *
 * All texts live in the message's arena.
 */
#pragma once
#include "services/publicity/publicity.h"

struct entry {
    const char *subject_id, *category, *group, *name, *state;
    const char *enterprise_id, *enterprise_name, *subdistrict; /* NULL: not known */
    const char *removed_reason; /* "objection" or the kind of a change; NULL: not removed */
    int64_t score_milli;
    int rank; /* within the group, from 1 */
    bool from_reserve;
};

struct notice {
    const char *id, *programme_id, *list_id, *kind, *number, *title, *state, *basis;
    const char *organisers; /* names, one a line */
    const char *how_to_object, *contact, *content_sha256;
    const char *follows; /* NULL: the first */
    int working_days, version;
    bool count_start_day;
    int64_t publish_at, published_at; /* INSTANT_NONE: not yet */
    int32_t start_day, end_day;       /* DAY_NONE: not yet */
    int64_t revision;                 /* for compare-and-set */
};

struct signature {
    const char *body, *name, *account; /* account NULL: not signed */
    int64_t at;
};

/* ---- pure rules (notice_rules.c) ---- */

/*
 * What is published, as text in which no two different notices read alike: "key=<bytes>:<value>" a
 * line, in a fixed order, absent values as "key=-". The state of an entry and the days of
 * publishing are not part of it: bodies sign before those are known.
 */
void notice_canonical(const struct notice *n, const struct entry *entries, size_t n_entries,
                      struct str *out);
/* SHA-256 of the canonical text, 64 hex characters. */
void notice_hash(const char *canonical, char ret_hex[DIGEST_HEX]);

/*
 * The days of a notice published at @at: it starts on that day in China; it ends with the last
 * working day, counted by the notice's own rule. CALENDAR_E_NO_YEAR, CALENDAR_E_RANGE as
 * calendar_last_day.
 */
int notice_days(const struct calendar *cal, int64_t at, int working_days, bool count_start_day,
                int32_t *ret_start_day, int32_t *ret_end_day) MUST_CHECK;

/* The best of @group's reserve that has not moved up yet: the lowest rank. NULL when none is left.
 */
const struct entry *reserve_next(const struct entry *entries, size_t n_entries, const char *group);

/* ---- store (notice_store.c) ---- */

/* MSG_REFUSED (not_found) when there is none. */
int notice_need(struct ctx *c, const char *id, struct notice *ret_notice) MUST_CHECK;
/* The proposal notice of a list as it stands, the newest version; NULL if there is none. */
int notice_proposal(struct ctx *c, const char *list_id, struct notice **ret_notice) MUST_CHECK;
/* Those of a list that were not replaced, oldest version first; in the arena. */
int notices_of_list(struct ctx *c, const char *list_id, struct notice **ret_notices,
                    size_t *ret_n) MUST_CHECK;
/* The notice in row @i of a result of notice columns. */
void notice_read(const struct rows *rows, size_t i, struct notice *ret_notice);
int notice_signatures(struct ctx *c, const char *id, struct signature **ret_signatures,
                      size_t *ret_n) MUST_CHECK;
int notice_entries(struct ctx *c, const char *id, struct entry **ret_entries,
                   size_t *ret_n) MUST_CHECK;
/* The entry in row @i. */
void entry_read(const struct rows *rows, size_t i, struct entry *ret_entry);

/* Write a new notice with its entries and the bodies that have to sign; fills in hash and state;
 * one ledger row; says NoticeDrafted. */
int notice_insert(struct ctx *c, const struct programme *p, struct notice *n,
                  const struct entry *entries, size_t n_entries) MUST_CHECK;
/* A draft that nobody has signed takes up one more entry: a new version of it. MSG_LATER. */
int notice_extend(struct ctx *c, struct notice *n, const struct entry *entry) MUST_CHECK;
/* One row of the ledger; @content NULL when it only refers to the content by its hash. */
void notice_record(struct ctx *c, const struct notice *n, const char *what, const char *content);
/* Step to another state by the machine's rows (@on) under compare-and-set; MSG_LATER. */
int notice_step(struct ctx *c, struct notice *n, const char *on) MUST_CHECK;

/* Refuse with signatures_missing on @field, naming the bodies that have not signed @n. */
int refuse_unsigned(struct ctx *c, const struct notice *n, const char *field) MUST_CHECK;

/* ---- messages (notices.c) ---- */

/*
 * The notices as messages with their signatures and entries, two queries for all. Without @officer
 * the signing accounts are not shown: the body's id stands for them.
 */
int notice_messages(struct ctx *c, const struct notice *notices, size_t n_notices, bool officer,
                    Publicity__Notice ***ret_messages) MUST_CHECK;
void entry_message(struct arena *a, const struct entry *e, Publicity__NoticeEntry **ret_message);

/* ---- drafting by the system (draft.c) ---- */

/* Put @promoted on the list's supplementary draft that nobody has signed, or draft one that follows
 * @after. */
int notice_supplement(struct ctx *c, const struct programme *p, const struct notice *after,
                      const struct entry *promoted) MUST_CHECK;
