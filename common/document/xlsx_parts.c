/* SPDX-License-Identifier: Apache-2.0 */
#include "common/document/xlsx_parts.h"

#include <string.h>

#include "common/document/package.h"
#include "common/text/text.h"

#include "common/base/banned.h"

int xlsx_bad(struct xlsx_book *b, const char *sentence, const char *arg0, const char *arg1)
{
    if (!b->fault->sentence)
        *b->fault = (struct xlsx_remark){
            sentence, {arena_strdup(b->a, arg0 ? arg0 : ""), arena_strdup(b->a, arg1 ? arg1 : "")}};
    return XLSX_E_BAD;
}

void *xlsx_grown(struct arena *a, void *items, size_t n, size_t *room, size_t size)
{
    void *more;

    if (n < *room)
        return items;
    *room = *room ? 2 * *room : 64;
    more = arena_alloc(a, *room * size);
    if (n)
        memcpy(more, items, n * size);
    return more;
}

/* ---- XML ---- */

static const char *local(const char *name)
{
    const char *colon = strchr(name, ':');

    return colon ? colon + 1 : name;
}

bool xlsx_is(const char *element, const char *name)
{
    return strcmp(local(element), name) == 0;
}

const char *xlsx_attribute(const char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2)
        if (strcmp(attributes[i], name) == 0)
            return attributes[i + 1];
    for (size_t i = 0; attributes[i]; i += 2)
        if (strcmp(local(attributes[i]), local(name)) == 0)
            return attributes[i + 1];
    return NULL;
}

struct reading {
    struct xlsx_book *book;
    XML_Parser parser;
    const struct xlsx_handlers *handlers;
    void *arg;
};

static void no_doctype(void *arg, const XML_Char *name, const XML_Char *system_id,
                       const XML_Char *public_id, int has_subset)
{
    struct reading *r = arg;

    (void)name, (void)system_id, (void)public_id, (void)has_subset;
    (void)xlsx_bad(r->book, N_("The workbook is damaged: {0}"), "DTD", NULL);
    XML_StopParser(r->parser, XML_FALSE);
}

/* The caller's handlers have the caller's argument; a fault ends the reading. */
static void on_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
    struct reading *r = arg;

    r->handlers->start(r->arg, name, attributes);
    if (r->book->fault->sentence)
        XML_StopParser(r->parser, XML_FALSE);
}

static void on_end(void *arg, const XML_Char *name)
{
    struct reading *r = arg;

    if (r->handlers->end)
        r->handlers->end(r->arg, name);
    if (r->book->fault->sentence)
        XML_StopParser(r->parser, XML_FALSE);
}

static void on_text(void *arg, const XML_Char *text, int size)
{
    struct reading *r = arg;

    if (r->handlers->text)
        r->handlers->text(r->arg, text, size);
}

static int parse(struct reading *r, zip_file_t *file, const char *path)
{
    char buf[16384];
    zip_int64_t n;

    for (;;) {
        n = zip_fread(file, buf, sizeof(buf));
        if (n < 0)
            return xlsx_bad(r->book, N_("The workbook is damaged: {0}"), path, NULL);
        r->book->unpacked += (size_t)n;
        if (r->book->unpacked > XLSX_UNPACKED_MAX)
            return xlsx_bad(r->book, N_("The workbook is too large when unpacked."), NULL, NULL);
        if (XML_Parse(r->parser, buf, (int)n, n == 0) != XML_STATUS_OK)
            return xlsx_bad(r->book, N_("The workbook is damaged: {0}"), path, NULL);
        if (n == 0)
            return 0;
    }
}

int xlsx_part(struct xlsx_book *b, const char *path, bool optional, const struct xlsx_handlers *h,
              void *arg)
{
    zip_file_t *file = zip_fopen(b->zip, path, 0);
    struct reading r = {b, NULL, h, arg};
    int rc;

    if (!file)
        return optional ? 0 : xlsx_bad(b, N_("The workbook is damaged: {0}"), path, NULL);
    r.parser = XML_ParserCreate(NULL);
    CHECK(r.parser);
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, on_start, on_end);
    XML_SetCharacterDataHandler(r.parser, on_text);
    XML_SetStartDoctypeDeclHandler(r.parser, no_doctype);
    rc = parse(&r, file, path);
    XML_ParserFree(r.parser);
    zip_fclose(file);
    return rc;
}

