/* SPDX-License-Identifier: Apache-2.0 */
/* A proof from anyone: read or refused; what is read can be judged, and is the same when written and read again. */
#include <string.h>

#include "common/seal/proof.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

static void count(void *data, const struct seal_fault *f)
{
    size_t *n = data;

    CHECK(*seal_reason_code(f->reason) && *seal_reason_text(f->reason));
    ++*n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(seal_checker_free) struct seal_checker *checker = seal_checker_new();
    CLEANUP(str_release) struct str first = STR_INIT;
    CLEANUP(str_release) struct str second = STR_INIT;
    char *text = fuzz_text(data, size);
    struct errtext e = {0};
    struct proof *p = NULL, *again = NULL;
    size_t n = 0;
    const struct seal_listener listener = {count, &n};
    int r = proof_parse(a, text, size, &p, &e);

    free(text); /* the proof has its own copy */
    CHECK(r == 0 || (r == PROOF_E_FORM && *e.text));
    if (r)
        return 0;
    CHECK(proof_check(p, checker, &listener) == n);
    proof_format(p, &first);
    CHECK(proof_parse(a, first.text, first.size, &again, &e) == 0);
    proof_format(again, &second);
    CHECK(str_equal(first.text, second.text));
    return 0;
}
