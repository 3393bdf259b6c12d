/* SPDX-License-Identifier: Apache-2.0 */
/* demo_changning - who takes part: the registry from the sample files, the accounts, the candidates
 */
#include "services/cli/play/demo_changning.h"

#include <errno.h>
#include <string.h>

#include "common/base/str.h"

#include "common/base/banned.h"

/* One registry file into the district it belongs to. */
static void import(struct cn *cn, const char *district, const char *kind, const char *file)
{
    json_t *answer = NULL;
    const json_t *refused;

    play_do_in(cn->p, "housing", district, "/registry/imports",
               json_pack("{ssss}", "kind", kind, "csv",
                         play_file(cn->p, play_text(cn->p, "samples/changning/%s", file))),
               &answer);
    refused = json_object_get(answer, "refused");
    if (json_integer_value(refused) > 0) {
        const json_t *row = json_array_get(json_object_get(answer, "rows"), 0);

        play_fail(cn->p, "%s: %d rows refused, the first in line %d: %s", file,
                  (int)json_integer_value(refused),
                  (int)json_integer_value(json_object_get(row, "line")),
                  json_string_value(json_object_get(row, "code")));
    }
    play_note(cn->p, "%s: %d rows", file,
              (int)json_integer_value(json_object_get(answer, "added")));
    json_decref(answer);
}

static void register_all(struct cn *cn)
{
    import(cn, CN_DISTRICT, "regions", "regions.csv");
    import(cn, CN_CITY, "enterprises", "enterprises.csv");
    import(cn, CN_CITY, "managers", "managers.csv");
    import(cn, CN_DISTRICT, "sites", "sites.csv");
    import(cn, CN_DISTRICT, "projects", "projects.csv");
    import(cn, CN_CITY, "experts", "experts.csv");
    play_settle(cn->p);
}

static const char *keep(struct cn *cn, const json_t *o, const char *key)
{
    const char *text = json_string_value(json_object_get(o, key));

    return text ? arena_strdup(play_arena(cn->p), text) : "";
}

static void choose_enterprises(struct cn *cn, const json_t *enterprises, const json_t *regions)
{
    size_t n_regions = json_array_size(regions);

    for (int i = 0; i < CN_ENTERPRISES && !play_failed(cn->p); i++) {
        const json_t *e = json_array_get(enterprises, (size_t)i);
        struct cn_subject *s = &cn->subjects[i];

        s->kind = "enterprise";
        s->id = s->enterprise = keep(cn, e, "subject_id");
        s->name = keep(cn, e, "name");
        s->subdistrict = keep(cn, json_array_get(regions, (size_t)i % n_regions), "subject_id");
        s->account = play_text(cn->p, "enterprise-%d", i + 1);
    }
}

static bool is_candidate(const struct cn *cn, const char *enterprise)
{
    for (int i = 0; i < CN_ENTERPRISES; i++)
        if (str_equal(cn->subjects[i].enterprise, enterprise))
            return true;
    return false;
}

/* Sites whose enterprises do not stand themselves, so that what befalls a holder in 2024 is told
 * apart; at most three a subdistrict and kind. */
static int choose_sites(struct cn *cn, const json_t *sites, const char *kind, int from, int n)
{
    json_t *per_subdistrict = json_object(), *site;
    int taken = from;
    size_t i;

    json_array_foreach(sites, i, site)
    {
        const char *subdistrict = json_string_value(json_object_get(site, "subdistrict"));
        const char *enterprise = json_string_value(json_object_get(site, "enterprise_id"));
        json_int_t there =
            json_integer_value(json_object_get(per_subdistrict, subdistrict ? subdistrict : ""));
        struct cn_subject *s = &cn->subjects[taken];

        if (taken == from + n || !subdistrict || !enterprise || there >= 3 ||
            is_candidate(cn, enterprise) ||
            !str_equal(json_string_value(json_object_get(site, "kind")), kind))
            continue;
        *s = (struct cn_subject){.kind = arena_strdup(play_arena(cn->p), kind), .account = ""};
        s->id = keep(cn, site, "subject_id");
        s->name = keep(cn, site, "name");
        s->subdistrict = keep(cn, site, "subdistrict");
        s->enterprise = keep(cn, site, "enterprise_id");
        json_object_set_new(per_subdistrict, subdistrict, json_integer(there + 1));
        taken++;
    }
    json_decref(per_subdistrict);
    if (taken < from + n)
        play_fail(cn->p, "the sample registry has too few sites of kind %s", kind);
    return taken;
}

