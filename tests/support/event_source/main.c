/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_source - stands in for a service that others hear
 *
 * A service on the real frame, named by HP_SOURCE_NAME ("intake", ...), whose only command is
 * testing.Say: it appends the given event to its stream. Hearers cannot tell the difference.
 */
#include <errno.h>

#include "common/service/service.h"
#include "proto/changes.h"
#include "testing.pb-c.h"

#include "common/base/banned.h"

/* Any event of the feed of changes, which has them all. */
static int say(struct ctx *c)
{
    const Testing__Say *q = c->request;
    const struct change_row *row = change_row_for(q->type);
    ProtobufCMessage *event;

    if (!row)
        return refuse(c, reason_message_unknown, "type", NULL);
    event = protobuf_c_message_unpack(row->event, (ProtobufCAllocator *)arena_pb(c->arena),
                                      q->payload.len, q->payload.data);
    if (!event)
        return refuse(c, reason_message_malformed, "payload", NULL);
    emit(c, NULL, event);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct route routes[] = {COMMAND(testing__say, say), ROUTE_END};
    static const struct migration migrations[] = {{0}};
    static const struct sql_stmt *const statements[] = {NULL};
    const char *name = getenv("HP_SOURCE_NAME");
    const struct api_row api[] = {
        {.service = name,
         .type = "testing.Say",
         .request = &testing__say__descriptor,
         .kind = API_COMMAND,
         .method = "POST",
         .path = "",
         .roles = ROLE_PUBLIC,
         .region = REGION_ANY,
         .summary = ""},
        {0},
    };
    const struct service_spec spec = {
        .name = name,
        .migrations = migrations,
        .statements = statements,
        .routes = routes,
        .api = api,
    };

    if (!name) {
        fprintf(stderr, "event_source: HP_SOURCE_NAME is not set\n");
        return 2;
    }
    return service_main(&spec, argc, argv);
}
