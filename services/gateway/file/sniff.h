/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sniff - what a file is, by its content and never by its name
 *
 * DOCX and XLSX are ZIP archives: the central directory is read for the parts each must have,
 * nothing is unpacked, so that a bomb stays packed.
 */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* "jpeg", "png", "pdf", "docx", "xlsx", or NULL for everything else. Reads @fd (a regular file of
 * @size bytes) by position. */
const char *sniff_type(int fd, uint64_t size);
/* The media type of such a word: "image/jpeg" ... ; "application/octet-stream" for an unknown one.
 */
const char *sniff_media(const char *type);
