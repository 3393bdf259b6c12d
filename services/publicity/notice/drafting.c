/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list has one proposal notice. Drafting again makes a corrected version that follows it. A
 * version that was never published is replaced at once and hands on its number; a published one
 * stays until the correction is published.
 */
#include "services/publicity/notice/drafting.h"

#include <string.h>

#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/list/list.h"
#include "services/publicity/notice/notice_store.h"
#include "services/publicity/notice/notice_version.h"
#include "services/publicity/programmes.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

static int need_texts(struct ctx *c, const Publicity__DraftNotice *q)
{
    int r = fault_note(c, need_text(c, "number", q->number, 0, 60));

    if (r == 0)
        r = fault_note(c, need_text(c, "title", q->title, 0, 200));
    if (r == 0)
        r = fault_note(c, need_text(c, "basis", q->basis, 0, 1000));
    if (r == 0)
        r = fault_note(c, need_text(c, "contact", q->contact, 0, 200));
    if (r == 0)
        r = fault_note(c, need_text(c, "how_to_object", q->how_to_object, 0, 1000));
    return r ? r : faults_refuse(c);
}

/* Take over what the officer gave; whether it differs from what stood there. */
static bool text_take(const char **slot, const char *given)
{
    if (!text_or_null(given) || (*slot && strcmp(*slot, given) == 0))
        return false;
    *slot = given;
    return true;
}

/* Number a draft: as given, as its never published predecessor, or by the pattern. */
static int number_give(struct ctx *c, const struct programme *p, const char *given,
                       const struct notice *earlier, struct notice *n)
{
    bool reuse = earlier && earlier->published_at == INSTANT_NONE;
    struct rows *rows;
    int r;

    if (!text_or_null(given)) {
        n->number = reuse ? earlier->number : NULL;
        return n->number ? 0 : notice_number(c, p, &n->number);
    }
    n->number = given;
    r = sql_query(c->tx, &sql_notice_number_taken, &rows, T(c->district), T(given),
                  T(reuse ? earlier->id : NULL));
    if (r)
        return r;
    if (rows_bool(rows, 0, "taken"))
        return refuse(c, reason_number_taken, "number", given, NULL);
    return 0;
}

/* A correction begins as what it corrects. */
static int correction_begin(struct ctx *c, const Publicity__DraftNotice *q,
                            const struct notice *earlier, struct notice *n)
{
    bool differs;

    n->title = earlier->title;
    n->basis = earlier->basis;
    n->contact = earlier->contact;
    n->how_to_object = earlier->how_to_object;
    n->follows = earlier->id;
    n->version = earlier->version + 1;
    differs = text_or_null(q->number) && strcmp(q->number, earlier->number) != 0;
    differs |= text_take(&n->title, q->title);
    differs |= text_take(&n->basis, q->basis);
    differs |= text_take(&n->contact, q->contact);
    differs |= text_take(&n->how_to_object, q->how_to_object);
    if (!differs)
        return refuse(c, reason_notice_exists, "list_id", earlier->number, NULL);
    return 0;
}

/* A version nobody ever saw goes at once. */
static int replace_unpublished(struct ctx *c, struct notice *earlier)
{
    if (!earlier || earlier->published_at != INSTANT_NONE)
        return 0;
    timer_cancel(c, "publish", earlier->id);
    notice_record(c, earlier, "replaced", NULL);
    return notice_step(c, earlier, "replace");
}

/* What a proposal shows: the entries that stand, less those that moved up, which have a notice of
 * their own. */
static size_t proposal_entries(struct entry *entries, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (!entries[i].from_reserve && strcmp(entries[i].state, "reserve") != 0 &&
            strcmp(entries[i].state, "removed") != 0)
            entries[kept++] = entries[i];
    return kept;
}

static int proposal_draft(struct ctx *c, const Publicity__DraftNotice *q, const struct programme *p,
                          struct notice *earlier)
{
    struct notice n = {.id = c->id_text, .list_id = q->list_id, .kind = "proposal"};
    struct entry *entries;
    size_t n_entries;
    int r = 0;

    notice_begin(c, p, &n);
    n.title = arena_printf(c->arena, "%s拟表彰名单公示", p->title);
    if (earlier) {
        r = correction_begin(c, q, earlier, &n);
    } else {
        text_take(&n.title, q->title);
        text_take(&n.basis, q->basis);
        text_take(&n.contact, q->contact);
        text_take(&n.how_to_object, q->how_to_object);
    }
    if (r == 0)
        r = number_give(c, p, q->number, earlier, &n);
    if (r == 0)
        r = replace_unpublished(c, earlier);
    if (r == 0)
        r = list_entries(c, q->list_id, &entries, &n_entries);
    if (r)
        return r;
    return notice_insert(c, p, &n, entries, proposal_entries(entries, n_entries));
}

int publicity_draft_notice(struct ctx *c)
{
    const Publicity__DraftNotice *q = c->request;
    const struct programme *p;
    struct notice *earlier;
    struct list l;
    int r = need_texts(c, q);

    if (r == 0)
        r = list_lock(c, q->list_id, "list_id", &l);
    if (r == 0)
        r = list_need_open(c, &l, "list_id");
    if (r == 0)
        r = programme_need(c, l.programme_id, &p);
    if (r == 0)
        r = notice_proposal(c, l.id, &earlier);
    if (r)
        return r;
    return proposal_draft(c, q, p, earlier);
}
