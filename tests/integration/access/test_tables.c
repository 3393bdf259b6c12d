/* SPDX-License-Identifier: Apache-2.0 */
/* The registry given out as tables and taken in again, over HTTP: import(export(x)) = x, in both formats. */
#include <criterion/criterion.h>
#include <string.h>
#include <zip.h>

#include "common/base/id.h"
#include "common/base/str.h"
#include "common/document/csv.h"
#include "common/document/table.h"
#include "common/document/xlsx.h"
#include "tests/support/api_stack/api_stack.h"

#define XLSX_TYPE "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

enum { ROWS = 24, COLUMNS_MAX = 9 };

static struct api_stack s;
static const char *officer;
static struct arena *kept; /* what outlives a stack */

/* A city that has nothing yet. */
static void open_city(void)
{
    api_open(&s, "clock.mode=manual", "clock.start=2023-06-05T09:00:00+08:00", NULL);
    s.clock = "2023-06-05T09:00:00+08:00";
    api_start(&s, "intake");
    officer = api_account(&s, api_login(&s, ADMIN, ADMIN_PASSWORD), "sample-housing", "district",
                          DISTRICT, NULL);
}

static void setup(void)
{
    kept = arena_new();
    open_city();
}

static void teardown(void)
{
    api_close(&s);
    arena_free(kept);
}

TestSuite(tables, .init = setup, .fini = teardown, .timeout = 280);

/* ---- a random registry ---- */

/* What separators, office programs and markup make something else of. */
static const char *const nasty[] = {
    "=1+1",     "'=1+1", "+86",     "-甲",      "@甲",  "＝甲", "0012",   "913101050000000018",
    "1.50",     "1E5",   "甲,乙",   "甲\"乙\"", "\"",   "'",    "甲\t乙", "１２３",
    "2024-2-3", "TRUE",  "_x0041_", "<b>&amp;", "𠮷㛃", "#甲",  "甲 乙",  "sep=",
};

static unsigned next(unsigned *seed)
{
    *seed = *seed * 1103515245u + 12345u;
    return *seed >> 8;
}

/* One of these before a number, so that no two are taken for the same. */
static const char *named(unsigned *seed, unsigned n)
{
    const char *text = nasty[next(seed) % ARRAY_LEN(nasty)];

    return arena_printf(kept, "%s样例%u", strcmp(text, "甲\t乙") == 0 ? "甲乙" : text, n);
}

static const char *firm(unsigned n)
{
    char code[19];

    snprintf(code, sizeof(code), "91310105MA1%06u", n);
    code[17] = uscc_check_char(code);
    code[18] = '\0';
    return arena_strdup(kept, code);
}

static const char *site_id(unsigned n)
{
    return arena_printf(kept, "310105%03u-0001", n + 1);
}

static const char *manager_id(unsigned n)
{
    return arena_printf(kept, "0%u", 1000000000 + n);
}

static const char *maybe(unsigned *seed, const char *text)
{
    return next(seed) % 3 ? text : NULL;
}

static const char *day(unsigned *seed)
{
    return arena_printf(kept, "20%02u-%02u-%02u", next(seed) % 20, next(seed) % 12 + 1,
                        next(seed) % 28 + 1);
}

static const char *yes_no(unsigned *seed)
{
    return next(seed) % 2 ? "true" : "false";
}

static void enterprise(unsigned n, unsigned *seed, const char **cells)
{
    cells[0] = firm(n);
    cells[1] = named(seed, n);
    cells[2] = maybe(seed, arena_printf(kept, "%u", next(seed) % 9000000 + 1));
    cells[3] = yes_no(seed);
    cells[4] = yes_no(seed);
}

static void manager(unsigned n, unsigned *seed, const char **cells)
{
    cells[0] = manager_id(n);
    cells[1] = named(seed, n);
    cells[2] = firm(n);
    cells[3] = yes_no(seed);
}

static void expert(unsigned n, unsigned *seed, const char **cells)
{
    cells[0] = arena_printf(kept, "EXP-%03u", n);
    cells[1] = named(seed, n);
    cells[2] = maybe(seed, firm((n + 2) % ROWS));
    cells[3] = maybe(seed, site_id(n));
    cells[4] = maybe(seed, arena_printf(kept, "%s;%s", firm(n), firm((n + 1) % ROWS)));
    cells[5] = yes_no(seed);
}

