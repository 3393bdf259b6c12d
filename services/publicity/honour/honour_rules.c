/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/honour/honour_rules.h"

#include "common/base/str.h"

#include "common/base/banned.h"

struct exit_holder honour_holder(const struct honour *h)
{
    return (struct exit_holder){
        .district = h->district,
        .subject_id = h->subject_id,
        .enterprise_id = h->enterprise_id,
        .enterprise = str_equal(h->subject_kind, "enterprise"),
        .since_day = DAY_NONE, /* only what is recorded later than the grant is held against it */
    };
}

bool honour_carry(struct honour *h, const struct programme *p, const struct change *changes,
                  size_t n)
{
    const struct exit_holder holder = honour_holder(h);
    const char *name = h->name, *enterprise = exit_enterprise(p, &holder, changes, n, INT32_MAX);
    bool differs;

    for (size_t i = 0; i < n; i++) {
        const struct change *ch = &changes[i];
        bool own = str_equal(h->subject_id, ch->subject_id) ||
                   (holder.enterprise &&
                    str_equal(exit_enterprise(p, &holder, changes, n, ch->day), ch->subject_id));

        if (own && ch->name && str_equal(ch->kind, "renamed") &&
            exit_effect(p, &holder, changes, n, ch) == EXIT_KEPT)
            name = ch->name;
    }
    differs = !str_equal(name, h->name) || !str_equal(enterprise, h->enterprise_id);
    h->name = name;
    h->enterprise_id = enterprise;
    return differs;
}
