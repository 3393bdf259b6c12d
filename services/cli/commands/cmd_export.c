/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_export.h"

#include <errno.h>
#include <string.h>

#include "common/base/digest.h"
#include "services/cli/check.h"
#include "services/cli/commands/cmd_export_table.h"
#include "services/cli/commands/ledger.h"
#include "services/cli/say.h"
#include "services/cli/talk/follow.h"

#include "common/base/banned.h"

static int print(const struct args *args, const char *service, const Hp__Archive *f)
{
    char hex[DIGEST_HEX] = "";

    if (f->sha256.len == DIGEST_SIZE)
        hex_format(f->sha256.data, DIGEST_SIZE, hex);
    if (args_has(args, "json"))
        return print_json(json_pack(
            "{s:s, s:s, s:s, s:I, s:I, s:I, s:s, s:s}", "service", service, "ledger", f->ledger,
            "district", f->district, "first", (json_int_t)f->first, "last", (json_int_t)f->last,
            "rows", (json_int_t)(f->last - f->first + 1), "file", f->file, "sha256", hex));
    printf(tr("%s  rows %lld to %lld  sha256 %s\n"), f->file, (long long)f->first,
           (long long)f->last, hex);
    return fflush(stdout) == 0 ? CLI_DONE : say_fault("%s", strerror(errno));
}

static int check_words(const struct args *args, Hp__ExportJob *job)
{
    const char *service = args_value(args, "service"), *from = args_value(args, "from");
    int r = check_district(args_word(args, 1));

    r = r ? r : check_snapshot_name(args_word(args, 2));
    if (!r && service)
        r = check_service(service);
    if (!r && from) {
        job->has_from = true;
        r = check_position(from, 1, &job->from);
    }
    job->ledger = (char *)args_word(args, 0);
    job->district = (char *)args_word(args, 1);
    job->file = (char *)args_word(args, 2);
    return r;
}

int cmd_export(const struct args *args)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(stack_free) struct stack *s = NULL;
    CLEANUP(operator_free) struct operator* op = NULL;
    const char *service = args_value(args, "service");
    Hp__ExportJob job = HP__EXPORT_JOB__INIT;
    Hp__Archive *file = NULL;
    struct errtext e = {0};
    int r;

    if (!args_word(args, 2))
        return cmd_export_table(args);
    r = args_has(args, "template") || args_value(args, "account") || args_value(args, "format")
            ? say_usage("%s", tr("--template, --account and --format belong to the export of a "
                                 "list: KIND FILE"))
            : check_words(args, &job);
    if (r)
        return r;
    r = stack_find(args_value(args, "data"), &s, &e);
    r = r ? r : operator_new(s, &op, &e);
    if (!r && !service)
        r = ledger_service(op, a, job.ledger, &service, &e);
    r = r ? r
          : follow_job(op, a, service, "export", &job.base, &hp__archive__descriptor, &file, &e);
    if (r)
        return r == FOLLOW_E_LEFT ? CLI_FINDING
                                  : say_fault("%s", e.text[0] ? e.text : strerror(-r));
    return print(args, service, file);
}
