/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application_draft - beginning an application and changing its form
 *
 * Routes (notice 三(二)): an enterprise nominates itself; a subdistrict recommends subjects of its
 * own; an enterprise may bring itself or a site it serves before the subdistrict.
 */
#pragma once
#include "common/service/service.h"

handler_fn draft_application, edit_application;
