/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/notice/notice_rules.h"

#include <string.h>

#include "common/base/banned.h"

static void add_text(struct str *out, const char *key, const char *value)
{
    if (!value)
        str_printf(out, "%s=-\n", key);
    else
        str_printf(out, "%s=%zu:%s\n", key, strlen(value), value);
}

static void add_number(struct str *out, const char *key, int64_t value)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", (long long)value);
    add_text(out, key, text);
}

static void add_entry(struct str *out, const struct entry *e)
{
    add_text(out, "subject", e->subject_id);
    add_text(out, "category", e->category);
    add_text(out, "group", e->group);
    add_text(out, "name", e->name);
    add_text(out, "enterprise", e->enterprise_id);
    add_text(out, "enterprise_name", e->enterprise_name);
    add_text(out, "subdistrict", e->subdistrict);
    add_number(out, "score_milli", e->score_milli);
    add_number(out, "rank", e->rank);
    add_text(out, "from_reserve", e->from_reserve ? "true" : "false");
}

void notice_canonical(const struct notice *n, const struct entry *entries, size_t n_entries,
                      struct str *out)
{
    str_add(out, "hongping notice 1\n");
    add_text(out, "programme", n->programme_id);
    add_text(out, "list", n->list_id);
    add_text(out, "kind", n->kind);
    add_text(out, "follows", n->follows);
    add_number(out, "version", n->version);
    add_text(out, "number", n->number);
    add_text(out, "title", n->title);
    add_text(out, "basis", n->basis);
    add_text(out, "organisers", n->organisers);
    add_text(out, "how_to_object", n->how_to_object);
    add_text(out, "contact", n->contact);
    add_number(out, "working_days", n->working_days);
    add_text(out, "count_start_day", n->count_start_day ? "true" : "false");
    add_number(out, "entries", (int64_t)n_entries);
    for (size_t i = 0; i < n_entries; i++)
        add_entry(out, &entries[i]);
}

void notice_hash(const char *canonical, char ret_hex[DIGEST_HEX])
{
    uint8_t value[DIGEST_SIZE];

    digest_once(DIGEST_SHA256, canonical, strlen(canonical), value);
    hex_format(value, sizeof(value), ret_hex);
}

int notice_days(const struct calendar *cal, int64_t at, int working_days, bool count_start_day,
                int32_t *ret_start_day, int32_t *ret_end_day)
{
    int32_t start = instant_day(at), end;
    int r = calendar_last_day(cal, start, working_days, count_start_day, &end);

    if (r)
        return r;
    *ret_start_day = start;
    *ret_end_day = end;
    return 0;
}
