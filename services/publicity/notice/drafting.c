/* SPDX-License-Identifier: Apache-2.0 */
/*
 * drafting - notices are made here: proposals by an officer, supplements by the system
 *
 * A list has one proposal notice. Drafting again makes a corrected version that follows it. A
 * version that was never published is replaced at once and hands on its number; a published one
 * stays until the correction is published.
 */
#include <string.h>

#include "publicity_sql.h"
#include "services/publicity/list/list.h"

#include "common/base/banned.h"

/* What the notice says about itself unless the officer says otherwise. */
static void fill_defaults(struct ctx *c, const struct programme *p, struct notice *n)
{
    CLEANUP(str_release) struct str names = STR_INIT;

    for (size_t i = 0; i < p->n_organisers; i++) {
        if (i > 0)
            str_add_char(&names, '\n');
        str_add(&names, p->organisers[i].name);
    }
    n->programme_id = p->id;
    n->organisers = arena_strdup(c->arena, names.text);
    n->basis = p->notice.basis;
    n->how_to_object = p->notice.how_to_object;
    n->contact = p->notice.contact;
    n->working_days = p->notice.working_days;
    n->count_start_day = p->notice.count_start_day;
    n->version = 1;
}

/* The next number of the programme's pattern that no notice has: an officer may have given one out
 * of turn. */
static int number_free(struct ctx *c, const struct programme *p, const char **ret_number)
{
    int year, month, mday;
    struct rows *rows;
    int r;

    day_civil(instant_day(c->now), &year, &month, &mday);
    do {
        r = number_next(c, p->notice.number, year, ret_number);
        if (r == 0)
            r = sql_query(c->tx, &sql_notice_number_taken, &rows, T(c->district), T(*ret_number),
                          T(NULL));
        if (r)
            return r;
    } while (rows_bool(rows, 0, "taken"));
    return 0;
}

static int need_texts(struct ctx *c, const Publicity__DraftNotice *q)
{
    int r = need_text(c, "number", q->number, 0, 60);

    if (r == 0)
        r = need_text(c, "title", q->title, 0, 200);
    if (r == 0)
        r = need_text(c, "basis", q->basis, 0, 1000);
    if (r == 0)
        r = need_text(c, "contact", q->contact, 0, 200);
    if (r == 0)
        r = need_text(c, "how_to_object", q->how_to_object, 0, 1000);
    return r;
}

/* Take over what the officer gave; whether it differs from what stood there. */
static bool take(const char **slot, const char *given)
{
    if (!text_or_null(given) || (*slot && strcmp(*slot, given) == 0))
        return false;
    *slot = given;
    return true;
}

/* Number a draft: as given, as its never published predecessor, or by the pattern. */
static int give_number(struct ctx *c, const struct programme *p, const char *given,
                       const struct notice *earlier, struct notice *n)
{
    bool reuse = earlier && earlier->published_at == INSTANT_NONE;
    struct rows *rows;
    int r;

    if (!text_or_null(given)) {
        n->number = reuse ? earlier->number : NULL;
        return n->number ? 0 : number_free(c, p, &n->number);
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

int notice_proposal(struct ctx *c, const char *list_id, struct notice **ret_notice)
{
    struct notice *notices;
    size_t n;
    int r = notices_of_list(c, list_id, &notices, &n);

    if (r)
        return r;
    *ret_notice = NULL;
    for (size_t i = 0; i < n; i++)
        if (strcmp(notices[i].kind, "proposal") == 0)
            *ret_notice = &notices[i];
    return 0;
}

/* A correction begins as what it corrects. */
static int begin_correction(struct ctx *c, const Publicity__DraftNotice *q,
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
    differs |= take(&n->title, q->title);
    differs |= take(&n->basis, q->basis);
    differs |= take(&n->contact, q->contact);
    differs |= take(&n->how_to_object, q->how_to_object);
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

static int draft(struct ctx *c, const Publicity__DraftNotice *q, const struct programme *p,
                 struct notice *earlier)
{
    struct notice n = {.id = c->id_text, .list_id = q->list_id, .kind = "proposal"};
    struct entry *entries;
    size_t n_entries;
    int r = 0;

    fill_defaults(c, p, &n);
    n.title = arena_printf(c->arena, "%s拟表彰名单公示", p->title);
    if (earlier) {
        r = begin_correction(c, q, earlier, &n);
    } else {
        take(&n.title, q->title);
        take(&n.basis, q->basis);
        take(&n.contact, q->contact);
        take(&n.how_to_object, q->how_to_object);
    }
    if (r == 0)
        r = give_number(c, p, q->number, earlier, &n);
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
    if (r)
        return r;
    if (strcmp(l.state, "final") == 0)
        return refuse(c, reason_list_final, "list_id", NULL);
    r = programme_need(c, l.programme_id, &p);
    if (r == 0)
        r = notice_proposal(c, l.id, &earlier);
    if (r)
        return r;
    return draft(c, q, p, earlier);
}

static int find_open_supplement(struct ctx *c, const char *list_id, struct notice **ret_notice)
{
    struct notice *notices;
    struct signature *signatures;
    size_t n, n_signatures, signed_by;
    int r = notices_of_list(c, list_id, &notices, &n);

    *ret_notice = NULL;
    for (size_t i = 0; r == 0 && i < n && !*ret_notice; i++) {
        if (strcmp(notices[i].kind, "supplementary") != 0 || strcmp(notices[i].state, "draft") != 0)
            continue;
        r = notice_signatures(c, notices[i].id, &signatures, &n_signatures);
        if (r)
            return r;
        signed_by = 0;
        for (size_t k = 0; k < n_signatures; k++)
            signed_by += signatures[k].account != NULL;
        if (signed_by == 0)
            *ret_notice = &notices[i];
    }
    return r;
}

int notice_supplement(struct ctx *c, const struct programme *p, const struct notice *after,
                      const struct entry *promoted)
{
    struct notice n = {.list_id = after->list_id, .kind = "supplementary", .follows = after->id};
    const char *seed = arena_printf(c->arena, "supplementary %s", c->id_text);
    struct notice *open;
    struct uuid id;
    char text[UUID_TEXT];
    int r = find_open_supplement(c, after->list_id, &open);

    if (r)
        return r;
    if (open)
        return notice_extend(c, open, promoted);
    fill_defaults(c, p, &n);
    uuid_derive(seed, strlen(seed), &id);
    n.id = arena_strdup(c->arena, uuid_format(&id, text));
    n.title = arena_printf(c->arena, "%s拟表彰名单补充公示", p->title);
    r = number_free(c, p, &n.number);
    if (r)
        return r;
    return notice_insert(c, p, &n, promoted, 1);
}
