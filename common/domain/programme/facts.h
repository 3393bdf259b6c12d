/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts - the vocabulary of conditions: which facts exist, what kind of value each has, when it is known
 *
 * Private to programme; the services that evaluate conditions supply the values (condition_met).
 */
#pragma once
#include "common/domain/programme/programme.h"

enum fact_type {
    FACT_WORD = 1, /* one of the words */
    FACT_BOOL,     /* true, false */
    FACT_POINTS,   /* points: "3.2", or exactly "16/5" */
    FACT_COUNT,    /* a whole number */
    FACT_GRADE, /* a grade of a scale, best first: the words, or the programme's inspection bands if there are none */
};
struct fact_kind {
    const char *name;
    enum fact_type type;
    const char *const *words; /* NULL-ended; FACT_WORD and FACT_GRADE */
    bool on_applying;         /* known when somebody applies; the others only at a re-evaluation */
    bool
        of_committee; /* there is such a fact of an owners' committee, which no enterprise stands for */
};

extern const struct fact_kind fact_kinds[];          /* ended by name NULL */
const struct fact_kind *fact_kind(const char *name); /* NULL if unknown */
extern const char *const condition_op_words[];       /* in the order of enum condition_op */

/* Whether @kind can be compared with @op: words and truths have no order. */
bool fact_takes(const struct fact_kind *kind, enum condition_op op);
/* Whether @text is a value of @kind. */
bool fact_is_value(const struct programme *p, const struct fact_kind *kind, const char *text);
