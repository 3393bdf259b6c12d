/* SPDX-License-Identifier: Apache-2.0 */
/* place - the findings of a reading, and where each field that was read stands */
#include "common/domain/programme/shape.h"

#include <stdarg.h>
#include <string.h>

#include "common/base/banned.h"

enum { MAX_FINDINGS = 1000 };

static void add_finding(struct reading *r, int line, int column, const char *path, const char *fmt,
                        va_list args)
{
    struct programme_finding *f;
    char message[512];

    if (r->n_findings++ >= MAX_FINDINGS)
        return;
    vsnprintf(message, sizeof(message), fmt, args);
    f = arena_new_one(r->arena, struct programme_finding);
    f->line = line;
    f->column = column;
    f->message =
        *path ? arena_printf(r->arena, "%s: %s", path, message) : arena_strdup(r->arena, message);
    f->next = r->findings;
    r->findings = f;
}

void shape_finding(struct reading *r, int line, int column, const char *path, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    add_finding(r, line, column, path, fmt, args);
    va_end(args);
}

void shape_remember(struct reading *r, const void *field, const struct ynode *node,
                    const char *path)
{
    if (r->n_places == r->room) {
        size_t room = r->room ? 2 * r->room : 256;
        struct shape_place *places = arena_new_array(r->arena, struct shape_place, room);

        if (r->n_places)
            memcpy(places, r->places, r->n_places * sizeof(*places));
        r->places = places;
        r->room = room;
    }
    r->places[r->n_places++] = (struct shape_place){field, node, path};
}

static int by_field(const void *a, const void *b)
{
    const struct shape_place *x = a, *y = b;

    return x->field < y->field ? -1 : x->field > y->field;
}

void shape_done(struct reading *r)
{
    if (r->n_places)
        qsort(r->places, r->n_places, sizeof(*r->places), by_field);
}

static const struct shape_place *place_of(const struct reading *r, const void *field)
{
    const struct shape_place key = {.field = field};

    if (!r->n_places)
        return NULL;
    return bsearch(&key, r->places, r->n_places, sizeof(*r->places), by_field);
}

bool shape_has(const struct reading *r, const void *field)
{
    return place_of(r, field) != NULL;
}

void shape_blame(struct reading *r, const void *field, const char *fmt, ...)
{
    const struct shape_place *place = place_of(r, field);
    va_list args;

    CHECK(place);
    va_start(args, fmt);
    add_finding(r, place->node->line, place->node->column, place->path, fmt, args);
    va_end(args);
}
