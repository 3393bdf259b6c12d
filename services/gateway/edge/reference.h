/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reference - the API's description as a page for people
 *
 * Made from the document of openapi.h and nothing else: what stands there stands here. One page of HTML without scripts: the operations by
 * service, each with who may call it, what it takes, what it answers and why it may refuse; then every schema that is named.
 */
#pragma once
#include "common/base/str.h"
#include "common/text/text.h"

/* Append the page in @language, made from the OpenAPI document @openapi, which is in that language too. */
void reference_write(struct str *out, enum language language, const struct str *openapi);
