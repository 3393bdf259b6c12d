/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "services/gateway/file/multipart.h"

static int sink(const void *data, size_t size, void *arg)
{
    str_add_bytes(arg, data, size);
    return 0;
}

static int full(const void *data, size_t size, void *arg)
{
    (void)data, (void)size, (void)arg;
    return 413;
}

#define TYPE "multipart/form-data; boundary=sample"
static const char body[] =
    "--sample\r\n"
    "Content-Disposition: form-data; name=\"note\"\r\n\r\nnot this\r\n"
    "--sample\r\n"
    "content-disposition: form-data; name=\"file\"; filename=\"样例.pdf\"\r\n"
    "Content-Type: application/pdf\r\n\r\n"
    "%PDF\r\n--sampl\r\n--sample\r\n"
    "Content-Disposition: form-data; name=\"file\"; filename=\"second\"\r\n\r\nsecond\r\n"
    "--sample--\r\nepilogue";

Test(multipart, file_comes_out_whole_however_the_body_is_cut)
{
    for (size_t step = 1; step <= sizeof(body); step++) {
        CLEANUP(str_release) struct str out = STR_INIT;
        struct multipart m;

        cr_assert(multipart_init(&m, TYPE));
        for (size_t at = 0; at < sizeof(body) - 1; at += step) {
            size_t left = sizeof(body) - 1 - at;

            cr_assert_eq(multipart_feed(&m, body + at, left < step ? left : step, sink, &out), 0);
        }
        cr_assert(multipart_complete(&m));
        cr_assert_str_eq(m.file_name.text, "样例.pdf");
        cr_assert_str_eq(out.text, "%PDF\r\n--sampl", "in steps of %zu", step);
        multipart_release(&m);
    }
}

static bool whole(const char *text)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    struct multipart m;
    bool complete;

    cr_assert(multipart_init(&m, TYPE));
    complete = multipart_feed(&m, text, strlen(text), sink, &out) == 0 && multipart_complete(&m);
    multipart_release(&m);
    return complete;
}

Test(multipart, bodies_that_break_off_or_lack_the_file_are_not_complete)
{
    cr_assert_not(whole(""));
    cr_assert_not(whole("--sample--\r\n"));
    cr_assert_not(whole("--sample\r\n\r\nno headers\r\n--sample--"));
    cr_assert_not(whole("--sample\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ndata"));
    cr_assert_not(
        whole("--sample\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ndata\r\n--sample"));
    cr_assert_not(whole("--sampleX\r\n"));
    cr_assert(
        whole("--sample\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n\r\n--sample--"));
}

Test(multipart, what_the_sink_says_is_passed_on)
{
    struct multipart m;

    cr_assert(multipart_init(&m, TYPE));
    cr_assert_eq(multipart_feed(&m, body, sizeof(body) - 1, full, NULL), 413);
    multipart_release(&m);
}

Test(multipart, only_a_usable_boundary_is_taken)
{
    struct multipart m;

    cr_assert_not(multipart_init(&m, NULL));
    cr_assert_not(multipart_init(&m, "application/pdf"));
    cr_assert_not(multipart_init(&m, "multipart/form-data"));
    cr_assert_not(multipart_init(&m, "multipart/form-data; boundary="));
    cr_assert_not(multipart_init(&m, "multipart/form-data; boundary=\"\""));
    cr_assert_not(multipart_init(
        &m, "multipart/form-data; "
            "boundary=01234567890123456789012345678901234567890123456789012345678901234567890"));
    cr_assert(multipart_init(&m, "multipart/form-data; boundary=\"a b\"; charset=utf-8"));
    cr_assert_str_eq(m.delimiter, "\r\n--a b");
    multipart_release(&m);
}

/* The name that the file's part has with these parameters; "" for none. */
static const char *name_of(const char *parameters, struct str *ret)
{
    CLEANUP(str_release) struct str text = STR_INIT, out = STR_INIT;
    struct multipart m;

    str_printf(&text,
               "--sample\r\nContent-Type: application/pdf\r\nContent-Disposition: "
               "form-data%s\r\n\r\nx\r\n--sample--",
               parameters);
    cr_assert(multipart_init(&m, TYPE));
    cr_assert_eq(multipart_feed(&m, text.text, text.size, sink, &out), 0);
    cr_assert(multipart_complete(&m), "%s", parameters);
    str_clear(ret);
    str_add(ret, m.file_name.text ? m.file_name.text : "");
    multipart_release(&m);
    return ret->text;
}

Test(multipart, names_are_read_as_programs_write_them)
{
    static const struct {
        const char *parameters, *name;
    } rows[] = {
        {"; name=\"file\"; filename=\"方案 1.pdf\"", "方案 1.pdf"},
        {"; name=file; filename=report.pdf", "report.pdf"},
        {"; name=file;filename=方案.pdf ", "方案.pdf"},
        {"; filename=\"a;name=x.pdf\"; name=\"file\"", "a;name=x.pdf"},
        {"; NAME = \"file\" ; FileName = \"a.pdf\"", "a.pdf"},
        {"; name=\"file\"; filename=\"?.pdf\"; filename*=UTF-8''%E6%96%B9%E6%A1%88.pdf",
         "方案.pdf"},
        {"; name=\"file\"; filename*=utf-8'zh-CN'%e6%96%b9%e6%a1%88%20a.pdf; filename=\"?.pdf\"",
         "方案 a.pdf"},
        {"; name=\"file\"; filename=\"a.pdf\"; filename*=nonsense", "a.pdf"},
        {"; name=\"file\"; filename=\"say %22hi%22 100%25.pdf\"", "say \"hi\" 100%25.pdf"},
        {"; name=\"file\"; filename=\"say \\\"hi\\\".pdf\"", "say \"hi\".pdf"},
        {"; name=\"file\"; filename=\"C:\\dir\\a.pdf\"", "C:\\dir\\a.pdf"},
        {"; name=\"file\";\r\n filename=\"folded.pdf\"", "folded.pdf"},
        {"; name=\"file\"; filename=\"first.pdf\"; filename=\"second.pdf\"", "first.pdf"},
        {"; name=\"file\"", ""},
        {"; name=\"file\"; filename=\"\"", ""},
        {"; name=\"file\"; filename", ""},
    };
    CLEANUP(str_release) struct str name = STR_INIT;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        cr_assert_str_eq(name_of(rows[i].parameters, &name), rows[i].name, "%s: %s",
                         rows[i].parameters, name.text);
}

Test(multipart, a_name_of_two_hundred_chinese_characters_is_whole)
{
    CLEANUP(str_release)
    struct str plain = STR_INIT, quoted = STR_INIT, extended = STR_INIT, name = STR_INIT;

    str_add(&quoted, "; name=\"file\"; filename=\"");
    str_add(&extended, "; name=\"file\"; filename*=UTF-8''");
    for (int i = 0; i < 200; i++) {
        str_add(&plain, "红");
        str_add(&quoted, "红");
        str_add(&extended, "%E7%BA%A2");
    }
    str_add(&quoted, "\"");
    cr_assert_str_eq(name_of(quoted.text, &name), plain.text);
    cr_assert_str_eq(name_of(extended.text, &name), plain.text);
}
