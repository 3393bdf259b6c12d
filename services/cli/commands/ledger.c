/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/ledger.h"

#include <string.h>

#include "common/base/str.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

enum { LOOK_MS = 3000 };

static bool has_ledger(const Hp__StateReply *state, const char *ledger)
{
    for (size_t i = 0; i < state->n_ledgers; i++)
        if (strcmp(state->ledgers[i], ledger) == 0)
            return true;
    return false;
}

/* Of the ledgers each service names, as "scoring: ballot, ...". */
static void list_ledgers(const char *service, const Hp__StateReply *state, struct str *out)
{
    str_printf(out, "\n    %s:", service);
    for (size_t i = 0; i < state->n_ledgers; i++)
        str_printf(out, "%s %s", i ? "," : "", state->ledgers[i]);
}

int ledger_service(struct operator* op, struct arena *a, const char *ledger,
                   const char **ret_service, struct errtext *e)
{
    CLEANUP(str_release) struct str known = STR_INIT;
    const char *found = NULL;
    int n = 0;

    for (const char *const *s = stack_services; *s; s++) {
        Hp__StateReply *state;
        int r = operator_state(op, a, *s, LOOK_MS, &state, e);

        if (r)
            return r;
        list_ledgers(*s, state, &known);
        if (has_ledger(state, ledger)) {
            found = *s;
            n++;
        }
    }
    if (n == 1) {
        *ret_service = found;
        return 0;
    }
    if (n)
        errtext_set(e, tr("%d services have a ledger '%s': say which one with --service NAME"), n,
                    ledger);
    else
        errtext_set(e, tr("no service has a ledger '%s'; there are:%s"), ledger, known.text);
    return OPERATOR_E_REFUSED;
}
