/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conf - settings: one sorted table of rows that parses, checks, prints and documents itself
 *
 * Order of sources, later wins: the row's default, the settings file (--config FILE, flat YAML:
 * "key: value"), the environment (HONGPING_KEY_NAME for key.name), the command line (--set key=value).
 * Unknown keys are refused with file, line and column. Secrets are paths to files, never values.
 */
#pragma once
#include "common/base/err.h"

enum conf_type { CONF_T_TEXT, CONF_T_INT, CONF_T_BOOL, CONF_T_DURATION, CONF_T_WORD };

struct conf_key {
    enum conf_type type;
    const char *name;     /* "notice.sweep" */
    size_t offset;        /* of a char * (owned by conf), int64_t or bool in the state */
    const char *fallback; /* the default, as one would write it */
    int64_t low, high;    /* CONF_INT, and CONF_DURATION in ms; 0, 0: unbounded */
    const char *help;     /* one sentence, with the unit */
    const char *words;    /* CONF_WORD: what is allowed, "debug, info, warn, error" */
};

#define CONF_TEXT(type, field, name, fallback, help) \
    { \
        CONF_T_TEXT, name, offsetof(type, field), fallback, 0, 0, help \
    }
#define CONF_INT(type, field, name, fallback, low, high, help) \
    { \
        CONF_T_INT, name, offsetof(type, field), fallback, low, high, help \
    }
#define CONF_BOOL(type, field, name, fallback, help) \
    { \
        CONF_T_BOOL, name, offsetof(type, field), fallback, 0, 0, help \
    }
/* "250ms", "30s", "5m", "2h", "7d"; the field is int64_t milliseconds. */
#define CONF_DURATION(type, field, name, fallback, help) \
    { \
        CONF_T_DURATION, name, offsetof(type, field), fallback, 0, 0, help \
    }
/* One of a few words, as text; the field is a char *. */
#define CONF_WORD(type, field, name, fallback, words, help) \
    { \
        CONF_T_WORD, name, offsetof(type, field), fallback, 0, 0, help, words \
    }
#define CONF_END \
    { \
        0 \
    }

/* Tables that are read together, each into its own struct. Last entry has keys NULL. */
struct conf_group {
    const struct conf_key *keys;
    void *state;
};

enum { CONF_E_BAD = 1 }; /* @e names source, line and reason; nothing may be used */

/* Fill all states. @config_path may be NULL; @sets is a NULL-ended list of "key=value", may be NULL. */
int conf_load(const struct conf_group *groups, const char *config_path, const char *const *sets,
              struct errtext *e) MUST_CHECK;
/* The sample file: every key with its help, type, range and value in force. */
void conf_print(const struct conf_group *groups, FILE *out);
/* Free the texts conf_load made. */
void conf_release(const struct conf_group *groups);