/* ---- what the package says of itself ---- */

struct relation {
    const char *id, *type, *target;
};
struct relations {
    struct xlsx_book *book;
    const char *folder; /* of the workbook's part, with the / */
    struct relation *items;
    size_t n, room;
};

static void rels_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
    const char *id = xlsx_attribute(attributes, "Id"), *type = xlsx_attribute(attributes, "Type"),
               *target = xlsx_attribute(attributes, "Target");
    struct relations *r = arg;
    struct arena *a = r->book->a;

    if (!xlsx_is(name, "Relationship") || !id || !target)
        return;
    r->items = xlsx_grown(a, r->items, r->n, &r->room, sizeof(*r->items));
    r->items[r->n++] = (struct relation){
        arena_strdup(a, id), arena_strdup(a, type ? type : ""),
        *target == '/' ? arena_strdup(a, target + 1) : arena_printf(a, "%s%s", r->folder, target)};
}

/* The part that stands to the workbook as @kind says: "/styles"; where nothing says it, by its usual name. */
static const char *part_of(const struct relations *r, const char *kind)
{
    for (size_t i = 0; i < r->n; i++) {
        size_t n = strlen(r->items[i].type), m = strlen(kind);

        if (n >= m && strcmp(r->items[i].type + n - m, kind) == 0)
            return r->items[i].target;
    }
    return arena_printf(r->book->a, "%s%s.xml", r->folder, kind + 1);
}

static const char *target_of(const struct relations *r, const char *id)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->items[i].id, id) == 0)
            return r->items[i].target;
    return NULL;
}

static void book_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
    struct relations *r = arg;
    struct xlsx_book *b = r->book;
    const char *id = xlsx_attribute(attributes, "r:id"),
               *title = xlsx_attribute(attributes, "name"),
               *state = xlsx_attribute(attributes, "state"),
               *since = xlsx_attribute(attributes, "date1904");

    if (xlsx_is(name, "workbookPr") && since)
        b->since_1904 = strcmp(since, "1") == 0 || strcmp(since, "true") == 0;
    if (!xlsx_is(name, "sheet") || !id || !title || !target_of(r, id))
        return;
    b->sheets = xlsx_grown(b->a, b->sheets, b->n_sheets, &b->sheets_room, sizeof(*b->sheets));
    b->sheets[b->n_sheets++] = (struct xlsx_sheet){arena_strdup(b->a, title), target_of(r, id),
                                                   state && strcmp(state, "visible") != 0};
}

/* ---- shared strings ---- */

struct strings {
    struct xlsx_book *book;
    struct str text;
    bool in_text, in_phonetic;
};

static void strings_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
    struct strings *s = arg;

    (void)attributes;
    if (xlsx_is(name, "si"))
        str_clear(&s->text);
    s->in_phonetic = s->in_phonetic || xlsx_is(name, "rPh");
    s->in_text = xlsx_is(name, "t") && !s->in_phonetic;
}

static void strings_end(void *arg, const XML_Char *name)
{
    struct strings *s = arg;
    struct xlsx_book *b = s->book;

    s->in_text = false;
    if (xlsx_is(name, "rPh"))
        s->in_phonetic = false;
    if (!xlsx_is(name, "si"))
        return;
    b->strings = xlsx_grown(b->a, b->strings, b->n_strings, &b->strings_room, sizeof(*b->strings));
    b->strings[b->n_strings++] = arena_strndup(b->a, s->text.text, s->text.size);
}

static void strings_text(void *arg, const XML_Char *text, int size)
{
    struct strings *s = arg;

    if (s->in_text)
        str_add_bytes(&s->text, text, (size_t)size);
}

/* ---- formats ---- */

struct styles {
    struct xlsx_book *book;
    bool in_formats;
    int *days; /* ids of the workbook's own formats that are days */
    size_t n, room;
};

