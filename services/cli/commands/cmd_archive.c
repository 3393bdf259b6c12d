/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_archive.h"

#include <errno.h>
#include <string.h>

#include "common/base/digest.h"
#include "services/cli/check.h"
#include "services/cli/say.h"
#include "services/cli/talk/follow.h"
#include "services/cli/talk/operator.h"

#include "common/base/banned.h"

enum { ASK_MS = 30000 };

static bool is_asked(const char *service, const char *only)
{
    return !only || strcmp(service, only) == 0;
}

/* All of them first: when one refuses, none has begun. */
static int ask_all(struct operator* op, const char *only, const char *month, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__ListArchives request = HP__LIST_ARCHIVES__INIT;
    struct errtext why = {0};
    int r = 0;

    request.month = (char *)month;
    for (const char *const *s = stack_services; *s && !r; s++)
        if (is_asked(*s, only)) {
            r = operator_ask(op, a, *s, NULL, &request.base, NULL, ASK_MS, NULL, &why);
            if (r == OPERATOR_E_REFUSED)
                errtext_set(e, "%s: %s", *s, why.text);
            else if (r)
                *e = why;
        }
    return r;
}

static void add_files(const char *service, const Hp__ArchiveList *list, json_t *files, bool json)
{
    for (size_t i = 0; i < list->n_files; i++) {
        const Hp__Archive *f = list->files[i];
        char hex[DIGEST_HEX] = "";
        long long rows = (long long)(f->last - f->first + 1);

        if (f->sha256.len == DIGEST_SIZE)
            hex_format(f->sha256.data, DIGEST_SIZE, hex);
        if (!json)
            printf(tr("%s  %lld rows  sha256 %s\n"), f->file, rows, hex);
        json_array_append_new(
            files, json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:s, s:s}", "service", service,
                             "ledger", f->ledger, "district", f->district, "month", f->month,
                             "first", (json_int_t)f->first, "last", (json_int_t)f->last, "rows",
                             (json_int_t)rows, "file", f->file, "sha256", hex));
    }
    if (!json && !list->n_files)
        printf(tr("%s: no rows in that month\n"), service);
}

static int archive_all(struct operator* op, const struct args *args, json_t *files,
                       struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    const char *only = args_value(args, "service");
    Hp__ArchiveJob job = HP__ARCHIVE_JOB__INIT;
    Hp__ArchiveList *list;
    int r = ask_all(op, only, args_word(args, 0), e);

    job.month = (char *)args_word(args, 0);
    for (const char *const *s = stack_services; *s && !r; s++) {
        if (!is_asked(*s, only))
            continue;
        r = follow_job(op, a, *s, "archive", &job.base, &hp__archive_list__descriptor, &list, e);
        if (!r)
            add_files(*s, list, files, args_has(args, "json"));
    }
    return r;
}

int cmd_archive(const struct args *args)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    CLEANUP(operator_free) struct operator* op = NULL;
    const char *only = args_value(args, "service");
    json_t *files = json_array();
    struct errtext e = {0};
    int r;

    r = check_month(args_word(args, 0));
    if (!r && only)
        r = check_service(only);
    if (r) {
        json_decref(files);
        return r;
    }
    r = stack_find(args_value(args, "data"), &s, &e);
    r = r ? r : operator_new(s, &op, &e);
    r = r ? r : archive_all(op, args, files, &e);
    if (r) {
        json_decref(files);
        return r == FOLLOW_E_LEFT ? CLI_FINDING
                                  : say_fault("%s", e.text[0] ? e.text : strerror(-r));
    }
    if (args_has(args, "json"))
        return print_json(json_pack("{s:s, s:o}", "month", args_word(args, 0), "files", files));
    json_decref(files);
    return CLI_DONE;
}
