/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>
#include <zip.h>

#include "common/document/xlsx.h"

static struct arena *a;
static struct xlsx_remarks notices;
static struct xlsx_remark fault;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

TestSuite(xlsx, .init = setup, .fini = teardown, .timeout = 60);

struct part {
    const char *path, *text;
};

#define TYPES \
    "<Types><Override PartName='/xl/workbook.xml' " \
    "ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></" \
    "Types>"
#define PACKAGE_RELS \
    "<Relationships><Relationship Id='r1' " \
    "Type='http://schemas.openxmlformats.org/officeDocument/2006/" \
    "relationships/officeDocument' Target='xl/workbook.xml'/></Relationships>"
#define RELS \
    "<Relationships><Relationship Id='r1' Target='worksheets/sheet1.xml'/>" \
    "<Relationship Id='r2' Target='/xl/worksheets/sheet2.xml'/></Relationships>"
#define BOOK(sheets) "<workbook xmlns:r='x'><sheets>" sheets "</sheets></workbook>"
#define SHEET1 "<sheet name='企业' r:id='r1'/>"
#define ROWS(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"
/* format 0 plain, 1 built-in day, 2 a day of its own, 3 a number with letters in quotes */
#define STYLES \
    "<styleSheet><numFmts><numFmt numFmtId='176' formatCode='yyyy\"年\"m\"月\"d\"日\"'/>" \
    "<numFmt numFmtId='177' formatCode='0\"day\"'/></numFmts><cellXfs><xf numFmtId='0'/>" \
    "<xf numFmtId='14'/><xf numFmtId='176'/><xf numFmtId='177'/></cellXfs></styleSheet>"

static void add(zip_t *zip, const struct part *p)
{
    zip_source_t *source = zip_source_buffer(zip, p->text, strlen(p->text), 0);

    cr_assert(zip_file_add(zip, p->path, source, 0) >= 0);
}

/* A package of these parts, packed as a program does; they may leave out where the document stands. */
static const void *package(const struct part *parts, size_t n, size_t *ret_size)
{
    zip_error_t error;
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = zip_open_from_source(source, ZIP_TRUNCATE, &error);
    const struct part rels = {"_rels/.rels", PACKAGE_RELS};
    bool has_rels = false;
    zip_stat_t st;
    void *data;

    zip_source_keep(source);
    for (size_t i = 0; i < n; i++) {
        has_rels = has_rels || strcmp(parts[i].path, rels.path) == 0;
        add(zip, &parts[i]);
    }
    if (!has_rels)
        add(zip, &rels);
    cr_assert_eq(zip_close(zip), 0);
    cr_assert(zip_source_open(source) == 0 && zip_source_stat(source, &st) == 0);
    data = arena_alloc(a, st.size);
    cr_assert_eq(zip_source_read(source, data, st.size), (zip_int64_t)st.size);
    zip_source_close(source);
    zip_source_free(source);
    *ret_size = st.size;
    return data;
}

static int read_parts(const struct part *parts, size_t n, const char **ret_csv)
{
    struct str csv = STR_INIT;
    size_t size;
    const void *data = package(parts, n, &size);
    int r = xlsx_to_csv(a, data, size, &csv, &notices, &fault);

    *ret_csv = arena_strdup(a, csv.text);
    str_release(&csv);
    return r;
}

static int read_sheet(const char *sheet, const char **ret_csv)
{
    const struct part parts[] = {
        {"[Content_Types].xml", TYPES},
        {"xl/workbook.xml", BOOK(SHEET1)},
        {"xl/_rels/workbook.xml.rels", RELS},
        {"xl/styles.xml", STYLES},
        {"xl/sharedStrings.xml", "<sst><si><t>甲</t></si><si><r><t>乙</t></r><r><t> "
                                 "丙</t></r><rPh><t>x</t></rPh></si></sst>"},
        {"xl/worksheets/sheet1.xml", sheet},
    };

    return read_parts(parts, ARRAY_LEN(parts), ret_csv);
}

static const char *csv_of(const char *rows)
{
    const char *csv;

    cr_assert_eq(read_sheet(rows, &csv), 0, "%s %s", fault.sentence, fault.args[0]);
    return csv;
}

static void refused(const char *rows, const char *because)
{
    const char *csv;

    cr_assert_eq(read_sheet(rows, &csv), XLSX_E_BAD);
    cr_assert(strstr(fault.sentence, because), "%s", fault.sentence);
}

Test(xlsx, every_kind_of_cell_becomes_the_text_that_people_see)
{
    cr_assert_str_eq(
        csv_of(ROWS("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c>"
                    "<c r='D1' t='inlineStr'><is><t>a,\"b\"</t></is></c></row>"
                    "<row r='3'><c r='A3'><v>1000</v></c><c r='B3' t='n' s='1'><v>45592</v></c>"
                    "<c r='C3' t='b'><v>1</v></c><c r='D3' s='2'><v>45592</v></c>"
                    "<c r='E3' s='3'><v>0.1</v></c></row>")),
        "甲,乙 丙,,\"a,\"\"b\"\"\"\n\n1000,2024-10-27,TRUE,2024-10-27,0.1\n");
    cr_assert_eq(notices.n, 0);
    cr_assert_str_eq(
        csv_of(ROWS("<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>")),
        "1,2\n3,\n", "places may be left out; every row is as wide as the header");
    cr_assert_str_eq(
        csv_of(ROWS("<row r='1'><c r='A1' s='1'><v>59</v></c><c r='B1' s='1'><v>61</v></c></row>")),
        "1900-02-28,1900-03-01\n");
}

