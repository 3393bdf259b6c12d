/* SPDX-License-Identifier: Apache-2.0 */
/*
 * programme - an evaluation programme (评选方案) as every service reads it
 *
 * A programme is a YAML file (deploy/programmes/); published, its text is sealed and travels in
 * intake.ProgrammePublished. This is the one reader: programme_read() checks and types it, programme_lint()
 * says what a person must mend, with line and column. Everything lives in the arena given.
 *
 * Nothing here knows a city: what differs is in the file.
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/base/yaml.h"
#include "common/domain/programme/form.h"

struct programme_organiser {
    const char *id, *name, *role; /* role: the account role whose officers act for it */
    bool signs;                   /* its signature is required on notices */
};
/* An act that several organisers sign before it takes effect (docs/joint-acts.md). */
enum joint_act {
    JOINT_PROGRAMME = 1, /* publishing this programme */
    JOINT_TIE,           /* the decision on a tie */
    JOINT_LIST,          /* the list that goes on notice */
    JOINT_FINAL_LIST,
    JOINT_VERDICT, /* of a re-evaluation */
    JOINT_REVOCATION,
};
extern const char *const joint_act_words[]; /* by enum joint_act - 1, ended by NULL */
struct programme_joint_act {
    enum joint_act act;
    struct texts bodies;     /* ids of organisers, two or more */
    struct texts categories; /* only in these; none: in all, and where there is none */
};
enum stage_kind { STAGE_MOBILISE = 1, STAGE_RECOMMEND, STAGE_REVIEW, STAGE_AWARD };
struct programme_stage {
    enum stage_kind kind;
    const char *id, *title;
    int32_t from_day, to_day; /* both included */
    int grace_days;           /* working days after to_day in which submissions still count */
    int32_t paper_day; /* by when the notice wants the forms on paper; 0: it names no day. Told,
                                 not enforced: the stage's days decide */
};
struct programme_group {
    const char *id, *title;
    int quota;
};
struct programme_route {
    const char *id, *title;
    struct texts nominators; /* roles */
    struct texts chain;      /* roles, in order */
    bool
        own_ground; /* a subdistrict recommends an enterprise only where that serves a site of its; sites and committees lie on
                        their subdistrict's ground whatever this says */
};
struct programme_condition {
    const char *id, *title, *fact, *source;
    enum condition_op op;
    const char *op_text;
    struct texts values; /* one, except for OP_IN */
};
struct programme_category {
    const char *id, *title;
    const char *subject; /* "enterprise", "compound", "building", "committee" */
    const char *group;
    const char *plaque; /* pattern with {year} and {n} */
    struct texts routes;
    struct programme_form *forms; /* one per route */
    size_t n_forms;
    struct programme_field *fields; /* the short way to write one form for all routes; in forms */
    size_t n_fields;
    struct programme_condition *conditions; /* of applying */
    size_t n_conditions;
};
struct programme_line { /* a node of a rubric; a leaf has no lines */
    const char *id, *title, *source;
    int64_t points_milli;
    struct programme_line *lines;
    size_t n_lines;
};
struct programme_band {
    const char *id, *title;
    int64_t from_milli; /* half-open: [from, the next higher from) */
};
struct programme_rubric {
    const char *subject;
    struct programme_line *lines;
    size_t n_lines;
};
struct programme_reevaluation {
    const char *category;
    int *years;
    size_t n_years;
    struct texts instances; /* whose hands a case goes through: "subdistrict", then "district", the
                               last; none: the district's alone */
    struct programme_condition *conditions; /* any met one fails; none at all: no rule */
    size_t n_conditions;
    struct programme_form form; /* 复评表; id NULL: the materials have none */
};
enum ranking_key { RANK_SCORE = 1, RANK_PANEL, RANK_INSPECTION };
struct programme {
    const char *id, *title, *district;
    int year;
    struct programme_organiser *organisers;
    size_t n_organisers;
    struct programme_joint_act *joint_acts;
    size_t n_joint_acts;
    struct programme_stage *stages;
    size_t n_stages;
    struct programme_group *groups;
    size_t n_groups;
    struct programme_route *routes;
    size_t n_routes;
    struct programme_category *categories;
    size_t n_categories;
    struct {
        int64_t points_milli;
        struct programme_band *bands; /* highest first */
        size_t n_bands;
        struct programme_rubric *rubrics;
        size_t n_rubrics;
    } inspection;
    struct {
        const char *title;
        int64_t points_milli;
        int min_ballots,
            trim; /* trim: so many highest and lowest ballots are left out of the mean */
    } panel;
    struct {
        int inspection, panel; /* percent, 100 together */
    } score;
    struct {
        enum ranking_key *order;
        size_t n_order;
        const char *at_least_grade; /* band id; NULL: none */
        int reserve;
    } ranking;
    struct {
        int working_days;
        bool count_start_day;
        const char *number; /* pattern with {year} and {n} */
        const char *basis, *how_to_object, *contact;
    } notice;
    struct programme_reevaluation *reevaluations;
    size_t n_reevaluations;
    struct {
        struct texts ends, exempt; /* change kinds: "dissolved" ... */
        const char *source;        /* the section the rules come from; NULL: the file names none */
        int plaque_due_days;       /* calendar days */
        const char *plaque_by; /* who collects a recalled plaque: "subdistrict", "district"; NULL:
                                  either */
    } exit;
};

