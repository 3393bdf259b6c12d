/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>
#include <unistd.h>

#include "common/base/str.h"
#include "services/gateway/file/sniff.h"

static const char *sniff(const void *data, size_t size)
{
    FILE *f = tmpfile();
    const char *type;

    cr_assert_not_null(f);
    cr_assert_eq(fwrite(data, 1, size, f), size);
    cr_assert_eq(fflush(f), 0);
    type = sniff_type(fileno(f), size);
    fclose(f);
    return type;
}

static void le(struct str *out, unsigned long n, int bytes)
{
    for (int i = 0; i < bytes; i++)
        str_add_char(out, (char)(n >> (8 * i) & 0xff));
}

/* A ZIP with empty files of these names and a comment. */
static struct str zip(const char *const *names, const char *comment)
{
    struct str out = STR_INIT;
    CLEANUP(str_release) struct str directory = STR_INIT;
    unsigned n = 0;

    for (; names[n]; n++) {
        size_t at = out.size, size = strlen(names[n]);

        str_add_bytes(&out, "PK\3\4\24\0\0\0\0\0\0\0\0\0", 14);
        le(&out, 0, 4), le(&out, 0, 4), le(&out, 0, 4), le(&out, size, 2), le(&out, 0, 2);
        str_add(&out, names[n]);
        str_add_bytes(&directory, "PK\1\2\24\0\24\0\0\0\0\0\0\0\0\0", 16);
        le(&directory, 0, 4), le(&directory, 0, 4), le(&directory, 0, 4), le(&directory, size, 2);
        le(&directory, 0, 2), le(&directory, 0, 2), le(&directory, 0, 2), le(&directory, 0, 2);
        le(&directory, 0, 4), le(&directory, at, 4);
        str_add(&directory, names[n]);
    }
    n = (unsigned)n;
    size_t at = out.size;
    str_add_bytes(&out, directory.text, directory.size);
    str_add_bytes(&out, "PK\5\6\0\0\0\0", 8);
    le(&out, n, 2), le(&out, n, 2), le(&out, directory.size, 4), le(&out, at, 4),
        le(&out, strlen(comment), 2);
    str_add(&out, comment);
    return out;
}

static const char *sniff_zip_of(const char *const *names, const char *comment)
{
    CLEANUP(str_release) struct str file = zip(names, comment);

    return sniff(file.text, file.size);
}

Test(sniff, pictures_and_pdf_are_known_by_their_first_bytes)
{
    cr_assert_str_eq(sniff("\xff\xd8\xff\xe0 and more", 12), "jpeg");
    cr_assert_str_eq(sniff("\x89PNG\r\n\x1a\n\0\0\0\rIHDR and more", 24), "png");
    cr_assert_str_eq(sniff("%PDF-1.7\n", 9), "pdf");
    cr_assert_str_eq(sniff_media("png"), "image/png");
    cr_assert_str_eq(sniff_media("exe"), "application/octet-stream");
}

Test(sniff, office_documents_are_known_by_their_parts)
{
    const char *docx[] = {"[Content_Types].xml", "_rels/.rels", "word/document.xml", NULL};
    const char *xlsx[] = {"_rels/.rels", "xl/workbook.xml", "[Content_Types].xml", NULL};

    cr_assert_str_eq(sniff_zip_of(docx, ""), "docx");
    cr_assert_str_eq(sniff_zip_of(xlsx, "样例 with a comment"), "xlsx");
}

Test(sniff, other_archives_and_texts_are_refused)
{
    const char *plain[] = {"a.txt", NULL}, *untyped[] = {"word/document.xml", NULL};
    const char *both[] = {"[Content_Types].xml", "word/document.xml", "xl/workbook.xml", NULL};

    cr_assert_null(sniff_zip_of(plain, ""));
    cr_assert_null(sniff_zip_of(untyped, ""));
    cr_assert_null(sniff_zip_of(both, ""));
    cr_assert_null(sniff("", 0));
    cr_assert_null(sniff("<html>", 6));
    cr_assert_null(sniff("MZ\x90", 3));
    cr_assert_null(sniff("PK\3\4", 4));
    cr_assert_null(sniff("%PDF-", 5));
}

Test(sniff, no_damage_to_an_archive_does_harm)
{
    const char *names[] = {"[Content_Types].xml", "word/document.xml", NULL};
    CLEANUP(str_release) struct str file = zip(names, "");

    for (size_t i = 4; i < file.size; i++) {
        char kept = file.text[i];
        const char *type;

        file.text[i] = (char)(kept ^ 0xff);
        type = sniff(file.text, file.size);
        cr_assert(!type || strcmp(type, "docx") == 0);
        file.text[i] = kept;
        cr_assert_null(sniff(file.text, i), "cut at %zu", i);
    }
}
