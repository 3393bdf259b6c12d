/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "common/base/str.h"
#include "services/gateway/file/sniff.h"

#define OFFICE "application/vnd.openxmlformats-officedocument."
#define DOC OFFICE "wordprocessingml.document.main+xml"
#define SHEET OFFICE "spreadsheetml.sheet.main+xml"
#define RELATION \
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
#define TYPES(more) \
    "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>" more "</Types>"
#define OVERRIDE(part, type) "<Override PartName='" part "' ContentType='" type "'/>"
#define RELS(target) \
    "<Relationships><Relationship Id='r1' Type='" RELATION "' Target='" target "'/></" \
    "Relationships>"

static enum reason why;

static const char *sniff(const void *data, size_t size)
{
    FILE *f = tmpfile();
    const char *type;

    cr_assert_not_null(f);
    cr_assert_eq(fwrite(data, 1, size, f), size);
    cr_assert_eq(fflush(f), 0);
    type = sniff_type(fileno(f), size, &why);
    fclose(f);
    return type;
}

/* ---- archives ---- */

struct part {
    const char *name, *text;
};
struct made {
    bool zip64, locked;
    unsigned long size; /* that the entries say they have, 0: what they have */
    const char *comment, *before, *behind;
};

static void le(struct str *out, unsigned long long n, int bytes)
{
    for (int i = 0; i < bytes; i++)
        str_add_char(out, (char)(n >> (8 * i) & 0xff));
}

/* What stands in front of the name both in an entry and in the directory (APPNOTE.TXT 4.3.7, 4.3.12). */
static void entry(struct str *out, const struct part *p, const struct made *m)
{
    size_t size = strlen(p->text);

    le(out, m->locked ? 1 : 0, 2), le(out, 0, 2), le(out, 0, 4);
    le(out, crc32(0, (const unsigned char *)p->text, (unsigned)size), 4);
    le(out, size, 4), le(out, m->size ? m->size : size, 4), le(out, strlen(p->name), 2);
}

/* Stored parts in an archive made by hand, as @m says. */
static struct str zip(const struct part *parts, struct made m)
{
    struct str out = STR_INIT;
    CLEANUP(str_release) struct str directory = STR_INIT;
    unsigned long long n = 0, at, end;

    str_add(&out, m.before ? m.before : "");
    for (; parts[n].name; n++) {
        at = out.size;
        str_add_bytes(&out, "PK\3\4\24\0", 6);
        entry(&out, &parts[n], &m);
        le(&out, 0, 2);
        str_add(&out, parts[n].name);
        str_add(&out, parts[n].text);
        str_add_bytes(&directory, "PK\1\2\24\0\24\0", 8);
        entry(&directory, &parts[n], &m);
        le(&directory, 0, 8), le(&directory, 0, 4), le(&directory, at, 4);
        str_add(&directory, parts[n].name);
    }
    at = out.size;
    str_add_bytes(&out, directory.text, directory.size);
    end = out.size;
    if (m.zip64) { /* 4.3.14 and 4.3.15 */
        str_add_bytes(&out, "PK\6\6", 4);
        le(&out, 44, 8), le(&out, 45, 2), le(&out, 45, 2), le(&out, 0, 8), le(&out, n, 8),
            le(&out, n, 8);
        le(&out, directory.size, 8), le(&out, at, 8);
        str_add_bytes(&out, "PK\6\7", 4);
        le(&out, 0, 4), le(&out, end, 8), le(&out, 1, 4);
    }
    str_add_bytes(&out, "PK\5\6\0\0\0\0", 8);
    le(&out, m.zip64 ? 0xffff : n, 2), le(&out, m.zip64 ? 0xffff : n, 2);
    le(&out, m.zip64 ? 0xffffffff : directory.size, 4), le(&out, m.zip64 ? 0xffffffff : at, 4);
    le(&out, strlen(m.comment ? m.comment : ""), 2);
    str_add(&out, m.comment ? m.comment : "");
    str_add(&out, m.behind ? m.behind : "");
    return out;
}

static const char *sniff_made(const struct part *parts, struct made m)
{
    CLEANUP(str_release) struct str file = zip(parts, m);

    return sniff(file.text, file.size);
}

/* A package of one document, of this content type. */
static const char *sniff_package(const char *target, const char *part, const char *type)
{
    char rels[512], types[1024];
    const struct part parts[] = {
        {"[Content_Types].xml", types}, {"_rels/.rels", rels}, {part, "<x/>"}, {NULL, NULL}};

    snprintf(rels, sizeof(rels), RELS("%s"), target);
    snprintf(
        types, sizeof(types),
        TYPES("<Default Extension='xml' ContentType='application/xml'/>" OVERRIDE("/%s", "%s")),
        part, type);
    return sniff_made(parts, (struct made){0});
}

