/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/sentences.h"

#include "common/json/pbjson.h"
#include "document.pb-c.h"

#include "common/base/banned.h"

static void fill_fault(struct arena *a, enum language language, Document__ImportFault *fault)
{
    fault->sentence =
        text_reason(a, language, fault->code, (const char *const *)fault->args, fault->n_args);
}

void sentences_fill(struct arena *a, enum language language, ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *d = message->descriptor;

    if (d == &document__import_fault__descriptor) {
        fill_fault(a, language, (Document__ImportFault *)message);
        return;
    }
    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &d->fields[i];
        const char *at = (const char *)message + field->offset;

        if (field->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        if (field->label != PROTOBUF_C_LABEL_REPEATED) {
            if (*(ProtobufCMessage *const *)at)
                sentences_fill(a, language, *(ProtobufCMessage *const *)at);
            continue;
        }
        for (size_t k = 0; k < *(const size_t *)((char *)message + field->quantifier_offset); k++)
            sentences_fill(a, language, (*(ProtobufCMessage ***)at)[k]);
    }
}
