/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read - the rows that say what a programme file may hold, and the way from text to struct
 * programme
 *
 * Every map may carry "source" (document and section) and "decision" (what was decided where the
 * document is silent); they are for readers and not kept.
 */
#include "common/domain/programme/shape_rows.h"

#include <errno.h>
#include <string.h>

#include "common/domain/programme/facts.h"
#include "common/domain/programme/lint.h"
#include "common/domain/programme/read_form.h"
#include "common/text/clean.h"
#include "common/base/banned.h"

enum { MAX_POINTS = 1000000 }; /* of any total, in points */

static const char *const stage_words[] = {"mobilise", "recommend", "review", "award", NULL};
const char *const joint_act_words[] = {"programme", "tie",        "list", "final_list",
                                       "verdict",   "revocation", NULL};
static const char *const subject_words[] = {"enterprise", "compound", "building", "committee",
                                            NULL};
static const char *const ranking_words[] = {"score", "panel", "inspection", NULL};
static const char *const then_words[] = {"joint_decision", NULL};
static const char *const change_words[] = {
    "renamed",       "merged",    "branch_changed", "dissolved",
    "left_district", "left_site", "term_filed",     NULL};
/* who collects a plaque; through whose hands a re-evaluation goes */
static const char *const body_words[] = {"subdistrict", "district", NULL};

/* clang-format off */
/* The documents a programme rests on: checked, not kept. */
struct document { const char *id, *title; int32_t issued; };
static const struct shape_row document_rows[] = {
    TEXT(struct document, id),
    TEXT(struct document, title),
    DAY(struct document, "issued", issued),
    NOTES, {0}};
SHAPE(document, struct document);

static const struct shape_row organiser_rows[] = {
    TEXT(struct programme_organiser, id),
    TEXT(struct programme_organiser, name),
    TEXT(struct programme_organiser, role),
    BOOL(struct programme_organiser, signs),
    NOTES, {0}};
SHAPE(organiser, struct programme_organiser);

static const struct shape_row joint_act_rows[] = {
    ENUM(struct programme_joint_act, "act", act, joint_act_words),
    TEXTS(struct programme_joint_act, bodies, NULL),
    TEXTS_OPT(struct programme_joint_act, categories, NULL),
    NOTES, {0}};
SHAPE(joint_act, struct programme_joint_act);

static const struct shape_row stage_rows[] = {
    ENUM(struct programme_stage, "id", kind, stage_words),
    TEXT(struct programme_stage, title),
    DAY(struct programme_stage, "from", from_day),
    DAY(struct programme_stage, "to", to_day),
    INT_OPT(struct programme_stage, grace_days, 0, 60),
    KEY_("paper_by", SHAPE_DAY, false, struct programme_stage, paper_day),
    NOTES, {0}};
SHAPE(stage, struct programme_stage);

static const struct shape_row group_rows[] = {
    TEXT(struct programme_group, id),
    TEXT(struct programme_group, title),
    INT(struct programme_group, quota, 1, 10000),
    NOTES, {0}};
SHAPE(group, struct programme_group);

static const struct shape_row route_rows[] = {
    TEXT(struct programme_route, id),
    TEXT(struct programme_route, title),
    TEXTS(struct programme_route, nominators, NULL),
    TEXTS(struct programme_route, chain, NULL),
    BOOL_OPT(struct programme_route, own_ground),
    NOTES, {0}};
SHAPE(route, struct programme_route);

static const struct shape_row condition_rows[] = {
    TEXT(struct programme_condition, id),
    TEXT(struct programme_condition, title),
    TEXT(struct programme_condition, fact),
    ENUM(struct programme_condition, "op", op, condition_op_words),
    {"value", SHAPE_VALUES, true, .offset = offsetof(struct programme_condition, values)},
    TEXT_OPT(struct programme_condition, source),
    {"decision", SHAPE_NOTE}, {0}};
SHAPE(condition, struct programme_condition);

static const struct shape_row category_rows[] = {
    TEXT(struct programme_category, id),
    TEXT(struct programme_category, title),
    WORD(struct programme_category, subject, subject_words),
    TEXT(struct programme_category, group),
    TEXT(struct programme_category, plaque),
    TEXTS(struct programme_category, routes, NULL),
    ENTRIES(struct programme_category, "form", fields, false, true, form_field_shape),
    ENTRIES(struct programme_category, "forms", forms, false, false, form_category_shape),
    ENTRIES(struct programme_category, "conditions", conditions, false, true, condition),
    NOTES, {0}};
SHAPE(category, struct programme_category);

static const struct shape line;
static const struct shape_row line_rows[] = {
    TEXT(struct programme_line, id),
    TEXT(struct programme_line, title),
    POINTS(struct programme_line, "points", points_milli, 0, MAX_POINTS),
    ENTRIES(struct programme_line, "lines", lines, false, false, line),
    TEXT_OPT(struct programme_line, source),
    {"decision", SHAPE_NOTE}, {0}};