static void refused(const char *type, enum reason wanted)
{
    cr_assert_null(type, "taken as %s", type);
    cr_assert_eq(why, wanted, "refused for %s", reason_row(why)->code);
}

/* ---- pictures and PDF ---- */

Test(sniff, pictures_are_known_by_their_first_bytes)
{
    cr_assert_str_eq(sniff("\xff\xd8\xff\xe0 and more", 12), "jpeg");
    cr_assert_str_eq(sniff("\x89PNG\r\n\x1a\n\0\0\0\rIHDR and more", 24), "png");
    refused(sniff("\n\xff\xd8\xff\xe0 and more", 13), reason_file_type_unknown);
    refused(sniff("GIF89a and more", 15), reason_file_type_unknown);
    cr_assert_str_eq(sniff_media("png"), "image/png");
    cr_assert_str_eq(sniff_media("exe"), "application/octet-stream");
    cr_assert_str_eq(sniff_ending("jpeg"), "jpg");
}

Test(sniff, a_pdf_begins_within_its_first_1024_bytes)
{
    char file[2048];

    cr_assert_str_eq(sniff("%PDF-1.7\n", 9), "pdf");
    cr_assert_str_eq(sniff("\xEF\xBB\xBF\r\n%PDF-2.0\n", 14), "pdf");
    cr_assert_str_eq(sniff("%PDF-x %PDF-1.4\n", 16), "pdf");
    memset(file, ' ', sizeof(file));
    memcpy(file + 1023, "%PDF-1.4", 8);
    cr_assert_str_eq(sniff(file, sizeof(file)), "pdf");
    memset(file, ' ', sizeof(file));
    memcpy(file + 1100, "%PDF-1.4", 8);
    refused(sniff(file, sizeof(file)), reason_file_type_unknown);
    refused(sniff("%PDF-", 5), reason_file_type_unknown);
    refused(sniff("%PDF-9.9", 8), reason_file_type_unknown);
}

Test(sniff, a_pdf_that_needs_a_password_is_refused_wherever_it_says_so)
{
    static const char plain[] =
        "%PDF-1.7\n(/EncryptMetadata true) /Encrypted 1 trailer<</Root 1 0 R>>";
    char *large = malloc(300000);

    cr_assert_str_eq(sniff(plain, sizeof(plain) - 1), "pdf");
    refused(sniff("%PDF-1.7\ntrailer<</Root 1 0 R/Encrypt 5 0 R>>", 46), reason_file_locked);
    refused(sniff("%PDF-1.7\ntrailer<</Encrypt<</V 4>> >>", 37), reason_file_locked);
    for (size_t at = 65400; at < 65600; at += 7) { /* over the border of what is read at once */
        memset(large, 'x', 300000);
        memcpy(large, "%PDF-1.7", 8);
        memcpy(large + at, "/Encrypt 5 0 R", 14);
        refused(sniff(large, 300000), reason_file_locked);
    }
    free(large);
}

/* ---- office documents ---- */

Test(sniff, a_document_is_what_its_package_says_wherever_it_stands)
{
    cr_assert_str_eq(sniff_package("word/document.xml", "word/document.xml", DOC), "docx");
    cr_assert_str_eq(sniff_package("word/document2.xml", "word/document2.xml", DOC), "docx",
                     "as Word online writes");
    cr_assert_str_eq(sniff_package("/xl/workbook.xml", "xl/workbook.xml", SHEET), "xlsx");
    cr_assert_str_eq(sniff_package("./XL/Workbook.xml", "xl/workbook.xml", SHEET), "xlsx",
                     "names are without case");
    cr_assert_str_eq(sniff_package("content/main.part", "content/main.part", SHEET), "xlsx");
    refused(sniff_package("word/document.xml", "word/other.xml", DOC), reason_file_type_unknown);
    refused(sniff_package("ppt/presentation.xml", "ppt/presentation.xml",
                          OFFICE "presentationml.presentation.main+xml"),
            reason_file_type_unknown);
    refused(sniff_package("word/document.xml", "word/document.xml",
                          OFFICE "wordprocessingml.template.main+xml"),
            reason_file_type_unknown);
    refused(sniff_package("word/document.xml", "word/document.xml", "text/html"),
            reason_file_type_unknown);
}

#define SHEET_PARTS(types) \
    { \
        {"[Content_Types].xml", types}, {"_rels/.rels", RELS("xl/workbook.xml")}, \
            {"xl/workbook.xml", "<x/>"}, \
        { \
            NULL, NULL \
        } \
    }
