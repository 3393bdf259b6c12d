/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/register.h"

#include "services/intake/registry/registry_rows.h"

#include "common/base/banned.h"

int register_row(struct ctx *c, const struct registry_kind *kind, const ProtobufCMessage *message)
{
    struct registry_row row = {.message = message};
    int r = registry_district(c, kind);

    if (r == 0)
        r = registry_judge(c, kind, &row, 1, true);
    if (r)
        return r;
    if (row.fault.reason)
        return refuse(c, row.fault.reason, row.fault.field, row.fault.args[0],
                      row.fault.args[0] ? row.fault.args[1] : NULL,
                      row.fault.args[1] ? row.fault.args[2] : NULL, NULL);
    return registry_write(c, kind, &row, 1);
}

static int register_one(struct ctx *c, const struct registry_kind *kind)
{
    return register_row(c, kind, c->request);
}

int register_enterprise(struct ctx *c)
{
    return register_one(c, &registry_kinds[REGISTRY_ENTERPRISE]);
}

int register_manager(struct ctx *c)
{
    return register_one(c, &registry_kinds[REGISTRY_MANAGER]);
}

int register_expert(struct ctx *c)
{
    return register_one(c, &registry_kinds[REGISTRY_EXPERT]);
}

int register_site(struct ctx *c)
{
    return register_one(c, &registry_kinds[REGISTRY_SITE]);
}

int register_project(struct ctx *c)
{
    return register_one(c, &registry_kinds[REGISTRY_PROJECT]);
}

int register_region(struct ctx *c)
{
    return register_one(c, &registry_kinds[REGISTRY_REGION]);
}

int register_committee(struct ctx *c)
{
    return register_one(c, &registry_kinds[REGISTRY_COMMITTEE]);
}
