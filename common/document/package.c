/* SPDX-License-Identifier: Apache-2.0 */
#include "common/document/package.h"

#include <expat.h>
#include <string.h>
#include <strings.h>

#include "common/base/str.h"

#include "common/base/banned.h"

#define WORD "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
#define SHEET "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

struct look {
    struct arena *a;
    zip_t *zip;
    XML_Parser parser;
    const char *main;      /* as the relationship has it, without the leading / */
    const char *by_name;   /* the content type of its own */
    const char *by_ending; /* of all parts that end as it does */
    bool macros, wrong;
};

/* ---- XML ---- */

static const char *attribute(const char **attributes, const char *name)
{
    for (size_t i = 0; attributes[i]; i += 2) {
        const char *colon = strchr(attributes[i], ':');

        if (strcmp(colon ? colon + 1 : attributes[i], name) == 0)
            return attributes[i + 1];
    }
    return "";
}

static bool is_element(const char *element, const char *name)
{
    const char *colon = strchr(element, ':');

    return strcmp(colon ? colon + 1 : element, name) == 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcasecmp(text + n - m, end) == 0;
}

static void on_doctype(void *arg, const XML_Char *name, const XML_Char *system_id,
                       const XML_Char *public_id, int has)
{
    struct look *l = arg;

    (void)name, (void)system_id, (void)public_id, (void)has;
    l->wrong = true;
    XML_StopParser(l->parser, XML_FALSE);
}

/* Read a part through @start, which gets the look: false where it is not there, too large or no XML. */
static bool read_part(struct look *l, const char *path, XML_StartElementHandler start)
{
    zip_file_t *file = zip_fopen(l->zip, path, ZIP_FL_NOCASE);
    char *text = arena_alloc(l->a, PACKAGE_PART_MAX + 1);
    zip_int64_t n;
    bool read;

    if (!file)
        return false;
    n = zip_fread(file, text, PACKAGE_PART_MAX + 1);
    zip_fclose(file);
    if (n < 0 || n > PACKAGE_PART_MAX)
        return false;
    l->parser = XML_ParserCreate(NULL);
    CHECK(l->parser);
    XML_SetUserData(l->parser, l);
    XML_SetElementHandler(l->parser, start, NULL);
    XML_SetStartDoctypeDeclHandler(l->parser, on_doctype);
    read = XML_Parse(l->parser, text, (int)n, 1) == XML_STATUS_OK && !l->wrong;
    XML_ParserFree(l->parser);
    return read;
}

/* ---- what it says ---- */

/* Transitional and strict documents name the kind differently, up to its end (ISO/IEC 29500-1, 11.3.10; -4). */
static void rels_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
    struct look *l = arg;
    const char *target = attribute(attributes, "Target");

    if (!is_element(name, "Relationship") ||
        !ends_with(attribute(attributes, "Type"), "/officeDocument"))
        return;
    if (l->main || strcmp(attribute(attributes, "TargetMode"), "External") == 0)
        l->wrong = true; /* two documents, or one elsewhere */
    while (*target == '/' || strncmp(target, "./", 2) == 0)
        target += *target == '/' ? 1 : 2;
    l->main = arena_strdup(l->a, target);
}

static bool is_macro(const char *type)
{
    static const char *const signs[] = {"macroEnabled", "vbaProject", "macrosheet"};

    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (strcasestr(type, signs[i]))
            return true;
    return false;
}

static void types_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
    struct look *l = arg;
    const char *type = attribute(attributes, "ContentType"),
               *part = attribute(attributes, "PartName"),
               *ending = attribute(attributes, "Extension");

    if (is_element(name, "Override")) {
        l->macros = l->macros || is_macro(type);
        if (strcasecmp(part + (*part == '/'), l->main) == 0)
            l->by_name = arena_strdup(l->a, type);
    } else if (is_element(name, "Default") && *ending &&
               ends_with(l->main, arena_printf(l->a, ".%s", ending))) {
        l->by_ending = arena_strdup(l->a, type);
    }
}

/* ---- what the archive holds ---- */

static int see_entries(struct look *l)
{
    zip_int64_t n = zip_get_num_entries(l->zip, 0);
    uint64_t unpacked = 0;

    if (n > PACKAGE_PARTS_MAX)
        return PACKAGE_E_LARGE;
    for (zip_int64_t i = 0; i < n; i++) {
        zip_stat_t st;

        if (zip_stat_index(l->zip, (zip_uint64_t)i, 0, &st) || !(st.valid & ZIP_STAT_NAME))
            return PACKAGE_E_OTHER;
        if (st.valid & ZIP_STAT_ENCRYPTION_METHOD && st.encryption_method != ZIP_EM_NONE)
            return PACKAGE_E_LOCKED;
        if (st.size > PACKAGE_UNPACKED_MAX || (unpacked += st.size) > PACKAGE_UNPACKED_MAX)
            return PACKAGE_E_LARGE;
        l->macros = l->macros || ends_with(st.name, "vbaProject.bin");
    }
    return 0;
}

int package_look(struct arena *a, zip_t *zip, struct package *ret)
{
    struct look l = {.a = a, .zip = zip};
    zip_int64_t at;
    const char *type;
    int r = see_entries(&l);

    if (r)
        return r;
    if (!read_part(&l, "_rels/.rels", rels_start) || !l.main ||
        !read_part(&l, "[Content_Types].xml", types_start))
        return PACKAGE_E_OTHER;
    type = l.by_name ? l.by_name : l.by_ending;
    at = zip_name_locate(zip, l.main, ZIP_FL_NOCASE);
    if (!type || at < 0)
        return PACKAGE_E_OTHER;
    if (l.macros || is_macro(type))
        return PACKAGE_E_MACROS;
    ret->type = strcasecmp(type, WORD) == 0 ? "docx" : strcasecmp(type, SHEET) == 0 ? "xlsx" : NULL;
    ret->main = arena_strdup(a, zip_get_name(zip, (zip_uint64_t)at, 0));
    return ret->type ? 0 : PACKAGE_E_OTHER;
}
