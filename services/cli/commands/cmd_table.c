/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_table.h"

#include "common/document/xlsx.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

static const char *sentence(struct arena *a, const struct xlsx_remark *remark)
{
    return text_fill(a, text_language_env(), tr(remark->sentence), remark->args,
                     ARRAY_LEN(remark->args));
}

/* All of standard input, a byte more than a workbook may have where there is more. */
static void read_input(struct str *bytes)
{
    char buf[65536];
    size_t n;

    while (bytes->size <= XLSX_FILE_MAX && (n = fread(buf, 1, sizeof(buf), stdin)) > 0)
        str_add_bytes(bytes, buf, n);
}

int cmd_table(const struct args *args)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(str_release) struct str bytes = STR_INIT;
    CLEANUP(str_release) struct str csv = STR_INIT;
    struct xlsx_remarks notices;
    struct xlsx_remark fault;

    (void)args;
    xlsx_limit();
    read_input(&bytes);
    if (xlsx_to_csv(a, bytes.text, bytes.size, &csv, &notices, &fault)) {
        fprintf(stderr, "%s\n", sentence(a, &fault));
        return CLI_FINDING;
    }
    for (size_t i = 0; i < notices.n; i++)
        fprintf(stderr, "%s\n", sentence(a, &notices.items[i]));
    if (fwrite(csv.text, 1, csv.size, stdout) != csv.size || fflush(stdout))
        return say_fault("%s", tr("standard output cannot be written"));
    return CLI_DONE;
}