Test(xlsx, a_number_that_lost_digits_says_so)
{
    cr_assert_str_eq(csv_of(ROWS("<row r='1'><c r='A1'><v>310105199001011234</v></c></row>")),
                     "3.10105199001011E+17\n");
}

Test(xlsx, what_a_table_cannot_say_is_refused_with_its_cell)
{
    refused(ROWS("<row r='1'><c r='A1' t='e'><v>#REF!</v></c></row>"), "no value");
    cr_assert_str_eq(fault.args[0], "A1");
    cr_assert_str_eq(fault.args[1], "#REF!");
    refused(ROWS("<row r='1'><c r='A1'><f>B1</f></c></row>"), "formula");
    refused(ROWS("<row r='1'><c r='A1' s='1'><v>60</v></c></row>"), "no value");
    refused("<worksheet><sheetData><row r='2'><c r='A2'><v>1</v></c></row></sheetData>"
            "<mergeCells><mergeCell ref='A2:A3'/></mergeCells></worksheet>",
            "merged");
    refused(ROWS("<row r='2'/><row r='1'/>"), "order");
    refused(ROWS("<row r='1'><c r='ZZZ1'><v>1</v></c></row>"), "columns");
}

Test(xlsx, what_is_read_otherwise_than_it_looks_is_told)
{
    const struct part parts[] = {
        {"[Content_Types].xml", TYPES},
        {"xl/workbook.xml", BOOK("<sheet name='说明' state='hidden' r:id='r2'/>" SHEET1
                                 "<sheet name='旧' r:id='r2'/>")},
        {"xl/_rels/workbook.xml.rels", RELS},
        {"xl/worksheets/sheet1.xml",
         ROWS("<row r='1' hidden='1'><c r='A1'><f>1+1</f><v>2</v></c></row>")},
        {"xl/worksheets/sheet2.xml", ROWS("")},
    };
    const char *csv;

    cr_assert_eq(read_parts(parts, ARRAY_LEN(parts), &csv), 0);
    cr_assert_str_eq(csv, "2\n");
    cr_assert_eq(notices.n, 4);
    cr_assert_str_eq(notices.items[0].args[0], "说明");
    cr_assert_str_eq(notices.items[1].args[0], "旧");
    cr_assert_str_eq(notices.items[3].args[0], "A1");
}

Test(xlsx, macros_doctypes_and_bombs_are_refused)
{
    const char *csv;
    char *bomb = arena_alloc(a, XLSX_UNPACKED_MAX + 100);
    struct part macro[] = {
        {"[Content_Types].xml",
         "<Types><Override PartName='/xl/workbook.xml' "
         "ContentType='application/vnd.ms-excel.sheet.macroEnabled.main+xml'/></Types>"},
        {"xl/workbook.xml", BOOK(SHEET1)},
    };

    cr_assert_eq(read_parts(macro, ARRAY_LEN(macro), &csv), XLSX_E_BAD);
    cr_assert(strstr(fault.sentence, "macros"), "%s", fault.sentence);
    refused("<!DOCTYPE x [<!ENTITY a 'aaaa'>]>" ROWS("<row r='1'><c r='A1'><v>&a;</v></c></row>"),
            "damaged");
    strcpy(bomb, "<worksheet><sheetData>");
    memset(bomb + strlen(bomb), ' ', XLSX_UNPACKED_MAX);
    strcpy(bomb + XLSX_UNPACKED_MAX, "</sheetData></worksheet>");
    refused(bomb, "too large");
}

Test(xlsx, what_is_no_workbook_is_refused)
{
    struct str csv = STR_INIT;
    struct part word[] = {{"word/document.xml", "<x/>"}};
    const char *text;

    cr_assert_eq(xlsx_to_csv(a, "PK\3\4 and no more", 16, &csv, &notices, &fault), XLSX_E_BAD);
    cr_assert_eq(read_parts(word, 1, &text), XLSX_E_BAD);
    refused("<worksheet><sheetData><row r='1'>", "damaged");
}

Test(xlsx, a_workbook_is_found_where_its_package_says)
{
    const struct part parts[] = {
        {"[Content_Types].xml",
         "<Types><Override PartName='/Book/Main.xml' "
         "ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/"
         "></Types>"},
        {"_rels/.rels",
         "<Relationships><Relationship Id='r1' "
         "Type='http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument' "
         "Target='/book/main.xml'/></Relationships>"},
        {"book/main.xml", BOOK(SHEET1)},
        {"book/_rels/main.xml.rels",
         "<Relationships><Relationship Id='r1' Target='one.xml'/>"
         "<Relationship Id='r9' Type='http://x/relationships/sharedStrings' "
         "Target='/texts.xml'/></Relationships>"},
        {"texts.xml", "<sst><si><t>甲</t></si></sst>"},
        {"book/one.xml", ROWS("<row r='1'><c r='A1' t='s'><v>0</v></c></row>")},
    };
    const char *csv;

    cr_assert_eq(read_parts(parts, ARRAY_LEN(parts), &csv), 0, "%s %s", fault.sentence,
                 fault.args[0]);
    cr_assert_str_eq(csv, "甲\n");
}