SHAPE(line, struct programme_line);

static const struct shape_row band_rows[] = {
    TEXT(struct programme_band, id),
    TEXT(struct programme_band, title),
    POINTS(struct programme_band, "from", from_milli, 0, MAX_POINTS),
    NOTES, {0}};
SHAPE(band, struct programme_band);

static const struct shape_row rubric_rows[] = {
    WORD(struct programme_rubric, subject, subject_words),
    ENTRIES(struct programme_rubric, "lines", lines, true, false, line),
    NOTES, {0}};
SHAPE(rubric, struct programme_rubric);

typedef __typeof__(((struct programme *)0)->inspection) inspection_t;
typedef __typeof__(((struct programme *)0)->panel) panel_t;
typedef __typeof__(((struct programme *)0)->score) score_t;
typedef __typeof__(((struct programme *)0)->ranking) ranking_t;
typedef __typeof__(((struct programme *)0)->notice) notice_t;
typedef __typeof__(((struct programme *)0)->exit) exit_t;

static const struct shape_row inspection_rows[] = {
    POINTS(inspection_t, "points", points_milli, 1, MAX_POINTS),
    ENTRIES(inspection_t, "bands", bands, true, false, band),
    ENTRIES(inspection_t, "rubrics", rubrics, true, false, rubric),
    NOTES, {0}};
SHAPE(inspection, inspection_t);

static const struct shape_row panel_rows[] = {
    TEXT(panel_t, title),
    POINTS(panel_t, "points", points_milli, 1, MAX_POINTS),
    INT(panel_t, min_ballots, 1, 1000),
    INT_OPT(panel_t, trim, 0, 100),
    NOTES, {0}};
SHAPE(panel, panel_t);

static const struct shape_row score_rows[] = {INT(score_t, inspection, 0, 100), INT(score_t, panel, 0, 100), NOTES, {0}};
SHAPE(score, score_t);

static const struct shape_row ranking_rows[] = {
    {"order", SHAPE_ENUMS, true, .offset = offsetof(ranking_t, order), .count_offset = offsetof(ranking_t, n_order),
     .words = ranking_words},
    {"then", SHAPE_NOTE, .words = then_words},
    TEXT_OPT(ranking_t, at_least_grade),
    INT(ranking_t, reserve, 0, 1000),
    NOTES, {0}};
SHAPE(ranking, ranking_t);

static const struct shape_row notice_rows[] = {
    INT(notice_t, working_days, 1, 60),
    BOOL(notice_t, count_start_day),
    TEXT(notice_t, number),
    TEXT(notice_t, basis),
    TEXT(notice_t, how_to_object),
    TEXT(notice_t, contact),
    NOTES, {0}};
SHAPE(notice, notice_t);

static const struct shape_row reevaluation_rows[] = {
    TEXT(struct programme_reevaluation, category),
    {"years", SHAPE_INTS, true, .offset = offsetof(struct programme_reevaluation, years),
     .count_offset = offsetof(struct programme_reevaluation, n_years), .low = 1990, .high = 2100},
    {"instances", SHAPE_TEXTS, false, .offset = offsetof(struct programme_reevaluation, instances), .words = body_words},
    ENTRIES(struct programme_reevaluation, "conditions", conditions, true, true, condition),
    MAP_OPT(struct programme_reevaluation, form, form_case_shape),
    NOTES, {0}};
SHAPE(reevaluation, struct programme_reevaluation);

static const struct shape_row exit_shape_rows[] = {
    TEXTS(exit_t, ends, change_words),
    {"exempt", SHAPE_TEXTS, false, .may_be_empty = true, .offset = offsetof(exit_t, exempt), .words = change_words},
    INT(exit_t, plaque_due_days, 0, 3650),
    {"plaque_by", SHAPE_WORD, false, .offset = offsetof(exit_t, plaque_by), .words = body_words},
    TEXT_OPT(exit_t, source),
    {"decision", SHAPE_NOTE}, {0}};
SHAPE(exit_shape, exit_t);

static const struct shape_row programme_shape_rows[] = {
    KEY_("programme", SHAPE_TEXT, true, struct programme, id),
    TEXT(struct programme, title),
    INT(struct programme, year, 2000, 2100),
    TEXT(struct programme, district),
    {"documents", SHAPE_NOTE, .shape = &document},
    ENTRIES(struct programme, "organisers", organisers, true, false, organiser),
    ENTRIES(struct programme, "joint_acts", joint_acts, false, true, joint_act),
    ENTRIES(struct programme, "stages", stages, true, false, stage),
    ENTRIES(struct programme, "groups", groups, true, false, group),
    ENTRIES(struct programme, "routes", routes, true, false, route),
    ENTRIES(struct programme, "categories", categories, true, false, category),
    MAP(struct programme, inspection, inspection),
    MAP(struct programme, panel, panel),
    MAP(struct programme, score, score),
    MAP(struct programme, ranking, ranking),
    MAP(struct programme, notice, notice),
    ENTRIES(struct programme, "re_evaluation", reevaluations, false, true, reevaluation),
    MAP(struct programme, exit, exit_shape),
    NOTES, {0}};
