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
        cr_assert_str_eq(m.file_name, "样例.pdf");
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
