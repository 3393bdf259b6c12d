/* SPDX-License-Identifier: Apache-2.0 */
/* concluding - objections are investigated and concluded */
#pragma once
#include "common/service/service.h"

handler_fn publicity_investigate_objection, publicity_resolve_objection;
