/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file_name - what an uploaded file is called: the name as people gave it, made safe to show and to save
 */
#pragma once
#include "common/base/arena.h"

enum { FILE_NAME_MAX = 200 }; /* characters */

/*
 * @said, in UTF-8 or as Chinese Windows writes it, as the name of a file of this type (sniff.h): the last part of a path, without characters
 * that are not seen, at most FILE_NAME_MAX characters (cut before the ending), ending as its content says. NULL or a name without anything
 * to see: "file". In @a. NULL: no text at all.
 */
const char *file_name_of(struct arena *a, const char *said, const char *type);
