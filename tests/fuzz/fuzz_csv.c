/* SPDX-License-Identifier: Apache-2.0 */
/* A table from outside: refused with a place, or cells of valid text under unique columns. */
#include <string.h>

#include "common/base/str.h"
#include "common/document/csv.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

static void walk(const struct csv *csv)
{
    int line = 1;

    for (size_t i = 0; i < csv->n_columns; i++)
        CHECK(*csv->header[i] && csv_column(csv, csv->header[i]) == (int)i);
    for (size_t i = 0; i < csv->n_rows; i++) {
        const struct csv_row *row = &csv->rows[i];

        CHECK(row->line > line);
        line = row->line;
        for (size_t k = 0; k < row->n_cells; k++) {
            const char *cell = csv_cell(row, (int)k);

            CHECK(utf8_valid(row->cells[k], strlen(row->cells[k]), NULL));
            CHECK((cell == NULL) == (*row->cells[k] == 0));
        }
        CHECK(!csv_cell(row, (int)row->n_cells) && !csv_cell(row, -1));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    char *text = malloc(size ? size : 1);
    struct errtext e = {0};
    struct csv *csv = NULL;
    int line = 0, column = 0, r;

    CHECK(text);
    if (size)
        memcpy(text, data, size);
    r = csv_parse(a, text, size, &csv, &line, &column, &e);
    free(text); /* the table has its own copy */
    CHECK(r == 0 || r == CSV_E_SYNTAX);
    if (r == 0)
        walk(csv);
    else
        CHECK(line >= 1 && column >= 1 && *e.text);
    return 0;
}