static void region(unsigned n, unsigned *seed, const char **cells)
{
    cells[0] = arena_printf(kept, "310105%03u", n + 1);
    cells[1] = named(seed, n);
    cells[2] = "1999-12-31";
    cells[3] = maybe(seed, "2099-01-01");
}

static void site(unsigned n, unsigned *seed, const char **cells)
{
    cells[0] = site_id(n);
    cells[1] = "compound";
    cells[2] = named(seed, n);
    cells[3] = arena_printf(kept, "310105%03u", n + 1);
    cells[4] = maybe(seed, named(seed, 300 + n));
    cells[5] = maybe(seed, arena_printf(kept, "%u", next(seed) % 5000));
    cells[6] = yes_no(seed);
    cells[7] = maybe(seed, arena_printf(kept, "=别名%u;'别名%u", n, n));
    cells[8] = yes_no(seed);
}

static void project(unsigned n, unsigned *seed, const char **cells)
{
    cells[0] = arena_printf(kept, "%s-P0%u", site_id(n), n);
    cells[1] = site_id(n);
    cells[2] = firm(n);
    cells[3] = manager_id(n);
    cells[4] = arena_printf(kept, "%u", next(seed) % 900000 + 1);
    cells[5] = day(seed);
    cells[6] = maybe(seed, "2031-08-31");
}

static void committee(unsigned n, unsigned *seed, const char **cells)
{
    cells[0] = arena_printf(kept, "%s-Y%u", site_id(n), n + 1);
    cells[1] = named(seed, n);
    cells[2] = site_id(n);
    cells[3] = arena_printf(kept, "%u", next(seed) % 5 + 5);
    cells[4] = maybe(seed, "3");
    cells[5] = day(seed);
    cells[6] = "2029-02-28";
    cells[7] = NULL;
    cells[8] = yes_no(seed);
}

/* In an order in which what is named is there before. */
static const struct kind {
    const char *name, *district;
    void (*fill)(unsigned n, unsigned *seed, const char **cells);
    const char *columns[COLUMNS_MAX + 1];
} kinds[] = {
    {"regions", DISTRICT, region, {"code", "name", "from_day", "to_day"}},
    {"enterprises",
     CITY,
     enterprise,
     {"enterprise_id", "name", "area_m2", "party_organisation", "sample"}},
    {"managers", CITY, manager, {"manager_id", "name", "enterprise_id", "sample"}},
    {"sites",
     DISTRICT,
     site,
     {"site_id", "kind", "name", "subdistrict", "address", "households", "renovated", "aliases",
      "sample"}},
    {"projects",
     DISTRICT,
     project,
     {"project_id", "site_id", "enterprise_id", "manager_id", "area_m2", "from_day", "to_day"}},
    {"committees",
     DISTRICT,
     committee,
     {"committee_id", "name", "site_id", "members", "party_members", "from_day", "to_day",
      "filed_day", "sample"}},
    {"experts",
     CITY,
     expert,
     {"expert_id", "name", "employer", "residence", "enterprise_links", "sample"}},
};

static const char *made(const struct kind *kind, unsigned seed)
{
    const char *cells[ROWS * COLUMNS_MAX] = {0};
    struct table_column columns[COLUMNS_MAX] = {0};
    struct table t = {columns, 0, cells, ROWS};
    struct str out = STR_INIT;
    const char *text;

    for (; kind->columns[t.n_columns]; t.n_columns++)
        columns[t.n_columns].name = kind->columns[t.n_columns];
    for (unsigned n = 0; n < ROWS; n++)
        kind->fill(n, &seed, cells + n * t.n_columns);
    table_to_csv(&t, &out);
    text = arena_strdup(kept, out.text);
    str_release(&out);
    return text;
}

/* ---- in and out ---- */

