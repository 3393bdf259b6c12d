/* SPDX-License-Identifier: Apache-2.0 */
/*
 * programmes - the published programmes this service works by
 */
#pragma once
#include "common/domain/programme/programme.h"
#include "common/service/service.h"

handler_fn publicity_on_programme;

/* The programme @id of the message's district as last published. MSG_LATER when its event has not
 * come yet. */
int programme_need(struct ctx *c, const char *id, const struct programme **ret_p) MUST_CHECK;
/* The programme whose exit rules hold for an honour of a @subject_kind: its own, else, as for honours
 * of earlier years, the newest of the @district that honours such subjects, else the newest at all;
 * NULL if none is known. */
int programme_for_exit(struct ctx *c, const char *district, const char *id,
                       const char *subject_kind, const struct programme **ret_p) MUST_CHECK;
