/* SPDX-License-Identifier: Apache-2.0 */
/* signing - every body that has to sign signs exactly what the notice says */
#pragma once
#include "common/service/service.h"
#include "services/publicity/notice/notice.h"

/* The command CoSign: which body an officer signs for follows from the programme's organisers. */
handler_fn publicity_co_sign;

/* The names of the bodies that have not signed @n yet, "A、B"; in the message's arena. */
int notice_unsigned(struct ctx *c, const struct notice *n, const char **ret_names) MUST_CHECK;
/* Refuse with signatures_missing on @field, naming the bodies that have not signed @n. */
int refuse_unsigned(struct ctx *c, const struct notice *n, const char *field) MUST_CHECK;
