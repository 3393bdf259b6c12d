/* SPDX-License-Identifier: Apache-2.0 */
/* A programme file from a person: findings in order with a place each, or a programme that reads.
 */
#include "common/domain/programme/programme.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    char *text = fuzz_text(data, size);
    struct programme *p = NULL, *again = NULL;
    struct programme_finding *f = programme_lint(a, text, size, &p);

    CHECK((f == NULL) == (p != NULL));
    for (int line = 1; f; f = f->next) {
        CHECK(f->line >= line && f->column >= 1 && f->message && *f->message);
        line = f->line;
    }
    if (p) {
        CHECK(programme_read(a, text, &again) == 0);
        (void)programme_grade(p, p->inspection.points_milli);
        for (size_t i = 0; i < p->n_categories; i++)
            CHECK(programme_category(again, p->categories[i].id));
    }
    free(text);
    return 0;
}
