/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reporting - what an event puts into the read models, and where it goes
 */
#pragma once
#include "common/db/tx.h"

/* What an event may put into the read models; its values, in order, are those that the head of the
 * statement sql/<name>.sql names. */
enum put {
    PUT_TIMELINE,
    PUT_TIMELINE_SUBJECT,
    PUT_SUBJECT,
    PUT_NAME, /* of a subject that is there: a rename */
    PUT_PROGRESS,
    PUT_UNPROGRESS, /* steps that are not reached any more: a correction took them back */
    PUT_DOSSIER,
    PUT_TASK, /* a task begins or ceases to wait, by what one source said last */
    PUT_TERM, /* of a programme: who stands behind a name, or when it is due */
    N_PUTS
};

/* Where it goes (pile.h: many at once into the live models or those aside). Values are borrowed from
 * the event and the arena it is read with. */
struct sink {
    void (*put)(struct sink *sink, enum put what, const struct sql_arg *args, size_t n_args);
};
/* sink_put(sink, PUT_NAME, T(district), ...): its values, one after the other. */
#define sink_put(sink, what, ...) \
    (sink)->put((sink), (what), (const struct sql_arg[]){__VA_ARGS__}, \
                ARRAY_LEN(((const struct sql_arg[]){__VA_ARGS__})))
