/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/actor.h"

#include "common/base/banned.h"

Hp__Actor *actor_copy(struct arena *a, const Hp__Actor *from)
{
    Hp__Actor *actor = arena_new_one(a, Hp__Actor);

    hp__actor__init(actor);
    actor->account = arena_strdup(a, from->account);
    actor->n_bindings = from->n_bindings;
    actor->bindings = arena_new_array(a, Hp__Binding *, from->n_bindings + 1);
    for (size_t i = 0; i < from->n_bindings; i++) {
        Hp__Binding *b = arena_new_one(a, Hp__Binding);

        hp__binding__init(b);
        b->role = arena_strdup(a, from->bindings[i]->role);
        b->region = arena_strdup(a, from->bindings[i]->region);
        b->subject = arena_strdup(a, from->bindings[i]->subject);
        actor->bindings[i] = b;
    }
    return actor;
}
