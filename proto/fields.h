/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields - what the fields of messages are, in words, with an example
 *
 * The rows are in proto/fields.def; the API's description says them (the English text is gettext's msgid).
 */
#pragma once
#include <protobuf-c/protobuf-c.h>

struct field_about {
    const char *message; /* "scoring.CandidateBallot"; "": of every message */
    const char *field;   /* its name in JSON, "points" for points_milli */
    const char *example; /* of a plain text or number; "": its type's */
    const char *text;    /* English, the msgid */
};
/* The row of a field of @message: its own, else the one for every message; NULL if there is none. @size: of the field's name in JSON. */
const struct field_about *field_about(const char *message, const char *field, int size);
