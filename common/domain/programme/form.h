/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form - the forms of a programme (申报表, 推荐表, 复评表): what is asked for, of which kind, when
 *
 * A category has a form per route, a re-evaluation one of its own; each is a list of typed fields in sections, and of opinions that the
 * bodies of the chain write beneath. Sources: the annexes of the notices (长宁 2023: property 附件3-8, owners' committees 附件2-3).
 * Everything belongs to the programme it was read with.
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/err.h"

struct texts {
    const char **items;
    size_t n;
};

/* fact op value: shown as it is beside the fact found. */
enum condition_op { OP_EQ = 1, OP_NE, OP_LT, OP_LE, OP_GT, OP_GE, OP_IN };

enum field_type {
    FIELD_TEXT = 1, /* one line */
    FIELD_LONGTEXT, /* paragraphs; what a field without type is */
    FIELD_NUMBER,   /* with unit, in decimals */
    FIELD_DATE,     /* a day */
    FIELD_CHOICE,   /* one of choices */
    FIELD_CHOICES,  /* some of choices */
    FIELD_YES_NO,
    FIELD_SUBJECT, /* the code of a subject in the registry */
    FIELD_TABLE,   /* rows of columns */
    FIELD_FILES,   /* files attached to the field */
};
extern const char *const field_type_words[];    /* in the order of enum field_type, NULL-ended */
extern const char *const evidence_type_words[]; /* what a file may be, NULL-ended */

struct programme_field {
    const char *name, *title, *section, *help, *example, *unit;
    enum field_type type;
    bool required;
    bool has_min, has_max;
    /* Thousandths: of a number's value, else of a whole count: characters of a text, rows of a table, so many choices or files. */
    int64_t min_milli, max_milli;
    int decimals;                    /* of a number, 0..3 */
    struct texts choices;            /* choice, choices: the texts that are also the values */
    struct texts subjects;           /* subject: of these kinds; none: of any */
    struct programme_field *columns; /* table; a column is no table and no files */
    size_t n_columns;
    struct { /* required where an earlier field says so; field NULL: not */
        const char *field, *op_text;
        enum condition_op op;
        struct texts values;
    } required_if;
    struct {
        struct texts types; /* files; none: of any kind that is taken */
        int min, max;       /* has_min, has_max of the field stand for these too */
    } evidence;
};
/* What a body of the chain writes beneath the form when it accepts (推荐意见). */
struct programme_opinion {
    const char *by; /* a role */
    const char *title;
    struct programme_field *fields;
    size_t n_fields;
};
struct programme_form {
    const char *id, *title, *source, *help;
    struct texts routes; /* of a category's form; none: every route of the category */
    int copies;          /* on paper (一式两份); 0: the file names none */
    struct programme_field *fields;
    size_t n_fields;
    struct programme_opinion *opinions;
    size_t n_opinions;
};

/* Look-ups; NULL if absent. */
const struct programme_field *form_field(const struct programme_field *fields, size_t n,
                                         const char *name);
const struct programme_opinion *form_opinion(const struct programme_form *form, const char *by);

/*
 * One value of a field that is no table and holds no files, of choices one: its canonical text. Numbers as decimals without needless zeros,
 * days as YYYY-MM-DD, a choice as the programme writes it, yes_no as "true" or "false" (是 and 否 are read too), width does not matter.
 * @text has been cleaned (common/text/clean.h) and is not empty. The limits of the outcomes: min and max of the field.
 */
enum {
    FORM_E_LINE = 1, /* a text of one line has several */
    FORM_E_NUMBER,   /* no number, or more decimals than the field has */
    FORM_E_DAY,
    FORM_E_CHOICE, /* none of the choices; of yes_no neither */
    FORM_E_SHORT,  /* fewer characters than min */
    FORM_E_LONG,   /* more characters than max */
    FORM_E_LOW,    /* a number below min */
    FORM_E_HIGH,   /* a number above max */
};
int form_value(struct arena *a, const struct programme_field *f, const char *text,
               const char **ret_canonical) MUST_CHECK;
/* Whether canonical values of @of (several of choices, none of an empty field) meet @f's required_if. An empty field meets none. */
bool form_asks(const struct programme_field *f, const struct programme_field *of,
               const char *const *values, size_t n);
/* A canonical value as people read it: a number with its unit, 是 or 否. In the arena or @value itself. */
const char *form_shown(struct arena *a, const struct programme_field *f, const char *value);
