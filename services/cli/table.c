/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/table.h"

#include <errno.h>
#include <string.h>

#include "common/document/decode.h"
#include "common/document/filter.h"
#include "common/document/xlsx.h"
#include "services/cli/file.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

enum { CSV_LIMIT = 4 << 20 };

/* ---- a workbook, in a child ---- */

static int read_workbook(const char *bytes, size_t size, char **ret_csv)
{
    char *argv[] = {(char *)"hongping", (char *)"table", NULL};
    struct str csv = STR_INIT;
    int r = filter_run(argv, bytes, size, CSV_LIMIT, &csv, NULL);

    if (r) {
        str_release(&csv);
        return r == FILTER_E_LARGE ? -EFBIG : r == FILTER_E_BAD ? -EINVAL : r;
    }
    *ret_csv = str_detach(&csv);
    return 0;
}

/* ---- text ---- */

static int read_text(const char *path, const char *bytes, size_t size, char **ret_csv,
                     struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct errtext why = {0};
    int line, column;
    const char *text;

    if (size > CSV_LIMIT) {
        errtext_set(e, "%s: %s", path, strerror(EFBIG));
        return -EFBIG;
    }
    if (text_decode(a, bytes, size, &text, &size, &line, &column, &why)) {
        errtext_set(e, "%s:%d:%d: %s", path, line, column, tr(why.text));
        return -EINVAL;
    }
    *ret_csv = strdup(text);
    return *ret_csv ? 0 : err_raise(-ENOMEM);
}

int table_read(const char *path, char **ret_csv, struct errtext *e)
{
    char *bytes = NULL;
    size_t size;
    int r = read_file(path, XLSX_FILE_MAX, &bytes, &size, e);

    if (r)
        return r;
    if (size > 4 && memcmp(bytes, "PK\3\4", 4) == 0) {
        r = read_workbook(bytes, size, ret_csv);
        if (r)
            errtext_set(e, tr("%s: this workbook cannot be read"), path);
    } else {
        r = read_text(path, bytes, size, ret_csv, e);
    }
    free(bytes);
    return r;
}
