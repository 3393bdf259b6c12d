/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/notice/notice_message.h"

#include <string.h>

#include "publicity_sql.h"
#include "services/publicity/list/entry.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

/* One name a line to a list of texts. */
static void split_lines(struct arena *a, const char *text, char ***ret_items, size_t *ret_n)
{
    size_t n = 1, i = 0;
    char *copy = arena_strdup(a, text);

    for (const char *p = text; *p; p++)
        n += *p == '\n';
    *ret_items = arena_new_array(a, char *, n);
    for (char *line = copy; line; i++) {
        char *end = strchr(line, '\n');

        if (end)
            *end++ = '\0';
        (*ret_items)[i] = line;
        line = end;
    }
    *ret_n = n;
}

static void optional_at(int64_t at, protobuf_c_boolean *ret_has, int64_t *ret_at)
{
    *ret_has = at != INSTANT_NONE;
    *ret_at = at != INSTANT_NONE ? at : 0;
}

static Publicity__Notice *message_of(struct arena *a, const struct notice *n)
{
    Publicity__Notice *m = arena_new_one(a, Publicity__Notice);

    publicity__notice__init(m);
    m->notice_id = (char *)n->id;
    m->programme_id = (char *)n->programme_id;
    m->list_id = (char *)n->list_id;
    m->kind = (char *)n->kind;
    m->number = (char *)n->number;
    m->title = (char *)n->title;
    m->state = (char *)n->state;
    m->basis = (char *)n->basis;
    split_lines(a, n->organisers, &m->organisers, &m->n_organisers);
    m->how_to_object = (char *)n->how_to_object;
    m->contact = (char *)n->contact;
    m->working_days = n->working_days;
    m->count_start_day = n->count_start_day;
    optional_at(n->publish_at, &m->has_publish_at, &m->publish_at);
    optional_at(n->published_at, &m->has_published_at, &m->published_at);
    m->start_day = (char *)day_text(a, n->start_day);
    m->end_day = (char *)day_text(a, n->end_day);
    m->content_sha256 = (char *)n->content_sha256;
    m->version = n->version;
    m->follows = (char *)n->follows;
    return m;
}

/* The rows of a result that belong to @id, which are together: the first, and how many. */
static size_t rows_of(const struct rows *rows, const char *id, size_t *ret_first)
{
    size_t n = 0;

    *ret_first = 0;
    for (size_t i = 0; i < rows_count(rows); i++) {
        if (strcmp(rows_text(rows, i, "notice_id"), id) != 0)
            continue;
        if (n++ == 0)
            *ret_first = i;
    }
    return n;
}

static void add_entries(struct arena *a, const struct rows *rows, Publicity__Notice *m)
{
    size_t first;

    m->n_entries = rows_of(rows, m->notice_id, &first);
    m->entries = arena_new_array(a, Publicity__NoticeEntry *, m->n_entries + 1);
    for (size_t i = 0; i < m->n_entries; i++) {
        struct entry e;

        entry_read(rows, first + i, &e);
        entry_message(a, &e, &m->entries[i]);
    }
}

static void add_signatures(struct arena *a, const struct rows *rows, bool officer,
                           Publicity__Notice *m)
{
    size_t first;

    m->n_signatures = rows_of(rows, m->notice_id, &first);
    m->signatures = arena_new_array(a, Publicity__Signature *, m->n_signatures + 1);
    for (size_t i = 0; i < m->n_signatures; i++) {
        Publicity__Signature *s = arena_new_one(a, Publicity__Signature);
        const char *account = rows_text(rows, first + i, "account");

        publicity__signature__init(s);
        s->body = (char *)rows_text(rows, first + i, "body");
        s->account = (char *)(account && !officer ? s->body : account);
        optional_at(rows_at(rows, first + i, "signed_at"), &s->has_at, &s->at);
        m->signatures[i] = s;
    }
}

int notice_messages(struct ctx *c, const struct notice *notices, size_t n_notices, bool officer,
                    Publicity__Notice ***ret_messages)
{
    const char **ids = arena_new_array(c->arena, const char *, n_notices + 1);
    Publicity__Notice **messages = arena_new_array(c->arena, Publicity__Notice *, n_notices + 1);
    struct rows *entries, *signatures;
    int r;

    for (size_t i = 0; i < n_notices; i++)
        ids[i] = notices[i].id;
    r = sql_query(c->tx, &sql_notice_entries, &entries, T(c->district), TA(ids, n_notices));
    if (r)
        return r;
    r = sql_query(c->tx, &sql_signatures, &signatures, T(c->district), TA(ids, n_notices));
    if (r)
        return r;
    for (size_t i = 0; i < n_notices; i++) {
        messages[i] = message_of(c->arena, &notices[i]);
        add_entries(c->arena, entries, messages[i]);
        add_signatures(c->arena, signatures, officer, messages[i]);
    }
    *ret_messages = messages;
    return 0;
}
