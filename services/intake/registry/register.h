/* SPDX-License-Identifier: Apache-2.0 */
/* register - one row of the registry by its own message */
#pragma once
#include "common/service/service.h"

struct registry_kind;

/* Write one row of @kind, @message: 0, or refused with what is wrong with it. */
int register_row(struct ctx *c, const struct registry_kind *kind,
                 const ProtobufCMessage *message) MUST_CHECK;

handler_fn register_enterprise, register_manager, register_expert, register_site, register_project,
    register_region, register_committee;
