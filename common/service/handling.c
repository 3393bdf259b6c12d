/* SPDX-License-Identifier: Apache-2.0 */
/* What every transaction of the frame has in common. */
#include "common/service/handling.h"

#include <string.h>
#include <sodium.h>

#include "common/service/worker.h"

#include "common/base/banned.h"

bool handling_again(struct service *svc, int r, const struct errtext *e, int *tries)
{
    int most = r == TX_E_UNIQUE ? UNIQUE_TRIES : RUN_TRIES;

    if (r != TX_E_COLLISION && r != TX_E_UNIQUE && r != MSG_LATER)
        return false;
    if (++*tries >= most || strcmp(e->sqlstate, "55P03") == 0 || service_is_stopping(svc))
        return false;
    service_pause(svc, 1 + randombytes_uniform(4u * (uint32_t)*tries));
    return true;
}

void handling_init(struct handling *run, struct service *svc, struct tx *tx, struct arena *arena,
                   const struct uuid *id, const char *district)
{
    *run = (struct handling){.c =
                                 {
                                     .tx = tx,
                                     .arena = arena,
                                     .svc = svc,
                                     .state = svc->spec->state,
                                     .district = district,
                                     .now = clock_now(svc->clock),
                                     .id = *id,
                                     .account = "",
                                 },
                             .timer_at = INSTANT_NONE};
    run->c.id_text = uuid_format(id, run->id_text);
}

int handling_outcome(const struct handling *run, int r)
{
    int failed = tx_outcome(run->c.tx);

    if (r == 0)
        r = run->failed;
    return failed && (r < 0 || r == MSG_REFUSED || r == MSG_LATER) ? failed : r;
}

const struct refusal *handling_refusal(const struct handling *run)
{
    return run->n_noted ? &run->noted[0] : &run->refusal;
}

const char *handling_error(const struct handling *run, int r, const struct errtext *e)
{
    struct arena *a = run->c.arena;

    if (r == MSG_REFUSED) {
        const struct refusal *f = handling_refusal(run);
        const char *code = f->reason ? reason_row(f->reason)->code : "none";

        return arena_printf(a, "refused: %s%s%s%s%s", code, f->field ? " field " : "",
                            f->field ? f->field : "", f->n_args ? " " : "",
                            f->n_args ? f->args[0] : "");
    }
    if (r == MSG_LATER)
        return "not possible yet";
    if (r < 0)
        return arena_printf(a, "failed: %s", strerror(-r));
    if (e && e->text[0])
        return arena_printf(a, "%s%s%s", e->text, e->sqlstate[0] ? " " : "", e->sqlstate);
    return arena_printf(a, "outcome %d", r);
}
