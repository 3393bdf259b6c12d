/* SPDX-License-Identifier: Apache-2.0 */
/*
 * keyed - what the edge gives out and knows again without keeping it: made with a key of the city's own, in data.dir/edge.key
 *
 * Gateways on one data.dir have one key. Who reads it could follow every objection; it is readable by the gateway's user alone.
 */
#pragma once
#include "common/base/err.h"
#include "common/base/id.h"
#include "services/gateway/gateway.h"

/* Read the key, made when there is none. -errno with the reason in @e. */
int keyed_load(struct gateway *g, struct errtext *e) MUST_CHECK;

enum { FOLLOW_CODE = 15 }; /* "XXXX-XXXX-XXXX" and a NUL */
/*
 * The code that an objection filed by the command @id is followed with, the same for every repeat of it: 60 bits, in Crockford's base 32.
 * What the service keeps of it is the digest of its letters and digits in lower case.
 */
const char *keyed_follow_code(const struct gateway *g, const struct uuid *id,
                              char ret[FOLLOW_CODE]);

enum { FORM_ID = 33, FORM_TOKEN = 128, FORM_TOKEN_S = 12 * 3600 };
/* A new form for an objection to the notice, until @until (seconds since 1970). */
const char *keyed_form_token(const struct gateway *g, const char *district, const char *notice_id,
                             int64_t until, char ret[FORM_TOKEN]);
/* The id of the form: false where the token is of another notice or district, or over by @now (seconds). */
bool keyed_form_id(const struct gateway *g, const char *district, const char *notice_id,
                   const char *token, int64_t now, char ret_id[FORM_ID]);
