/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/verify/ledgers.h"

#include <string.h>

#include "common/base/banned.h"

const struct ledger *service_ledger(const struct service *svc, size_t i)
{
    size_t n = 0;

    for (; svc->spec->ledgers && svc->spec->ledgers[n]; n++)
        if (n == i)
            return svc->spec->ledgers[n];
    return i == n ? &frame_stream : i == n + 1 ? &frame_log : NULL;
}

const struct ledger *service_ledger_named(const struct service *svc, const char *name)
{
    const struct ledger *l;

    for (size_t i = 0; (l = service_ledger(svc, i)); i++)
        if (strcmp(l->name, name) == 0)
            return l;
    return NULL;
}

const char *service_ledger_list(const struct service *svc, struct arena *a)
{
    const char *list = service_ledger(svc, 0)->name;
    const struct ledger *l;

    for (size_t i = 1; (l = service_ledger(svc, i)); i++)
        list = arena_printf(a, "%s, %s", list, l->name);
    return list;
}
