/* SPDX-License-Identifier: Apache-2.0 */
/* Files that people without an account send with an objection: over HTTP, to a notice on display. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/base/str.h"
#include "tests/support/api_stack/api_stack.h"

enum { GATEWAY = 0, PUBLICITY = 3 }; /* places of their schemas */
#define FILES DISTRICT "/notices/n1/files?file_name=%E8%AF%81%E6%8D%AE.png&form_token="

static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR of an objection";
static const char other[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR of another";
static struct api_stack s;

/* A notice on display and one that is over, each with one entry. */
static const char notices[] = "insert into award_list (district, list_id, programme_id, run_id, "
                              "result_sha256, state, proposed_at)"
                              " values ('310105', 'l1', 'p1', 'r1', '', 'on_notice', '2023-06-01');"
                              "insert into entry (district, list_id, subject_id, category, grp, "
                              "name, score_milli, rank, state)"
                              " values ('310105', 'l1', 's1', 'c', 'g', '样例', 1, 1, 'listed');"
                              "insert into notice (district, notice_id, programme_id, list_id, "
                              "kind, number, title, state, basis, organisers,"
                              " how_to_object, contact, working_days, count_start_day, "
                              "published_at, start_day, end_day, content_sha256, version,"
                              " created_at) select '310105', id, 'p1', 'l1', 'proposal', id, 't', "
                              "state, '', '', '', '', 5, false, '2023-06-01',"
                              " '2023-06-01', last::date, '', 1, '2023-06-01'"
                              " from (values ('n1', 'published', '2023-06-30'), ('n2', 'closed', "
                              "'2023-06-02')) as x(id, state, last);"
                              "insert into notice_entry (district, notice_id, list_id, subject_id)"
                              " values ('310105', 'n1', 'l1', 's1'), ('310105', 'n2', 'l1', 's1');";

static void open_with(const char *more, const char *still)
{
    api_open(&s, "clock.mode=manual", "clock.start=2023-06-05T09:00:00+08:00", more, still, NULL);
    s.clock = "2023-06-05T09:00:00+08:00";
    api_start(&s, "publicity");
    pg_test_run(&s.schemas[PUBLICITY], notices);
}

static void open_stack(void)
{
    open_with(NULL, NULL);
}

static void close_stack(void)
{
    api_close(&s);
}

TestSuite(objection_files, .init = open_stack, .fini = close_stack, .timeout = 280);

static const char *token_of(const char *notice)
{
    struct answer x =
        api_call(&s, "GET", arena_printf(s.arena, DISTRICT "/notices/%s/objection-form", notice),
                 NULL, NULL, NULL);

    cr_assert_eq(x.status, 200, "%s", x.body);
    cr_assert_eq(json_integer_value(json_object_get(x.json, "max_files")), 5);
    cr_assert_eq(json_array_size(json_object_get(x.json, "types")), 3);
    return arena_strdup(s.arena, answer_text(&x, "form_token"));
}

static struct answer post(const char *path, const void *data, size_t size)
{
    static const char *const headers[] = {"Content-Type: application/octet-stream", NULL};

    return api_call_bytes(&s, "POST", path, NULL, data, size, headers);
}

static struct answer upload(const char *token, const void *data, size_t size)
{
    return post(arena_printf(s.arena, "%s%s", FILES, token), data, size);
}

static const char *uploaded(const char *token, const void *data, size_t size)
{
    struct answer x = upload(token, data, size);

    cr_assert_eq(x.status, 201, "%s", x.body);
    return arena_strdup(s.arena, answer_text(&x, "file_sha256"));
}

static struct answer object(const char *objector, const char *token, const char *sha256)
{
    return api_call(&s, "POST", DISTRICT "/notices/n1/objections", NULL,
                    arena_printf(s.arena,
                                 "{\"subject_id\":\"s1\",\"objector\":\"%s\",\"contact\":\"样例路 "
                                 "1 号\",\"grounds\":\"样例\","
                                 "\"form_token\":\"%s\",\"files\":[{\"file_sha256\":\"%s\"}]}",
                                 objector, token, sha256),
                    NULL);
}

static void refused(struct answer x, int status, const char *code)
{
    cr_assert_eq(x.status, status, "%s", x.body);
    cr_assert_str_eq(answer_text(&x, "code"), code);
}

static bool is_there(const char *sha256)
{
    struct stat st;

    return stat(arena_printf(s.arena, "%s/data/files/%.2s/%s", s.dir, sha256, sha256 + 2), &st) ==
           0;
}

Test(objection_files, a_citizen_s_file_reaches_whoever_handles_his_objection_and_nobody_else)
{
    const char *token = token_of("n1"), *file = uploaded(token, png, sizeof(png)),
               *admin = api_login(&s, ADMIN, ADMIN_PASSWORD),
               *officer = api_account(&s, admin, "sample-housing", "district", DISTRICT, NULL),
               *firm = api_account(&s, admin, "sample-firm", "enterprise", DISTRICT,
                                   "91310105MA1010004N"),
               *path = arena_printf(s.arena, DISTRICT "/files/%s", file);
    struct answer x = object("样例居民", token, file);
    json_t *first;

    cr_assert_eq(x.status, 200, "%s", x.body);
    cr_assert_eq(strlen(answer_text(&x, "follow_code")), 14, "%s", x.body);
    cr_assert_eq(api_call(&s, "GET",
                          arena_printf(s.arena, DISTRICT "/objection-receipts/%s?code=%s",
                                       answer_text(&x, "receipt"), answer_text(&x, "follow_code")),
                          NULL, NULL, NULL)
                     .status,
                 200);
    x = api_call(&s, "GET", DISTRICT "/objections", officer, NULL, NULL);
    first = json_array_get(
        json_object_get(json_array_get(json_object_get(x.json, "objections"), 0), "files"), 0);
    cr_assert_str_eq(json_string_value(json_object_get(first, "file_sha256")), file, "%s", x.body);
    cr_assert_str_eq(json_string_value(json_object_get(first, "file_name")), "证据.png");
    cr_assert_eq(json_integer_value(json_object_get(first, "size")), sizeof(png));
    cr_assert_eq(api_call(&s, "GET", path, officer, NULL, NULL).status, 200);
    cr_assert_eq(api_call(&s, "GET", path, firm, NULL, NULL).status, 404);
    cr_assert_eq(api_call(&s, "GET", path, NULL, NULL, NULL).status, 401);
}

Test(objection_files, a_form_is_of_its_notice_and_takes_little)
{
    static const char pdf[] = "%PDF-1.7 sample", text[] = "just text", docx[] = "PK\3\4";
    const char *token = token_of("n1");
    char *large = arena_zalloc(s.arena, 6 << 20), one[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR 0";

    refused(api_call(&s, "GET", DISTRICT "/notices/n2/objection-form", NULL, NULL, NULL), 409,
            "objection_late");
    refused(api_call(&s, "GET", DISTRICT "/notices/n9/objection-form", NULL, NULL, NULL), 404,
            "not_found");
    refused(upload("", png, sizeof(png)), 403, "form_token_bad");
    refused(upload(arena_printf(s.arena, "%.*s0", (int)strlen(token) - 1, token), png, sizeof(png)),
            403, "form_token_bad");
    refused(post(arena_printf(s.arena, DISTRICT "/notices/n2/files?form_token=%s", token), png,
                 sizeof(png)),
            403, "form_token_bad");
    refused(upload(token, text, sizeof(text)), 415, "file_type_unknown");
    refused(upload(token, docx, sizeof(docx)), 415, "file_type_unknown");
    memcpy(large, png, sizeof(png));
    refused(upload(token, large, 6 << 20), 413, "body_too_large");
    uploaded(token, pdf, sizeof(pdf));
    for (int i = 0; i < 4; i++) {
        one[sizeof(one) - 2] = (char)('0' + i);
        uploaded(token, one, sizeof(one));
    }
    uploaded(token, one, sizeof(one)); /* the same again is not one more */
    refused(upload(token, png, sizeof(png)), 422, "files_too_many");
    uploaded(token_of("n1"), png, sizeof(png));
}

Test(objection_files, only_files_of_the_form_are_named_and_by_one_objection)
{
    const char *token = token_of("n1"), *file = uploaded(token, png, sizeof(png)),
               *second = token_of("n1"), *theirs = uploaded(second, other, sizeof(other));

    refused(object("样例居民甲", token, theirs), 404, "not_found");
    refused(object("样例居民甲", "", file), 403, "form_token_bad");
    refused(object("样", token, file), 422, "name_too_short"); /* refused: the file is free again */
    cr_assert_eq(object("样例居民甲", token, file).status, 200);
    refused(object("样例居民乙", token, file), 409, "files_claimed");
    cr_assert_eq(object("样例居民乙", second, theirs).status, 200);
}

Test(objection_files, what_no_objection_names_is_collected_after_a_day)
{
    const char *token = token_of("n1"), *named = uploaded(token, png, sizeof(png)),
               *second = token_of("n1"), *left = uploaded(second, other, sizeof(other)), *young;
    static const char third[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR third";

    cr_assert_eq(object("样例居民", token, named).status, 200);
    pg_test_run(&s.schemas[GATEWAY],
                "update file set uploaded_at = uploaded_at - interval '25 hours'");
    cr_assert_eq(system(arena_printf(
                     s.arena, "find %s/data/files -type f -exec touch -d '-25 hours' {} +", s.dir)),
                 0);
    young = uploaded(second, third, sizeof(third));
    cr_assert(is_there(left));
    api_end(&s, "gateway", SIGTERM);
    api_start(&s, "gateway");
    for (int i = 0; i < 200 && strcmp(api_value(&s, "select count(*) from file"), "2") != 0; i++)
        api_call(&s, "GET", "/healthz", NULL, NULL, NULL);
    cr_assert_str_eq(api_value(&s, "select count(*) from file"), "2");
    for (int i = 0; i < 200 && is_there(left); i++)
        api_call(&s, "GET", "/healthz", NULL, NULL, NULL);
    cr_assert_not(is_there(left));
    cr_assert(is_there(named));
    cr_assert(is_there(young));
}

TestSuite(paced_files, .fini = close_stack, .timeout = 280);

Test(paced_files, one_address_uploads_so_often_and_no_more)
{
    const char *token;

    open_with("public.uploads=2", NULL);
    token = token_of("n1");
    uploaded(token, png, sizeof(png));
    uploaded(token, png, sizeof(png));
    refused(upload(token, png, sizeof(png)), 429, "too_often");
}

Test(paced_files, what_the_city_s_program_does_not_find_clean_is_not_taken)
{
    const char *token;

    open_with("scan.command=/bin/false", NULL);
    token = token_of("n1");
    refused(upload(token, png, sizeof(png)), 415, "file_not_clean");
    cr_assert_str_eq(api_value(&s, "select count(*) from file"), "0");
    api_close(&s);
    open_with("scan.command=/bin/true", NULL);
    uploaded(token_of("n1"), png, sizeof(png));
    api_close(&s);
    open_with("scan.command=/no/such/program", NULL);
    refused(upload(token_of("n1"), png, sizeof(png)), 415, "file_not_clean");
}
