/* SPDX-License-Identifier: Apache-2.0 */
/* durable - a file's name on disk, not only its text; for the files of common/seal only */
#pragma once
#include "common/base/err.h"

/* Wait until the folder of @path is on disk: a crash could lose the name of a new file else. */
int durable_name(const char *path) MUST_CHECK;
