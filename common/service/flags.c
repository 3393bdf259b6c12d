/* SPDX-License-Identifier: Apache-2.0 */
/* The flags of a service's program, and what some of them print. */
#include "common/service/flags.h"

#include <getopt.h>
#include <string.h>

#include "common/base/str.h"
#include "common/fsm/fsm.h"

#include "common/base/banned.h"

enum { OWN = 'o', N_OPTIONS = 7 };
static const struct option options[N_OPTIONS] = {
    {"config", required_argument, NULL, 'c'}, {"set", required_argument, NULL, 's'},
    {"print-config", no_argument, NULL, 'p'}, {"print-states", no_argument, NULL, 'm'},
    {"migrate", no_argument, NULL, 'g'},      {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'v'},
};

static void print_help(const struct service_spec *spec, FILE *out)
{
    fprintf(out,
            "Usage: %s [--config FILE] [--set KEY=VALUE]...\n"
            "  --config FILE    read settings from FILE (key: value lines)\n"
            "  --set KEY=VALUE  set one; wins over the file and the environment\n"
            "  --print-config   print every setting with its value, and end\n"
            "  --print-states   print the state machines as Mermaid diagrams, and end\n"
            "  --migrate        bring the database up to date, and end\n",
            spec->name);
    if (spec->own_flag)
        fprintf(out, "  --%s %s  %s\n", spec->own_flag->name, spec->own_flag->value,
                spec->own_flag->help);
    fputs("  --help, --version\n", out);
}

static int print_own(const struct service_spec *spec, const char *value)
{
    CLEANUP(str_release) struct str out = STR_INIT;

    if (spec->own_flag->print(value, &out)) {
        fprintf(stderr, "%s: --%s takes %s, not '%s'\n", spec->name, spec->own_flag->name,
                spec->own_flag->value, value);
        return EXIT_USAGE;
    }
    return fputs(out.text, stdout) < 0 || fflush(stdout) ? EXIT_FAILED : EXIT_DONE;
}

/* -1: go on; else the exit code. */
int flags_parse(const struct service_spec *spec, int argc, char **argv, struct flags *f)
{
    struct option all[N_OPTIONS + 2] = {0};
    int c;

    memcpy(all, options, sizeof(options));
    if (spec->own_flag)
        all[N_OPTIONS] = (struct option){spec->own_flag->name, required_argument, NULL, OWN};
    while ((c = getopt_long(argc, argv, "", all, NULL)) != -1)
        switch (c) {
        case 'c':
            f->config = optarg;
            break;
        case 's':
            if (f->n_sets == MAX_SETS) {
                fprintf(stderr, "%s: more than %d --set\n", spec->name, MAX_SETS);
                return EXIT_USAGE;
            }
            f->sets[f->n_sets++] = optarg;
            break;
        case 'p':
            f->print_config = true;
            break;
        case 'm':
            f->print_states = true;
            break;
        case 'g':
            f->migrate = true;
            break;
        case OWN:
            return print_own(spec, optarg);
        case 'h':
            print_help(spec, stdout);
            return EXIT_DONE;
        case 'v':
            printf("%s %s\n", spec->name, HP_VERSION);
            return EXIT_DONE;
        default:
            print_help(spec, stderr);
            return EXIT_USAGE;
        }
    if (optind == argc)
        return -1;
    fprintf(stderr, "%s: unexpected argument %s\n", spec->name, argv[optind]);
    return EXIT_USAGE;
}

void flags_print_states(const struct service_spec *spec)
{
    CLEANUP(str_release) struct str out = STR_INIT;

    for (size_t i = 0; spec->machines && spec->machines[i]; i++) {
        str_printf(&out, "%s### %s\n\n```mermaid\n", i ? "\n" : "", spec->machines[i]->name);
        fsm_print(spec->machines[i], &out);
        str_add(&out, "```\n");
    }
    fputs(out.text, stdout);
}
