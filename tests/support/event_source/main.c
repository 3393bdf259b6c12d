/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_source - stands in for a service that others hear
 *
 * A service on the real frame, named by HP_SOURCE_NAME ("intake", ...), whose only command is
 * testing.Say: it appends the given event to its stream. Hearers cannot tell the difference.
 */
#include <errno.h>
#include <string.h>

#include "common/service/service.h"
#include "proto/api/all.h"
#include "testing.pb-c.h"

#include "common/base/banned.h"

static const ProtobufCMessageDescriptor *const events[] = {
    &intake__programme_published__descriptor,   &intake__enterprise_registered__descriptor,
    &intake__manager_registered__descriptor,    &intake__expert_registered__descriptor,
    &intake__expert_standing__descriptor,       &intake__site_registered__descriptor,
    &intake__project_registered__descriptor,    &intake__region_registered__descriptor,
    &intake__subject_changed__descriptor,       &intake__committee_registered__descriptor,
    &intake__application_accepted__descriptor,  &intake__application_withdrawn__descriptor,
    &publicity__honour_granted__descriptor,     &publicity__honour_revoked__descriptor,
    &publicity__honour_lapsed__descriptor,      &credit__deduction_recorded__descriptor,
    &credit__deduction_changed__descriptor,     &scoring__list_proposed__descriptor,
    &scoring__re_evaluation_passed__descriptor, &scoring__re_evaluation_failed__descriptor,
    &publicity__honour_restored__descriptor,    &publicity__honour_annulled__descriptor,
    &publicity__list_withdrawn__descriptor,     &scoring__verdict_set_aside__descriptor,
};

static int say(struct ctx *c)
{
    const Testing__Say *q = c->request;

    for (size_t i = 0; i < ARRAY_LEN(events); i++)
        if (strcmp(events[i]->name, q->type) == 0) {
            ProtobufCMessage *event =
                protobuf_c_message_unpack(events[i], (ProtobufCAllocator *)arena_pb(c->arena),
                                          q->payload.len, q->payload.data);

            if (!event)
                return refuse(c, reason_message_malformed, "payload", NULL);
            emit(c, NULL, event);
            return 0;
        }
    return refuse(c, reason_message_unknown, "type", NULL);
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
