/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pbjson - protobuf messages as JSON and back, by descriptor
 *
 * The conventions are those of proto/intake.proto: int64 fields named "at" or "..._at" are RFC 3339
 * text; int64 fields named "..._milli" are points: decimal text with at most three places, under the
 * name without "_milli" ("points": "96.873"), so that the API has one unit; bytes are lower-case hex; enum values are their names in lower case; other integers are
 * JSON integers (read also from decimal text). A list that is empty is written as [], an optional field that is
 * absent is left out.
 *
 * Reading is strict: an unknown name, a wrong type (null too), a doubled name, a missing required
 * field, bad UTF-8, or a word that is none of a closed set's (proto/words.h) is a fault that names
 * the field. Reading goes on behind a fault, so that one refusal names all that is wrong. The
 * messages of this project use int32, int64, bool, string, bytes, enum and message fields, no
 * oneof; other kinds are our bug (CHECK).
 */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "common/base/arena.h"
#include "common/base/str.h"
#include "proto/reasons.h"

enum { PBJSON_E_BAD = 1 /* the fault says what; the message may be half filled */ };

/* So many faults of one message are told; who made more repeats the request without these. */
enum { PBJSON_FAULTS_MAX = 100 };

/* What is wrong: a reason, where (a JSON pointer without its first slash, "" for the whole), and
 * the reason's values. In the arena. */
struct pbjson_fault {
    enum reason reason;
    const char *field;
    const char *args[2];
    size_t n_args;
    const struct pbjson_fault
        *next; /* given by pbjson_finish and pbjson_read: what else is wrong */
};

/* A message being read, possibly from several places (path, query, body). */
struct pbjson;
struct pbjson *pbjson_begin(struct arena *a, const ProtobufCMessageDescriptor *descriptor);
/*
 * Fill from a JSON object in @text (not NUL-terminated). A field set before by pbjson_text must
 * have the same value (field_disagrees). A byte order mark before it is passed over (RFC 8259, 8.1).
 * Faults of JSON itself carry line and column, and nothing is told as missing from a text that
 * could not be read. *ret_fault: the first one in this text; pbjson_finish tells all.
 */
int pbjson_json(struct pbjson *b, const char *text, size_t size, struct pbjson_fault *ret_fault);
/*
 * Set one scalar field from text, as in a path or a query; a repeated field gets one more value. An
 * unknown name is field_unknown, a second value for a single field field_disagrees.
 */
int pbjson_text(struct pbjson *b, const char *name, const char *value,
                struct pbjson_fault *ret_fault);
/* Whether nothing was wrong on the way and every required field was given; then the message, which
 * lives in the arena. Else the faults in the order in which they were met, what is missing last. */
int pbjson_finish(struct pbjson *b, ProtobufCMessage **ret_message,
                  struct pbjson_fault *ret_fault) MUST_CHECK;

/* Begin, JSON, finish. */
int pbjson_read(struct arena *a, const ProtobufCMessageDescriptor *descriptor, const char *text,
                size_t size, ProtobufCMessage **ret_message,
                struct pbjson_fault *ret_fault) MUST_CHECK;

/* Append @message as one JSON object. Bytes that are not UTF-8 become U+FFFD, so that the text is
 * JSON whatever is in it. */
void pbjson_write(struct str *out, const ProtobufCMessage *message);
/* Append @size bytes of text as a JSON string, quotes included. */
void pbjson_write_text(struct str *out, const char *text, size_t size);

/* The field @name of a message, by its name in the descriptor; NULL if it has none. */
const ProtobufCFieldDescriptor *pbjson_field(const ProtobufCMessageDescriptor *descriptor,
                                             const char *name);
/* Where a message keeps the value of @field, one of its own; of a list, where the pointer to its
 * items is. */
const void *pbjson_member(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
/* Whether an optional @field is given; others always are, be it a list without items. */
bool pbjson_is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
/* The member of a message by its name in JSON; NULL if it has none. */
const ProtobufCFieldDescriptor *pbjson_member_named(const ProtobufCMessageDescriptor *descriptor,
                                                    const char *name);
/* How much of a field's name is its name in JSON: all but the "_milli" of points. */
int pbjson_name_size(const ProtobufCFieldDescriptor *field);
/* Whether an int64 field is points by its name. */
bool pbjson_is_points(const ProtobufCFieldDescriptor *field);
/* Whether an int64 field is an instant by its name. */
bool pbjson_is_instant(const ProtobufCFieldDescriptor *field);
/* Append the JSON word of an enum value: its name in lower case. */
void pbjson_enum_word(struct str *out, const ProtobufCEnumValue *value);
/* The same of an enum @field's number, in @a; "" for a number without a name. */
const char *pbjson_enum_text(struct arena *a, const ProtobufCFieldDescriptor *field, int number);
