/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reasons - every reason a request can be refused for: a stable code, an HTTP status, a sentence
 *
 * The rows are in proto/reasons/<service>.def (frame.def: those of the frame). Services send the code
 * and the values; the sentence is made at the edge in the reader's language (the English text is
 * gettext's msgid). {0}, {1} ... stand for the values, a word of ours among them in the reader's language; {=0} for one
 * that is shown as it was sent or has to be sent.
 */
#pragma once
#include <stddef.h>

enum reason {
    reason_none = 0,
#define REASON(code, status, text) reason_##code,
#include "proto/reasons/all.def"
#undef REASON
    reason_count,
};

struct reason_row {
    const char *code; /* "application_late" */
    int status;       /* HTTP status it is answered with */
    const char *text; /* English, the msgid */
};
const struct reason_row *reason_row(enum reason reason);   /* CHECKs the range */
const struct reason_row *reason_by_code(const char *code); /* NULL if unknown */
