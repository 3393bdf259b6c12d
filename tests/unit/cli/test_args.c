/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/args.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

static const struct arg_option options[] = {
    {"port", "N", ""},
    {"here", NULL, ""},
    {"set", "KEY=VALUE", ""},
    {NULL, NULL, NULL},
};

/* Parse @words ("a --b c"), at most 2 words that are no options. */
static int parse(const char *words, struct args **ret_args, struct errtext *e)
{
    static char copy[256];
    static char *argv[32];
    int argc = 0;

    snprintf(copy, sizeof(copy), "%s", words);
    for (char *at = copy; *at;) {
        size_t size = strcspn(at, " ");
        char *next = at[size] ? at + size + 1 : at + size;

        at[size] = '\0';
        argv[argc++] = at;
        at = next;
    }
    return args_parse(options, 1, 2, argc, argv, ret_args, e);
}

Test(args, options_stand_anywhere_and_their_values_in_either_form)
{
    CLEANUP(args_free) struct args *args = NULL;
    struct errtext e = {0};
    long port = 0;

    cr_assert(eq(int, parse("--port=8400 first --here --set a=b --set c=d second", &args, &e), 0));
    cr_expect(eq(sz, args_count(args), 2));
    cr_expect(eq(str, (char *)args_word(args, 0), "first"));
    cr_expect(eq(str, (char *)args_word(args, 1), "second"));
    cr_expect(args_word(args, 2) == NULL);
    cr_expect(args_has(args, "here"));
    cr_expect(not(args_has(args, "json")));
    cr_expect(eq(int, args_number(args, "port", 1, 0, 65535, &port, &e), 0));
    cr_expect(eq(long, port, 8400));
    cr_expect(eq(str, (char *)args_value(args, "set"), "c=d"));
}

Test(args, every_value_of_a_repeated_option_is_kept_in_order)
{
    CLEANUP(args_free) struct args *args = NULL;
    struct errtext e = {0};
    const char **sets;

    cr_assert(eq(int, parse("--set a=b word --set c=d", &args, &e), 0));
    sets = args_values(args, "set");
    cr_assert(sets != NULL);
    cr_expect(eq(str, (char *)sets[0], "a=b"));
    cr_expect(eq(str, (char *)sets[1], "c=d"));
    cr_expect(sets[2] == NULL);
    free(sets);
}

Test(args, an_unknown_option_is_named)
{
    struct args *args = NULL;
    struct errtext e = {0};

    cr_assert(eq(int, parse("first --prot=1", &args, &e), ARGS_E_WRONG));
    cr_expect(strstr(e.text, "--prot") != NULL, "%s", e.text);
    cr_assert(eq(int, parse("first -x", &args, &e), ARGS_E_WRONG));
    cr_expect(strstr(e.text, "-x") != NULL, "%s", e.text);
}

Test(args, a_missing_value_and_one_too_many_are_refused)
{
    struct args *args = NULL;
    struct errtext e = {0};

    cr_expect(eq(int, parse("first --port", &args, &e), ARGS_E_WRONG));
    cr_expect(eq(int, parse("first --here=yes", &args, &e), ARGS_E_WRONG));
    cr_expect(eq(int, parse("", &args, &e), ARGS_E_WRONG));
    cr_expect(eq(int, parse("a b c", &args, &e), ARGS_E_WRONG));
}

Test(args, two_dashes_end_the_options)
{
    CLEANUP(args_free) struct args *args = NULL;
    struct errtext e = {0};

    cr_assert(eq(int, parse("-- --here", &args, &e), 0));
    cr_expect(not(args_has(args, "here")));
    cr_expect(eq(str, (char *)args_word(args, 0), "--here"));
}

Test(args, help_is_understood_whatever_else_is_missing)
{
    CLEANUP(args_free) struct args *args = NULL;
    struct errtext e = {0};

    cr_assert(eq(int, parse("--help", &args, &e), 0));
    cr_expect(args_has(args, "help"));
}

Test(args, numbers_are_whole_and_in_range)
{
    static const char *const bad[] = {"first --port=x", "first --port=1x",
                                      "first --port=", "first --port=65536", "first --port=-1"};
    struct errtext e = {0};
    long port = 7;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        CLEANUP(args_free) struct args *args = NULL;

        cr_assert(eq(int, parse(bad[i], &args, &e), 0));
        cr_expect(eq(int, args_number(args, "port", 1, 0, 65535, &port, &e), ARGS_E_WRONG), "%s",
                  bad[i]);
        cr_expect(eq(long, port, 7));
    }
}
