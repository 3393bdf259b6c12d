/* SPDX-License-Identifier: Apache-2.0 */
#include "common/text/csv.h"

#include <string.h>

#include "common/base/str.h"
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

static void add_cell(struct reader *r, const char *text)
{
    if (r->n_cells == r->cells_room)
        r->cells = grown(r->arena, r->cells, r->n_cells, &r->cells_room, sizeof(*r->cells));
    r->cells[r->n_cells++] = text;
}

static void add_row(struct reader *r, int line)
{
    struct csv_row row = {.line = line, .n_cells = r->n_cells};

    if (r->n_cells == 1 && !*r->cells[0]) { /* a blank line */
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

    while (!at_line_end(r) && *r->p != ',') {
        if (*r->p == '"')
            return fault(r, r->p, "a quote inside a cell that does not begin with one");
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
        return fault(r, open, "this quote is never closed");
    }
    r->p++;
    if (!at_line_end(r) && *r->p != ',')
        return fault(r, r->p, "text after the closing quote of a cell");
    add_cell(r, text);
    return 0;
}

/* The line's end: LF, CRLF or the end of the file. */
static int end_line(struct reader *r)
{
    if (r->p < r->end && *r->p == '\r') {
        if (r->p + 1 == r->end || r->p[1] != '\n')
            return fault(r, r->p, "a carriage return without a line feed");
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
        if (r->p == r->end || *r->p != ',')
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
            return fault(r, r->p, "a column of the header has no name");
        if (i && strcmp(sorted[i], sorted[i - 1]) == 0)
            return fault(r, r->p, "two columns of the header have one name");
    }
    return 0;
}

static int check_bytes(struct reader *r)
{
    size_t size = (size_t)(r->end - r->p), bad;

    if (utf8_valid(r->p, size, &bad))
        return 0;
    for (size_t i = 0; i < bad; i++)
        if (r->p[i] == '\n') {
            r->line++;
            r->line_start = r->p + i + 1;
        }
    return fault(r, r->p + bad, "not UTF-8 text");
}

static int read_all(struct reader *r)
{
    int rc = check_bytes(r);

    while (!rc && r->p < r->end)
        rc = read_row(r);
    if (rc)
        return rc;
    if (!r->n_rows)
        return fault(r, r->p, "there is no header line");
    return check_header(r);
}

int csv_parse(struct arena *a, const char *data, size_t size, struct csv **ret_csv, int *ret_line,
              int *ret_column, struct errtext *e)
{
    struct reader r = {.arena = a, .p = data, .end = data + size, .line = 1, .e = e};
    struct csv *csv;
    int rc;

    if (size >= 3 && memcmp(data, "\xEF\xBB\xBF", 3) == 0)
        r.p += 3;
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