static void import(const struct kind *kind, const char *csv, long long added)
{
    json_t *body = json_pack("{ssss}", "kind", kind->name, "csv", csv);
    char *text = json_dumps(body, 0);
    struct answer x =
        api_call(&s, "POST", arena_printf(s.arena, "%s/registry/imports", kind->district), officer,
                 text, NULL);

    cr_assert_eq(x.status, 201, "%s: %s", kind->name, x.body);
    cr_assert_eq(json_integer_value(json_object_get(x.json, "added")), added, "%s: %s", kind->name,
                 x.body);
    cr_assert_eq(json_integer_value(json_object_get(x.json, "refused")), 0, "%s: %s", kind->name,
                 x.body);
    free(text);
    json_decref(body);
}

static struct answer table(const char *path, const char *type, const char *name)
{
    struct answer x = api_call(&s, "GET", path, officer, NULL, NULL);

    cr_assert_eq(x.status, 200, "%s: %s", path, x.body);
    cr_assert_str_eq(answer_header(&s, &x, "Content-Type"), type);
    cr_assert_str_eq(answer_header(&s, &x, "Content-Disposition"),
                     arena_printf(s.arena, "attachment; filename*=UTF-8''%s", name));
    return x;
}

static const char *csv_of(const struct kind *kind)
{
    struct answer x = table(
        arena_printf(s.arena, "%s/registry/exports/%s", kind->district, kind->name),
        "text/csv; charset=utf-8", arena_printf(s.arena, "%s-%s.csv", kind->name, kind->district));

    return arena_strndup(kept, x.body, x.size);
}

/* As hongping import reads a workbook. */
static const char *read_workbook(const struct answer *x, const char **ret_notice)
{
    struct xlsx_remarks notices;
    struct xlsx_remark fault;
    struct str csv = STR_INIT;
    const char *text;

    cr_assert_eq(xlsx_to_csv(kept, x->body, x->size, &csv, &notices, &fault), 0, "%s",
                 fault.sentence);
    cr_assert_eq(notices.n, 1);
    *ret_notice = notices.items[0].args[0];
    text = arena_strdup(kept, csv.text);
    str_release(&csv);
    return text;
}

static const char *workbook_of(const struct kind *kind)
{
    struct answer x = table(
        arena_printf(s.arena, "%s/registry/exports/%s?format=xlsx", kind->district, kind->name),
        XLSX_TYPE, arena_printf(s.arena, "%s-%s.xlsx", kind->name, kind->district));
    const char *notice, *text = read_workbook(&x, &notice);

    cr_assert_str_eq(notice, "说明 help");
    return text;
}

Test(tables, a_registry_exported_and_imported_is_the_same_registry)
{
    const char *csv[ARRAY_LEN(kinds)], *workbook[ARRAY_LEN(kinds)];

    for (unsigned seed = 1; seed <= 2; seed++) {
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
            import(&kinds[i], made(&kinds[i], seed), ROWS);
        for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
            csv[i] = csv_of(&kinds[i]);
            workbook[i] = workbook_of(&kinds[i]);
            import(&kinds[i], csv[i], 0); /* nothing changes */
            import(&kinds[i], workbook[i], 0);
        }
        cr_assert(strstr(csv[1], "'=") || strstr(csv[1], "'+") || strstr(csv[1], "'@"), "%s",
                  csv[1]);
        for (int format = 0; format < 2; format++) {
            api_close(&s);
            open_city();
            for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
                import(&kinds[i], format ? workbook[i] : csv[i], ROWS);
            for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
                cr_assert_str_eq(csv_of(&kinds[i]), csv[i]);
        }
        api_close(&s);
        open_city();
    }
}

Test(tables, a_template_has_every_column_and_an_example_that_is_no_row)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        for (int format = 0; format < 2; format++) {
            struct answer x = table(arena_printf(s.arena, DISTRICT "/registry/templates/%s%s",
                                                 kinds[i].name, format ? "?format=xlsx" : ""),
                                    format ? XLSX_TYPE : "text/csv; charset=utf-8",
                                    arena_printf(s.arena, "%s-" DISTRICT "%s", kinds[i].name,
                                                 format ? ".xlsx" : ".csv"));
            const char *notice, *text = format ? read_workbook(&x, &notice) : x.body;
            struct csv *csv = NULL;
            struct errtext why;
            int line, column;

            cr_assert_eq(csv_parse(kept, text, strlen(text), &csv, &line, &column, &why), 0);
            cr_assert_eq(csv->n_rows, 1);
            for (size_t k = 0; kinds[i].columns[k]; k++)
                cr_assert(csv_cell(&csv->rows[0], csv_column(csv, kinds[i].columns[k])), "%s: %s",
                          kinds[i].columns[k], text);
            import(&kinds[i], text, 0);
        }
}

