/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application_query - reading applications: officers all of the district, subdistricts their own,
 * enterprises those they are the subject of, serve or drafted
 */
#pragma once
#include "common/service/service.h"
#include "services/intake/application/application.h"

/* Whether the actor may read @a; refused with forbidden. */
int need_reader(struct ctx *c, const struct application *a) MUST_CHECK;

handler_fn get_application, list_applications;