static void choose(struct cn *cn)
{
    json_t *regions = play_list(cn->p, "housing", "/subjects?kind=region&limit=500", "subjects");
    json_t *enterprises =
        play_list(cn->p, "housing",
                  "/api/v1/districts/" CN_CITY "/subjects?kind=enterprise&limit=500", "subjects");
    json_t *experts =
        play_list(cn->p, "housing", "/api/v1/districts/" CN_CITY "/subjects?kind=expert&limit=500",
                  "subjects");
    json_t *sites = play_list(cn->p, "housing", "/subjects?kind=site&limit=500", "subjects");

    if (!play_failed(cn->p) &&
        (json_array_size(regions) == 0 || json_array_size(enterprises) < CN_ENTERPRISES ||
         json_array_size(experts) < CN_EXPERTS))
        play_fail(cn->p, "the sample registry is too small");
    if (!play_failed(cn->p)) {
        choose_enterprises(cn, enterprises, regions);
        for (int i = 0; i < CN_EXPERTS; i++)
            cn->experts[i] = keep(cn, json_array_get(experts, (size_t)i), "subject_id");
        choose_sites(cn, sites, "building",
                     choose_sites(cn, sites, "compound", CN_ENTERPRISES, CN_COMPOUNDS),
                     CN_BUILDINGS);
    }
    json_decref(regions);
    json_decref(enterprises);
    json_decref(experts);
    json_decref(sites);
}

static void join_all(struct cn *cn)
{
    struct play *p = cn->p;

    for (int i = 0; i < CN_ENTERPRISES; i++)
        play_join(p, cn->subjects[i].account, "样例企业", "enterprise", CN_DISTRICT,
                  cn->subjects[i].id);
    for (int i = 0; i < CN_EXPERTS; i++)
        play_join(p, play_text(p, "expert-%d", i + 1), "样例专家", "expert", CN_DISTRICT,
                  cn->experts[i]);
    for (int i = 0; i < CN_CANDIDATES && !play_failed(p); i++) {
        const char *subdistrict = cn->subjects[i].subdistrict;
        bool known = false;

        for (int k = 0; k < i; k++)
            known = known || str_equal(cn->subjects[k].subdistrict, subdistrict);
        if (!known)
            play_join(p, subdistrict, "样例街镇", "subdistrict", subdistrict, NULL);
    }
}

void cn_begin(struct cn *cn)
{
    struct play *p = cn->p;

    play_at(p, "2023-03-20T09:00:00+08:00", "accounts are opened and the registry is imported");
    play_join(p, "housing", "样例房管局", "district", CN_DISTRICT, NULL);
    play_join(p, "organisation", "样例组织部", "organisation", CN_DISTRICT, NULL);
    play_join(p, "assessor", "样例测评", "assessor", CN_DISTRICT, "assessor-1");
    play_join(p, "credit", "样例信用", "credit", CN_DISTRICT, NULL);
    play_join(p, "auditor", "样例审计", "auditor", CN_DISTRICT, NULL);
    register_all(cn);
    choose(cn);
    join_all(cn);
}

/* The leaves of each rubric with their points, as in the programme file. */
static const struct sheet {
    const char *kind, *header;
    int points[4];
    int n;
} sheets[] = {
    {"enterprise",
     "subject_id,inspected_day,leadership.organisation,leadership.members,place,benefit,remark\n",
     {20, 20, 30, 30},
     4},
    {"compound",
     "subject_id,inspected_day,leadership,governance,service.contract,service.openness,remark\n",
     {30, 30, 25, 15},
     4},
    {"building", "subject_id,inspected_day,leadership,place,service,remark\n", {35, 30, 35}, 3},
};

static const struct sheet *sheet_of(const char *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(sheets); i++)
        if (strcmp(sheets[i].kind, kind) == 0)
            return &sheets[i];
    CHECK(!"a kind without a sheet");
    return NULL;
}

const char *cn_sheet_header(const char *kind)
{
    return sheet_of(kind)->header;
}

const char *cn_sheet(struct cn *cn, const struct cn_subject *s, const char *day,
                     int64_t total_milli)
{
    const struct sheet *sheet = sheet_of(s->kind);
    const char *line = play_text(cn->p, "%s,%s", s->id, day);
    int64_t left = total_milli;

    for (int i = 0; i < sheet->n; i++) {
        int64_t milli = i == sheet->n - 1 ? left : total_milli / 100 * sheet->points[i];

        line = play_text(cn->p, "%s,%lld.%03lld", line, (long long)(milli / 1000),
                         (long long)(milli % 1000));
        left -= milli;
    }
    return play_text(cn->p, "%s,样例\n", line);
}

static int play_changning(struct demo *d, struct errtext *e)
{
    CLEANUP(play_free) struct play *p = play_new(d, e);
    struct cn cn = {.p = p};

    cn_begin(&cn);
    cn_evaluate(&cn);
    cn_re_evaluate(&cn);
    cn_result(&cn);
    return play_error(p);
}

const struct demo_row demos[] = {
    {"changning-property-2023", CN_DISTRICT, CN_2023, "2023-03-20T08:00:00+08:00", play_changning},
    {0},
};
