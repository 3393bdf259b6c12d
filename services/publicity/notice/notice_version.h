/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice_version - a version of a notice is made: its content is written, sealed and said
 */
#pragma once
#include "common/domain/programme/programme.h"
#include "common/service/service.h"
#include "services/publicity/list/entry.h"
#include "services/publicity/notice/notice.h"

/* What the notice says about itself unless the officer says otherwise: @p's words and days. */
void notice_begin(struct ctx *c, const struct programme *p, struct notice *n);
/* The next number of the programme's pattern that no notice has: an officer may have given one out
 * of turn. */
int notice_number(struct ctx *c, const struct programme *p, const char **ret_number) MUST_CHECK;

/* Write a new notice with its entries and the bodies that have to sign; fills in hash and state;
 * one ledger row; says NoticeDrafted. */
int notice_insert(struct ctx *c, const struct programme *p, struct notice *n,
                  const struct entry *entries, size_t n_entries) MUST_CHECK;
/* A draft that nobody has signed takes up one more entry: a new version of it. MSG_LATER. */
int notice_extend(struct ctx *c, struct notice *n, const struct entry *entry) MUST_CHECK;
