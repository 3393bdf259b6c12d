/* SPDX-License-Identifier: Apache-2.0 */
/* Applying what came, in the district's lane. */
#include "common/service/hear/hearer_apply.h"

#include <string.h>

#include "common/service/aftermath.h"
#include "common/service/hear/hearer_pull.h"
#include "common/service/lane.h"

#include "common/base/banned.h"

void sub_drop_ahead(struct subscription *sub)
{
    if (sub->next)
        arena_free(TAKE(sub->next)->arena);
    sub->pull = NULL; /* its answer is not looked at */
}

/* A batch is applied: the one behind it, if it is there, is begun. */
static void sub_go_on(struct subscription *sub)
{
    sub->backoff_ms = 0;
    if (sub->next)
        sub_apply(sub, TAKE(sub->next));
    else if (sub->pull)
        sub->state = SUB_PULLED;
    source_pump(sub->source);
}

static void on_applied(struct lane_item *item)
{
    struct apply *ap = container_of(item, struct apply, item);
    struct subscription *sub = container_of(ap, struct subscription, apply);
    struct hearers *all = sub->source->all;

    aftermath_apply(all->svc, &ap->after);
    sub->position = ap->position;
    sub->sealed = ap->result == 0 && ap->has_seal;
    memcpy(sub->sealed_hash, ap->sealed_hash, DIGEST_SIZE);
    sub_gauge_lag(sub);
    arena_free(TAKE(ap->arena));
    if (ap->result != 0 || sub->doubted || !sub->led || all->stopped)
        sub_drop_ahead(sub);
    if (ap->result == APPLY_STOPPED) {
        sub_stopped(sub, ap->state);
        return;
    }
    sub->state = SUB_IDLE;
    sub_answer_awaiting(sub);
    if (all->stopped || sub_stands_aside(sub))
        return;
    if (ap->result == APPLY_LATER)
        sub_back_off(sub);
    else if (ap->result == APPLY_MOVED || sub->doubted)
        sub_unread(sub);
    else
        sub_go_on(sub);
}

void sub_apply(struct subscription *sub, const struct apply *ap)
{
    sub->apply = *ap;
    sub->apply.item = (struct lane_item){.kind = LANE_EVENTS, .done = on_applied};
    sub->apply.svc = sub->source->all->svc;
    sub->apply.source = sub->source->name;
    sub->apply.district = sub->district;
    sub->apply.position = sub->position;
    sub->state = SUB_APPLYING;
    sub->asked_ahead = false;
    CHECK(lane_put(sub->apply.svc, sub->district, &sub->apply.item) == 0);
}

/*
 * The source's history is not the one that was heard. Loud, and nothing is applied until an operator says how to go on. Only
 * the newest seal is kept here: what it shows is behind which position nothing counts any more.
 */
void sub_diverged(struct subscription *sub, int64_t head)
{
    struct apply ap = {.arena = arena_new(), .state = "diverged"};
    bool gone = head < sub->position;
    long long most = gone ? head : sub->position - 1;

    ap.error = arena_printf(
        ap.arena,
        "the history of %s changed: position %lld was heard and is %s; nothing that was heard "
        "behind position %lld counts any more. If hongping verify finds what was signed of %s up "
        "to there unchanged: hongping streams rejoin %s %s --in %s --from %lld --reason TEXT; else "
        "--from the last position that is",
        sub->source->name, (long long)sub->position, gone ? "not there any more" : "another now",
        most, sub->source->name, sub->source->name, sub->district,
        sub->source->all->svc->spec->name, most);
    sub_apply(sub, &ap);
}

/* What would come next is in the source's archives only. As loud. */
void sub_archived(struct subscription *sub, int64_t kept)
{
    struct apply ap = {.arena = arena_new(), .state = "diverged"};

    ap.error = arena_printf(ap.arena,
                            "the events of %s up to position %lld were archived and this service "
                            "stands at %lld: restore a copy of it that stands "
                            "there or later (one that heard nothing yet: hongping snapshot "
                            "--load), or leave them out with hongping streams rejoin %s %s "
                            "--in %s --from %lld --reason TEXT",
                            sub->source->name, (long long)kept, (long long)sub->position,
                            sub->source->name, sub->district, sub->source->all->svc->spec->name,
                            (long long)kept);
    sub_apply(sub, &ap);
}
