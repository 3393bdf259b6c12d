/* SPDX-License-Identifier: Apache-2.0 */
/*
 * play - how a demonstration acts: people who sign in, requests they send, days that pass
 *
 * Errors stick: after the first failure every call does nothing and returns NULL or "", so a
 * scenario reads as a straight story; play_error() says at which step and why.
 */
#pragma once
#include "services/cli/play/demo.h"

struct play;
struct play *play_new(struct demo *d, struct errtext *e);
void play_free(struct play *p);
DEFINE_CLEANUP(struct play *, play_free)
/* 0, or -EPROTO with the step and the reason in the errtext given at the start. */
int play_error(const struct play *p) MUST_CHECK;
/* Fail here, with a sentence of our own. */
void play_fail(struct play *p, const char *fmt, ...) PRINTF_LIKE(2, 3);
bool play_failed(const struct play *p);
struct arena *play_arena(struct play *p);
struct demo *play_demo(struct play *p);

/* Open an account with one role and sign in; @subject may be NULL. The password is drawn anew each
 * time. */
void play_join(struct play *p, const char *account, const char *name, const char *role,
               const char *region, const char *subject);

/* A command by @account (NULL: the public) in the demonstration's district (or @district); @body is
 * stolen. The new thing's id, in the arena; ret_json (may be NULL) is the answer, to be
 * json_decref()ed. */
const char *play_do(struct play *p, const char *account, const char *path, json_t *body);
const char *play_do_in(struct play *p, const char *account, const char *district, const char *path,
                       json_t *body, json_t **ret_json);
/* The same, but it must be refused with @code: what the rules forbid is part of the story. */
void play_refused(struct play *p, const char *account, const char *path, json_t *body,
                  const char *code);
/* What a query answers; json_decref() it. */
json_t *play_get(struct play *p, const char *account, const char *path);
/* All pages of a list; json_decref() it. */
json_t *play_list(struct play *p, const char *account, const char *path, const char *member);
/* A small PDF as evidence: its SHA-256, in the arena; @ret_size its bytes. */
const char *play_upload(struct play *p, const char *account, const char *file_name,
                        size_t *ret_size);

/* Let everything that was said be heard everywhere. */
void play_settle(struct play *p);
/* Advance the clock to @instant ("2023-06-05T09:00:00+08:00") and note what is done then: the
 * story's line and the result's "clock". */
void play_at(struct play *p, const char *instant, const char *step);
/* A remark on the story's current step, in the reader's language as all sentences here. */
void play_note(struct play *p, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* A file of the shipped data, in the arena. */
const char *play_file(struct play *p, const char *relative);
/* Format in the arena. */
#define play_text(p, ...) arena_printf(play_arena(p), __VA_ARGS__)
