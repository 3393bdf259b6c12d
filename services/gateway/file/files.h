/* SPDX-License-Identifier: Apache-2.0 */
/* files - where an uploaded file stands, and who put it there */
#pragma once
#include "common/service/service.h"
#include "services/gateway/gateway.h"

/* The folders under data.dir. -errno with the reason in @e. */
int files_prepare(const struct gateway *g, struct errtext *e) MUST_CHECK;
/* <data.dir>/files/ab/cdef... ; in @a. */
char *file_path(struct arena *a, const struct gateway *g, const char *sha256);

/* Handlers: a file is recorded once it has its place; it is told of to those who may know. */
handler_fn gateway_record_file, gateway_find_file;
