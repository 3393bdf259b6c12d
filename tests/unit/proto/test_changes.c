/* SPDX-License-Identifier: Apache-2.0 */
/* The table of changes: every event has its row, and every path in a row leads to a field. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <string.h>

#include "proto/changes.h"

static void path_leads_to_text(const struct change_row *row, const char *path)
{
    const ProtobufCMessageDescriptor *m = row->event;
    const ProtobufCFieldDescriptor *f = NULL;
    char name[64];

    while (path && *path) {
        size_t n = strcspn(path, ".");

        cr_assert_lt(n, sizeof(name));
        memcpy(name, path, n);
        name[n] = 0;
        f = protobuf_c_message_descriptor_get_field_by_name(m, name);
        cr_assert_not_null(f, "%s has no %s", row->event->name, path);
        path += n + (path[n] == '.');
        if (*path) {
            cr_assert_eq(f->type, PROTOBUF_C_TYPE_MESSAGE, "%s %s", row->event->name, name);
            m = f->descriptor;
        }
    }
    if (f)
        cr_expect(f->type == PROTOBUF_C_TYPE_STRING && f->label != PROTOBUF_C_LABEL_REPEATED,
                  "%s %s", row->event->name, name);
}

Test(changes, every_path_leads_to_a_single_text)
{
    for (const struct change_row *row = change_rows; row->source; row++) {
        cr_expect(change_source(row->source) >= 0 || strcmp(row->source, "correction") == 0 ||
                      strcmp(row->source, "joint") == 0,
                  "%s", row->source);
        cr_expect_eq(strncmp(row->event->name, row->source, strlen(row->source)), 0);
        path_leads_to_text(row, row->thing_id);
        path_leads_to_text(row, row->programme_id);
        path_leads_to_text(row, row->subject_id);
        path_leads_to_text(row, row->enterprise_id);
        path_leads_to_text(row, row->subdistrict);
    }
}

Test(changes, no_event_has_two_rows)
{
    for (const struct change_row *row = change_rows; row->source; row++)
        cr_expect_eq(change_row_for(row->event->name), row, "%s", row->event->name);
}

/* proto/README.md names every event with its hearers ("| `intake.StageOpened` | reporting |"), which another test holds true. */
Test(changes, every_event_of_these_services_is_in_the_feed)
{
    FILE *f = fopen(HP_SOURCE_DIR "/proto/README.md", "r");
    char line[1024], type[128];
    int n = 0;

    cr_assert_not_null(f);
    while (fgets(line, sizeof(line), f)) {
        char *end, *bar;
        size_t size;

        if (strncmp(line, "| `", 3) != 0 || !(end = strchr(line + 3, '`')))
            continue;
        bar = strchr(end + 3, '|');
        if (!bar || strchr(bar + 1, '|'))
            continue; /* a command or a query: more cells */
        size = (size_t)(end - line - 3);
        cr_assert_lt(size, sizeof(type));
        memcpy(type, line + 3, size);
        type[size] = 0;
        if (strncmp(type, "gateway.", 8) == 0 || strncmp(type, "reporting.", 10) == 0)
            continue;
        cr_expect_not_null(change_row_for(type), "%s has no row in proto/api/changes.def", type);
        n++;
    }
    fclose(f);
    cr_assert_gt(n, 40);
}
