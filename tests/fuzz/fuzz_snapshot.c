/* SPDX-License-Identifier: Apache-2.0 */
/* A snapshot from anyone: refused with a sentence, or read to its end; also one whose digest was made to fit. */
#include <string.h>

#include "common/service/snapshot/snapshot_file.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

static void refused(int r, const struct errtext *e)
{
    CHECK(r < 0 && strstr(e->text, "sample"));
}

static int read_rows(struct snapshot_in *in, const Hp__SnapshotHead *head, struct errtext *e)
{
    struct copy_row row;
    int r = 0;

    for (size_t i = 0; i < head->n_tables; i++) {
        while ((r = snapshot_row(in, (int)head->tables[i]->n_columns, &row, e)) == 0)
            CHECK(row.size <= SNAPSHOT_ROW_MAX);
        if (r != SNAPSHOT_TABLE_END)
            return r;
    }
    return snapshot_end(in, e);
}

static bool is_whole(struct snapshot_in *in, struct errtext *e)
{
    int r;

    while ((r = snapshot_check(in, e)) == 0)
        continue;
    if (r != SNAPSHOT_WHOLE)
        refused(r, e);
    return r == SNAPSHOT_WHOLE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(snapshot_close) struct snapshot_in *in = NULL;
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__SnapshotHead *head;
    struct errtext e = {0};
    struct fuzz_file file;
    bool whole;
    int r;

    fuzz_file_open(&file, data, size);
    r = snapshot_from(fopen(file.path, "re"), "sample", &in, &e);
    fuzz_file_close(&file);
    if (r) {
        refused(r, &e);
        return 0;
    }
    whole = is_whole(in, &e);
    r = snapshot_head(in, a, &head, &e);
    r = r ? r : read_rows(in, head, &e);
    if (r)
        refused(r, &e);
    else
        CHECK(whole);
    return 0;
}
