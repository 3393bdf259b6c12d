/* SPDX-License-Identifier: Apache-2.0 */
/* seen - whether an id can have been carried out before */
#pragma once
#include "common/base/id.h"

/* Whether an id can have been carried out before this process, or was seen by it. Notes it as seen. */
bool id_may_be_old(const struct uuid *id);
/* The instant of a UUIDv7, milliseconds since 1970; -1: it tells none. */
int64_t id_instant_ms(const struct uuid *id);
