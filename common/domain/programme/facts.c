/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/programme/facts.h"

#include <errno.h>
#include <string.h>

#include "common/base/points.h"
#include "common/base/banned.h"

const char *const condition_op_words[] = {"=", "!=", "<", "<=", ">", ">=", "in", NULL};

static const char *const states[] = {"active",  "dissolved", "merged", "left",
                                     "elected", "succeeded", NULL};
/* 综合测评: 优秀, 良好, 达标, 不达标 */
static const char *const assessment[] = {"excellent", "good", "pass", "fail", NULL};

const struct fact_kind fact_kinds[] = {
    {"subject.state", FACT_WORD, states, true, true},
    {"subject.served", FACT_BOOL, NULL, true, true},
    {"honour.held", FACT_BOOL, NULL, true, true}, /* of the category, of an earlier year */
    {"credit.year_points", FACT_POINTS, NULL, true, false},
    {"credit.site_records", FACT_COUNT, NULL, false, false},
    {"assessment.grade", FACT_GRADE, assessment, false, false},
    {"inspection.grade", FACT_GRADE, NULL, false, true},
    {"incident.serious", FACT_COUNT, NULL, false, true},
    {"eligibility.cancelled", FACT_BOOL, NULL, false, true},
    {0},
};

const struct fact_kind *fact_kind(const char *name)
{
    for (const struct fact_kind *k = fact_kinds; k->name; k++)
        if (strcmp(k->name, name) == 0)
            return k;
    return NULL;
}

bool fact_takes(const struct fact_kind *kind, enum condition_op op)
{
    if (op == OP_IN)
        return kind->type == FACT_WORD || kind->type == FACT_GRADE;
    if (kind->type == FACT_WORD || kind->type == FACT_BOOL)
        return op == OP_EQ || op == OP_NE;
    return true;
}

/* How far down its scale a grade stands, 0 the best; -1 if it is none. */
static int grade_place(const struct programme *p, const struct fact_kind *kind, const char *text)
{
    if (kind->words) {
        for (int i = 0; kind->words[i]; i++)
            if (strcmp(kind->words[i], text) == 0)
                return i;
        return -1;
    }
    for (size_t i = 0; i < p->inspection.n_bands; i++)
        if (p->inspection.bands[i].id && strcmp(p->inspection.bands[i].id, text) == 0)
            return (int)i;
    return -1;
}

/* Points, a count or a fraction as an exact number. */
static bool number_of(const struct fact_kind *kind, const char *text, struct fraction *ret)
{
    int64_t milli;

    if (strchr(text, '/'))
        return kind->type == FACT_POINTS && fraction_parse(text, ret) == 0;
    if (points_parse(text, &milli) != 0 || (kind->type == FACT_COUNT && strchr(text, '.')))
        return false;
    *ret = fraction_of(milli, 1000);
    return true;
}

bool fact_is_value(const struct programme *p, const struct fact_kind *kind, const char *text)
{
    struct fraction number;

    switch (kind->type) {
    case FACT_WORD:
    case FACT_GRADE:
        return grade_place(p, kind, text) >= 0;
    case FACT_BOOL:
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
    case FACT_POINTS:
    case FACT_COUNT:
        return number_of(kind, text, &number);
    }
    return false;
}

/* -1, 0, 1: @a against @b, both values of @kind. A better grade is the greater. */
static int value_compare(const struct programme *p, const struct fact_kind *kind, const char *a,
                         const char *b)
{
    if (kind->type == FACT_GRADE) {
        int x = grade_place(p, kind, a), y = grade_place(p, kind, b);

        return x > y ? -1 : x < y;
    }
    if (kind->type == FACT_POINTS || kind->type == FACT_COUNT) {
        struct fraction x, y;

        CHECK(number_of(kind, a, &x) && number_of(kind, b, &y));
        return fraction_compare(x, y);
    }
    return strcmp(a, b) != 0;
}

static bool op_holds(enum condition_op op, int order)
{
    switch (op) {
    case OP_EQ:
    case OP_IN:
        return order == 0;
    case OP_NE:
        return order != 0;
    case OP_LT:
        return order < 0;
    case OP_LE:
        return order <= 0;
    case OP_GT:
        return order > 0;
    case OP_GE:
        return order >= 0;
    }
    return false;
}

int condition_met(const struct programme *p, const struct programme_condition *c, const char *fact,
                  bool *ret_met)
{
    const struct fact_kind *kind = fact_kind(c->fact);
    bool met = false;

    if (!fact)
        return CONDITION_E_UNKNOWN;
    if (!kind || !fact_is_value(p, kind, fact))
        return err_raise(-EINVAL);
    for (size_t i = 0; i < c->values.n; i++) {
        if (!fact_is_value(p, kind, c->values.items[i]))
            return err_raise(-EINVAL);
        met = met || op_holds(c->op, value_compare(p, kind, fact, c->values.items[i]));
    }
    *ret_met = met;
    return 0;
}

const char *condition_limit(struct arena *a, const struct programme_condition *c)
{
    const char *list = c->values.items[0];

    for (size_t i = 1; i < c->values.n; i++)
        list = arena_printf(a, "%s, %s", list, c->values.items[i]);
    return arena_printf(a, "%s %s", c->op_text, list);
}
