/* SPDX-License-Identifier: Apache-2.0 */
/*
 * objection - what somebody has against an entry of a published notice
 */
#pragma once
#include "common/service/service.h"
#include "publicity.pb-c.h"

handler_fn publicity_get_objection, publicity_list_objections;
/* publicity.GetObjectionReceipt: by receipt and code; another code and an unknown receipt are answered alike (not_found). */
handler_fn publicity_get_objection_receipt;

struct objection {
    const char *id, *notice_id, *list_id, *programme_id, *subject_id, *state;
    const char *result; /* NULL until resolved */
    const char *objector, *contact, *grounds, *answer, *receipt;
    const char *public_summary;    /* for whoever follows the receipt; NULL: none */
    const char *promoted;          /* who moved up when it was upheld; NULL: nobody */
    int64_t filed_at, resolved_at; /* INSTANT_NONE until resolved */
    bool unit;
};

/* MSG_REFUSED (not_found) when there is none. */
int objection_need(struct ctx *c, const char *id, struct objection *ret_objection) MUST_CHECK;
/* The open ones of a list, as they were filed; in the arena. */
int objections_open(struct ctx *c, const char *list_id, struct objection **ret_objections,
                    size_t *ret_n) MUST_CHECK;
/* As a message: with @open the objector's name and contact, else the masked name alone. */
Publicity__Objection *objection_message(struct arena *a, const struct objection *o, bool open);
