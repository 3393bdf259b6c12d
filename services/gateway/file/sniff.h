/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sniff - what a file is, by its content and never by its name
 *
 * JPEG and PNG begin with their signature, PDF within the first 1024 bytes (as readers take it), office documents are what their package
 * says (common/document/package.h); an archive is one only if it begins and ends the file, so that nothing else hides before or behind it.
 * Taken is what anybody can open and nothing runs in: no macros, no passwords, no old binary documents.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "proto/reasons.h"

/* "jpeg", "png", "pdf", "docx", "xlsx", or NULL with the reason. Reads @fd (a regular file of @size bytes) by position. */
const char *sniff_type(int fd, uint64_t size, enum reason *ret_why);
/* The media type of such a word: "image/jpeg" ... ; "application/octet-stream" for an unknown one. */
const char *sniff_media(const char *type);
/* What stands behind the dot of such a file's name: "jpg", "png" ... ; "bin" for an unknown word. */
const char *sniff_ending(const char *type);
