/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value - a column of a sealed row: its bytes, and what they say to people
 *
 * Text is always made of the bytes, never kept beside them: what is shown is what was sealed.
 */
#pragma once
#include "common/base/str.h"

/* The types whose binary form is hashed as it is; a ledger casts all others to text. */
enum seal_type {
    SEAL_TEXT = 1,    /* "text" */
    SEAL_BIGINT,      /* "bigint" */
    SEAL_BOOLEAN,     /* "boolean" */
    SEAL_TIMESTAMPTZ, /* "timestamptz" */
    SEAL_UUID,        /* "uuid" */
    SEAL_BYTEA,       /* "bytea" */
};
const char *seal_type_name(enum seal_type type);
enum { SEAL_E_TYPE = 1 };
int seal_type_by_name(const char *name, enum seal_type *ret_type) MUST_CHECK;

/*
 * Append what @bytes say: text as it is, bigint decimal, true or false, timestamptz as
 * 2026-11-21T08:00:00.000000Z (outside the years 1900..9999 its microseconds since 2000), uuid in
 * lower case with dashes, bytea as "12 bytes". SEAL_E_TYPE: they are not of the type.
 */
int seal_value_text(enum seal_type type, struct bytes bytes, struct str *out) MUST_CHECK;
/* Whether @bytes can be of @type. */
bool seal_value_fits(enum seal_type type, struct bytes bytes);
/* A bigint's or timestamptz's 8 bytes. */
int64_t seal_value_int64(const uint8_t *data);
