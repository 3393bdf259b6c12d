/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/api.h"

#include <string.h>

#include "common/base/id.h"
#include "proto/api/all.h"

#include "common/base/banned.h"

static const char *const role_names[N_ROLES] = {
    "public",    "city",     "district", "organisation", "subdistrict", "enterprise",
    "committee", "assessor", "expert",   "credit",       "auditor",     "admin",
};

const char *role_name(enum role role)
{
    for (int i = 0; i < N_ROLES; i++)
        if ((unsigned)role == 1u << i)
            return role_names[i];
    return "";
}

int role_by_name(const char *name)
{
    for (int i = 0; i < N_ROLES; i++)
        if (strcmp(role_names[i], name) == 0)
            return 1 << i;
    return 0;
}

const char *roles_text(struct arena *a, unsigned roles)
{
    const char *names = "";

    for (int i = 0; i < N_ROLES; i++)
        if (1u << i & roles)
            names = arena_printf(a, "%s%s%s", names, *names ? "," : "",
                                 role_name((enum role)(1u << i)));
    return names;
}

/* clang-format off */
#define NO_REPLY NULL
#define REPLY(prefix) &prefix##__descriptor
#define API(service_, type_, prefix, reply_, kind_, method_, path_, roles_, region_, summary_) \
    {#service_, #service_ "." #type_, &prefix##__descriptor, reply_, kind_, method_, path_, roles_, region_, summary_},
const struct api_row api_rows[] = {
#include "proto/api/all.def"
    {0},
};
/* clang-format on */

const struct api_row *api_row_for(const char *type)
{
    for (const struct api_row *row = api_rows; row->service; row++)
        if (strcmp(row->type, type) == 0)
            return row;
    return NULL;
}

static bool region_fits(enum region_rule rule, const char *region, const char *district)
{
    switch (rule) {
    case REGION_ANY:
        return true;
    case REGION_COVERS:
        return region_covers(region, district);
    case REGION_TOUCHES:
        return region_covers(region, district) || region_covers(district, region);
    }
    return false;
}

bool api_allows(const struct api_row *row, const char *district, const char *const *roles,
                const char *const *regions, size_t n_bindings)
{
    if (row->roles & ROLE_PUBLIC)
        return true;
    for (size_t i = 0; i < n_bindings; i++)
        if (((unsigned)role_by_name(roles[i]) & row->roles) != 0 &&
            region_fits(row->region, regions[i], district))
            return true;
    return false;
}
