/* SPDX-License-Identifier: Apache-2.0 */
#include "common/document/csv.h"

#include <string.h>

#include "common/base/str.h"
#include "common/document/cell.h"
#include "common/document/decode.h"
#include "common/document/table.h"
#include "common/text/text.h"
#include "common/base/banned.h"

struct reader {
    struct arena *arena;
    const char *p, *end;
    const char *line_start; /* of the line p is in, for the column */
    int line;
    struct csv_row *rows; /* the header is the first */
    size_t n_rows, rows_room;
    const char **cells; /* of the row being read */
    size_t n_cells, cells_room;
    char delimiter;
    int fault_line, fault_column;
    struct errtext *e;
};

static int fault(struct reader *r, const char *at, const char *why)
{
    r->fault_line = r->line;
    r->fault_column = 1;
    for (const char *p = r->line_start; p < at; p++)
        if (((unsigned char)*p & 0xC0) != 0x80)
            r->fault_column++;
    errtext_set(r->e, "%s", why);
    return CSV_E_SYNTAX;
}

static void *grown(struct arena *a, const void *items, size_t n, size_t *room, size_t size)
{
    void *more;

    *room = *room ? 2 * *room : 16;
    more = arena_alloc(a, *room * size);
    if (n)
        memcpy(more, items, n * size);
    return more;
}

/* The apostrophe that keeps a text from being calculated is none of it (table.h). */
static const char *unguarded(const char *text)
{
    return *text == '\'' && cell_calculates(text) ? text + 1 : text;
}

static void add_cell(struct reader *r, const char *text)
{
    if (r->n_cells == r->cells_room)
        r->cells = grown(r->arena, r->cells, r->n_cells, &r->cells_room, sizeof(*r->cells));
    r->cells[r->n_cells++] = unguarded(cell_trim(r->arena, text));
}

static bool is_blank(const char *const *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (*cells[i])
            return false;
    return true;
}

static void add_row(struct reader *r, int line)
{
    struct csv_row row = {.line = line, .n_cells = r->n_cells};

    if (is_blank(r->cells, r->n_cells)) {
        r->n_cells = 0;
        return;
    }
    if (r->n_rows == r->rows_room)
        r->rows = grown(r->arena, r->rows, r->n_rows, &r->rows_room, sizeof(*r->rows));
    row.cells = arena_memdup(r->arena, r->cells, r->n_cells * sizeof(*r->cells));
    r->rows[r->n_rows++] = row;
    r->n_cells = 0;
}

static bool at_line_end(const struct reader *r)
{
    return r->p == r->end || *r->p == '\n' || *r->p == '\r';
}

static void next_line(struct reader *r)
{
    r->line++;
    r->line_start = r->p;
}

static int read_bare(struct reader *r)
{
    const char *from = r->p;

    while (!at_line_end(r) && *r->p != r->delimiter) {
        if (*r->p == '"')
            return fault(r, r->p, N_("a quote inside a cell that does not begin with one"));
        r->p++;
    }
    add_cell(r, arena_strndup(r->arena, from, (size_t)(r->p - from)));
    return 0;
}

static int read_quoted(struct reader *r)
{
    const char *open = r->p++;
    const char *open_line = r->line_start;
    int line = r->line;
    char *text, *to;
    const char *scan = r->p;

    while (scan < r->end && (*scan != '"' || (scan + 1 < r->end && scan[1] == '"' && scan++)))
        scan++;
    text = arena_alloc(r->arena, (size_t)(scan - r->p) + 1);
    to = text;
    while (r->p < scan) {
        if (*r->p == '"')
            r->p++; /* the first of two */
        *to++ = *r->p++;
        if (to[-1] == '\n')
            next_line(r);
    }
    *to = 0;
    if (r->p == r->end) {
        r->line = line;
        r->line_start = open_line;
        return fault(r, open, N_("this quote is never closed"));
    }
    r->p++;
    if (!at_line_end(r) && *r->p != r->delimiter)
        return fault(r, r->p, N_("text after the closing quote of a cell"));
    add_cell(r, text);
    return 0;
}

/* The line's end: LF, CRLF or the end of the file. */
static int end_line(struct reader *r)
{
    if (r->p < r->end && *r->p == '\r') {
        if (r->p + 1 == r->end || r->p[1] != '\n')
            return fault(r, r->p, N_("a carriage return without a line feed"));
        r->p++;
    }
    if (r->p < r->end) {
        r->p++;
        next_line(r);
    }
    return 0;
}