Test(tables, an_export_is_read_again_only_when_it_changed)
{
    static const char path[] = DISTRICT "/registry/exports/regions?format=xlsx";
    struct answer first, again;
    const char *header;

    import(&kinds[0], made(&kinds[0], 7), ROWS);
    first = api_call(&s, "GET", path, officer, NULL, NULL);
    header = arena_printf(s.arena, "If-None-Match: %s", answer_header(&s, &first, "ETag"));
    again = api_call(&s, "GET", path, officer, NULL, header, NULL);
    cr_assert_eq(again.status, 304);
    import(&kinds[0], "code,name\n310105900,样例九\n", 1);
    again = api_call(&s, "GET", path, officer, NULL, header, NULL);
    cr_assert_eq(again.status, 200);
}

Test(tables, a_districts_rows_are_for_those_who_cover_it)
{
    const char *admin = api_login(&s, ADMIN, ADMIN_PASSWORD),
               *other = api_account(&s, admin, "sample-other", "district", "310106", NULL),
               *auditor = api_account(&s, admin, "sample-auditor", "auditor", DISTRICT, NULL);

    cr_assert_eq(api_call(&s, "GET", DISTRICT "/registry/exports/sites", other, NULL, NULL).status,
                 403);
    cr_assert_eq(
        api_call(&s, "GET", DISTRICT "/registry/exports/sites", auditor, NULL, NULL).status, 200);
    cr_assert_eq(api_call(&s, "GET", CITY "/registry/exports/sites", officer, NULL, NULL).status,
                 422);
    cr_assert_eq(api_call(&s, "GET", CITY "/registry/exports/houses", officer, NULL, NULL).status,
                 422);
}

/* An import of an uploaded file of @district's kind. */
static struct answer import_file(const char *token, const char *sha256, const char *more)
{
    return api_call(
        &s, "POST", DISTRICT "/registry/imports", token,
        arena_printf(s.arena, "{\"kind\":\"regions\",\"file_sha256\":\"%s\"%s}", sha256, more),
        NULL);
}

static const char *uploaded(const char *token, const void *data, size_t size)
{
    static const char *const headers[] = {"Content-Type: application/octet-stream", NULL};
    struct answer x =
        api_call_bytes(&s, "POST", DISTRICT "/files?file_name=x", token, data, size, headers);

    cr_assert_eq(x.status, 201, "%s", x.body);
    return arena_strdup(s.arena, answer_text(&x, "file_sha256"));
}

static void refused(struct answer x, int status, const char *code)
{
    cr_assert_eq(x.status, status, "%s", x.body);
    cr_assert_str_eq(answer_text(&x, "code"), code);
}

