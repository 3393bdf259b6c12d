/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry - the door to the registry for those who act on its subjects, in their own transaction
 */
#pragma once
#include "common/service/service.h"

/* A subject as the registry has it now. Its texts live as long as the message. */
struct subject {
    const char *id, *kind, *name, *state;
    const char *subdistrict; /* of a site, and of the compound of a committee */
    const char *enterprise_id, *enterprise_name,
        *manager_id; /* of a site that is served; of an enterprise itself */
    bool served;
};
/* The subject of @kind, "enterprise", "committee" or a site's; refused with not_found (field subject_id). */
int subject_load(struct ctx *c, const char *kind, const char *id, struct subject *ret_s) MUST_CHECK;
/* Until the end nothing happens to it, nor to who serves a site and the contracts there: before subject_load, for who decides by it. */
void subject_hold(struct ctx *c, const char *kind, const char *id);
/* Whether @code is a subdistrict of the message's district today: 0, or refused with region_not_here or reference_unknown. */
int registry_need_subdistrict(struct ctx *c, const char *field, const char *code) MUST_CHECK;
