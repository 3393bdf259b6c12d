/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/args.h"

#include <errno.h>
#include <string.h>

#include "services/cli/say.h"

#include "common/base/banned.h"

const struct arg_option args_common[] = {
    {"data", "DIR", "the stack's data directory"},
    {"json", NULL, "print one JSON document"},
    {"help", NULL, "print this help"},
    {NULL, NULL, NULL},
};

struct given {
    const char *name;
    const char *value;
};

struct args {
    struct given *given;
    size_t n_given;
    const char **words;
    size_t n_words;
};

static const struct arg_option *find(const struct arg_option *options, const char *name,
                                     size_t size)
{
    for (const struct arg_option *o = options; o && o->name; o++)
        if (strlen(o->name) == size && memcmp(o->name, name, size) == 0)
            return o;
    return NULL;
}

/* One option at argv[*i]; moves *i over its value. */
static int take_option(struct args *args, const struct arg_option *options, int argc, char **argv,
                       int *i, struct errtext *e)
{
    const char *name = argv[*i] + 2;
    const char *equals = strchr(name, '=');
    size_t size = equals ? (size_t)(equals - name) : strlen(name);
    const struct arg_option *o = find(options, name, size);
    const char *value = NULL;

    if (!o)
        o = find(args_common, name, size);
    if (!o) {
        errtext_set(e, tr("unknown option --%.*s"), (int)size, name);
        return ARGS_E_WRONG;
    }
    if (!o->value && equals) {
        errtext_set(e, tr("--%s takes no value"), o->name);
        return ARGS_E_WRONG;
    }
    if (o->value) {
        value = equals ? equals + 1 : *i + 1 < argc ? argv[++*i] : NULL;
        if (!value) {
            errtext_set(e, tr("--%s needs a value: %s"), o->name, o->value);
            return ARGS_E_WRONG;
        }
    }
    args->given[args->n_given++] = (struct given){o->name, value};
    return 0;
}

static int take_all(struct args *args, const struct arg_option *options, int argc, char **argv,
                    struct errtext *e)
{
    bool over = false;
    int r;

    for (int i = 0; i < argc; i++) {
        if (over || argv[i][0] != '-' || !argv[i][1]) {
            args->words[args->n_words++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            over = true;
        } else if (strcmp(argv[i], "-h") == 0) {
            args->given[args->n_given++] = (struct given){"help", NULL};
        } else if (argv[i][1] == '-') {
            r = take_option(args, options, argc, argv, &i, e);
            if (r)
                return r;
        } else {
            errtext_set(e, tr("unknown option %s"), argv[i]);
            return ARGS_E_WRONG;
        }
    }
    return 0;
}

int args_parse(const struct arg_option *options, int low, int high, int argc, char **argv,
               struct args **ret_args, struct errtext *e)
{
    CLEANUP(args_free) struct args *args = calloc(1, sizeof(*args));
    int r;

    if (!args)
        return err_raise(-ENOMEM);
    args->given = calloc((size_t)argc + 1, sizeof(*args->given));
    args->words = calloc((size_t)argc + 1, sizeof(*args->words));
    if (!args->given || !args->words)
        return err_raise(-ENOMEM);
    r = take_all(args, options, argc, argv, e);
    if (r)
        return r;
    if (!args_has(args, "help")) {
        if (args->n_words < (size_t)low) {
            errtext_set(e, "%s", tr("something is missing on the command line"));
            return ARGS_E_WRONG;
        }
        if (args->n_words > (size_t)high) {
            errtext_set(e, tr("one word too many: %s"), args->words[high]);
            return ARGS_E_WRONG;
        }
    }
    *ret_args = TAKE(args);
    return 0;
}

void args_free(struct args *args)
{
    if (!args)
        return;
    free(args->given);
    free(args->words);
    free(args);
}

bool args_want_json(const struct arg_option *options, int argc, char **argv)
{
    const struct arg_option *own = find(options, "json", strlen("json"));

    for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (own && own->value) {
            if (strcmp(argv[i], "--json=-") == 0 ||
                (strcmp(argv[i], "--json") == 0 && i + 1 < argc && strcmp(argv[i + 1], "-") == 0))
                return true;
        } else if (strcmp(argv[i], "--json") == 0) {
            return true;
        }
    }
    return false;
}

bool args_has(const struct args *args, const char *name)
{
    for (size_t i = 0; i < args->n_given; i++)
        if (strcmp(args->given[i].name, name) == 0)
            return true;
    return false;
}

const char *args_value(const struct args *args, const char *name)
{
    for (size_t i = args->n_given; i > 0; i--)
        if (strcmp(args->given[i - 1].name, name) == 0)
            return args->given[i - 1].value;
    return NULL;
}

const char **args_values(const struct args *args, const char *name)
{
    const char **list = calloc(args->n_given + 1, sizeof(*list));
    size_t n = 0;

    for (size_t i = 0; list && i < args->n_given; i++)
        if (strcmp(args->given[i].name, name) == 0)
            list[n++] = args->given[i].value;
    return list;
}

size_t args_count(const struct args *args)
{
    return args->n_words;
}

const char *args_word(const struct args *args, size_t i)
{
    return i < args->n_words ? args->words[i] : NULL;
}

int args_number(const struct args *args, const char *name, long fallback, long low, long high,
                long *ret_n, struct errtext *e)
{
    const char *text = args_value(args, name);
    char *end;
    long n;

    if (!text) {
        *ret_n = fallback;
        return 0;
    }
    errno = 0;
    n = strtol(text, &end, 10);
    if (errno || end == text || *end || n < low || n > high) {
        errtext_set(e, tr("--%s needs a number from %ld to %ld, not '%s'"), name, low, high, text);
        return ARGS_E_WRONG;
    }
    *ret_n = n;
    return 0;
}
