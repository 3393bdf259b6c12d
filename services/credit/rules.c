/* SPDX-License-Identifier: Apache-2.0 */
#include "services/credit/rules.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/points.h"
#include "common/base/str.h"
#include "common/base/yaml.h"
#include "services/credit/deduction_fsm.h"

#include "common/base/banned.h"

struct reader {
    struct arena *arena;
    const char *file;
    struct errtext *e;
    bool failed;
};

static void fault(struct reader *r, const struct ynode *at, const char *reason, const char *what)
{
    if (r->failed)
        return;
    r->failed = true;
    errtext_set(r->e, "%s:%d:%d: %s%s%s", r->file, at ? at->line : 1, at ? at->column : 1,
                what ? what : "", what ? ": " : "", reason);
}

static struct ynode *child(struct reader *r, const struct ynode *map, const char *key,
                           enum ynode_kind kind)
{
    struct ynode *n = ynode_get(map, key);

    if (!n)
        fault(r, map, "is missing", key);
    else if (n->kind != kind)
        fault(r, n, "has the wrong kind", key);
    else
        return n;
    return NULL;
}

static const char *text_of(struct reader *r, const struct ynode *map, const char *key)
{
    struct ynode *n = child(r, map, key, YNODE_SCALAR);

    return n ? n->text : "";
}

static int64_t number_of(struct reader *r, const struct ynode *map, const char *key, int64_t low,
                         int64_t high)
{
    struct ynode *n = child(r, map, key, YNODE_SCALAR);
    char *end;
    long long v;

    if (!n)
        return 0;
    v = strtoll(n->text, &end, 10);
    if (*n->text == 0 || *end != 0 || v < low || v > high)
        fault(r, n, "is not a whole number in range", key);
    return v;
}

static int64_t points_of(struct reader *r, const struct ynode *map)
{
    struct ynode *n = child(r, map, "points", YNODE_SCALAR);
    int64_t milli = 0;

    if (n && (points_parse(n->text, &milli) != 0 || milli <= 0))
        fault(r, n, "is not a positive number of points", "points");
    return milli;
}

static int32_t day_of_key(struct reader *r, const struct ynode *map, const char *key, bool needed)
{
    struct ynode *n = ynode_get(map, key);
    int32_t day = DAY_NONE;

    if (!n && needed)
        fault(r, map, "is missing", key);
    if (n && (n->kind != YNODE_SCALAR || day_parse(n->text, &day) != 0))
        fault(r, n, "is not a date", key);
    return day;
}

/* Every key of @map is one of @known. */
static void only(struct reader *r, const struct ynode *map, const char *const *known)
{
    for (size_t i = 0; i < map->n_items; i++) {
        const char *const *k = known;

        while (*k && strcmp(*k, map->items[i]->key) != 0)
            k++;
        if (!*k)
            fault(r, map->items[i], "is not a known key", map->items[i]->key);
    }
}

static void read_behaviour(struct reader *r, const struct ynode *n, struct behaviour *b)
{
    static const char *const keys[] = {"code",   "title",    "points", "subjects",
                                       "source", "decision", NULL};
    struct ynode *subjects;

    if (n->kind != YNODE_MAP) {
        fault(r, n, "must be a mapping", "behaviours");
        return;
    }
    only(r, n, keys);
    *b = (struct behaviour){.code = text_of(r, n, "code"), .title = text_of(r, n, "title")};
    b->points_milli = points_of(r, n);
    subjects = child(r, n, "subjects", YNODE_LIST);
    for (size_t i = 0; subjects && i < subjects->n_items; i++) {
        const char *s = subjects->items[i]->text;

        if (str_equal(s, "enterprise"))
            b->enterprise = true;
        else if (str_equal(s, "manager"))
            b->manager = true;
        else
            fault(r, subjects->items[i], "is enterprise or manager", "subjects");
    }
}

static void read_version(struct reader *r, const struct ynode *n, struct rule_version *v)
{
    static const char *const keys[] = {"id",     "from",     "to", "behaviours",
                                       "source", "decision", NULL};
    struct ynode *list;

    if (n->kind != YNODE_MAP) {
        fault(r, n, "must be a mapping", "versions");
        return;
    }
    only(r, n, keys);
    *v = (struct rule_version){.id = text_of(r, n, "id")};
    v->from_day = day_of_key(r, n, "from", true);
    v->to_day = day_of_key(r, n, "to", false);
    list = child(r, n, "behaviours", YNODE_LIST);
    v->n_behaviours = list ? list->n_items : 0;
    v->behaviours = arena_new_array(r->arena, struct behaviour, v->n_behaviours + 1);
    for (size_t i = 0; i < v->n_behaviours; i++) {
        read_behaviour(r, list->items[i], &v->behaviours[i]);
        for (size_t k = 0; k < i && !r->failed; k++)
            if (str_equal(v->behaviours[k].code, v->behaviours[i].code))
                fault(r, list->items[i], "is there twice", v->behaviours[i].code);
    }
}

