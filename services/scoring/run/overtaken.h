/* SPDX-License-Identifier: Apache-2.0 */
/*
 * overtaken - a list that stands is held against the inputs of its run whenever one of them may have changed
 *
 * Publicity, which shows and fixes the list, is told of what overtook it; not of what ends a subject, which it follows by itself
 * (the entry goes, the reserve moves up). In the same transaction as what happened.
 */
#pragma once
#include "common/service/service.h"

/* Hold the lists that are not final against their inputs: of @programme_id, NULL: of all programmes of the message's region. Says
 * ListOvertaken for each where that is not what was said last. */
int lists_follow(struct ctx *c, const char *programme_id) MUST_CHECK;

/* What may overtake a list, each carried out and then followed by lists_follow(). */
handler_fn record_inspection_followed, import_inspections_followed;
handler_fn on_programme_published_followed, on_application_accepted_followed,
    on_application_returned_followed, on_application_withdrawn_followed,
    on_subject_changed_followed, on_subject_change_taken_back_followed,
    on_conditions_changed_followed;
/* publicity.ListFinalised: nothing overtakes it any more, its honours are revoked one by one. */
handler_fn on_list_finalised;
