/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_snapshot.h"

#include <errno.h>
#include <string.h>

#include "services/cli/check.h"
#include "services/cli/say.h"
#include "services/cli/talk/follow.h"
#include "services/cli/talk/operator.h"

#include "common/base/banned.h"

static json_t *positions_json(const Hp__SnapshotReport *report)
{
    json_t *list = json_array();

    for (size_t i = 0; i < report->n_positions; i++) {
        const Hp__SnapshotPosition *p = report->positions[i];

        json_array_append_new(list, json_pack("{s:s, s:s, s:I}", "source", p->source, "district",
                                              p->district, "position", (json_int_t)p->position));
    }
    return list;
}

static int print(const struct args *args, const char *service, const Hp__SnapshotReport *report)
{
    if (args_has(args, "json"))
        return print_json(json_pack("{s:s, s:s, s:I, s:I, s:o}", "service", service, "file",
                                    report->file, "rows", (json_int_t)report->rows, "bytes",
                                    (json_int_t)report->bytes, "positions",
                                    positions_json(report)));
    printf(args_has(args, "load")
               ? tr("%s was loaded: %lld rows, %lld bytes; the service hears on from there\n")
               : tr("%s  %lld rows, %lld bytes\n"),
           report->file, (long long)report->rows, (long long)report->bytes);
    return CLI_DONE;
}

int cmd_snapshot(const struct args *args)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(stack_free) struct stack *s = NULL;
    CLEANUP(operator_free) struct operator* op = NULL;
    const char *service = args_word(args, 0);
    Hp__SnapshotJob job = HP__SNAPSHOT_JOB__INIT;
    Hp__SnapshotReport *report;
    struct errtext e = {0};
    int r;

    r = check_service(service);
    r = r ? r : check_snapshot_name(args_word(args, 1));
    if (r)
        return r;
    job.file = (char *)args_word(args, 1);
    r = stack_find(args_value(args, "data"), &s, &e);
    r = r ? r : operator_new(s, &op, &e);
    r = r ? r
          : follow_job(op, a, service, args_has(args, "load") ? "load_snapshot" : "snapshot",
                       &job.base, &hp__snapshot_report__descriptor, &report, &e);
    if (r)
        return r == FOLLOW_E_LEFT ? CLI_FINDING
                                  : say_fault("%s", e.text[0] ? e.text : strerror(-r));
    return print(args, service, report);
}
