/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values from an address, "name=value" a line behind the message's type: what was read is written
 * as JSON and read from that as the same.
 */
#include <string.h>

#include "common/json/pbjson.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

static void check_fault(const struct pbjson_fault *fault)
{
    CHECK(*reason_row(fault->reason)->code && fault->field && fault->n_args <= 2);
}

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
    struct pbjson *b = pbjson_begin(a, d);
    struct pbjson_fault fault = {0};
    char *text = fuzz_text(data, size), *rest, *line;
    ProtobufCMessage *m;
    int r = 0;

    for (line = strtok_r(text, "\n", &rest); line && r == 0; line = strtok_r(NULL, "\n", &rest)) {
        char *value = strchr(line, '=');

        if (value)
            *value++ = 0;
        /* the gateway takes no address that is not UTF-8 */
        if (utf8_valid(line, strlen(line), NULL) &&
            (!value || utf8_valid(value, strlen(value), NULL)))
            r = pbjson_text(b, line, value ? value : "", &fault);
    }
    if (r == 0)
        r = pbjson_finish(b, &m, &fault);
    CHECK(r == 0 || r == PBJSON_E_BAD);
    if (r == 0)
        check_again(a, m);
    else
        check_fault(&fault);
    free(text);
    return 0;
}
