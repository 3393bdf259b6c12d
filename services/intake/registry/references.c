/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/references.h"

#include <string.h>

#include "common/text/clean.h"
#include "intake.pb-c.h"
#include "intake_sql.h"
#include "services/intake/registry/names.h"

#include "common/base/banned.h"

struct reference {
    struct registry_row *row;
    const char *field, *kind;
    char **text; /* in the message */
    bool may_be_outside;
};

static size_t add(struct reference *refs, size_t n, struct registry_row *row, const char *field,
                  const char *kind, char **text, bool may_be_outside)
{
    if (!*text || !**text)
        return n;
    refs[n] = (struct reference){row, field, kind, text, may_be_outside};
    return n + 1;
}

static size_t references_of(struct ctx *c, struct registry_row **rows, size_t n,
                            struct reference **ret_refs)
{
    size_t most = 1, k = 0;

    for (size_t i = 0; i < n; i++)
        most += 2 + ((const Intake__RegisterExpert *)rows[i]->message)->n_enterprise_links;
    *ret_refs = arena_new_array(c->arena, struct reference, most);
    for (size_t i = 0; i < n; i++) {
        Intake__RegisterExpert *e = (Intake__RegisterExpert *)rows[i]->message;

        k = add(*ret_refs, k, rows[i], "employer", "enterprise", &e->employer, true);
        k = add(*ret_refs, k, rows[i], "residence", "site", &e->residence, true);
        for (size_t j = 0; j < e->n_enterprise_links; j++)
            k = add(*ret_refs, k, rows[i], "enterprise_links", "enterprise",
                    &e->enterprise_links[j], false);
    }
    return k;
}

/* One answer about one reference: its code, its only name, or the fault. */
static void settle(struct ctx *c, struct reference *ref, const char *code, const struct rows *found,
                   size_t i)
{
    int64_t n_names = rows_i64(found, i, "n_names");
    const char *alike = rows_text(found, i, "alike");

    if (rows_i64(found, i, "n_codes") > 0)
        *ref->text = (char *)code;
    else if (n_names == 1)
        *ref->text = arena_strdup(c->arena, rows_text(found, i, "named"));
    else if (n_names > 1 || !ref->may_be_outside || !row_confirms(ref->row, "reference_unresolved"))
        ref->row->fault = (struct fault){
            reason_reference_unresolved, ref->field, {*ref->text, ref->kind, alike ? alike : "-"}};
}

int references_resolve(struct ctx *c, struct registry_row **rows, size_t n)
{
    struct reference *refs;
    size_t k = references_of(c, rows, n, &refs);
    const char **kinds = arena_new_array(c->arena, const char *, k + 1);
    const char **codes = arena_new_array(c->arena, const char *, k + 1);
    const char **keys = arena_new_array(c->arena, const char *, k + 1);
    struct rows *found;
    int r;

    if (!k)
        return 0;
    for (size_t i = 0; i < k; i++) {
        struct text_fault none;

        kinds[i] = refs[i].kind;
        keys[i] = text_key(c->arena, *refs[i].text);
        if (text_clean(c->arena, TEXT_CODE, *refs[i].text, &codes[i], &none) != 0)
            codes[i] = ""; /* it was cleaned as a line before: not so */
    }
    r = sql_query(c->tx, &sql_reference_find, &found, T(service_city(c->svc)), TA(kinds, k),
                  TA(codes, k), TA(keys, k));
    for (size_t i = 0; r == 0 && i < k; i++)
        if (!refs[i].row->fault.reason)
            settle(c, &refs[i], codes[i], found, i);
    return r;
}
