/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/changes.h"

#include <string.h>

#include "proto/api.h"
#include "proto/api/all.h"

#include "common/base/banned.h"

const char *const change_sources[CHANGE_SOURCES] = {"credit", "intake", "publicity", "scoring"};

/* clang-format off */
#define CHANGE(source_, prefix, thing_, id, programme, subject, enterprise, subdistrict_, readers_, own_) \
    {#source_, &source_##__##prefix##__descriptor, thing_, id, programme, subject, enterprise, subdistrict_, readers_, own_},
const struct change_row change_rows[] = {
#include "proto/api/changes.def"
    {0},
};
/* clang-format on */

const struct change_row *change_row_for(const char *type)
{
    for (const struct change_row *row = change_rows; row->source; row++)
        if (strcmp(row->event->name, type) == 0)
            return row;
    return NULL;
}

int change_source(const char *name)
{
    for (int i = 0; i < CHANGE_SOURCES; i++)
        if (strcmp(change_sources[i], name) == 0)
            return i;
    return -1;
}

/* Whether a query reads the thing at @path, "/notices/{notice_id}", up to its bracket: whoever acts on it can have seen its revision. */
static bool is_read(const char *path, size_t size)
{
    for (const struct api_row *row = api_rows; row->service; row++)
        if (strcmp(row->method, "GET") == 0 && strncmp(row->path, path, size) == 0 &&
            row->path[size] == '\0')
            return true;
    return false;
}

const char *api_thing_field(struct arena *a, const struct api_row *row, const char **ret_thing)
{
    const char *open = strchr(row->path, '{');
    size_t size = open ? strcspn(open + 1, "}") : 0;
    char *field, *thing;

    *ret_thing = NULL;
    if (size <= strlen("_id") || strchr(row->path + 1, '/') != open - 1 ||
        !is_read(row->path, (size_t)(open - row->path) + size + 2))
        return NULL;
    /* what befalls a subject is said in the city and in each district, and counted there */
    if (strncmp(open, "{subject_id}", size + 2) == 0)
        return NULL;
    field = arena_strndup(a, open + 1, size);
    if (strcmp(field + size - strlen("_id"), "_id") != 0)
        return NULL;
    thing = arena_strndup(a, field, size - strlen("_id"));
    for (const struct change_row *c = change_rows; c->source; c++)
        if (strcmp(c->thing, thing) == 0) {
            *ret_thing = c->thing;
            return field;
        }
    return NULL;
}
