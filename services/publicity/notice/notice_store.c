/* SPDX-License-Identifier: Apache-2.0 */
/*
 * notice_store - notices in the database and in their ledger
 *
 * Every version, signature and publication is a row of the ledger; the table notice holds the state
 * only. Content columns are written once, by notice_insert; notice_extend touches a draft that
 * nobody has signed.
 */
#include "publicity_sql.h"
#include "services/publicity/notice/notice.h"

#include "common/base/banned.h"

const struct ledger notice_ledger = {"notice_ledger", &sql_notice_ledger_append,
                                     &sql_notice_ledger_chain};

void notice_read(const struct rows *rows, size_t i, struct notice *ret_notice)
{
    *ret_notice = (struct notice){
        .id = rows_text(rows, i, "notice_id"),
        .programme_id = rows_text(rows, i, "programme_id"),
        .list_id = rows_text(rows, i, "list_id"),
        .kind = rows_text(rows, i, "kind"),
        .number = rows_text(rows, i, "number"),
        .title = rows_text(rows, i, "title"),
        .state = rows_text(rows, i, "state"),
        .basis = rows_text(rows, i, "basis"),
        .organisers = rows_text(rows, i, "organisers"),
        .how_to_object = rows_text(rows, i, "how_to_object"),
        .contact = rows_text(rows, i, "contact"),
        .content_sha256 = rows_text(rows, i, "content_sha256"),
        .follows = rows_text(rows, i, "follows"),
        .working_days = (int)rows_i64(rows, i, "working_days"),
        .version = (int)rows_i64(rows, i, "version"),
        .count_start_day = rows_bool(rows, i, "count_start_day"),
        .publish_at = rows_at(rows, i, "publish_at"),
        .published_at = rows_at(rows, i, "published_at"),
        .start_day = rows_day(rows, i, "start_day"),
        .end_day = rows_day(rows, i, "end_day"),
        .revision = rows_i64(rows, i, "revision"),
    };
}

void entry_read(const struct rows *rows, size_t i, struct entry *ret_entry)
{
    *ret_entry = (struct entry){
        .subject_id = rows_text(rows, i, "subject_id"),
        .category = rows_text(rows, i, "category"),
        .group = rows_text(rows, i, "grp"),
        .name = rows_text(rows, i, "name"),
        .state = rows_text(rows, i, "state"),
        .enterprise_id = rows_text(rows, i, "enterprise_id"),
        .enterprise_name = rows_text(rows, i, "enterprise_name"),
        .subdistrict = rows_text(rows, i, "subdistrict"),
        .score_milli = rows_i64(rows, i, "score_milli"),
        .rank = (int)rows_i64(rows, i, "rank"),
        .from_reserve = rows_bool(rows, i, "from_reserve"),
        .removed_reason = rows_text(rows, i, "removed_reason"),
    };
}

int notice_need(struct ctx *c, const char *id, struct notice *ret_notice)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_notice_get, &rows, T(c->district), T(id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "notice_id", "notice", NULL);
    notice_read(rows, 0, ret_notice);
    return 0;
}

int notices_of_list(struct ctx *c, const char *list_id, struct notice **ret_notices, size_t *ret_n)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_notices_of_list, &rows, T(c->district), T(list_id));

    if (r)
        return r;
    *ret_n = rows_count(rows);
    *ret_notices = arena_new_array(c->arena, struct notice, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        notice_read(rows, i, &(*ret_notices)[i]);
    return 0;
}

int notice_signatures(struct ctx *c, const char *id, struct signature **ret_signatures,
                      size_t *ret_n)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_signatures, &rows, T(c->district), TA(&id, 1));

    if (r)
        return r;
    *ret_n = rows_count(rows);
    *ret_signatures = arena_new_array(c->arena, struct signature, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret_signatures)[i] = (struct signature){
            .body = rows_text(rows, i, "body"),
            .name = rows_text(rows, i, "body_name"),
            .account = rows_text(rows, i, "account"),
            .at = rows_at(rows, i, "signed_at"),
        };
    return 0;
}

int notice_entries(struct ctx *c, const char *id, struct entry **ret_entries, size_t *ret_n)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_notice_entries, &rows, T(c->district), TA(&id, 1));

    if (r)
        return r;
    *ret_n = rows_count(rows);
    *ret_entries = arena_new_array(c->arena, struct entry, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        entry_read(rows, i, &(*ret_entries)[i]);
    return 0;
}

void notice_record(struct ctx *c, const struct notice *n, const char *what, const char *content)
{
    ledger_append(c->tx, &notice_ledger, c->district, T(n->id), I(n->version), T(what),
                  T(c->account), AT(c->now), T(n->content_sha256), T(content),
                  T(day_text(c->arena, n->start_day)), T(day_text(c->arena, n->end_day)));
}

/* The canonical text in the arena; its hash goes into the notice. */
static const char *seal(struct ctx *c, struct notice *n, const struct entry *entries,
                        size_t n_entries)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    char hex[DIGEST_HEX];

    notice_canonical(n, entries, n_entries, &text);
    notice_hash(text.text, hex);
    n->content_sha256 = arena_strdup(c->arena, hex);
    return arena_strdup(c->arena, text.text);
}

static void put_signatures(struct ctx *c, const struct programme *p, const char *id)
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
    const char *content = seal(c, n, entries, n_entries);

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
    put_signatures(c, p, n->id);
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
    content = seal(c, n, entries, n_entries);
    r = sql_cas(c->tx, &sql_notice_extend, T(c->district), T(n->id), I(n->revision), T(n->state),
                T(n->content_sha256), I(n->version));
    if (r)
        return r;
    n->revision++;
    notice_record(c, n, "drafted", content);
    return say_drafted(c, n);
}

int notice_step(struct ctx *c, struct notice *n, const char *on)
{
    const char *to = must_step(&notice_fsm, n->state, on);
    int r = sql_cas(c->tx, &sql_notice_state, T(c->district), T(n->id), I(n->revision), T(n->state),
                    T(to));

    if (r)
        return r;
    n->state = to;
    n->revision++;
    return 0;
}
