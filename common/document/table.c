/* SPDX-License-Identifier: Apache-2.0 */
#include "common/document/table.h"

#include <string.h>

#include "common/document/cell.h"

#include "common/base/banned.h"

const char *table_why(enum language language)
{
    return language == LANGUAGE_ZH ? "原因" : "why refused";
}

static bool is_plain_number(const char *text)
{
    text += *text == '-';
    return *text && strspn(text, "0123456789.") == strlen(text);
}

void csv_put_cell(struct str *out, const char *text)
{
    bool guarded, quoted;

    if (!text || !*text)
        return;
    guarded = cell_calculates(text) && !is_plain_number(text);
    quoted = strpbrk(text, ",;\t\"\r\n") != NULL;
    str_add(out, quoted ? "\"" : "");
    str_add(out, guarded ? "'" : "");
    for (; *text; text++) {
        if (*text == '"')
            str_add_char(out, '"');
        str_add_char(out, *text);
    }
    str_add(out, quoted ? "\"" : "");
}

void table_to_csv(const struct table *t, struct str *out)
{
    str_add(out, "\xEF\xBB\xBF");
    for (size_t k = 0; k < t->n_columns; k++) {
        str_add(out, k ? "," : "");
        csv_put_cell(out, t->columns[k].name);
    }
    str_add(out, "\r\n");
    for (size_t i = 0; i < t->n_rows; i++) {
        for (size_t k = 0; k < t->n_columns; k++) {
            str_add(out, k ? "," : "");
            csv_put_cell(out, t->cells[i * t->n_columns + k]);
        }
        str_add(out, "\r\n");
    }
}