Test(tables, an_uploaded_workbook_is_imported_as_its_text_would_be)
{
    static const char pdf[] = "%PDF-1.7";
    const char *admin = api_login(&s, ADMIN, ADMIN_PASSWORD),
               *other = api_account(&s, admin, "sample-other", "district", "310106", NULL),
               *preview, *file;
    const char *cells[] = {"310105001", "=样例一", "2021-01-01", "310105002", "样例二", "soon"};
    const struct table_column columns[] = {
        {.name = "code"}, {.name = "name"}, {.name = "from_day"}};
    struct table t = {columns, 3, cells, 2};
    struct str book = STR_INIT;
    struct answer x;
    json_t *row;

    cr_assert_eq(table_to_xlsx(&t, NULL, &book), 0);
    file = uploaded(officer, book.text, book.size);
    x = import_file(officer, file, ",\"preview\":true");
    cr_assert_eq(x.status, 200, "%s", x.body);
    preview = arena_strdup(s.arena, answer_text(&x, "preview_sha256"));
    refused(import_file(officer, file, ",\"expect_preview\":\"0\""), 409, "preview_outdated");
    x = import_file(officer, file, arena_printf(s.arena, ",\"expect_preview\":\"%s\"", preview));
    cr_assert_eq(x.status, 201, "%s", x.body);
    cr_assert_eq(json_integer_value(json_object_get(x.json, "added")), 1, "%s", x.body);
    row = json_array_get(json_object_get(x.json, "rows"), 0);
    cr_assert_eq(json_integer_value(json_object_get(row, "line")), 3);
    cr_assert_str_eq(json_string_value(json_object_get(row, "code")), "date_bad");
    cr_assert(strstr(csv_of(&kinds[0]), "310105001,'=样例一,2021-01-01"));

    refused(import_file(other, file, ""), 403, "forbidden");
    refused(import_file(officer, uploaded(officer, pdf, sizeof(pdf)), ""), 422, "file_no_table");
    refused(import_file(officer, file, ",\"csv\":\"code,name\""), 422, "table_twice");
    refused(import_file(officer, "none", ""), 404, "not_found");
    refused(
        api_call(&s, "POST", DISTRICT "/registry/imports", officer, "{\"kind\":\"regions\"}", NULL),
        422, "text_missing");
    str_release(&book);
}

static struct answer got(const char *token, const char *path, int status)
{
    struct answer x = api_call(&s, "GET", path, token, NULL, NULL);

    cr_assert_eq(x.status, status, "%s: %d %s", path, x.status, x.body);
    return x;
}

Test(tables, an_import_is_on_record_with_its_refused_rows)
{
    static const char rows[] =
        "{\"kind\":\"regions\",\"csv\":\"code,name,from_day\\n310105001,甲,2021-01-01\\n"
        "310105002,=乙,soon\\n9,丙,\\n\"%s}";
    const char *admin = api_login(&s, ADMIN, ADMIN_PASSWORD),
               *other = api_account(&s, admin, "sample-other", "district", "310106", NULL), *path,
               *mended;
    struct answer x = api_call(&s, "POST", DISTRICT "/registry/imports", officer,
                               arena_printf(s.arena, rows, ",\"preview\":true"), NULL);
    json_t *import_, *list;

    cr_assert_eq(x.status, 200, "%s", x.body);
    x = got(officer, DISTRICT "/registry/imports", 200);
    cr_assert_eq(json_array_size(json_object_get(x.json, "imports")), 0, "a preview is none");
    x = api_call(&s, "POST", DISTRICT "/registry/imports", officer, arena_printf(s.arena, rows, ""),
                 NULL);
    cr_assert_eq(x.status, 201, "%s", x.body);
    path = arena_strdup(s.arena, answer_header(&s, &x, "Location"));
    cr_assert_eq(json_integer_value(json_object_get(x.json, "refused")), 2);

    x = got(officer, path, 200);
    import_ = json_object_get(x.json, "import");
    cr_assert_str_eq(json_string_value(json_object_get(import_, "kind")), "region");
    cr_assert_str_eq(json_string_value(json_object_get(import_, "account")), "sample-housing");
    cr_assert_eq(json_integer_value(json_object_get(import_, "added")), 1);
    cr_assert_eq(json_integer_value(json_object_get(import_, "refused")), 2);
    list = json_object_get(got(officer, DISTRICT "/registry/imports", 200).json, "imports");
    cr_assert_eq(json_array_size(list), 1);

    x = got(officer, arena_printf(s.arena, "%s/refused", path), 200);
    cr_assert(strstr(x.body, "code,name,from_day,原因\r\n310105002,'=乙,soon,"), "%s", x.body);
    cr_assert(strstr(x.body, "\r\n9,丙,,code: "), "%s", x.body);
    mended = arena_printf(kept, "%.*s310105002,=乙,2021-02-02,x\n",
                          (int)(strchr(x.body, '\n') + 1 - x.body), x.body);
    import(&kinds[0], mended, 1);

    got(other, path, 403);
    got(other, arena_printf(s.arena, "%s/refused", path), 403);
    got(officer, DISTRICT "/registry/imports/01900000-0000-7000-8000-000000000000", 404);
}
