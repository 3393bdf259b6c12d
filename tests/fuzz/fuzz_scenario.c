/* SPDX-License-Identifier: Apache-2.0 */
/* A scenario from outside: refused with places in order, or steps whose loops are closed and whose texts can be filled. */
#include <string.h>

#include "common/base/str.h"
#include "services/cli/play/scenario.h"
#include "services/cli/play/words.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

/* Everything is called something, of every kind. */
static json_t *look_up(void *arg, const char *name)
{
    return json_array_get(arg, strlen(name) % json_array_size(arg));
}

static void walk(struct arena *a, const struct scenario *s)
{
    json_t *values = json_pack("[i, s, b, n, [s], {s:s}]", -1234567, "样例\"\\", 1, "x", "k", "v");
    struct words w = {a, LANGUAGE_EN, look_up, values};
    struct errtext e = {0};
    const char *filled;
    json_t *json;
    int line = 0;

    CHECK(s->district && s->starts && s->once);
    for (size_t i = 0; i < s->n; i++) {
        const struct scenario_step *step = &s->steps[i];

        CHECK(step->line >= line);
        line = step->line;
        if (step->verb == SCENARIO_EACH)
            CHECK(step->end > i && step->end < s->n && s->steps[step->end].verb == SCENARIO_END);
        if (words_fill(&w, step->rest, &filled, &e) == 0)
            CHECK(utf8_valid(filled, strlen(filled), NULL));
        if (words_json(&w, step->rest, &json, NULL, &e) == 0)
            json_decref(json);
    }
    json_decref(values);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    char *text = fuzz_text(data, size);
    struct scenario_finding *found;
    struct scenario *s;

    found = scenario_parse(a, NULL, text, size, &s);
    free(text);
    CHECK((found == NULL) == (s != NULL));
    for (; found; found = found->next)
        CHECK(found->line >= 1 && *found->message &&
              utf8_valid(found->message, strlen(found->message), NULL));
    if (s)
        walk(a, s);
    return 0;
}
