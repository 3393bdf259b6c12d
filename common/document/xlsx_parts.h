/* SPDX-License-Identifier: Apache-2.0 */
/* xlsx_parts - the parts of a workbook's package and what is shared by its sheets; for xlsx.c */
#pragma once
#include <expat.h>
#include <zip.h>

#include "common/document/xlsx.h"

struct xlsx_sheet {
    const char *name, *path; /* of its part */
    bool hidden;
};
struct xlsx_book {
    struct arena *a;
    zip_t *zip;
    size_t unpacked; /* so far, of all parts */
    struct xlsx_remark *fault;
    const char **strings; /* the shared ones */
    size_t n_strings, strings_room;
    bool *is_day; /* of each cell format */
    size_t n_formats, formats_room;
    struct xlsx_sheet *sheets;
    size_t n_sheets, sheets_room;
    bool since_1904;
};

/* Open the package and read all but the sheets. XLSX_E_BAD. */
int xlsx_open(struct xlsx_book *b, const void *data, size_t size) MUST_CHECK;
void xlsx_close(struct xlsx_book *b);

/* An XML part read by handlers that get @arg as their user data. XLSX_E_BAD; -ENOENT is no outcome: a part that is not there is read as
 * empty when @optional. */
struct xlsx_handlers {
    XML_StartElementHandler start;
    XML_EndElementHandler end;
    XML_CharacterDataHandler text;
};
int xlsx_part(struct xlsx_book *b, const char *path, bool optional, const struct xlsx_handlers *h,
              void *arg) MUST_CHECK;
/* The name without its prefix; whether it is @name. */
bool xlsx_is(const char *element, const char *name);
/* The attribute @name (with its prefix or, if none has it, without), NULL if absent. */
const char *xlsx_attribute(const char **attributes, const char *name);
int xlsx_bad(struct xlsx_book *b, const char *sentence, const char *arg0, const char *arg1);
/* Room for one more of @size bytes. */
void *xlsx_grown(struct arena *a, void *items, size_t n, size_t *room, size_t size);
