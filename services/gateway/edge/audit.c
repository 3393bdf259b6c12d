/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/audit.h"

#include <string.h>

#include "gateway.pb-c.h"
#include "services/gateway/edge/answer.h"
#include "services/gateway/edge/call.h"

#include "common/base/banned.h"

static Gateway__AuditEntry *entry_from(struct arena *a, const Hp__LogEntry *from)
{
    Gateway__AuditEntry *e = arena_new_one(a, Gateway__AuditEntry);

    gateway__audit_entry__init(e);
    e->seq = from->seq;
    e->at = from->at;
    e->message_id = from->message_id;
    e->type = from->type;
    e->account = from->account;
    e->outcome = from->outcome;
    e->field = from->field;
    e->trace_id = from->trace_id;
    e->hash = from->hash;
    return e;
}

static void on_log(const struct bus_answer *answer, void *arg)
{
    struct call *call = arg;
    Gateway__ListAuditReply reply = GATEWAY__LIST_AUDIT_REPLY__INIT;
    const Hp__ListLogReply *log;

    if (call_failed(call, answer->reply))
        return;
    log = (const void *)call_payload(call, answer->reply, &hp__list_log_reply__descriptor);
    if (!log)
        return;
    reply.entries = arena_new_array(call->a, Gateway__AuditEntry *, log->n_entries + 1);
    for (size_t i = 0; i < log->n_entries; i++)
        reply.entries[reply.n_entries++] = entry_from(call->a, log->entries[i]);
    reply.has_next = log->has_next;
    reply.next = log->next;
    call_answer(call, &reply.base, NULL);
}

static bool is_service(const char *name)
{
    for (const struct api_row *row = api_rows; row->service; row++)
        if (strcmp(row->service, name) == 0)
            return true;
    return false;
}

void audit_go(struct call *call)
{
    const Gateway__ListAudit *m = (const Gateway__ListAudit *)call->message;
    Hp__ListLog list = HP__LIST_LOG__INIT;
    const char *args[] = {m->service}, *limits[] = {"1", "500"};

    if (!is_service(m->service)) {
        call_refuse(call, reason_value_unknown, "service", args, 1);
        return;
    }
    if (m->limit < 1 || m->limit > 500) {
        call_refuse(call, reason_number_out_of_range, "limit", limits, 2);
        return;
    }
    list.district = (char *)call->match.district;
    list.has_after = true;
    list.after = m->after;
    list.has_max = true;
    list.max = m->limit;
    call_send(call, m->service,
              call_envelope(call, "bus.ListLog", call->match.district, &list.base), on_log);
}
