/* SPDX-License-Identifier: Apache-2.0 */
/* A city's deduction rules: refused with a place, or versions that do not overlap. */
#include <string.h>

#include "common/base/clock.h"
#include "services/credit/rules.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    char *text = fuzz_text(data, size);
    const struct rules *rules = NULL;
    struct errtext e = {0};
    int r = rules_parse(a, "rules.yaml", text, size, &rules, &e);

    CHECK(r == 0 || r == RULES_E_BAD);
    if (r)
        CHECK(strncmp(e.text, "rules.yaml:", 11) == 0);
    for (size_t i = 0; r == 0 && i < rules->n_versions; i++) {
        const struct rule_version *v = &rules->versions[i];

        if (v->from_day != DAY_NONE)
            CHECK(rules_on(rules, v->from_day) == v);
        for (size_t k = 0; k < v->n_behaviours; k++)
            CHECK(rules_behaviour(v, v->behaviours[k].code) == &v->behaviours[k]);
    }
    free(text);
    return 0;
}
