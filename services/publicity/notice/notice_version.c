/* SPDX-License-Identifier: Apache-2.0 */
/* Content columns are written once; extending touches only a draft that nobody has signed. */
#include "services/publicity/notice/notice_version.h"

#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/notice/notice_fsm.h"
#include "services/publicity/notice/notice_message.h"
#include "services/publicity/notice/notice_rules.h"
#include "services/publicity/notice/notice_store.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

void notice_begin(struct ctx *c, const struct programme *p, struct notice *n)
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

int notice_number(struct ctx *c, const struct programme *p, const char **ret_number)
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

/* The canonical text in the arena; its hash goes into the notice. */
static const char *notice_seal(struct ctx *c, struct notice *n, const struct entry *entries,
                               size_t n_entries)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    char hex[DIGEST_HEX];

    notice_canonical(n, entries, n_entries, &text);
    notice_hash(text.text, hex);
    n->content_sha256 = arena_strdup(c->arena, hex);
    return arena_strdup(c->arena, text.text);
}

static void signatures_put(struct ctx *c, const struct programme *p, const char *id)
{
    const char **bodies = arena_new_array(c->arena, const char *, p->n_organisers + 1);
    const char **names = arena_new_array(c->arena, const char *, p->n_organisers + 1);
    size_t n = 0;

    for (size_t i = 0; i < p->n_organisers; i++) {
        if (!p->organisers[i].signs)
            continue;
        bodies[n] = p->organisers[i].id;
        names[n++] = p->organisers[i].name;
    }
    sql_exec(c->tx, &sql_signature_put, T(c->district), T(id), TA(bodies, n), TA(names, n));
}

static int say_drafted(struct ctx *c, const struct notice *n)
{
    Publicity__NoticeDrafted said = PUBLICITY__NOTICE_DRAFTED__INIT;
    Publicity__Notice **messages;
    int r = notice_messages(c, n, 1, true, &messages);

    if (r)
        return r;
    said.notice = messages[0];
    emit(c, NULL, &said.base);
    return 0;
}

static bool any_signs(const struct programme *p)
{
    for (size_t i = 0; i < p->n_organisers; i++)
        if (p->organisers[i].signs)
            return true;
    return false;
}

int notice_insert(struct ctx *c, const struct programme *p, struct notice *n,
                  const struct entry *entries, size_t n_entries)
{
    const char **subjects = arena_new_array(c->arena, const char *, n_entries + 1);
    const char *content = notice_seal(c, n, entries, n_entries);

    n->state =
        any_signs(p) ? notice_fsm.start : must_step(&notice_fsm, notice_fsm.start, "sign_last");
    n->publish_at = n->published_at = INSTANT_NONE;
    n->start_day = n->end_day = DAY_NONE;
    n->revision = 1;
    for (size_t i = 0; i < n_entries; i++)
        subjects[i] = entries[i].subject_id;
    sql_exec(c->tx, &sql_notice_put, T(c->district), T(n->id), T(n->programme_id), T(n->list_id),
             T(n->kind), T(n->number), T(n->title), T(n->state), T(n->basis), T(n->organisers),
             T(n->how_to_object), T(n->contact), I(n->working_days), B(n->count_start_day),
             T(n->content_sha256), I(n->version), T(n->follows), AT(c->now));
    sql_exec(c->tx, &sql_notice_entry_put, T(c->district), T(n->id), T(n->list_id),
             TA(subjects, n_entries));
    signatures_put(c, p, n->id);
    notice_record(c, n, "drafted", content);
    return say_drafted(c, n);
}

int notice_extend(struct ctx *c, struct notice *n, const struct entry *entry)
{
    struct entry *entries;
    const char *content;
    size_t n_entries;
    int r;

    sql_exec(c->tx, &sql_notice_entry_put, T(c->district), T(n->id), T(n->list_id),
             TA(&entry->subject_id, 1));
    r = notice_entries(c, n->id, &entries, &n_entries);
    if (r)
        return r;
    n->version++;
    content = notice_seal(c, n, entries, n_entries);
    r = sql_cas(c->tx, &sql_notice_extend, T(c->district), T(n->id), I(n->revision), T(n->state),
                T(n->content_sha256), I(n->version));
    if (r)
        return r;
    n->revision++;
    notice_record(c, n, "drafted", content);
    return say_drafted(c, n);
}
