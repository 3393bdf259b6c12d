/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hongping-verify - whether seal files, proofs and archives hold, for anyone who was given one
 *
 * Exit codes: 0 everything holds, 1 something does not, 2 wrong usage or nothing but files that are
 * unreadable, or of which it cannot be shown, besides what holds.
 */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "services/verify/verify.h"

#include "common/base/banned.h"

enum { EXIT_HOLDS = 0, EXIT_FAULTY = 1, EXIT_USAGE = 2 };

struct wishes {
    const char *against;
    bool json, help, version;
};

static void print_help(FILE *out)
{
    fprintf(
        out, "%s hongping-verify %s\n\n%s\n\n", tr("usage:"), tr("[OPTION...] FILE..."),
        tr("Checks seal files, proofs of rows and archives; needs no service and no database."));
    fprintf(out, "  --key HEX       %s\n  --keys FILE     %s\n  --against FILE  %s\n",
            tr("a public key that may sign; may be given several times"),
            tr("a file of such keys, one a line"),
            tr("compare with the heads that this seal file signs"));
    fprintf(out, "  --json          %s\n  --help          %s\n  --version       %s\n\n",
            tr("print one JSON document"), tr("print this help"), tr("print the version"));
    fprintf(out, "%s\n",
            tr("Exit codes: 0 all hold, 1 one does not hold, 2 wrong usage, unreadable or not to "
               "be shown."));
}

/* Whether --json stands among the words, or an abbreviation that getopt_long takes for it: options behind a wrong one are not read
 * any more, and who asked for a document gets one all the same. */
static bool wants_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strncmp(argv[i], "--j", 3) == 0 && strncmp("--json", argv[i], strlen(argv[i])) == 0)
            return true;
    return false;
}

/* A line on standard error and, with --json, the same document as hongping's on standard output. */
static int wrong(const char *text, bool json)
{
    CLEANUP(str_release) struct str shown = STR_INIT;

    report_add_printable(&shown, text);
    fprintf(stderr, "hongping-verify: %s\n", shown.text);
    if (json) {
        json_t *doc = json_pack("{s:b, s:s, s:n, s:s, s:s, s:i}", "ok", 0, "code", "usage", "field",
                                "reason", shown.text, "sentence", shown.text, "exit", EXIT_USAGE);

        json_dumpf(doc, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
        putchar('\n');
        json_decref(doc);
    }
    return EXIT_USAGE;
}

static int read_options(int argc, char **argv, struct wishes *w, struct keys *keys,
                        struct errtext *e)
{
    static const struct option options[] = {
        {"key", required_argument, NULL, 'k'},
        {"keys", required_argument, NULL, 'f'},
        {"against", required_argument, NULL, 'a'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    int option, r = 0;

    opterr = 0;
    while (!r && (option = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        switch (option) {
        case 'k':
            r = keys_add(keys, optarg, e);
            break;
        case 'f':
            r = keys_read(keys, optarg, e);
            break;
        case 'a':
            w->against = optarg;
            break;
        case 'j':
            w->json = true;
            break;
        case 'h':
            w->help = true;
            break;
        case 'v':
            w->version = true;
            break;
        default:
            errtext_set(e, option == ':' ? tr("%s needs a value") : tr("unknown option %s"),
                        argv[optind - 1]);
            r = KEYS_E_WRONG;
        }
    }
    return r;
}

/* ---- the files ---- */

struct results {
    json_t *list; /* with --json */
    bool faulty, unreadable, open, signature;
};

static void take_report(struct results *all, const struct report *r)
{
    all->faulty |= r->verdict == VERDICT_FAULTY;
    all->unreadable |= r->verdict == VERDICT_UNREADABLE;
    all->open |= r->verdict == VERDICT_OPEN;
    all->signature |= r->signature;
    if (all->list)
        json_array_append_new(all->list, report_json(r));
    else
        report_print(r, stdout);
}

/* The seal file to compare with is checked like any other; false: there is nothing to compare with. */
static bool read_against(struct verifier *v, const char *path, struct results *all)
{
    struct report r;
    FILE *f = fopen(path, "re");
    struct heads *heads = heads_new();

    report_init(&r, path);
    if (f)
        verify_seals(v, f, heads, &r);
    else
        report_unreadable(&r, "%s", strerror(errno));
    v->against = heads;
    take_report(all, &r);
    report_release(&r);
    if (f)
        fclose(f);
    return !all->unreadable;
}

static void verify_all(struct verifier *v, const struct wishes *w, char **files,
                       struct results *all)
{
    if (w->against && !read_against(v, w->against, all))
        return;
    for (; *files; files++) {
        struct report r;

        report_init(&r, *files);
        verify_file(v, &r);
        take_report(all, &r);
        report_release(&r);
    }
}

static int conclude(const struct verifier *v, struct results *all)
{
    bool trusted = v->keys.n > 0 || !all->signature;

    if (all->list) {
        json_t *doc =
            json_pack("{s:b, s:b, s:o}", "ok", !all->faulty && !all->unreadable && !all->open,
                      "keys_given", v->keys.n > 0, "files", all->list);

        json_dumpf(doc, stdout, JSON_INDENT(2));
        putchar('\n');
        json_decref(doc);
    } else if (!trusted) {
        printf("%s\n", tr("No key was given: signatures were only checked against the keys that "
                          "the files name themselves. Whose they are, --key or --keys tells."));
    }
    if (fflush(stdout) != 0)
        return wrong(strerror(errno), false);
    return all->faulty ? EXIT_FAULTY : all->unreadable || all->open ? EXIT_USAGE : EXIT_HOLDS;
}

int main(int argc, char **argv)
{
    struct wishes w = {0};
    struct verifier v = {0};
    struct results all = {0};
    struct errtext e = {0};
    int code;

    if (read_options(argc, argv, &w, &v.keys, &e) != 0) {
        code = wrong(e.text, wants_json(argc, argv));
    } else if (w.help) {
        print_help(stdout);
        code = EXIT_HOLDS;
    } else if (w.version) {
        printf("hongping-verify %s\n", HP_VERSION);
        code = EXIT_HOLDS;
    } else if (optind == argc) {
        print_help(stderr);
        code = w.json ? wrong(tr("no file was named"), true) : EXIT_USAGE;
    } else {
        v.checker = seal_checker_new();
        all.list = w.json ? json_array() : NULL;
        verify_all(&v, &w, argv + optind, &all);
        code = conclude(&v, &all);
    }
    seal_checker_free(v.checker);
    heads_free(v.against);
    free(v.ends);
    keys_release(&v.keys);
    return code;
}
