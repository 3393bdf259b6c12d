/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A multipart body behind a line with its Content-Type: the file within is the same in however
 * small pieces it comes.
 */
#include <string.h>

#include "services/gateway/file/multipart.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

static int keep(const void *data, size_t size, void *arg)
{
    str_add_bytes(arg, data, size);
    return 0;
}

static bool feed(const char *type, const uint8_t *data, size_t size, size_t piece, struct str *out)
{
    struct multipart m;
    bool complete = false;
    int r = 0;

    if (multipart_init(&m, type)) {
        for (size_t at = 0; at < size && r == 0; at += piece)
            r = multipart_feed(&m, data + at, size - at < piece ? size - at : piece, keep, out);
        complete = r == 0 && multipart_complete(&m);
        multipart_release(&m);
    }
    return complete;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size ? memchr(data, '\n', size) : NULL;
    CLEANUP(str_release) struct str whole = STR_INIT;
    CLEANUP(str_release) struct str pieces = STR_INIT;
    char *type;

    if (!end)
        return 0;
    type = fuzz_text(data, (size_t)(end - data));
    size -= (size_t)(end + 1 - data);
    if (feed(type, end + 1, size, size ? size : 1, &whole)) {
        CHECK(feed(type, end + 1, size, 1, &pieces));
        CHECK(whole.size == pieces.size && memcmp(whole.text, pieces.text, whole.size) == 0);
        str_clear(&pieces);
        CHECK(feed(type, end + 1, size, 7, &pieces));
        CHECK(whole.size == pieces.size && memcmp(whole.text, pieces.text, whole.size) == 0);
    }
    free(type);
    return 0;
}
