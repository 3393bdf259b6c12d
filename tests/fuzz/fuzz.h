/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz - what the targets share
 *
 * A target ends the process (CHECK) when something it promises does not hold; libFuzzer keeps the
 * input. Inputs that name a message begin with a line: its type, or anything else, which then picks
 * one by its sum, so that changed bytes wander through all of them.
 */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "common/base/arena.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A copy with a NUL behind it; free() it. Its size is exact, so that reading on is caught. */
char *fuzz_text(const uint8_t *data, size_t size);
/* Every message somebody else may send us: requests and replies of the API, events heard, control
 * messages. @data and @size move behind the first line. */
const ProtobufCMessageDescriptor *fuzz_message(const uint8_t **data, size_t *size);
/* The same for requests of the API only. */
const ProtobufCMessageDescriptor *fuzz_request(const uint8_t **data, size_t *size);
/* Leave out what newer or hostile senders put in besides the fields we know: we never pass it on.
 */
void fuzz_forget_unknown(ProtobufCMessage *m);
/* A file that holds the input, as a path until fuzz_file_close. */
struct fuzz_file {
    int fd;
    char path[64];
};
void fuzz_file_open(struct fuzz_file *f, const uint8_t *data, size_t size);
void fuzz_file_close(struct fuzz_file *f);
