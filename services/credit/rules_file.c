/* SPDX-License-Identifier: Apache-2.0 */
#include "services/credit/rules_file.h"

#include <errno.h>
#include <string.h>

#include "services/credit/credit.h"

#include "common/base/banned.h"

enum { MAX_RULES = 1024 * 1024 };

int credit_read_rules(struct service *svc, void *state, struct errtext *e)
{
    struct credit *credit = state;
    const char *path;
    char *text;
    size_t size;
    FILE *f;
    int r;

    credit->arena = arena_new();
    path = *credit->rules_path
               ? credit->rules_path
               : arena_printf(credit->arena, "%s/credit/shanghai.yaml", service_share(svc));
    f = fopen(path, "re");
    if (!f) {
        errtext_set(e, "%s: %s", path, strerror(errno));
        return err_raise(-EINVAL);
    }
    text = arena_alloc(credit->arena, MAX_RULES);
    size = fread(text, 1, MAX_RULES, f);
    fclose(f);
    r = rules_parse(credit->arena, path, text, size, &credit->rules, e);
    return r > 0 ? err_raise(-EINVAL) : r;
}

void credit_drop_rules(void *state)
{
    struct credit *credit = state;

    arena_free(credit->arena);
    credit->arena = NULL;
}
