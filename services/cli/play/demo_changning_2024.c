/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demo_changning_2024 - the holders of 2023 are re-evaluated (seed: changning-2023-property, 五)
 *
 * One enterprise is renamed (exempt, 五(一)4(2)), one dissolved (ended), one reaches 3 points in
 * the year by its own and its manager's converted points (五(一)3(3)), the others keep their
 * honours.
 */
#include <string.h>

#include "common/base/str.h"
#include "services/cli/play/demo_changning.h"

#include "common/base/banned.h"

/* The holders among the enterprises, in the order of the final list. */
struct holders {
    json_t *honours; /* as listed */
    const char *enterprises[8];
    size_t n;
};

static void find_holders(struct cn *cn, struct holders *h)
{
    json_t *honour;
    size_t i;

    h->honours = play_list(cn->p, NULL, "/honours?programme_id=" CN_2023 "&state=held", "honours");
    json_array_foreach(h->honours, i,
                       honour) if (str_equal(json_string_value(json_object_get(honour, "category")),
                                             "enterprise") &&
                                   h->n < ARRAY_LEN(h->enterprises)) h->enterprises[h->n++] =
        arena_strdup(play_arena(cn->p), json_string_value(json_object_get(honour, "subject_id")));
    if (h->n < 4)
        play_fail(cn->p, "only %zu enterprises hold the honour", h->n);
}

static const struct cn_subject *subject_of(const struct cn *cn, const char *id)
{
    for (int i = 0; i < CN_CANDIDATES; i++)
        if (str_equal(cn->subjects[i].id, id))
            return &cn->subjects[i];
    return NULL;
}

static void change(struct cn *cn, const char *enterprise, const char *kind, const char *day,
                   const char *new_name)
{
    json_t *body =
        json_pack("{ssssss}", "kind", kind, "on_day", day, "document", "样例：登记机关通知书");

    if (new_name)
        json_object_set_new(body, "new_name", json_string(new_name));
    play_do_in(cn->p, "housing", CN_CITY, play_text(cn->p, "/subjects/%s/changes", enterprise),
               body, NULL);
    play_settle(cn->p);
}

static json_int_t area_of(const json_t *project)
{
    return json_integer_value(json_object_get(project, "area_m2"));
}

/* The largest project the enterprise runs in the district: where its manager's points come from. */
static json_t *project_of(struct cn *cn, const char *enterprise)
{
    json_t *projects = play_list(cn->p, "housing", "/subjects?kind=project&limit=500", "subjects");
    json_t *project, *found = NULL;
    size_t i;

    json_array_foreach(projects, i, project)
    {
        if (!str_equal(json_string_value(json_object_get(project, "enterprise_id")), enterprise))
            continue;
        if (!found || area_of(project) > area_of(found))
            found = project;
    }
    json_incref(found);
    json_decref(projects);
    if (!found)
        play_fail(cn->p, "%s runs no project here", enterprise);
    return found;
}

static void deduct(struct cn *cn, json_t *body)
{
    const char *id = play_do(cn->p, "credit", "/deductions", body);

    play_do(cn->p, "credit", play_text(cn->p, "/deductions/%s/notification", id),
            json_pack("{ss}", "receipt", "样例回执"));
}

static json_t *deduction(const char *kind, const char *subject, const char *behaviour,
                         const char *day)
{
    return json_pack("{ssssssssss}", "subject_kind", kind, "subject_id", subject, "behaviour",
                     behaviour, "on_day", day, "document", "样例：失信行为记分告知单");
}

/* 1 + 1 own points, and 6 points of a manager weighed by area: over 3 only together. */
static void lose_points(struct cn *cn, const char *enterprise)
{
    json_t *project = project_of(cn, enterprise), *body, *balance;

    deduct(cn, deduction("enterprise", enterprise, "Q01-01", "2024-03-11"));
    deduct(cn, deduction("enterprise", enterprise, "Q01-01", "2024-05-06"));
    body = deduction("manager", json_string_value(json_object_get(project, "manager_id")), "Q06-01",
                     "2024-06-12");
    json_object_set(body, "project_id", json_object_get(project, "subject_id"));
    deduct(cn, body);
    json_decref(project);
    balance = play_get(cn->p, "credit",
                       play_text(cn->p, "/enterprises/%s/balance?year=2024", enterprise));
    play_note(cn->p, "its total of the year is %s points, exactly",
              json_string_value(json_object_get(json_object_get(balance, "total"), "total")));
    json_decref(balance);
}

static void inspect_again(struct cn *cn, const struct holders *h)
{
    static const char *const kinds[] = {"enterprise", "compound", "building"};

    for (size_t k = 0; k < ARRAY_LEN(kinds); k++) {
        const char *csv = cn_sheet_header(kinds[k]);
        bool any = false;
        json_t *honour;
        size_t i;

        json_array_foreach(h->honours, i, honour)
        {
            const struct cn_subject *s =
                subject_of(cn, json_string_value(json_object_get(honour, "subject_id")));

            if (!s || strcmp(s->kind, kinds[k]) != 0)
                continue;
            any = true;
            csv = play_text(cn->p, "%s%s", csv,
                            cn_sheet(cn, s, "2024-08-20", 92000 - (int64_t)i * 300));
        }
        if (any)
            play_do(cn->p, "assessor", "/inspections/imports",
                    json_pack("{ssss}", "programme_id", CN_2024, "csv", csv));
    }
}

