/* SPDX-License-Identifier: Apache-2.0 */
/* demo_changning_result - what came out, asked from the API as anyone may ask it */
#include <string.h>

#include "common/base/str.h"
#include "services/cli/say.h"
#include "services/cli/play/demo_changning.h"

#include "common/base/banned.h"

static const char *text_of(const json_t *o, const char *key)
{
    const char *text = json_string_value(json_object_get(o, key));

    return text ? text : "";
}

/* Copy @keys ("to" or "to=from") of @from into a new object; null where absent. */
static json_t *pick(const json_t *from, const char *const *keys)
{
    json_t *o = json_object();

    for (; *keys; keys++) {
        const char *eq = strchr(*keys, '=');
        json_t *value = json_object_get(from, eq ? eq + 1 : *keys);
        char to[32];

        snprintf(to, sizeof(to), "%.*s", (int)(eq ? (size_t)(eq - *keys) : strlen(*keys)), *keys);
        json_object_set_new(o, to, value ? json_deep_copy(value) : json_null());
    }
    return o;
}

static void put_list(struct cn *cn, const char *member, const json_t *items,
                     const char *const *keys)
{
    json_t *out = json_array(), *item;
    size_t i;

    json_array_foreach(items, i, item) json_array_append_new(out, pick(item, keys));
    json_object_set_new(play_demo(cn->p)->result, member, out);
}

static json_t *entry_of(const json_t *entry)
{
    static const char *const keys[] = {"category", "subject=subject_id", "name", "rank", NULL};
    json_t *o = pick(entry, keys);

    json_object_set_new(
        o, "score",
        json_real((double)json_integer_value(json_object_get(entry, "score_milli")) / 1000));
    return o;
}

static void put_entries(struct cn *cn, const char *member, const json_t *entries)
{
    FILE *out = play_demo(cn->p)->out;
    json_t *list = json_array(), *entry;
    size_t i;

    fprintf(out, "\n%s\n", strcmp(member, "final") == 0 ? tr("Final list") : tr("Reserve list"));
    json_array_foreach(entries, i, entry)
    {
        json_array_append_new(list, entry_of(entry));
        fputs("  ", out);
        say_cell(out, tr(text_of(entry, "category")), 11);
        fprintf(out, "%2d  %8.3f  %s  %s\n",
                (int)json_integer_value(json_object_get(entry, "rank")),
                (double)json_integer_value(json_object_get(entry, "score_milli")) / 1000,
                text_of(entry, "subject_id"), text_of(entry, "name"));
    }
    json_object_set_new(play_demo(cn->p)->result, member, list);
}

/* Where every point of the first on the list comes from: anybody listed can be explained so. */
static void put_explanation(struct cn *cn, const char *subject)
{
    json_t *run =
        play_get(cn->p, "housing", play_text(cn->p, "/runs/%s?subject_id=%s", cn->run, subject));
    FILE *out = play_demo(cn->p)->out;
    json_t *e;
    size_t i;

    fprintf(out, "\n%s %s\n", tr("Why each point was given:"), subject);
    json_array_foreach(json_object_get(run, "explanations"), i, e)
        fprintf(out, "  %8.3f  %s  %s  %s\n",
                (double)json_integer_value(json_object_get(e, "points_milli")) / 1000,
                text_of(e, "item"), text_of(e, "rule"), text_of(e, "source"));
    json_decref(run);
}

static void put_lists(struct cn *cn)
{
    json_t *list = play_get(cn->p, "housing", play_text(cn->p, "/lists/%s", cn->list));

    put_entries(cn, "final", json_object_get(list, "entries"));
    put_entries(cn, "reserve", json_object_get(list, "reserve"));
    put_explanation(cn, text_of(json_array_get(json_object_get(list, "entries"), 0), "subject_id"));
    json_decref(list);
}

static int by_member(const void *a, const void *b, void *key)
{
    return strcmp(text_of(*(json_t *const *)a, key), text_of(*(json_t *const *)b, key));
}

/* All of a list ordered by a member: ids are drawn anew in each playing, and with them the order of
 * what came at one instant. json_decref() it. */
static json_t *list_by(struct cn *cn, const char *path, const char *member, const char *key)
{
    json_t *items = play_list(cn->p, "housing", path, member), *sorted = json_array();
    size_t n = json_array_size(items);
    json_t **all = arena_new_array(play_arena(cn->p), json_t *, n + 1);

    for (size_t i = 0; i < n; i++)
        all[i] = json_array_get(items, i);
    qsort_r(all, n, sizeof(*all), by_member, (void *)key);
    for (size_t i = 0; i < n; i++)
        json_array_append(sorted, all[i]);
    json_decref(items);
    return sorted;
}

