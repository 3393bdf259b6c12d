/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_lint.h"

#include <string.h>

#include "common/domain/programme/programme.h"
#include "services/cli/file.h"
#include "services/cli/play/scenario.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

/* One finding, printed or added to @list. @column 0: that of a scenario, which has a line alone. */
static void add_finding(json_t *list, const char *path, int line, int column, const char *message)
{
    json_t *one = json_pack("{s:s, s:i, s:s}", "file", path, "line", line, "message", message);

    if (column)
        json_object_set_new(one, "column", json_integer(column));
    if (list)
        json_array_append(list, one);
    else if (column)
        printf("%s:%d:%d: %s\n", path, line, column, message);
    else
        printf("%s:%d: %s\n", path, line, message);
    json_decref(one);
}

static int lint_scenario(const char *path, json_t *list, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct scenario_finding *found;
    struct scenario *scenario;
    int n = 0;

    if (scenario_read(a, path, &scenario, &found, e))
        return -1;
    for (const struct scenario_finding *f = found; f; f = f->next, n++)
        add_finding(list, path, f->line, 0, f->message);
    return n;
}

/* The findings of one file, printed or added to @list. -1: it could not be read. */
static int lint_file(const char *path, json_t *list, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct programme *programme;
    struct programme_finding *found;
    size_t size = strlen(path);
    char *text;
    int n = 0;

    if (size > 4 && strcmp(path + size - 4, ".scn") == 0)
        return lint_scenario(path, list, e);
    if (read_file(path, 4 << 20, &text, &size, e))
        return -1;
    found = programme_lint(a, text, size, &programme);
    for (struct programme_finding *f = found; f; f = f->next, n++)
        add_finding(list, path, f->line, f->column, f->message);
    free(text);
    return n;
}

int cmd_lint(const struct args *args)
{
    json_t *list = args_has(args, "json") ? json_array() : NULL;
    struct errtext e = {0};
    int all = 0, r = CLI_DONE;

    for (size_t i = 0; i < args_count(args) && r == CLI_DONE; i++) {
        int n = lint_file(args_word(args, i), list, &e);

        if (n < 0)
            r = say_fault("%s", e.text);
        all += n;
    }
    if (r != CLI_DONE) {
        json_decref(list);
        return r;
    }
    if (list)
        r = print_json(json_pack("{s:i, s:o}", "n", all, "findings", list));
    return r ? r : all ? CLI_FINDING : CLI_DONE;
}
