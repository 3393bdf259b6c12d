/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/feed/change.h"

#include <string.h>

#include "common/base/id.h"
#include "common/json/field.h"
#include "proto/api.h"

#include "common/base/banned.h"

struct change *change_of(struct arena *a, const char *source, const Hp__Event *event)
{
    const struct change_row *row = change_row_for(event->type);
    struct change *change;
    ProtobufCMessage *m;

    if (!row)
        return NULL;
    m = protobuf_c_message_unpack(row->event, arena_pb(a), event->payload.len, event->payload.data);
    if (!m)
        return NULL;
    change = arena_new_one(a, struct change);
    change->row = row;
    change->district = event->district;
    gateway__change__init(&change->said);
    change->said.source = (char *)source;
    change->said.position = event->position;
    change->said.at = event->at;
    change->said.kind = event->type;
    change->said.thing_kind = (char *)row->thing;
    change->said.thing_id = (char *)field_text_at(a, m, row->thing_id);
    change->said.programme_id = (char *)field_text_at(a, m, row->programme_id);
    change->said.subject_id = (char *)field_text_at(a, m, row->subject_id);
    change->enterprise_id = field_text_at(a, m, row->enterprise_id);
    change->subdistrict = field_text_at(a, m, row->subdistrict);
    return change;
}

static bool same(const char *wanted, const char *text)
{
    return *wanted && text && strcmp(wanted, text) == 0;
}

static bool is_own(const struct change *change, const Hp__Binding *binding, int role)
{
    const char *subject = binding->subject ? binding->subject : "";

    if (role == ROLE_SUBDISTRICT)
        return change->subdistrict && region_covers(binding->region, change->subdistrict);
    return same(subject, change->said.subject_id) || same(subject, change->enterprise_id);
}

bool change_shown(const struct change *change, const Hp__Actor *actor)
{
    const struct change_row *row = change->row;

    for (size_t i = 0; actor && i < actor->n_bindings; i++) {
        const Hp__Binding *b = actor->bindings[i];
        int role = role_by_name(b->role);

        if (!region_covers(b->region, change->district) &&
            !region_covers(change->district, b->region))
            continue;
        if ((row->readers & (unsigned)role) ||
            ((row->own & (unsigned)role) && is_own(change, b, role)))
            return true;
    }
    return false;
}