static void read_versions(struct reader *r, const struct ynode *root, struct rules *rules)
{
    struct ynode *list = child(r, root, "versions", YNODE_LIST);

    rules->n_versions = list ? list->n_items : 0;
    rules->versions = arena_new_array(r->arena, struct rule_version, rules->n_versions + 1);
    for (size_t i = 0; i < rules->n_versions; i++) {
        struct rule_version *v = &rules->versions[i];

        read_version(r, list->items[i], v);
        if (v->to_day != DAY_NONE && v->to_day < v->from_day)
            fault(r, list->items[i], "ends before it begins", v->id);
        if (i > 0 && !r->failed && (v[-1].to_day == DAY_NONE || v->from_day <= v[-1].to_day))
            fault(r, list->items[i], "overlaps the version before", v->id);
    }
}

static void read_thresholds(struct reader *r, const struct ynode *root, struct rules *rules)
{
    static const char *const keys[] = {"id", "district", "points", "source", "decision", NULL};
    struct ynode *list = child(r, root, "thresholds", YNODE_LIST);

    rules->n_thresholds = list ? list->n_items : 0;
    rules->thresholds = arena_new_array(r->arena, struct threshold, rules->n_thresholds + 1);
    for (size_t i = 0; i < rules->n_thresholds && !r->failed; i++) {
        only(r, list->items[i], keys);
        rules->thresholds[i] = (struct threshold){
            .id = text_of(r, list->items[i], "id"),
            .district = text_of(r, list->items[i], "district"),
            .points_milli = points_of(r, list->items[i]),
        };
    }
}

static void read_states(struct reader *r, const struct ynode *root, struct rules *rules)
{
    struct ynode *list = child(r, root, "counting_states", YNODE_LIST);

    rules->n_counting_states = list ? list->n_items : 0;
    rules->counting_states = arena_new_array(r->arena, const char *, rules->n_counting_states + 1);
    for (size_t i = 0; i < rules->n_counting_states; i++) {
        rules->counting_states[i] = list->items[i]->text ? list->items[i]->text : "";
        if (!deduction_may_count(rules->counting_states[i]))
            fault(r, list->items[i], "is not a state in which a deduction can count",
                  rules->counting_states[i]);
    }
}

static void read_root(struct reader *r, const struct ynode *root, struct rules *rules)
{
    static const char *const keys[] = {"rules",
                                       "title",
                                       "period",
                                       "counting_states",
                                       "conversion",
                                       "versions",
                                       "objection_working_days",
                                       "repair",
                                       "thresholds",
                                       NULL};
    struct ynode *repair, *conversion;

    if (root->kind != YNODE_MAP) {
        fault(r, root, "must be a mapping", "the file");
        return;
    }
    only(r, root, keys);
    rules->id = text_of(r, root, "rules");
    rules->title = text_of(r, root, "title");
    if (!str_equal(text_of(r, root, "period"), "calendar_year"))
        fault(r, root, "must be calendar_year", "period");
    conversion = child(r, root, "conversion", YNODE_MAP);
    if (conversion && !str_equal(text_of(r, conversion, "denominator"), "city"))
        fault(r, conversion, "must be city", "denominator");
    rules->objection_working_days = (int)number_of(r, root, "objection_working_days", 1, 60);
    repair = child(r, root, "repair", YNODE_MAP);
    rules->repair_waiting_days = repair ? (int)number_of(r, repair, "waiting_days", 0, 3650) : 0;
    read_states(r, root, rules);
    read_thresholds(r, root, rules);
    read_versions(r, root, rules);
}

int rules_parse(struct arena *a, const char *file, const char *text, size_t size,
                const struct rules **ret_rules, struct errtext *e)
{
    struct reader r = {.arena = a, .file = file, .e = e};
    struct rules *rules = arena_new_one(a, struct rules);
    struct errtext why = {0};
    struct ynode *root;
    int line, column, err;

    err = yaml_parse(a, text, size, &root, &line, &column, &why);
    if (err < 0)
        return err_pass(err);
    if (err > 0) {
        errtext_set(e, "%s:%d:%d: %s", file, line, column, why.text);
        return RULES_E_BAD;
    }
    read_root(&r, root, rules);
    if (r.failed)
        return RULES_E_BAD;
    *ret_rules = rules;
    return 0;
}

const struct rule_version *rules_on(const struct rules *r, int32_t day)
{
    for (size_t i = 0; i < r->n_versions; i++)
        if (r->versions[i].from_day <= day &&
            (r->versions[i].to_day == DAY_NONE || day <= r->versions[i].to_day))
            return &r->versions[i];
    return NULL;
}

const struct behaviour *rules_behaviour(const struct rule_version *v, const char *code)
{
    for (size_t i = 0; i < v->n_behaviours; i++)
        if (strcmp(v->behaviours[i].code, code) == 0)
            return &v->behaviours[i];
    return NULL;
}

bool rules_count(const struct rules *r, const char *state)
{
    for (size_t i = 0; i < r->n_counting_states; i++)
        if (strcmp(r->counting_states[i], state) == 0)
            return true;
    return false;
}
