/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/result.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "common/base/digest.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/inspection/sheets.h"
#include "services/scoring/panel/panel.h"

#include "common/base/banned.h"

static json_t *text(const char *s)
{
    return s ? json_string(s) : json_null();
}

static json_t *instant(int64_t at)
{
    char buf[INSTANT_TEXT];

    return at == INSTANT_NONE ? json_null() : json_string(instant_format_utc(at, buf));
}

static json_t *sheet_json(const struct sheet *s)
{
    json_t *lines;

    if (!s)
        return json_null();
    lines = json_object();
    for (size_t i = 0; i < s->n_lines; i++)
        json_object_set_new(lines, s->lines[i].rubric_line, json_integer(s->lines[i].points_milli));
    return json_pack("{s:s, s:s, s:s, s:I, s:s, s:o}", "inspection_id", s->inspection_id,
                     "assessor", s->assessor, "inspected_day", s->inspected_day, "total_milli",
                     (json_int_t)s->total_milli, "grade", s->grade, "lines", lines);
}

static json_t *ballots_json(const struct run_subject *s)
{
    json_t *list = json_array();

    for (size_t i = 0; i < s->n_ballots; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:I, s:o}", "expert_id", s->ballots[i].expert_id,
                                        "points_milli", (json_int_t)s->ballots[i].points_milli,
                                        "at", instant(s->ballots[i].at)));
    return list;
}

static json_t *lines_json(const struct run_subject *s)
{
    json_t *list = json_array();

    for (size_t i = 0; i < s->n_lines; i++)
        json_array_append_new(
            list, json_pack("{s:s, s:I, s:s, s:s, s:o, s:o}", "item", s->lines[i].item,
                            "points_milli", (json_int_t)s->lines[i].points_milli, "rule",
                            s->lines[i].rule, "source", s->lines[i].source, "at",
                            instant(s->lines[i].at), "actor", text(s->lines[i].actor)));
    return list;
}

static json_t *subject_json(struct arena *a, const struct run_subject *s)
{
    json_t *o =
        json_pack("{s:s, s:s, s:s, s:s, s:i, s:I, s:i, s:i, s:s}", "subject_id", s->r.subject_id,
                  "category", s->category, "group", s->r.group, "name", s->name, "recused",
                  s->n_recused, "score_milli", (json_int_t)s->score_milli, "rank", s->r.rank,
                  "tied", s->r.n_tied, "standing", standing_name(s->r.standing));

    json_object_set_new(o, "enterprise_id", text(s->enterprise_id));
    json_object_set_new(o, "enterprise_name", text(s->enterprise_name));
    json_object_set_new(o, "subdistrict", text(s->subdistrict));
    json_object_set_new(o, "inspection", sheet_json(s->sheet));
    json_object_set_new(o, "ballots", ballots_json(s));
    json_object_set_new(o, "panel",
                        s->n_ballots ? json_string(fraction_text(a, s->r.panel)) : json_null());
    json_object_set_new(o, "score",
                        s->scored ? json_string(fraction_text(a, s->r.score)) : json_null());
    json_object_set_new(o, "out_of_rank", text(s->r.out_of_rank));
    json_object_set_new(o, "explanations", lines_json(s));
    return o;
}

/* The panel, or an array of several in the order they were named. */
static json_t *panels_json(const struct run_model *m)
{
    json_t *list = json_array();

    for (size_t i = 0; i < m->n_panels; i++) {
        json_t *one = json_pack("{s:s, s:o}", "panel_id", m->panels[i].panel_id, "closed_at",
                                instant(m->panels[i].closed_at));

        if (m->n_panels == 1) {
            json_decref(list);
            return one;
        }
        json_array_append_new(list, one);
    }
    return list;
}

int run_result(struct arena *a, const struct run_model *m, const char **ret_text,
               const char **ret_sha256)
{
    json_t *subjects = json_array();
    json_t *o = json_pack("{s:s, s:o, s:{s:s, s:i, s:s}, s:o}", "format", "hongping.score-run/1",
                          m->n_panels == 1 ? "panel" : "panels", panels_json(m), "programme",
                          "programme_id", m->pub->programme_id, "version", (int)m->pub->version,
                          "document_sha256", m->pub->document_sha256, "subjects", subjects);
    uint8_t digest[DIGEST_SIZE];
    char hex[DIGEST_HEX], *dumped;

    for (size_t i = 0; o && i < m->n_subjects; i++)
        if (json_array_append_new(subjects, subject_json(a, &m->subjects[i])))
            break;
    /* a value that is no valid UTF-8 makes jansson drop it: then nothing may be signed with a hash
     */
    dumped = o && json_array_size(subjects) == m->n_subjects
                 ? json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS)
                 : NULL;
    json_decref(o);
    if (!dumped)
        return err_raise(-EBADMSG);
    *ret_text = arena_strdup(a, dumped);
    free(dumped);
    digest_once(DIGEST_SHA256, *ret_text, strlen(*ret_text), digest);
    *ret_sha256 = arena_strdup(a, hex_format(digest, sizeof(digest), hex));
    return 0;
}
