/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/feed/changes.h"

#include "services/gateway/edge/answer.h"

#include "common/base/banned.h"

int changes_cursor(struct call *call, const char *text, struct cursor *ret_cursor)
{
    if (cursor_parse(text, ret_cursor) == 0)
        return 0;
    call_refuse(call, reason_after_bad, "after", NULL, 0);
    return 1;
}

bool changes_read(struct call *call, const struct page *page)
{
    switch (page->outcome) {
    case PAGE_READ:
        return true;
    case PAGE_AWAY:
        call_refuse0(call, reason_unavailable);
        return false;
    case PAGE_UNKNOWN:
        call_refuse(call, reason_district_unknown, NULL, (const char *[]){call->match.district}, 1);
        return false;
    case PAGE_ARCHIVED:
        call_refuse(call, reason_changes_archived, "after", NULL, 0);
        return false;
    case PAGE_AHEAD:
        call_refuse(call, reason_after_bad, "after", NULL, 0);
        return false;
    }
    return false;
}

static void on_page(const struct page *page, void *arg)
{
    struct call *call = arg;
    Gateway__ListChangesReply reply = GATEWAY__LIST_CHANGES_REPLY__INIT;
    char next[CURSOR_TEXT];

    if (!changes_read(call, page))
        return;
    reply.changes = arena_new_array(call->a, Gateway__Change *, page->n + 1);
    for (size_t i = 0; i < page->n; i++)
        reply.changes[reply.n_changes++] = (Gateway__Change *)&page->changes[i]->said;
    reply.next = (char *)cursor_format(&page->next, next);
    reply.more = page->more;
    call_answer(call, &reply.base, NULL);
}

void changes_go(struct call *call)
{
    const Gateway__ListChanges *m = (const Gateway__ListChanges *)call->message;
    static const char *const limits[] = {"1", "500"};
    struct cursor after;
    struct page_spec spec = {
        .client = service_client(call->edge->svc),
        .district = call->match.district,
        .after = &after,
        .reader = call->visitor ? call->visitor->actor : NULL,
        .limit = (size_t)m->limit,
        .timeout_ms = CALL_TIMEOUT_MS,
    };

    if (m->limit < 1 || m->limit > PAGE_LIMIT_MAX) {
        call_refuse(call, reason_number_out_of_range, "limit", limits, 2);
        return;
    }
    if (changes_cursor(call, m->after ? m->after : "", &after) == 0)
        page_read(&spec, on_page, call);
}
