/* SPDX-License-Identifier: Apache-2.0 */
/* openapi_schema - JSON schemas of protobuf messages */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "common/base/str.h"
#include "common/text/text.h"

enum { SCHEMAS_MAX = 256 };
/* The messages referred to so far; each gets a schema under components. Descriptions are in @language. */
struct schemas {
    enum language language;
    const ProtobufCMessageDescriptor *list[SCHEMAS_MAX];
    size_t n;
};

/* Append {"$ref":"#/components/schemas/..."} and remember the message. */
void schema_ref(struct str *out, struct schemas *all, const ProtobufCMessageDescriptor *d);
/* Append the schema of the value of one field of @d, with what it is and an example (proto/fields.h); lists are arrays, closed words
 * enums (proto/words.h). */
void schema_field(struct str *out, struct schemas *all, const ProtobufCMessageDescriptor *d,
                  const ProtobufCFieldDescriptor *field);
/*
 * Append an object schema. Fields named in @given (a row's path, "/x/{field}/y"; may be NULL) are
 * left out: the address says them. @strict: other names are refused. @with_id: the answer to a
 * command also has its message id.
 */
void schema_object(struct str *out, struct schemas *all, const ProtobufCMessageDescriptor *d,
                   const char *given, bool strict, bool with_id);
/* Append "name":{...}, for all that were referred to, and for what those refer to. */
void schema_components(struct str *out, struct schemas *all);
/* Whether a field is filled in by the edge and thus no part of the API. */
bool schema_hidden(const ProtobufCFieldDescriptor *field);
/* Whether the path @given has the parameter @name. */
bool path_gives(const char *given, const char *name);
