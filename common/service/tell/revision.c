/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/tell/revision.h"

#include <string.h>

#include "common/json/field.h"
#include "proto/changes.h"

#include "common/base/banned.h"

static void count_up(struct ctx *c, const char *district, const char *thing, const char *id)
{
    sql_exec(c->tx, &sql_frame_revision_up, T(district ? district : c->district), T(thing), T(id),
             AT(c->now), T(*c->account ? c->account : NULL));
}

void revision_touch(struct ctx *c, const char *thing, const char *id)
{
    count_up(c, NULL, thing, id);
}

void revision_said(struct ctx *c, const char *district, const ProtobufCMessage *event)
{
    const struct change_row *row = change_row_for(event->descriptor->name);
    const char *id = row ? field_text_at(c->arena, event, row->thing_id) : NULL;

    if (id)
        count_up(c, district, row->thing, id);
}

/* What c->request is about by @row's address; both NULL: no thing that is counted. */
static void thing_of(struct ctx *c, const struct api_row *row, const char **ret_thing,
                     const char **ret_id)
{
    const char *field = api_thing_field(c->arena, row, ret_thing);

    *ret_id = field ? field_text(c->arena, c->request, field) : NULL;
    if (!*ret_id)
        *ret_thing = NULL;
}

int revision_expect(struct ctx *c, const struct api_row *row, int64_t expect)
{
    const char *thing, *id, *account;
    char at[INSTANT_TEXT];
    struct rows *rows;
    int64_t rev;
    int r;

    thing_of(c, row, &thing, &id);
    if (!thing)
        return 0;
    r = sql_query(c->tx, &sql_frame_revision_lock, &rows, T(c->district), T(thing), T(id));
    if (r)
        return r;
    rev = rows_count(rows) ? rows_i64(rows, 0, "rev") : 0;
    if (rev == expect)
        return 0;
    account = rows_count(rows) ? rows_text(rows, 0, "account") : NULL;
    return refuse(c, reason_changed_meanwhile, NULL, account ? account : "-",
                  rows_count(rows) ? instant_format(rows_at(rows, 0, "at"), at) : "-", NULL);
}

int revision_read(struct ctx *c, const struct api_row *row, int64_t *ret_rev)
{
    const char *thing, *id;
    struct rows *rows;
    int r;

    *ret_rev = -1;
    if (!row || !*row->path || row->path[strlen(row->path) - 1] != '}')
        return 0;
    thing_of(c, row, &thing, &id);
    if (!thing)
        return 0;
    r = sql_query(c->tx, &sql_frame_revision_get, &rows, T(c->district), T(thing), T(id));
    if (r == 0)
        *ret_rev = rows_count(rows) ? rows_i64(rows, 0, "rev") : 0;
    return r;
}
