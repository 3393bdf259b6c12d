/* SPDX-License-Identifier: Apache-2.0 */
/*
 * args - the words of a command line, checked against a table
 *
 * Options may stand anywhere: --name, --name value, --name=value; "--" ends them. What is unknown,
 * lacks its value or has one too many is refused by name. Values are borrowed from argv.
 */
#pragma once
#include "common/base/err.h"

struct arg_option {
    const char *name;  /* without the dashes */
    const char *value; /* what to call its value in the help ("DIR"); NULL: a switch */
    const char *help;  /* English, the msgid */
};
/* Understood by every command. */
extern const struct arg_option args_common[]; /* --data, --json, --help; ended by name NULL */

struct args;
enum { ARGS_E_WRONG = 1 }; /* wrong usage; @e says what */
/* @options is ended by name NULL, may be NULL. @low..@high is the number of other words. */
int args_parse(const struct arg_option *options, int low, int high, int argc, char **argv,
               struct args **ret_args, struct errtext *e) MUST_CHECK;
void args_free(struct args *args);
DEFINE_CLEANUP(struct args *, args_free)

/* Whether the words of a command line ask for JSON on standard output, be they right or wrong: --json, or --json - where the
 * command's own option of that name takes a file. */
bool args_want_json(const struct arg_option *options, int argc, char **argv);

bool args_has(const struct args *args, const char *name);
/* The last value given, NULL if none. */
const char *args_value(const struct args *args, const char *name);
/* All values given, in order, ended by NULL; free() the list. NULL: out of memory. */
const char **args_values(const struct args *args, const char *name);
size_t args_count(const struct args *args);
const char *args_word(const struct args *args, size_t i); /* NULL beyond the end */
/* A whole number within low..high as the value of @name, @fallback if it was not given.
 * ARGS_E_WRONG. */
int args_number(const struct args *args, const char *name, long fallback, long low, long high,
                long *ret_n, struct errtext *e) MUST_CHECK;
