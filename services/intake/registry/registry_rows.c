/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/registry_rows.h"

#include <string.h>

#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "intake.pb-c.h"
#include "intake_sql.h"
#include "services/intake/registry/committee.h"
#include "services/intake/registry/names.h"
#include "services/intake/registry/references.h"

#include "common/base/banned.h"

/* ---- the kinds ---- */

static struct asked *manager_refs(struct ctx *c, const struct sql_arg *col)
{
    return sql_ask(c->tx, &sql_manager_refs, T(c->district), col[2]);
}

static struct asked *site_refs(struct ctx *c, const struct sql_arg *col)
{
    char *today = arena_alloc(c->arena, DAY_TEXT);

    return sql_ask(c->tx, &sql_site_refs, T(c->district), T(day_format(instant_day(c->now), today)),
                   col[3]);
}

static struct asked *project_refs(struct ctx *c, const struct sql_arg *col)
{
    return sql_ask(c->tx, &sql_project_refs, T(c->district), T(service_city(c->svc)), col[1],
                   col[2], col[3]);
}

static struct asked *committee_refs(struct ctx *c, const struct sql_arg *col)
{
    return sql_ask(c->tx, &sql_committee_refs, T(c->district), col[0], col[2], col[7]);
}

/* clang-format off */
#define KIND(name, city) #name, city, &intake__register_##name##__descriptor, &intake__##name##_registered__descriptor
#define SQL(name) &sql_##name##_diff, &sql_##name##_rows_lock, &sql_##name##_put, &sql_##name##_kept, check_##name

const struct registry_kind registry_kinds[N_REGISTRY_KINDS] = {
    [REGISTRY_ENTERPRISE] = {KIND(enterprise, true), {"enterprise_id", "name", "area_m2", "party_organisation", "sample"}, SQL(enterprise), NULL},
    [REGISTRY_MANAGER] = {KIND(manager, true), {"manager_id", "name", "enterprise_id", "sample"}, SQL(manager), manager_refs},
    [REGISTRY_EXPERT] = {KIND(expert, true), {"expert_id", "name", "employer", "residence", "enterprise_links", "sample"}, SQL(expert), NULL},
    [REGISTRY_SITE] = {KIND(site, false), {"site_id", "kind", "name", "subdistrict", "address", "households", "renovated", "aliases", "sample"},
                       SQL(site), site_refs},
    [REGISTRY_PROJECT] = {KIND(project, false), {"project_id", "site_id", "enterprise_id", "manager_id", "area_m2", "from_day", "to_day"},
                          SQL(project), project_refs},
    [REGISTRY_REGION] = {KIND(region, false), {"code", "name", "from_day", "to_day"}, SQL(region), NULL},
    [REGISTRY_COMMITTEE] = {KIND(committee, false), {"committee_id", "name", "site_id", "members", "party_members", "from_day", "to_day",
                            "filed_day", "sample"}, SQL(committee), committee_refs, committees_settle},
};
/* clang-format on */

int registry_kind_of(struct ctx *c, int number, const struct registry_kind **ret_kind)
{
    if (number < 1 || number > N_REGISTRY_KINDS)
        return refuse(c, reason_value_unknown, "kind", "", NULL);
    *ret_kind = &registry_kinds[number - 1];
    return 0;
}

const char *row_result_name(enum row_result result)
{
    static const char *const names[] = {"refused", "added", "changed", "unchanged"};

    return names[result];
}

int registry_district(struct ctx *c, const struct registry_kind *kind)
{
    bool is_city = strcmp(c->district, service_city(c->svc)) == 0;

    if (kind->of_city && !is_city)
        return refuse(c, reason_district_not_city, NULL, service_city(c->svc), NULL);
    if (!kind->of_city && region_level(c->district) != REGION_DISTRICT)
        return refuse(c, reason_district_needed, NULL, c->district, NULL);
    return 0;
}

/* ---- messages as columns of text ---- */

static const char *joined(struct arena *a, const ProtobufCMessage *m,
                          const ProtobufCFieldDescriptor *f)
{
    size_t n = *(const size_t *)((const char *)m + f->quantifier_offset);
    char *const *texts = *(char *const *const *)pbjson_member(m, f);
    const char *list = n ? texts[0] : NULL;

    for (size_t i = 1; i < n; i++)
        list = arena_printf(a, "%s;%s", list, texts[i]);
    return list;
}

