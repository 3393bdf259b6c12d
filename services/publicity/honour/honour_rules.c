/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/honour/honour_rules.h"

#include <string.h>

#include "common/service/service.h"

#include "common/base/banned.h"

/*
 * Whether the change is about the honour's holder: an enterprise's honour follows the enterprise
 * that goes on after mergers, so that the merged one's deregistration does not end it; a site's
 * honour follows the site and who serves it.
 */
static bool concerns(const struct honour *h, const struct change *ch)
{
    bool serving = h->enterprise_id && strcmp(h->enterprise_id, ch->subject_id) == 0;
    bool own = strcmp(h->subject_id, ch->subject_id) == 0;

    if (ch->site_id)
        return strcmp(h->subject_id, ch->site_id) == 0 && (serving || !h->enterprise_id);
    if (strcmp(h->subject_kind, "enterprise") == 0)
        return h->enterprise_id ? serving : own;
    return own || serving;
}

enum honour_effect honour_effect(const struct honour *h, const struct change *ch,
                                 const struct programme *p)
{
    if (strcmp(h->state, "held") != 0 || !region_covers(ch->region, h->district) ||
        !concerns(h, ch))
        return HONOUR_UNTOUCHED;
    if (texts_have(&p->exit.ends, ch->kind))
        return HONOUR_ENDS;
    return texts_have(&p->exit.exempt, ch->kind) ? HONOUR_KEPT : HONOUR_UNTOUCHED;
}

bool honour_carry(struct honour *h, const struct change *ch)
{
    bool enterprise = strcmp(h->subject_kind, "enterprise") == 0;
    bool own = str_equal(h->subject_id, ch->subject_id) ||
               (enterprise && str_equal(h->enterprise_id, ch->subject_id));
    bool renamed = strcmp(ch->kind, "renamed") == 0 && own && ch->name;
    bool merged = str_equal(h->enterprise_id, ch->subject_id) && ch->into_id;

    if (renamed)
        h->name = ch->name;
    if (merged)
        h->enterprise_id = ch->into_id;
    return renamed || merged;
}

const struct change *honour_ended_by(struct honour *h, const struct change *changes, size_t n,
                                     const struct programme *p)
{
    for (size_t i = 0; i < n; i++) {
        enum honour_effect effect = honour_effect(h, &changes[i], p);

        if (effect == HONOUR_ENDS)
            return &changes[i];
        if (effect == HONOUR_KEPT)
            honour_carry(h, &changes[i]);
    }
    return NULL;
}
