/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/subject/exit.h"

#include "common/base/id.h"
#include "common/base/str.h"
#include "common/domain/programme/programme.h"

#include "common/base/banned.h"

/* The exempt merger that took @id away by @day; NULL: none. */
static const struct change *merger_of(const struct programme *p, const struct exit_holder *h,
                                      const struct change *changes, size_t n, const char *id,
                                      int32_t day)
{
    if (!texts_have(&p->exit.exempt, "merged"))
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (str_equal(changes[i].kind, "merged") && str_equal(changes[i].subject_id, id) &&
            changes[i].into_id && changes[i].day <= day &&
            region_covers(changes[i].region, h->district))
            return &changes[i];
    return NULL;
}

/* The enterprise that @h named itself, before all @changes. */
static const char *first_enterprise(const struct exit_holder *h)
{
    return h->enterprise_id || !h->enterprise ? h->enterprise_id : h->subject_id;
}

const char *exit_enterprise(const struct programme *p, const struct exit_holder *h,
                            const struct change *changes, size_t n, int32_t day)
{
    const char *id = first_enterprise(h);

    for (size_t step = 0; id && step < n; step++) { /* each merger once: a circle comes to an end */
        const struct change *merger = merger_of(p, h, changes, n, id, day);

        if (!merger)
            break;
        id = merger->into_id;
    }
    return id;
}

/* Whether @id is an enterprise that @h stood by and that had gone on in another by @day. */
static bool merged_away(const struct programme *p, const struct exit_holder *h,
                        const struct change *changes, size_t n, const char *id, int32_t day)
{
    const char *now = exit_enterprise(p, h, changes, n, day), *at = first_enterprise(h);

    if (str_equal(id, now))
        return false;
    if (h->enterprise && str_equal(id, h->subject_id))
        return true;
    for (size_t step = 0; step < n && !str_equal(at, now); step++) {
        if (str_equal(at, id))
            return true;
        at = merger_of(p, h, changes, n, at, day)->into_id;
    }
    return false;
}

/* Whoever left may come back with a new project; whoever was dissolved may not. */
static bool may_come_back(const char *kind)
{
    return str_equal(kind, "left_site") || str_equal(kind, "left_district");
}

/* @ch is about one site alone. */
static enum exit_effect site_effect(const struct exit_holder *h, const char *serving,
                                    const struct change *ch, enum exit_effect by_rule)
{
    bool serves = !serving || str_equal(ch->subject_id, serving);

    if (str_equal(ch->site_id, h->subject_id))
        return serves ? by_rule : EXIT_NOTHING;
    return h->enterprise && serves && by_rule == EXIT_ENDS ? EXIT_REMARK : EXIT_NOTHING;
}

enum exit_effect exit_effect(const struct programme *p, const struct exit_holder *h,
                             const struct change *changes, size_t n, const struct change *ch)
{
    const char *serving = exit_enterprise(p, h, changes, n, ch->day);
    enum exit_effect by_rule;

    if (!region_covers(ch->region, h->district) ||
        (may_come_back(ch->kind) && ch->day < h->since_day))
        return EXIT_NOTHING;
    if (texts_have(&p->exit.ends, ch->kind))
        by_rule = EXIT_ENDS;
    else if (texts_have(&p->exit.exempt, ch->kind))
        by_rule = EXIT_KEPT;
    else
        return EXIT_NOTHING;
    if (ch->site_id)
        return site_effect(h, serving, ch, by_rule);
    if (merged_away(p, h, changes, n, ch->subject_id, ch->day))
        return EXIT_KEPT;
    return str_equal(ch->subject_id, serving) || str_equal(ch->subject_id, h->subject_id)
               ? by_rule
               : EXIT_NOTHING;
}

const struct change *exit_first(const struct programme *p, const struct exit_holder *h,
                                const struct change *changes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (exit_effect(p, h, changes, n, &changes[i]) == EXIT_ENDS)
            return &changes[i];
    return NULL;
}