const char *registry_text(struct arena *a, const ProtobufCMessage *m, const char *name)
{
    const ProtobufCFieldDescriptor *f =
        protobuf_c_message_descriptor_get_field_by_name(m->descriptor, name);
    const char *text;

    CHECK(f);
    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        return joined(a, m, f);
    if (!pbjson_is_set(m, f))
        return NULL;
    switch (f->type) {
    case PROTOBUF_C_TYPE_STRING:
        text = *(char *const *)pbjson_member(m, f);
        return text && *text ? text : NULL;
    case PROTOBUF_C_TYPE_INT64:
        return arena_printf(a, "%lld", (long long)*(const int64_t *)pbjson_member(m, f));
    case PROTOBUF_C_TYPE_BOOL:
        return *(const protobuf_c_boolean *)pbjson_member(m, f) ? "true" : "false";
    case PROTOBUF_C_TYPE_ENUM:
        return pbjson_enum_text(a, f, *(const int *)pbjson_member(m, f));
    default:
        CHECK(!"a type of field without a column");
        return NULL;
    }
}

/* The rows that are wanted, as one array per column. */
static size_t columns_of(struct arena *a, const struct registry_kind *kind,
                         struct registry_row *const *rows, size_t n, struct sql_arg *ret_args)
{
    size_t k = 0;

    for (; kind->columns[k]; k++) {
        const char **texts = arena_new_array(a, const char *, n + 1);

        for (size_t i = 0; i < n; i++)
            texts[i] = registry_text(a, rows[i]->message, kind->columns[k]);
        ret_args[k] = TA(texts, n);
    }
    return k;
}

/* ---- applying ---- */

static int by_id(const void *a, const void *b)
{
    const struct registry_row *x = *(struct registry_row *const *)a;
    const struct registry_row *y = *(struct registry_row *const *)b;
    int order = strcmp(x->id, y->id);

    return order ? order : x->line < y->line ? -1 : x->line > y->line;
}

/* The rows without a fault of their own. */
static size_t take_good(struct ctx *c, const struct registry_kind *kind, struct registry_row *rows,
                        size_t n, struct registry_row **ret_good)
{
    size_t n_good = 0;

    for (size_t i = 0; i < n; i++) {
        if (!rows[i].fault.reason)
            names_tidy(c, &rows[i]);
        if (!rows[i].fault.reason)
            kind->check(c, rows[i].message, &rows[i].fault);
        if (rows[i].message)
            rows[i].id = registry_text(c->arena, rows[i].message, kind->columns[0]);
        if (!rows[i].fault.reason)
            ret_good[n_good++] = &rows[i];
    }
    return n_good;
}

/* Of the rows with one id that are good in everything else all but the first are at fault. */
static void refuse_repeated(struct ctx *c, const struct registry_kind *kind,
                            struct registry_row **rows, size_t n)
{
    struct registry_row **sorted = arena_new_array(c->arena, struct registry_row *, n + 1);
    size_t n_good = 0;

    for (size_t i = 0; i < n; i++)
        if (!rows[i]->fault.reason)
            sorted[n_good++] = rows[i];
    qsort(sorted, n_good, sizeof(struct registry_row *), by_id);
    for (size_t i = 1, first = 0; i < n_good; i++) {
        if (strcmp(sorted[i]->id, sorted[first]->id) != 0) {
            first = i;
            continue;
        }
        sorted[i]->result = ROW_REFUSED;
        sorted[i]->fault = (struct fault){reason_row_repeated,
                                          kind->columns[0],
                                          {arena_printf(c->arena, "%d", sorted[first]->line)}};
    }
}

/* Why @field, with @value, does not fit what is known; @filed: the day on which a committee's term
 * was filed already. */
static struct fault unfit(const char *field, const char *value, const char *filed)
{
    return filed ? (struct fault){reason_term_filed, field, {filed}}
                 : (struct fault){reason_reference_unknown, field, {value}};
}

/* @refs: what was asked for the rows that are good; NULL: nothing. */
static int check_refs(struct ctx *c, struct asked *refs, struct registry_row **good, size_t n)
{
    struct rows *found;
    int r;

    if (!refs)
        return 0;
    r = tx_answer(c->tx, refs, &found);
    for (size_t i = 0; r == 0 && i < n; i++) {
        const char *missing = rows_text(found, i, "missing");

        if (missing)
            good[i]->fault =
                unfit(missing, registry_text(c->arena, good[i]->message, missing),
                      str_equal(missing, "filed_day") ? rows_text(found, i, "filed") : NULL);
    }
    return r;
}

