/* SPDX-License-Identifier: Apache-2.0 */
/* "METHOD PATH" of a request: no row, a row and its parameters, or what the address takes. */
#include <string.h>

#include "common/base/str.h"
#include "services/gateway/edge/route.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

static void check_match(const struct route_match *m)
{
    CHECK(m->row && *m->row->path && m->n_params <= ROUTE_PARAMS_MAX);
    for (size_t i = 0; i < m->n_params; i++) {
        CHECK(m->params[i].name && m->params[i].value);
        CHECK(utf8_valid(m->params[i].value, strlen(m->params[i].value), NULL));
    }
}

static void check_encoding(struct arena *a, const char *text)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    char *decoded = percent_decode(a, text, strlen(text)), *again;

    if (!decoded)
        return;
    percent_encode(&out, decoded);
    again = percent_decode(a, out.text, out.size);
    CHECK(again && strcmp(again, decoded) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    char *method = fuzz_text(data, size), *path = strchr(method, ' ');
    struct route_match m = {0};
    int r;

    if (path) {
        *path++ = 0;
        r = route_match(a, method, path, &m);
        CHECK(r == 0 || r == ROUTE_E_UNKNOWN || r == ROUTE_E_METHOD);
        if (r == 0)
            check_match(&m);
        if (r == ROUTE_E_METHOD)
            CHECK(m.allow && *m.allow);
        check_encoding(a, path);
    }
    free(method);
    return 0;
}
