/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/corrections.h"

#include "common/domain/correction/correction.h"
#include "intake.pb-c.h"
#include "services/intake/application/acceptance.h"
#include "services/intake/registry/change_back.h"
#include "services/intake/registry/expert_end.h"

#include "common/base/banned.h"

#define KIND(name) INTAKE__CORRECT__KIND__##name

static const struct correction_kind kinds[] = {
    [KIND(ACCEPTANCE_RETURNED)] = {"acceptance_returned", "application", ROLE_DISTRICT,
                                   CORRECTION_ONE_PERSON, plan_acceptance_returned, false},
    [KIND(ACCEPTANCE_WITHDRAWN)] = {"acceptance_withdrawn", "application",
                                    ROLE_ENTERPRISE | ROLE_SUBDISTRICT | ROLE_COMMITTEE,
                                    CORRECTION_ONE_PERSON, plan_acceptance_withdrawn, true},
    [KIND(CHANGE_TAKEN_BACK)] = {"change_taken_back", "change", ROLE_CITY | ROLE_DISTRICT,
                                 CORRECTION_TWO_PERSONS, plan_change_taken_back, true},
    [KIND(EXPERT_ENDED)] = {"expert_ended", "expert", ROLE_CITY | ROLE_DISTRICT,
                            CORRECTION_TWO_PERSONS, plan_expert_ended, true},
    [KIND(EXPERT_RESTORED)] = {"expert_restored", "expert", ROLE_CITY | ROLE_DISTRICT,
                               CORRECTION_TWO_PERSONS, plan_expert_restored, true},
};
static const struct correction_book book = {kinds, ARRAY_LEN(kinds)};

int intake_correct(struct ctx *c)
{
    const Intake__Correct *q = c->request;
    Intake__CorrectReply reply = INTAKE__CORRECT_REPLY__INIT;
    int r = correction_ask(c, &book, (int)q->kind, q->target_id, q->authority, &reply.correction);

    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}

int intake_confirm_correction(struct ctx *c)
{
    const Intake__ConfirmCorrection *q = c->request;
    Intake__CorrectReply reply = INTAKE__CORRECT_REPLY__INIT;
    int r = correction_confirm(c, &book, q->correction_id, &reply.correction);

    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}

int intake_drop_correction(struct ctx *c)
{
    const Intake__DropCorrection *q = c->request;
    Intake__CorrectReply reply = INTAKE__CORRECT_REPLY__INIT;
    int r = correction_drop(c, &book, q->correction_id, q->note, &reply.correction);

    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}

int intake_preview_correction(struct ctx *c)
{
    const Intake__PreviewCorrection *q = c->request;
    Intake__CorrectReply reply = INTAKE__CORRECT_REPLY__INIT;
    int r = correction_preview(c, &book, (int)q->kind, q->target_id, &reply.correction);

    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}

int intake_list_corrections(struct ctx *c)
{
    const Intake__ListCorrections *q = c->request;
    Intake__ListCorrectionsReply reply = INTAKE__LIST_CORRECTIONS_REPLY__INIT;
    const char *next;
    int r = correction_list(c, q->target_id, q->state, q->after, q->limit, &reply.corrections,
                            &reply.n_corrections, &next);

    if (r)
        return r;
    reply.next = (char *)next;
    reply_with(c, &reply.base);
    return 0;
}
