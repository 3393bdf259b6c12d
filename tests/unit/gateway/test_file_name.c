/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/str.h"
#include "services/gateway/file/file_name.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

TestSuite(file_name, .init = setup, .fini = teardown);

static void is(const char *said, const char *type, const char *wanted)
{
    const char *name = file_name_of(a, said, type);

    cr_assert(str_equal(name, wanted), "%s: %s", said ? said : "(none)", name ? name : "(refused)");
}

Test(file_name, it_ends_as_the_content_says)
{
    is("方案.pdf", "pdf", "方案.pdf");
    is("方案.PDF", "pdf", "方案.PDF");
    is("照片.jpeg", "jpeg", "照片.jpeg");
    is("照片.JPG", "jpeg", "照片.JPG");
    is("照片.jfif", "jpeg", "照片.jpg");
    is("方案.html", "pdf", "方案.pdf");
    is("方案.pdf.exe", "pdf", "方案.pdf.pdf");
    is("方案", "docx", "方案.docx");
    is("方案.", "docx", "方案.docx");
    is("方案2023.10.27", "docx", "方案2023.10.27.docx");
    is("第1.5稿", "docx", "第1.5稿.docx");
    is(".htaccess", "pdf", ".htaccess.pdf");
    is(NULL, "png", "file.png");
    is("", "png", "file.png");
}

Test(file_name, only_the_last_part_of_a_path_and_only_what_is_seen)
{
    is("C:\\我的文档\\方案.pdf", "pdf", "方案.pdf");
    is("../../etc/passwd", "pdf", "passwd.pdf");
    is("a/", "pdf", "a.pdf");
    is("..", "pdf", "file.pdf");
    is("///", "pdf", "file.pdf");
    is("方\xE2\x80\xAE案\r\nX: y\x01.pdf", "pdf", "方案X: y.pdf");
    is("\xE2\x80\x8B", "pdf", "file.pdf");
    is("  方案.pdf ", "pdf", "方案.pdf");
}

Test(file_name, two_hundred_characters_whatever_their_bytes)
{
    CLEANUP(str_release) struct str said = STR_INIT;
    const char *name;

    for (int i = 0; i < 196; i++)
        str_add(&said, "红");
    str_add(&said, ".pdf");
    is(said.text, "pdf", said.text);
    str_clear(&said);
    for (int i = 0; i < 300; i++)
        str_add(&said, i % 2 ? "𠮷" : "评");
    str_add(&said, ".pdf");
    name = file_name_of(a, said.text, "pdf");
    cr_assert_eq(utf8_length(name), FILE_NAME_MAX);
    cr_assert(utf8_valid(name, strlen(name), NULL));
    cr_assert_str_eq(name + strlen(name) - 4, ".pdf");
}

Test(file_name, as_chinese_windows_writes_it)
{
    is("\xB7\xBD\xB0\xB8.pdf", "pdf", "方案.pdf"); /* GB18030 */
    is("\xff", "pdf", NULL);
}
