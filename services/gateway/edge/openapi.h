/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openapi - the API's description, made from the API table and the message descriptors
 *
 * OpenAPI 3.1. Nothing is written by hand but the upload of files and the frame around it, so that
 * it cannot disagree with what is served. Extensions: x-roles (who may call), x-region-rule
 * ("covers", "touches", "any": how the caller's region must stand to the district in the address), x-reasons (the codes of
 * problems that its handler can name), x-common-reasons (those any request can meet before).
 * What a command takes in its body is a schema of its own, "intake.DraftApplication.Body"; closed
 * words are enums; whoever may be nobody in particular needs no security.
 */
#pragma once
#include "common/base/str.h"
#include "common/text/text.h"

/* Append the document with summaries in @language. */
void openapi_write(struct str *out, enum language language);
