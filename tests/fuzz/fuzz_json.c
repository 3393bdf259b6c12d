/* SPDX-License-Identifier: Apache-2.0 */
/* A request body: read by descriptor; what was read is written and read again as the same. */
#include <string.h>

#include "common/json/pbjson.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

static void check_again(struct arena *a, const ProtobufCMessage *m)
{
    CLEANUP(str_release) struct str first = STR_INIT;
    CLEANUP(str_release) struct str second = STR_INIT;
    struct pbjson_fault fault;
    ProtobufCMessage *again;

    pbjson_write(&first, m);
    CHECK(pbjson_read(a, m->descriptor, first.text, first.size, &again, &fault) == 0);
    pbjson_write(&second, again);
    CHECK(str_equal(first.text, second.text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    const ProtobufCMessageDescriptor *d = fuzz_request(&data, &size);
    struct pbjson_fault fault = {0};
    char *text = fuzz_text(data, size);
    ProtobufCMessage *m;
    int r = pbjson_read(a, d, text, size, &m, &fault);

    CHECK(r == 0 || r == PBJSON_E_BAD);
    if (r == 0) {
        check_again(a, m);
    } else {
        CHECK(*reason_row(fault.reason)->code && fault.field && fault.n_args <= 2);
        CHECK(utf8_valid(fault.field, strlen(fault.field), NULL));
    }
    free(text);
    return 0;
}
