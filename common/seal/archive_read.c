/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "common/seal/archive.h"
#include "common/seal/archive_row.h"
#include "common/seal/line.h"

#include "common/base/banned.h"

struct archive_reader {
    struct lines *lines;
    struct archive_head head;
    struct row_reader rows;
    struct bytes values[ARCHIVE_COLUMNS_MAX];
};

void archive_reader_free(struct archive_reader *r)
{
    if (!r)
        return;
    lines_free(r->lines);
    row_reader_release(&r->rows);
    free(r);
}

int archive_reader_new(FILE *f, struct archive_reader **ret_r, struct errtext *e)
{
    CLEANUP(archive_reader_free) struct archive_reader *r = calloc(1, sizeof(*r));
    const char *text;
    size_t size;
    int res;

    if (!r)
        return err_raise(-ENOMEM);
    r->lines = lines_new(f);
    r->rows.values = r->values;
    res = lines_next(r->lines, &text, &size);
    if (res < 0)
        return res;
    if (res || archive_head_read(text, size, &r->head, e) != 0)
        return ARCHIVE_E_FORM;
    *ret_r = TAKE(r);
    return 0;
}

const struct archive_head *archive_reader_head(const struct archive_reader *r)
{
    return &r->head;
}

int archive_reader_next(struct archive_reader *r, int64_t *ret_seq, const struct bytes **ret_values)
{
    struct errtext unused;
    const char *text;
    size_t size;
    int res;

    for (;;) {
        res = lines_next(r->lines, &text, &size);
        if (res < 0)
            return res;
        if (res)
            return res == LINES_E_END ? ARCHIVE_E_END : ARCHIVE_E_FORM;
        res = row_read(&r->rows, &r->head, text, size, NULL, ret_seq, NULL, &unused);
        if (res == 0) {
            *ret_values = r->values;
            return 0;
        }
        if (res != ROW_E_OTHER)
            return ARCHIVE_E_FORM;
    }
}
