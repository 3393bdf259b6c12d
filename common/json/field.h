/* SPDX-License-Identifier: Apache-2.0 */
/*
 * field - reading any message's fields by name, through its descriptor
 */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "common/base/arena.h"

/* The submessage at a dotted @path of singular submessages; @m itself for NULL; NULL if absent. */
const ProtobufCMessage *field_message(const ProtobufCMessage *m, const char *path);
/* The items of a repeated submessage at a dotted @path; their number in @ret_n (0 when absent). */
ProtobufCMessage *const *field_items(const ProtobufCMessage *m, const char *path, size_t *ret_n);
/* The items of a repeated text at a dotted @path; their number in @ret_n (0 when absent). */
const char *const *field_texts(const ProtobufCMessage *m, const char *path, size_t *ret_n);
/* A singular scalar field as text (enum names in lower case); NULL when there is no such field or
 * it is not set. */
const char *field_text(struct arena *a, const ProtobufCMessage *m, const char *name);
/* The same at a dotted path ("notice.notice_id"); NULL, too, for no path and an empty text. */
const char *field_text_at(struct arena *a, const ProtobufCMessage *m, const char *path);
/* "key=value; key=value" of all set singular scalars but the ids, names and long texts; for a
 * reader's eye. */
const char *field_summary(struct arena *a, const ProtobufCMessage *m);