static void put_notices(struct cn *cn)
{
    static const char *const notice_keys[] = {"number",      "kind",  "start=start_day",
                                              "end=end_day", "state", NULL};
    static const char *const objection_keys[] = {"notice=notice_id", "subject=subject_id", "result",
                                                 NULL};
    json_t *notices = play_list(cn->p, NULL, "/notices?programme_id=" CN_2023, "notices"), *n, *o;
    json_t *objections = list_by(cn, "/objections?programme_id=" CN_2023, "objections", "receipt");
    FILE *out = play_demo(cn->p)->out;
    size_t i, k;

    put_list(cn, "notices", notices, notice_keys);
    fprintf(out, "\n%s\n", tr("Notices"));
    json_array_foreach(notices, i, n)
        fprintf(out, "  %s  %s  %s - %s  %s\n", text_of(n, "number"), tr(text_of(n, "kind")),
                text_of(n, "start_day"), text_of(n, "end_day"), tr(text_of(n, "state")));
    json_array_foreach(objections, k, o) json_array_foreach(
        notices, i, n) if (str_equal(text_of(n, "notice_id"), text_of(o, "notice_id")))
        json_object_set(o, "notice_id", json_object_get(n, "number"));
    put_list(cn, "objections", objections, objection_keys);
    json_decref(notices);
    json_decref(objections);
}

static void put_honours(struct cn *cn)
{
    static const char *const keys[] = {"subject=subject_id", "title", "plaque", "state", NULL};
    json_t *honours = play_list(cn->p, NULL, "/honours?programme_id=" CN_2023, "honours"), *h;
    FILE *out = play_demo(cn->p)->out;
    size_t i;

    put_list(cn, "honours", honours, keys);
    fprintf(out, "\n%s\n", tr("Honours and plaques"));
    json_array_foreach(honours, i, h)
    {
        fprintf(out, "  %-16s ", text_of(h, "plaque"));
        say_cell(out, tr(text_of(h, "state")), 9);
        say_cell(out, tr(text_of(h, "plaque_state")), 10);
        fprintf(out, "%s  %s\n", text_of(h, "title"), text_of(h, "name"));
    }
    json_decref(honours);
}

static void tell_case(FILE *out, const json_t *c)
{
    json_t *condition;
    size_t i;

    fputs("  ", out);
    say_cell(out, tr(text_of(c, "verdict")), 11);
    fprintf(out, "%s  %s\n", text_of(c, "subject_id"), text_of(c, "name"));
    json_array_foreach(json_object_get(c, "conditions"), i, condition) fprintf(
        out, "      %s %-13s %s: %s  (%s)\n",
        json_is_true(json_object_get(condition, "met")) ? "!" : " ", text_of(condition, "id"),
        text_of(condition, "fact"), text_of(condition, "limit"), text_of(condition, "title"));
}

static void put_cases(struct cn *cn)
{
    static const char *const keys[] = {"id", "fact", "limit", "met", NULL};
    json_t *cases = list_by(cn, "/cases?programme_id=" CN_2024, "cases", "subject_id"), *c,
           *condition, *all = json_array();
    FILE *out = play_demo(cn->p)->out;
    size_t i, k;

    fprintf(out, "\n%s\n", tr("Re-evaluation 2024: the fact, then the rule it would fail by"));
    json_array_foreach(cases, i, c)
    {
        json_t *one = json_pack("{ssss}", "subject", text_of(c, "subject_id"), "verdict",
                                text_of(c, "verdict")),
               *conditions = json_array();

        json_array_foreach(json_object_get(c, "conditions"), k, condition)
            json_array_append_new(conditions, pick(condition, keys));
        json_object_set_new(one, "conditions", conditions);
        json_array_append_new(all, one);
        tell_case(out, c);
    }
    json_object_set_new(play_demo(cn->p)->result, "reevaluation", all);
    json_decref(cases);
}

void cn_result(struct cn *cn)
{
    json_object_set_new(play_demo(cn->p)->result, "programme", json_string(CN_2023));
    put_lists(cn);
    put_notices(cn);
    put_honours(cn);
    put_cases(cn);
}
