/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_import.h"

#include <errno.h>
#include <string.h>

#include "services/cli/check.h"
#include "services/cli/commands/refused.h"
#include "services/cli/commands/signed_in.h"
#include "services/cli/say.h"
#include "services/cli/table.h"

#include "common/base/banned.h"

static bool known_kind(const char *kind)
{
    return is_registry_kind(kind) || strcmp(kind, "inspections") == 0;
}

/* The request's body and where it goes. */
static json_t *body_of(const struct args *args, const char *kind, const char *csv,
                       const char **ret_path)
{
    json_t *body = json_pack("{s:s, s:b}", "csv", csv, "preview", args_has(args, "preview"));
    const char **confirm = args_values(args, "confirm");
    json_t *list = json_array();

    if (strcmp(kind, "inspections") == 0) {
        *ret_path = "/inspections/imports";
        json_object_set_new(body, "programme_id", json_string(args_value(args, "programme")));
        if (args_value(args, "reason"))
            json_object_set_new(body, "reason", json_string(args_value(args, "reason")));
        json_decref(list);
    } else {
        *ret_path = "/registry/imports";
        json_object_set_new(body, "kind", json_string(kind));
        for (size_t i = 0; confirm && confirm[i]; i++)
            json_array_append_new(list, json_string(confirm[i]));
        json_object_set_new(body, "confirm", list);
    }
    if (args_value(args, "expect"))
        json_object_set_new(body, "expect_preview", json_string(args_value(args, "expect")));
    free(confirm);
    return body;
}

static const char *member(const json_t *doc, const char *key)
{
    const char *text = json_string_value(json_object_get(doc, key));

    return text ? text : "";
}

/* One fault of a row: column, value as it stands in the file, sentence, code. */
static void print_fault(const json_t *fault)
{
    const char *sentence = member(fault, "sentence");

    if (member(fault, "column")[0])
        printf(" %s", member(fault, "column"));
    if (member(fault, "value")[0])
        printf(" \"%s\"", member(fault, "value"));
    printf(": %s [%s]", sentence, member(fault, "code"));
}

/* FILE:LINE: result id, then every fault of the row */
static void print_rows(const char *file, const json_t *answer)
{
    const json_t *row, *fault;
    size_t i, k;

    json_array_foreach(json_object_get(answer, "rows"), i, row)
    {
        printf("%s:%lld: %s", file, (long long)json_integer_value(json_object_get(row, "line")),
               tr(member(row, "result")));
        if (member(row, "subject_id")[0])
            printf(" %s", member(row, "subject_id"));
        json_array_foreach(json_object_get(row, "faults"), k, fault) print_fault(fault);
        printf("\n");
    }
}

static long long count(const json_t *answer, const char *key)
{
    return (long long)json_integer_value(json_object_get(answer, key));
}

static int print_answer(const struct args *args, json_t *answer)
{
    long long refused = count(answer, "refused");
    int r = CLI_DONE;

    if (args_has(args, "json")) {
        r = print_json(answer);
    } else {
        print_rows(args_word(args, 1), answer);
        printf(tr("%lld added, %lld changed, %lld unchanged, %lld refused\n"),
               count(answer, "added"), count(answer, "changed") + count(answer, "replaced"),
               count(answer, "unchanged"), refused);
        if (args_has(args, "preview"))
            printf(tr("This was a preview: nothing was changed. To do just this: --expect %s\n"),
                   member(answer, "preview_sha256"));
        json_decref(answer);
    }
    return r ? r : refused ? CLI_FINDING : CLI_DONE;
}

static int run(const struct args *args, const char *csv)
{
    struct signed_in who = {0};
    struct errtext e = {0};
    const char *path;
    json_t *body, *answer;
    int r = signed_in_open(args, &who);

    if (r)
        return r;
    body = body_of(args, args_word(args, 0), csv, &path);
    r = api_post(who.api, who.session, path, body, NULL, &answer, &e);
    json_decref(body);
    if (r)
        r = say_fault("%s", e.text);
    else if (args_value(args, "refused") &&
             refused_write(args_value(args, "refused"), csv, answer, &e))
        r = say_fault("%s", e.text);
    if (!r)
        r = print_answer(args, answer);
    signed_in_close(&who);
    return r;
}

/* A warning is confirmed for rows that were seen, never for a whole file unseen. */
static int check_confirm(const struct args *args)
{
    const char **confirm = args_values(args, "confirm");
    int r = CLI_DONE;

    for (size_t i = 0; !r && confirm && confirm[i] && !args_value(args, "expect"); i++)
        if (!strchr(confirm[i], ':'))
            r = say_usage(
                tr("--confirm needs ROW:%s, ROW being a line or an identifier, or --expect "
                   "with what the preview printed"),
                confirm[i]);
    free(confirm);
    return r;
}

static int check_words(const struct args *args)
{
    const char *kind = args_word(args, 0);
    int r;

    if (!known_kind(kind))
        return say_usage(
            tr("import knows enterprises, managers, experts, sites, projects, regions, "
               "committees and inspections, not '%s'"),
            kind);
    r = signed_in_check(args, "import");
    if (r)
        return r;
    if (strcmp(kind, "inspections") == 0 && !args_value(args, "programme"))
        return say_usage("%s", tr("import inspections needs --programme ID"));
    if (strcmp(kind, "inspections") == 0 && args_has(args, "confirm"))
        return say_usage("%s", tr("--confirm belongs to the other kinds, not to inspections"));
    if (strcmp(kind, "inspections") != 0 && args_has(args, "programme"))
        return say_usage("%s", tr("--programme belongs to import inspections"));
    if (strcmp(kind, "inspections") != 0 && args_has(args, "reason"))
        return say_usage("%s", tr("--reason belongs to import inspections"));
    return check_confirm(args);
}

int cmd_import(const struct args *args)
{
    char *csv = NULL;
    struct errtext e = {0};
    int r = check_words(args);

    if (r)
        return r;
    r = table_read(args_word(args, 1), &csv, &e);
    if (r)
        return say_fault("%s", e.text[0] ? e.text : strerror(-r));
    r = run(args, csv);
    free(csv);
    return r;
}