#define PLAIN TYPES(OVERRIDE("/xl/workbook.xml", SHEET))

Test(sniff, an_archive_may_be_large_and_commented_but_hides_nothing)
{
    const struct part parts[] = SHEET_PARTS(PLAIN);
    const struct part by_ending[] =
        SHEET_PARTS(TYPES("<Default Extension='XML' ContentType='" SHEET "'/>"));

    cr_assert_str_eq(sniff_made(parts, (struct made){.zip64 = true}), "xlsx");
    cr_assert_str_eq(sniff_made(parts, (struct made){.comment = "样例 with a comment"}), "xlsx");
    cr_assert_str_eq(sniff_made(by_ending, (struct made){0}), "xlsx");
    refused(sniff_made(parts, (struct made){.before = "MZ"}), reason_file_type_unknown);
    refused(sniff_made(parts, (struct made){.behind = "<script>"}), reason_file_type_unknown);
    refused(sniff_made(parts, (struct made){.locked = true}), reason_file_locked);
    refused(sniff_made(parts, (struct made){.size = 400ul << 20}), reason_file_unpacks_large);
}

Test(sniff, macros_are_refused_however_they_are_brought)
{
    static const char *const types[] = {
        TYPES(OVERRIDE("/xl/workbook.xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")),
        TYPES(OVERRIDE("/xl/workbook.xml", SHEET)
                  OVERRIDE("/xl/x.bin", "application/vnd.ms-office.vbaProject")),
        TYPES(OVERRIDE("/xl/workbook.xml", SHEET)
                  OVERRIDE("/xl/m.xml", "application/vnd.ms-excel.macrosheet+xml")),
    };
    const struct part hidden[] = {{"[Content_Types].xml", PLAIN},
                                  {"_rels/.rels", RELS("xl/workbook.xml")},
                                  {"xl/workbook.xml", "<x/>"},
                                  {"xl/VBAProject.bin", "x"},
                                  {NULL, NULL}};

    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        const struct part parts[] = SHEET_PARTS(types[i]);

        refused(sniff_made(parts, (struct made){0}), reason_file_has_macros);
    }
    refused(sniff_made(hidden, (struct made){0}), reason_file_has_macros);
    refused(sniff_package("word/document.xml", "word/document.xml",
                          "application/vnd.ms-word.document.macroEnabled.main+xml"),
            reason_file_has_macros);
}

Test(sniff, old_and_encrypted_documents_say_so)
{
    char old[4096] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

    refused(sniff(old, sizeof(old)), reason_file_old);
    memcpy(old + 3000, "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", 32);
    refused(sniff(old, sizeof(old)), reason_file_locked);
}

Test(sniff, other_archives_and_texts_are_refused)
{
    const struct part plain[] = {{"a.txt", "x"}, {NULL, NULL}};
    const struct part untyped[] = {
        {"_rels/.rels", RELS("word/document.xml")}, {"word/document.xml", "x"}, {NULL, NULL}};
    const struct part entity[] =
        SHEET_PARTS("<!DOCTYPE x [<!ENTITY a 'a'>]>" TYPES(OVERRIDE("/xl/workbook.xml", SHEET)));
    const struct part two[] = {
        {"[Content_Types].xml", PLAIN},
        {"_rels/.rels", "<R><Relationship Type='" RELATION "' Target='xl/workbook.xml'/>"
                        "<Relationship Type='" RELATION "' Target='word/document.xml'/></R>"},
        {"xl/workbook.xml", "x"},
        {NULL, NULL}};

    refused(sniff_made(plain, (struct made){0}), reason_file_type_unknown);
    refused(sniff_made(untyped, (struct made){0}), reason_file_type_unknown);
    refused(sniff_made(entity, (struct made){0}), reason_file_type_unknown);
    refused(sniff_made(two, (struct made){0}), reason_file_type_unknown);
    refused(sniff("", 0), reason_file_type_unknown);
    refused(sniff("<html>", 6), reason_file_type_unknown);
    refused(sniff("MZ\x90", 3), reason_file_type_unknown);
    refused(sniff("PK\3\4", 4), reason_file_type_unknown);
}

Test(sniff, no_damage_to_an_archive_does_harm)
{
    const struct part parts[] = SHEET_PARTS(PLAIN);
    CLEANUP(str_release) struct str file = zip(parts, (struct made){0});

    for (size_t i = 4; i < file.size; i++) {
        char kept = file.text[i];
        const char *type;

        file.text[i] = (char)(kept ^ 0xff);
        type = sniff(file.text, file.size);
        cr_assert(!type || strcmp(type, "xlsx") == 0);
        file.text[i] = kept;
        cr_assert_null(sniff(file.text, i), "cut at %zu", i);
    }
}
