/* SPDX-License-Identifier: Apache-2.0 */
/*
 * page - the changes of a district behind a cursor, read from the services
 *
 * All services are asked at once. Within one service the order is that of its stream; between them the earlier business time goes
 * first, as far as what was fetched tells. A page is given only whole: when one service does not answer there is none, so that a
 * cursor never passes what was not seen.
 */
#pragma once
#include "common/bus/client.h"
#include "services/gateway/feed/change.h"
#include "services/gateway/feed/cursor.h"

enum page_outcome {
    PAGE_READ,
    PAGE_AWAY,     /* a service did not answer, or is busy */
    PAGE_UNKNOWN,  /* no service knows the district */
    PAGE_ARCHIVED, /* what follows the cursor was archived: begin anew, or at now */
    PAGE_AHEAD, /* the cursor is beyond a stream's end: it is not of this district, or a stream was set back */
};

struct page {
    enum page_outcome outcome;
    struct cursor
        next;  /* behind what is here; where outcome is not PAGE_READ the cursor asked with */
    bool more; /* there was more when it was read */
    const struct change *const *changes; /* those shown to the reader */
    size_t n;
};
/* Exactly once, from the loop, perhaps within page_read. @page and all it points to end with the call. */
typedef void page_fn(const struct page *page, void *arg);

struct page_spec {
    struct bus_client *client;
    const char *district;
    const struct cursor *after;
    const Hp__Actor *reader;
    size_t limit;       /* changes, at least 1 */
    int64_t timeout_ms; /* to wait for the services; then PAGE_AWAY */
};
/* All in @spec but the client is copied. */
void page_read(const struct page_spec *spec, page_fn *fn, void *arg);
