/* SPDX-License-Identifier: Apache-2.0 */
/* An archive from anyone: refused or judged to its end; every fault has a line of it. */
#include <string.h>

#include "common/seal/archive.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

struct seen {
    int64_t faults, seals, lines;
};

static void count_fault(void *data, const struct seal_fault *f)
{
    struct seen *seen = data;

    CHECK(f->line >= 1 && f->line <= seen->lines && f->chain && *f->chain->ledger);
    seen->faults++;
}

static void count_seal(void *data, const struct archive_seal *seal, int64_t line)
{
    struct seen *seen = data;

    CHECK(line >= 2 && line <= seen->lines && seal->first >= 1);
    seen->seals++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct archive_head head;
    struct seen seen = {.lines = 1};
    const struct archive_listener listener = {{count_fault, &seen}, count_seal, &seen};
    struct archive_sum sum = {0};
    struct errtext e = {0};
    struct fuzz_file file;
    FILE *f;
    int r;

    for (size_t i = 0; i < size; i++)
        seen.lines += data[i] == '\n';
    fuzz_file_open(&file, data, size);
    f = fopen(file.path, "re");
    CHECK(f);
    r = archive_check(f, &listener, &head, &sum, &e);
    CHECK(r == 0 || r == ARCHIVE_E_FORM);
    if (r == 0)
        CHECK(sum.faults == seen.faults && sum.seals == seen.seals);
    fclose(f);
    fuzz_file_close(&file);
    return 0;
}