static int read_row(struct reader *r)
{
    int line = r->line;

    for (;;) {
        int rc = r->p < r->end && *r->p == '"' ? read_quoted(r) : read_bare(r);

        if (rc)
            return rc;
        if (r->p == r->end || *r->p != r->delimiter)
            break;
        r->p++;
    }
    add_row(r, line);
    return end_line(r);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* ---- what parts the cells ---- */

/* "sep=;" in the first line says it to Excel, which writes it, and is no row. */
static bool said_delimiter(struct reader *r)
{
    size_t left = (size_t)(r->end - r->p);

    if (left < 5 || memcmp(r->p, "sep=", 4) != 0 || !strchr(",;\t", r->p[4]) || !r->p[4])
        return false;
    r->delimiter = r->p[4];
    r->p += 5;
    return true;
}

/* The one of the three that stands in the first line outside quotes; a comma where none does. */
static int find_delimiter(struct reader *r)
{
    static const char all[] = ",;\t";
    bool quoted = false;
    char found = 0;

    for (const char *p = r->p; p < r->end && (quoted || *p != '\n'); p++) {
        if (*p == '"')
            quoted = !quoted;
        else if (quoted || !*p || !strchr(all, *p) || *p == found)
            continue;
        else if (found)
            return fault(r, p, N_("two different signs part the cells of the header"));
        else
            found = *p;
    }
    r->delimiter = found ? found : ',';
    return 0;
}

/* ---- the header ---- */

/* Columns at the end that have no name are none, as long as nothing stands in them. */
static void drop_unnamed(struct reader *r)
{
    struct csv_row *header = &r->rows[0];

    while (header->n_cells && !*header->cells[header->n_cells - 1])
        header->n_cells--;
    for (size_t i = 1; i < r->n_rows; i++) {
        struct csv_row *row = &r->rows[i];

        if (row->n_cells <= header->n_cells)
            continue;
        if (is_blank(row->cells + header->n_cells, row->n_cells - header->n_cells))
            row->n_cells = header->n_cells;
    }
}

static int check_header(struct reader *r)
{
    const struct csv_row *header = &r->rows[0];
    const char **sorted;

    r->line = header->line;
    r->line_start = r->p;
    sorted = arena_memdup(r->arena, header->cells, header->n_cells * sizeof(*sorted));
    qsort(sorted, header->n_cells, sizeof(*sorted), by_name);
    for (size_t i = 0; i < header->n_cells; i++) {
        if (!*sorted[i])
            return fault(r, r->p, N_("a column of the header has no name"));
        if (i && strcmp(sorted[i], sorted[i - 1]) == 0)
            return fault(r, r->p, N_("two columns of the header have one name"));
    }
    return 0;
}

static int read_all(struct reader *r)
{
    int rc = 0;

    if (!said_delimiter(r))
        rc = find_delimiter(r);
    else
        rc = end_line(r);
    while (!rc && r->p < r->end)
        rc = read_row(r);
    if (rc)
        return rc;
    if (!r->n_rows)
        return fault(r, r->p, N_("there is no header line"));
    drop_unnamed(r);
    return check_header(r);
}

int csv_parse(struct arena *a, const char *data, size_t size, struct csv **ret_csv, int *ret_line,
              int *ret_column, struct errtext *e)
{
    struct reader r = {.arena = a, .line = 1, .e = e};
    struct csv *csv;
    int rc = text_decode(a, data, size, &r.p, &size, ret_line, ret_column, e);

    if (rc)
        return CSV_E_SYNTAX;
    if (size && r.p[size - 1] == 0x1A) /* how DOS ended a text */
        size--;
    r.end = r.p + size;
    r.line_start = r.p;
    rc = read_all(&r);
    if (rc) {
        *ret_line = r.fault_line;
        *ret_column = r.fault_column;
        return rc;
    }
    csv = arena_new_one(a, struct csv);
    csv->header = r.rows[0].cells;
    csv->n_columns = r.rows[0].n_cells;
    csv->rows = r.rows + 1;
    csv->n_rows = r.n_rows - 1;
    *ret_csv = csv;
    return 0;
}

/* ---- what our own files have beside the rows ---- */

static void drop_cell(const char **cells, size_t *n_cells, size_t at)
{
    if (at >= *n_cells)
        return;
    for (size_t i = at; i + 1 < *n_cells; i++)
        cells[i] = cells[i + 1];
    --*n_cells;
}

void csv_tidy(struct csv *csv, const char *id)
{
    size_t kept = 0;
    int column;

    for (int language = LANGUAGE_EN; language <= LANGUAGE_ZH; language++) {
        column = csv_column(csv, table_why((enum language)language));
        if (column < 0)
            continue;
        drop_cell(csv->header, &csv->n_columns, (size_t)column);
        for (size_t i = 0; i < csv->n_rows; i++)
            drop_cell(csv->rows[i].cells, &csv->rows[i].n_cells, (size_t)column);
    }
    column = csv_column(csv, id);
    for (size_t i = 0; i < csv->n_rows; i++) {
        const char *cell = csv_cell(&csv->rows[i], column);

        if (!cell || *cell != '#')
            csv->rows[kept++] = csv->rows[i];
    }
    csv->n_rows = kept;
}

int csv_column(const struct csv *csv, const char *name)
{
    for (size_t i = 0; i < csv->n_columns; i++)
        if (strcmp(csv->header[i], name) == 0)
            return (int)i;
    return -1;
}

const char *csv_cell(const struct csv_row *row, int column)
{
    if (column < 0 || (size_t)column >= row->n_cells || !*row->cells[column])
        return NULL;
    return row->cells[column];
}
