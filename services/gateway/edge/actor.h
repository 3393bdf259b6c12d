/* SPDX-License-Identifier: Apache-2.0 */
/* actor - who asks, kept beyond the message that said it */
#pragma once
#include "common/base/arena.h"
#include "envelope.pb-c.h"

/* The same account and bindings, all in @a. */
Hp__Actor *actor_copy(struct arena *a, const Hp__Actor *from);
