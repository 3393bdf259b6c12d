/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot_name - what a snapshot's file may be called; by itself, for whoever asks for one needs the same rule */
#pragma once
#include "common/base/defs.h"

/* A plain file's name in archive.folder that neither an archive nor a draft has: at most 100 letters, digits, '.', '_' and '-',
 * a letter or digit first, not ending in .jsonl or .part. */
bool snapshot_is_name(const char *text);
