/* SPDX-License-Identifier: Apache-2.0 */
/* sentences - what services say in codes, said in the reader's language before it leaves */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "common/text/text.h"

/* Fill in the sentence of every document.ImportFault anywhere in @message; in @a. */
void sentences_fill(struct arena *a, enum language language, ProtobufCMessage *message);
