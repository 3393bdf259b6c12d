/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hongping - the command: starts and watches a stack, and lets its operator look and act
 *
 * commands.c is the table; every command is a file of its own (cmd_<name>.c). Exit codes: 0 done; 1
 * it ran, and found something or failed or was refused; 2 wrong usage, a word that cannot be read
 * among it: nothing was asked for then.
 */
#include <stdlib.h>
#include <string.h>

#include "services/cli/commands/commands.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

static const struct command *find(const char *name)
{
    for (const struct command *c = commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static bool has_option(const struct arg_option *options, const char *name)
{
    for (const struct arg_option *o = options; o && o->name; o++)
        if (strcmp(o->name, name) == 0)
            return true;
    return false;
}

/* Those of @options that @own does not say differently. */
static void print_options(const struct arg_option *options, const struct arg_option *own)
{
    char left[64];

    for (const struct arg_option *o = options; o && o->name; o++) {
        if (has_option(own, o->name))
            continue;
        snprintf(left, sizeof(left), "--%s%s%s", o->name, o->value ? " " : "",
                 o->value ? o->value : "");
        printf("  %-26s %s\n", left, tr(o->help));
    }
}

static void print_help(const struct command *c)
{
    printf("%s hongping %s %s%s%s\n\n%s\n", tr("usage:"), c->name, c->words, c->words[0] ? " " : "",
           tr("[OPTION...]"), tr(c->summary));
    if (c->text)
        printf("\n%s\n", tr(c->text));
    printf("\n%s\n", tr("Options:"));
    print_options(c->options, NULL);
    print_options(args_common, c->options);
}

static void print_list(FILE *out)
{
    fprintf(out, "%s hongping %s\n\n", tr("usage:"), tr("COMMAND [WORD...] [OPTION...]"));
    for (const struct command *c = commands; c->name; c++)
        if (!c->hidden)
            fprintf(out, "  %-10s %s\n", c->name, tr(c->summary));
    fprintf(out, "\n%s\n",
            tr("hongping help COMMAND tells more. Exit codes: 0 done, 1 a finding or refusal, 2 "
               "wrong usage."));
}

static int no_command(const char *name)
{
    return say_usage(tr("there is no command '%s'; hongping help lists them"), name);
}

static int help(int argc, char **argv)
{
    const struct command *c;

    if (argc == 0) {
        print_list(stdout);
        return CLI_DONE;
    }
    c = find(argv[0]);
    if (!c)
        return no_command(argv[0]);
    print_help(c);
    return CLI_DONE;
}

static int run(const struct command *c, int argc, char **argv)
{
    CLEANUP(args_free) struct args *args = NULL;
    struct errtext e = {0};
    int r;

    r = args_parse(c->options, c->low, c->high, argc, argv, &args, &e);
    if (r)
        return say_usage("%s\n%s hongping %s %s%s%s", e.text, tr("usage:"), c->name, c->words,
                         c->words[0] ? " " : "", tr("[OPTION...]"));
    if (args_has(args, "help")) {
        print_help(c);
        return CLI_DONE;
    }
    return c->run(args);
}

int main(int argc, char **argv)
{
    const struct command *c;

    if (argc < 2) {
        print_list(stderr);
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("hongping %s\n", HP_VERSION);
        return CLI_DONE;
    }
    if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
        strcmp(argv[1], "-h") == 0)
        return help(argc - 2, argv + 2);
    c = find(argv[1]);
    say_json(args_want_json(c ? c->options : NULL, argc - 2, argv + 2));
    return say_end(c ? run(c, argc - 2, argv + 2) : no_command(argv[1]));
}
