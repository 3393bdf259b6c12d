/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_export_table.h"

#include <string.h>

#include "services/cli/check.h"
#include "services/cli/commands/refused.h"
#include "services/cli/commands/signed_in.h"
#include "services/cli/file.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

static int check_words(const struct args *args)
{
    const char *format = args_value(args, "format");

    if (!is_registry_kind(args_word(args, 0)))
        return say_usage(tr("export knows enterprises, managers, experts, sites, projects, regions "
                            "and committees, "
                            "or LEDGER DISTRICT FILE, not '%s'"),
                         args_word(args, 0));
    if (args_value(args, "service") || args_value(args, "from"))
        return say_usage("%s", tr("--service and --from belong to the export of a ledger"));
    if (format && strcmp(format, "csv") != 0 && strcmp(format, "xlsx") != 0)
        return say_usage(tr("--format is csv or xlsx, not '%s'"), format);
    return signed_in_check(args, "export");
}

int cmd_export_table(const struct args *args)
{
    CLEANUP(str_release) struct str path = STR_INIT;
    CLEANUP(str_release) struct str file = STR_INIT;
    const char *format = args_value(args, "format"), *to = args_word(args, 1);
    struct signed_in who;
    struct errtext e = {0};
    int r = check_words(args);

    if (!r)
        r = signed_in_open(args, &who);
    if (r)
        return r;
    if (!format)
        format = is_workbook_name(to) ? "xlsx" : "csv";
    str_printf(&path, "/registry/%s/%s?format=%s",
               args_has(args, "template") ? "templates" : "exports", args_word(args, 0), format);
    r = api_get_bytes(who.api, who.session, path.text, &file, &e);
    if (!r)
        r = write_bytes(to, file.text, file.size, &e);
    signed_in_close(&who);
    if (r)
        return say_fault("%s", e.text);
    if (args_has(args, "json"))
        return print_json(json_pack("{s:s, s:s, s:I}", "file", to, "format", format, "bytes",
                                    (json_int_t)file.size));
    printf(tr("%s  %zu bytes\n"), to, file.size);
    return CLI_DONE;
}