SHAPE(programme_shape, struct programme);
/* clang-format on */

/* Words the structs keep beside the enums. */
static void name_conditions(struct programme_condition *conditions, size_t n)
{
    for (size_t i = 0; i < n; i++)
        conditions[i].op_text = conditions[i].op ? condition_op_words[conditions[i].op - 1] : NULL;
}

static void name_words(struct programme *p)
{
    for (size_t i = 0; i < p->n_stages; i++)
        p->stages[i].id = p->stages[i].kind ? stage_words[p->stages[i].kind - 1] : NULL;
    for (size_t i = 0; i < p->n_categories; i++)
        name_conditions(p->categories[i].conditions, p->categories[i].n_conditions);
    for (size_t i = 0; i < p->n_reevaluations; i++)
        name_conditions(p->reevaluations[i].conditions, p->reevaluations[i].n_conditions);
}

static int by_place(const void *a, const void *b)
{
    const struct programme_finding *x = *(struct programme_finding *const *)a;
    const struct programme_finding *y = *(struct programme_finding *const *)b;

    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->column != y->column)
        return x->column < y->column ? -1 : 1;
    return strcmp(x->message, y->message);
}

static struct programme_finding *in_file_order(struct arena *a, struct programme_finding *list)
{
    struct programme_finding **sorted;
    size_t n = 0, i = 0;

    for (struct programme_finding *f = list; f; f = f->next)
        n++;
    if (!n)
        return NULL;
    sorted = arena_new_array(a, struct programme_finding *, n);
    for (struct programme_finding *f = list; f; f = f->next)
        sorted[i++] = f;
    qsort(sorted, n, sizeof(*sorted), by_place);
    for (i = 0; i < n; i++)
        sorted[i]->next = i + 1 < n ? sorted[i + 1] : NULL;
    return sorted[0];
}

/* Text from outside by its one rule (common/text/clean.h). A file is sealed as it is, so nothing is cut here: it is refused. */
static void lint_texts(struct reading *r, const struct ynode *node)
{
    bool is_title = node->key && strcmp(node->key, "title") == 0;
    struct text_fault fault;
    const char *clean;

    for (size_t i = 0; i < node->n_items; i++)
        lint_texts(r, node->items[i]);
    if (node->kind != YNODE_SCALAR)
        return;
    if (text_clean(r->arena, is_title ? TEXT_LINE : TEXT_PARAGRAPH, node->text, &clean, &fault))
        shape_finding(r, node->line, node->column, node->key ? node->key : "",
                      "the character %s at place %zu may not stand here", fault.character,
                      fault.place);
    else if (is_title && strcmp(clean, node->text) != 0)
        shape_finding(r, node->line, node->column, node->key,
                      "has blanks around it, or characters that are not composed (NFC)");
}

/* The shape of @text in @p; what is wrong with it in @r. False: it is no YAML. */
static bool read_shape(struct reading *r, const char *text, size_t size, struct programme *p,
                       struct ynode **ret_root)
{
    struct ynode *root = NULL;
    struct errtext why = {0};
    int at_line = 1, at_column = 1;

    if (yaml_parse(r->arena, text, size, &root, &at_line, &at_column, &why) != 0) {
        shape_finding(r, at_line, at_column, "", "%s", why.text);
        return false;
    }
    shape_read(r, root, "", &programme_shape, p);
    shape_done(r);
    name_words(p);
    form_settle(r, p);
    *ret_root = root;
    return true;
}

struct programme_finding *programme_lint(struct arena *a, const char *text, size_t size,
                                         struct programme **ret_programme)
{
    struct reading r = {.arena = a};
    struct programme *p = arena_new_one(a, struct programme);
    struct ynode *root;

    if (read_shape(&r, text, size, p, &root)) {
        lint_texts(&r, root);
        lint_programme(&r, p);
    }
    *ret_programme = r.findings ? NULL : p;
    return in_file_order(a, r.findings);
}

int programme_read(struct arena *a, const char *text, struct programme **ret_programme)
{
    struct reading r = {.arena = a};
    struct programme *p = arena_new_one(a, struct programme);
    struct ynode *root;

    if (!read_shape(&r, text, strlen(text), p, &root) || r.findings)
        return err_raise(-EBADMSG);
    *ret_programme = p;
    return 0;
}
