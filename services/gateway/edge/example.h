/* SPDX-License-Identifier: Apache-2.0 */
/* example - an example of a message's field, for the API's description (proto/fields.h) */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "common/base/str.h"

/* Append the JSON of a value that @field of @d may have: its row's example, else one of its type. A list has one; a message has its plain
 * fields, and others where it must. */
void example_write(struct str *out, const ProtobufCMessageDescriptor *d,
                   const ProtobufCFieldDescriptor *field);
