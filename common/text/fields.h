/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fields - the text fields of a message, each by the rule of its kind
 *
 * proto/api/texts.def says of which kind a field is: first by message and field, then by the field's name, then ids ("..._id"),
 * days ("..._day") and digests ("..._sha256") are codes; all others are a line.
 */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "common/text/clean.h"

enum text_kind text_field_kind(const ProtobufCMessageDescriptor *message, const char *field);

/* The field that holds what may not stand, "form/2/value", in the arena. */
struct text_field_fault {
    const char *field;
    struct text_fault fault;
};
/* Replace every text of @message, which is unpacked in @a, and of the messages in it by its clean form. The texts are valid UTF-8
 * (bus_text_fault looks). TEXT_E_CHARACTER: those before the one at fault are replaced. */
int text_fields_clean(struct arena *a, ProtobufCMessage *message,
                      struct text_field_fault *ret_fault) MUST_CHECK;
