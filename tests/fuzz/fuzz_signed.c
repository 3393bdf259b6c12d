/* SPDX-License-Identifier: Apache-2.0 */
/* A seal file, line by line: what is read as a signed line is written and read as the same; any signature may be checked. */
#include <string.h>

#include "common/base/str.h"
#include "common/seal/line.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

static void check_line(struct seal_checker *checker, const char *text, size_t size)
{
    CLEANUP(str_release) struct str first = STR_INIT;
    CLEANUP(str_release) struct str second = STR_INIT;
    struct seal_signed s, again;
    struct errtext e = {0};
    int r = seal_signed_parse(text, size, &s, &e);

    CHECK(r == 0 || (r == SEAL_LINE_E_FORM && *e.text));
    if (r)
        return;
    seal_signed_format(&s, &first);
    CHECK(seal_signed_parse(first.text, first.size, &again, &e) == 0);
    seal_signed_format(&again, &second);
    CHECK(str_equal(first.text, second.text));
    CHECK(seal_check(checker, &s) == seal_check(checker, &again));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(seal_checker_free) struct seal_checker *checker = seal_checker_new();
    CLEANUP(lines_free) struct lines *lines = NULL;
    struct fuzz_file file;
    const char *text;
    size_t n;
    int r;
    FILE *f;

    fuzz_file_open(&file, data, size);
    f = fopen(file.path, "re");
    CHECK(f);
    lines = lines_new(f);
    while ((r = lines_next(lines, &text, &n)) != LINES_E_END) {
        CHECK(r == 0 || r == LINES_E_TORN);
        check_line(checker, text, n);
    }
    fclose(f);
    fuzz_file_close(&file);
    return 0;
}
