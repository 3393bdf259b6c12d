/* SPDX-License-Identifier: Apache-2.0 */
/* An Accept-Language header, and a refusal's code and values from another service. */
#include <string.h>

#include "common/base/str.h"
#include "common/text/text.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    char *text = fuzz_text(data, size);
    const char *args[] = {text, "notified"};
    enum language language = text_language_http(text);

    CHECK(language == LANGUAGE_EN || language == LANGUAGE_ZH);
    CHECK(*language_tag(language));
    (void)text_reason(a, language, text, args, ARRAY_LEN(args));
    if (utf8_valid(text, strlen(text), NULL)) {
        char *filled = text_fill(a, LANGUAGE_EN, "{0} {1} {9}", args, ARRAY_LEN(args));

        CHECK(strncmp(filled, text, strlen(text)) == 0);
        CHECK(strcmp(filled + strlen(text), " notified ") == 0);
        (void)text_fill(a, language, text, args, ARRAY_LEN(args));
    }
    free(text);
    return 0;
}
