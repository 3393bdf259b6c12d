/* SPDX-License-Identifier: Apache-2.0 */
/* member - values of fields while they are read or written; for the files of pbjson only */
#pragma once
#include "common/json/pbjson.h"

enum { NOT_SET, SET_BY_TEXT, SET_BY_JSON, SET_BADLY /* given, but the value is a fault */ };

/* Where we are, from the inside out; becomes the fault's pointer. */
struct place {
    const struct place *up;
    const char *name; /* NULL: an item of a list */
    size_t index;
};

/* All that is wrong with the message and those within it. */
struct faults {
    struct pbjson_fault *first, *last;
    size_t n;
    bool unreadable; /* a text was no JSON object: what is missing cannot be told */
};

struct pbjson {
    struct arena *a;
    struct faults *faults;
    ProtobufCMessage *message;
    unsigned char *set; /* by field */
    const struct place *place;
};

union value {
    int32_t i32;
    int64_t i64;
    protobuf_c_boolean flag;
    char *text;
    ProtobufCBinaryData bytes;
    ProtobufCMessage *message;
};

/* Note a fault, cutting what it repeats of the input, and fill in @fault with it; @arg0 and @arg1 may
 * be NULL. Returns PBJSON_E_BAD. */
int pbjson_bad(const struct pbjson *b, const struct place *place, enum reason reason,
               const char *arg0, const char *arg1, struct pbjson_fault *fault);
/* A decimal number; type_integer. */
int pbjson_integer_text(const struct pbjson *b, const struct place *place, const char *text,
                        int64_t *ret_n, struct pbjson_fault *fault);
/* @n as a value of an int32 or int64 field; number_out_of_range. */
int pbjson_integer(const struct pbjson *b, const struct place *place,
                   const ProtobufCFieldDescriptor *field, int64_t n, union value *ret_value,
                   struct pbjson_fault *fault);
/* Fields whose JSON is text: instants, enums, bytes, strings. */
int pbjson_text_value(const struct pbjson *b, const struct place *place,
                      const ProtobufCFieldDescriptor *field, const char *text,
                      union value *ret_value, struct pbjson_fault *fault);
/* Any scalar as it stands in a path or a query. */
int pbjson_value_text(const struct pbjson *b, const struct place *place,
                      const ProtobufCFieldDescriptor *field, const char *text,
                      union value *ret_value, struct pbjson_fault *fault);

/* The size of one value (of a list: of one item). */
static inline size_t member_size(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
        return 4;
    case PROTOBUF_C_TYPE_INT64:
        return 8;
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    default:
        return sizeof(void *);
    }
}