/* A format of the workbook's own shows a day if it has a y or d outside quotes, brackets and escapes. */
static bool shows_day(const char *code)
{
    for (const char *p = code; *p; p++) {
        if (*p == '"') {
            p = strchr(p + 1, '"');
            if (!p)
                return false;
        } else if (*p == '[') {
            p = strchr(p, ']');
            if (!p)
                return false;
        } else if ((*p == '\\' || *p == '_' || *p == '*') && p[1]) {
            p++;
        } else if (strchr("yYdD", *p)) {
            return true;
        }
    }
    return false;
}

/* Those that every program knows: ISO/IEC 29500-1, 18.8.30, with the Chinese ones. */
static bool is_day_format(const struct styles *s, int id)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->days[i] == id)
            return true;
    return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 ||
           (id >= 50 && id <= 54) || id == 57 || id == 58;
}

static void styles_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
    const char *id = xlsx_attribute(attributes, "numFmtId"),
               *code = xlsx_attribute(attributes, "formatCode");
    struct styles *s = arg;
    struct xlsx_book *b = s->book;

    if (xlsx_is(name, "cellXfs"))
        s->in_formats = true;
    if (xlsx_is(name, "numFmt") && id && code && shows_day(code)) {
        s->days = xlsx_grown(b->a, s->days, s->n, &s->room, sizeof(*s->days));
        s->days[s->n++] = (int)strtol(id, NULL, 10);
    }
    if (!s->in_formats || !xlsx_is(name, "xf"))
        return;
    b->is_day = xlsx_grown(b->a, b->is_day, b->n_formats, &b->formats_room, sizeof(*b->is_day));
    b->is_day[b->n_formats++] = id && is_day_format(s, (int)strtol(id, NULL, 10));
}

static void styles_end(void *arg, const XML_Char *name)
{
    struct styles *s = arg;

    if (xlsx_is(name, "cellXfs"))
        s->in_formats = false;
}

/* ---- opening ---- */

static int read_book(struct xlsx_book *b, const char *main)
{
    static const struct xlsx_handlers rels = {rels_start, NULL, NULL},
                                      book = {book_start, NULL, NULL},
                                      strings = {strings_start, strings_end, strings_text},
                                      styles = {styles_start, styles_end, NULL};
    struct strings text = {.book = b, .text = STR_INIT};
    struct styles style = {.book = b};
    const char *name = strrchr(main, '/');
    struct relations relations = {
        .book = b, .folder = name ? arena_strndup(b->a, main, (size_t)(name + 1 - main)) : ""};
    int r = xlsx_part(
        b, arena_printf(b->a, "%s_rels/%s.rels", relations.folder, name ? name + 1 : main), false,
        &rels, &relations);

    if (!r)
        r = xlsx_part(b, main, false, &book, &relations);
    if (!r)
        r = xlsx_part(b, part_of(&relations, "/sharedStrings"), true, &strings, &text);
    if (!r)
        r = xlsx_part(b, part_of(&relations, "/styles"), true, &styles, &style);
    str_release(&text.text);
    return r;
}

static int read_package(struct xlsx_book *b)
{
    struct package package = {0};
    int r = package_look(b->a, b->zip, &package);

    if (r == PACKAGE_E_MACROS)
        return xlsx_bad(b, N_("The workbook has macros. Save it without them, as .xlsx."), NULL,
                        NULL);
    if (r == PACKAGE_E_LARGE)
        return xlsx_bad(b, N_("The workbook is too large when unpacked."), NULL, NULL);
    if (r || strcmp(package.type, "xlsx") != 0)
        return xlsx_bad(b, N_("The file is no workbook of the form .xlsx."), NULL, NULL);
    return read_book(b, package.main);
}

int xlsx_open(struct xlsx_book *b, const void *data, size_t size)
{
    zip_error_t error;
    zip_source_t *source = zip_source_buffer_create(data, size, 0, &error);

    CHECK(source);
    b->zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (!b->zip) {
        zip_source_free(source);
        return xlsx_bad(b, N_("The file is no workbook of the form .xlsx."), NULL, NULL);
    }
    return read_package(b);
}

void xlsx_close(struct xlsx_book *b)
{
    if (b->zip)
        zip_discard(b->zip);
}