/* One finding of the linter. */
struct programme_finding {
    int line, column;
    const char *message; /* English; names field and reason */
    struct programme_finding *next;
};

/*
 * Check a programme's text: syntax, unknown and missing fields, types; dates that exist; stages in order and not
 * overlapping; rubric points that add up at every level and to inspection.points; shares that make 100; bands without gap
 * (lowest from 0, strictly falling); groups, routes, roles, categories, facts and grades that exist; unique ids.
 * The findings in file order, NULL when clean. @ret_programme is NULL unless clean.
 */
struct programme_finding *programme_lint(struct arena *a, const char *text, size_t size,
                                         struct programme **ret_programme);

/* Read a text known to be clean: it was linted before it was sealed, and only its shape is looked at again. -EBADMSG: it has another
 * one. For published.h, which is what services ask. */
int programme_read(struct arena *a, const char *text, struct programme **ret_programme) MUST_CHECK;

/* Look-ups; NULL if absent. */
const struct programme_category *programme_category(const struct programme *p, const char *id);
const struct programme_group *programme_group(const struct programme *p, const char *id);
const struct programme_route *programme_route(const struct programme *p, const char *id);
const struct programme_stage *programme_stage(const struct programme *p, enum stage_kind kind);
const struct programme_rubric *programme_rubric(const struct programme *p, const char *subject);
const struct programme_reevaluation *programme_reevaluation(const struct programme *p,
                                                            const char *category);
const struct programme_organiser *programme_organiser(const struct programme *p, const char *id);
/* Who signs @act, in @category unless NULL; NULL: nobody besides who does it. */
const struct programme_joint_act *programme_joint_act(const struct programme *p, enum joint_act act,
                                                      const char *category);
/* What one fills in to stand in @c by @route; NULL: nothing. */
const struct programme_form *programme_form(const struct programme_category *c, const char *route);
/* The leaf of a rubric by id. */
const struct programme_line *programme_leaf(const struct programme_rubric *r, const char *id);
/* The band a total falls into. */
const struct programme_band *programme_grade(const struct programme *p, int64_t total_milli);
bool texts_have(const struct texts *t, const char *text);

/*
 * A fact's value and a condition on it. Values are texts: points as "3.2" or exactly "16/5", numbers, "true"/"false", or
 * words; grades compare by their scale (inspection bands; assessment: excellent > good > pass > fail).
 * NULL: the fact is unknown, and so is the verdict.
 */
enum { CONDITION_E_UNKNOWN = 1 };
int condition_met(const struct programme *p, const struct programme_condition *c, const char *fact,
                  bool *ret_met) MUST_CHECK;
/* "op value" as shown, e.g. ">= 3", "in pass, fail". */
const char *condition_limit(struct arena *a, const struct programme_condition *c);

/* Fill {year} and {n} (at least 3 digits: 001) of a pattern. */
const char *programme_pattern(struct arena *a, const char *pattern, int year, int64_t n);