static struct asked *ask_differences(struct ctx *c, const struct registry_kind *kind,
                                     const struct sql_arg *columns)
{
    struct sql_arg with_district[REGISTRY_COLUMNS + 1];
    size_t n_args = 0;

    with_district[n_args++] = T(c->district);
    for (size_t k = 0; kind->columns[k]; k++)
        with_district[n_args++] = columns[k];
    return tx_ask(c->tx, kind->diff, with_district, n_args);
}

static int compare(struct ctx *c, struct asked *differences, struct registry_row **good, size_t n)
{
    struct rows *found;
    int r = tx_answer(c->tx, differences, &found);

    for (size_t i = 0; r == 0 && i < n; i++) {
        const char *result = rows_text(found, i, "result");

        if (!good[i]->fault.reason)
            good[i]->result = *result == 'a'   ? ROW_ADDED
                              : *result == 'c' ? ROW_CHANGED
                                               : ROW_UNCHANGED;
    }
    return r;
}

/* What is unchanged is not written, so it would not be noticed that somebody is changing it just now:
 * it is locked and compared again. */
static int look_again(struct ctx *c, const struct registry_kind *kind, struct registry_row **good,
                      size_t n)
{
    struct registry_row **same = arena_new_array(c->arena, struct registry_row *, n + 1);
    struct sql_arg columns[REGISTRY_COLUMNS];
    size_t n_same = 0;

    for (size_t i = 0; i < n; i++)
        if (good[i]->result == ROW_UNCHANGED)
            same[n_same++] = good[i];
    if (!n_same)
        return 0;
    columns_of(c->arena, kind, same, n_same, columns);
    sql_exec(c->tx, kind->lock, T(c->district), columns[0]);
    return compare(c, ask_differences(c, kind, columns), same, n_same);
}

/* The event of a kind is one required message field. What the sender confirmed belongs to the
 * request only. */
static void say(struct ctx *c, const struct registry_kind *kind, const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *confirm = pbjson_field(kind->message, "confirm");
    ProtobufCMessage *event = arena_zalloc(c->arena, kind->event->sizeof_message);
    void *said = arena_memdup(c->arena, message, kind->message->sizeof_message);

    if (confirm)
        *(size_t *)((char *)said + confirm->quantifier_offset) = 0;
    protobuf_c_message_init(kind->event, event);
    *(const ProtobufCMessage **)((char *)event + kind->event->fields[0].offset) = said;
    emit(c, NULL, event);
}

int registry_write(struct ctx *c, const struct registry_kind *kind, struct registry_row *rows,
                   size_t n)
{
    struct registry_row **moved = arena_new_array(c->arena, struct registry_row *, n + 1);
    const char **ids = arena_new_array(c->arena, const char *, n + 1);
    struct sql_arg args[4 + REGISTRY_COLUMNS];
    size_t n_moved = 0, n_args;

    for (size_t i = 0; i < n; i++)
        if (rows[i].result == ROW_ADDED || rows[i].result == ROW_CHANGED)
            moved[n_moved++] = &rows[i];
    if (!n_moved)
        return 0;
    args[0] = T(c->district);
    args[1] = AT(c->now);
    args[2] = T(c->account);
    args[3] = T(c->id_text);
    n_args = 4 + columns_of(c->arena, kind, moved, n_moved, args + 4);
    tx_exec(c->tx, kind->put, args, n_args);
    names_keep(c, kind, moved, n_moved);
    for (size_t i = 0; i < n_moved; i++) {
        say(c, kind, moved[i]->message);
        ids[i] = moved[i]->id;
    }
    return kind->settle ? kind->settle(c, ids, n_moved) : 0;
}

int registry_judge(struct ctx *c, const struct registry_kind *kind, struct registry_row *rows,
                   size_t n, bool hold)
{
    struct registry_row **good = arena_new_array(c->arena, struct registry_row *, n + 1);
    struct sql_arg columns[REGISTRY_COLUMNS];
    size_t n_good = take_good(c, kind, rows, n, good);
    struct asked *refs, *differences;
    int r;

    if (!n_good)
        return 0;
    r = kind == &registry_kinds[REGISTRY_EXPERT] ? references_resolve(c, good, n_good) : 0;
    if (r)
        return r;
    columns_of(c->arena, kind, good, n_good, columns);
    /* both questions in one round trip */
    refs = kind->refs ? kind->refs(c, columns) : NULL;
    differences = ask_differences(c, kind, columns);
    r = check_refs(c, refs, good, n_good);
    if (r == 0)
        r = compare(c, differences, good, n_good);
    if (r == 0)
        r = names_compare(c, kind, good, n_good);
    if (r == 0 && hold)
        r = look_again(c, kind, good, n_good);
    if (r == 0)
        refuse_repeated(c, kind, good, n_good);
    return r;
}