/* The annual assessment of everyone who holds an honour or serves a site that does. */
static void assess(struct cn *cn, const struct holders *h)
{
    json_t *seen = json_object(), *honour;
    size_t i;

    json_array_foreach(h->honours, i, honour)
    {
        const struct cn_subject *s =
            subject_of(cn, json_string_value(json_object_get(honour, "subject_id")));

        if (!s || json_object_get(seen, s->enterprise))
            continue;
        json_object_set_new(seen, s->enterprise, json_true());
        play_do(cn->p, "housing", "/assessments",
                json_pack("{sissssss}", "year", 2024, "enterprise_id", s->enterprise, "grade",
                          i % 3 ? "good" : "excellent", "document", "样例：2024年度综合测评结果"));
    }
    json_decref(seen);
}

static void confirm_and_revoke(struct cn *cn)
{
    json_t *cases = play_list(cn->p, "housing", "/cases?programme_id=" CN_2024, "cases"), *c;
    size_t i;

    json_array_foreach(cases, i,
                       c) if (str_equal(json_string_value(json_object_get(c, "state")), "judged"))
        play_do(cn->p, "organisation",
                play_text(cn->p, "/cases/%s/confirmation",
                          json_string_value(json_object_get(c, "case_id"))),
                json_object());
    play_settle(cn->p);
    json_array_foreach(cases, i,
                       c) if (str_equal(json_string_value(json_object_get(c, "verdict")), "failed"))
        play_do(cn->p, "housing",
                play_text(cn->p, "/honours/%s/revocation",
                          json_string_value(json_object_get(c, "honour_id"))),
                json_pack("{ssssss}", "reason", "未通过 2024 年度复评", "case_id",
                          json_string_value(json_object_get(c, "case_id")), "document",
                          "样例：撤销称号决定"));
    json_decref(cases);
    play_settle(cn->p);
}

/* Whatever was recalled is handed over. */
static void collect_plaques(struct cn *cn)
{
    json_t *honours = play_list(cn->p, NULL, "/honours?programme_id=" CN_2023, "honours"), *honour;
    size_t i, n = 0;

    json_array_foreach(
        honours, i,
        honour) if (str_equal(json_string_value(json_object_get(honour, "plaque_state")),
                              "recalled"))
    {
        play_do(cn->p, "housing",
                play_text(cn->p, "/honours/%s/plaque",
                          json_string_value(json_object_get(honour, "honour_id"))),
                json_pack("{ssss}", "outcome", "returned", "receipt", "样例回执"));
        n++;
    }
    json_decref(honours);
    play_note(cn->p, "%zu plaques came back", n);
    play_settle(cn->p);
}

void cn_re_evaluate(struct cn *cn)
{
    struct play *p = cn->p;
    struct holders h = {0};

    play_at(p, "2024-03-25T09:00:00+08:00",
            "the programme of 2024 is published, as a clone of 2023's");
    play_do(p, "housing", "/programmes",
            json_pack("{ssss}", "file_name", CN_2024 ".yaml", "document",
                      play_file(p, "programmes/" CN_2024 ".yaml")));
    play_settle(p);
    find_holders(cn, &h);
    if (!play_failed(p)) {
        play_at(p, "2024-05-20T09:00:00+08:00", "a holder is only renamed, which ends nothing");
        change(cn, h.enterprises[0], "renamed", "2024-05-18", "样例浦江新程物业服务有限公司");
        play_at(p, "2024-06-17T09:00:00+08:00",
                "a holder and its project manager lose credit points");
        lose_points(cn, h.enterprises[1]);
        play_at(p, "2024-07-08T09:00:00+08:00",
                "a holder is dissolved: its honour ends at once, the plaque is recalled");
        change(cn, h.enterprises[2], "dissolved", "2024-07-05", NULL);
        play_at(p, "2024-08-20T09:00:00+08:00",
                "the re-evaluation opens; holders are inspected and assessed");
        play_do(p, "housing", "/re-evaluations", json_pack("{ss}", "programme_id", CN_2024));
        inspect_again(cn, &h);
        assess(cn, &h);
        play_at(p, "2024-09-23T09:00:00+08:00", "verdicts are computed, each fact beside its rule");
        play_do(p, "housing", "/re-evaluations/runs", json_pack("{ss}", "programme_id", CN_2024));
        play_at(p, "2024-09-26T09:00:00+08:00",
                "officers confirm the verdicts; failed honours are revoked");
        confirm_and_revoke(cn);
        play_at(p, "2024-10-18T09:00:00+08:00", "the recalled plaques are handed over");
        collect_plaques(cn);
    }
    json_decref(h.honours);
}
