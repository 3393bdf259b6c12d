/* SPDX-License-Identifier: Apache-2.0 */
/* archive_job - the job archive: a month to files and out of the database */
#pragma once
#include "common/service/archive/archive.h"

struct work;

int archive_job(struct work *w);
