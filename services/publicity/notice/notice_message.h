/* SPDX-License-Identifier: Apache-2.0 */
/* notice_message - notices as messages */
#pragma once
#include "common/service/service.h"
#include "publicity.pb-c.h"
#include "services/publicity/notice/notice.h"

/*
 * The notices as messages with their signatures and entries, two queries for all. Without @officer
 * the signing accounts are not shown: the body's id stands for them.
 */
int notice_messages(struct ctx *c, const struct notice *notices, size_t n_notices, bool officer,
                    Publicity__Notice ***ret_messages) MUST_CHECK;
