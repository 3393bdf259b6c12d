/* SPDX-License-Identifier: Apache-2.0 */
/*
 * members - JSON objects read against a table, strictly: every member once, no others
 *
 * What is evidence must not carry what nobody looks at. For the files of common/seal only.
 */
#pragma once
#include <jansson.h>

#include "common/base/err.h"
#include "common/seal/sign.h"

enum member_kind {
    MEMBER_IS,        /* text that must be (const char *)to */
    MEMBER_TEXT,      /* const char **: borrowed from the object */
    MEMBER_NAME,      /* char[SEAL_NAME] */
    MEMBER_INT,       /* int64_t * */
    MEMBER_SEQ,       /* int64_t *: 1 and more */
    MEMBER_HASH,      /* uint8_t[DIGEST_SIZE] */
    MEMBER_ALGORITHM, /* enum digest_algorithm * */
    MEMBER_LIST,      /* json_t **: borrowed */
    MEMBER_ANY,       /* json_t **: borrowed */
};
struct member {
    const char *name;
    enum member_kind kind;
    void *to;
    bool optional; /* to stays as it is without it */
};
enum { SEAL_E_FORM = 1 }; /* the text is not in the form of such a line; @e says which part */
int members_read(const json_t *object, const struct member *members, size_t n,
                 struct errtext *e) MUST_CHECK;
/* One JSON text and nothing behind it; json_decref() it. SEAL_E_FORM */
int members_parse(const char *text, size_t size, json_t **ret_object, struct errtext *e) MUST_CHECK;

/* Members of a signed line, for a proof that carries one. SEAL_E_FORM */
int seal_signed_read(const json_t *object, struct seal_signed *ret_signed,
                     struct errtext *e) MUST_CHECK;
/* @text as a JSON string with its quotes. */
void json_add_text(struct str *out, const char *text);
/* @data as a JSON string of hex. */
void json_add_hex(struct str *out, const void *data, size_t size);
