/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry_check - whether one row of the registry is well-formed
 *
 * Identifiers: domain-facts, section 5 (GB 32100, GB/T 2260, GB/T 10114); sites "<subdistrict>-<4
 * digits>", buildings "<subdistrict>-B<3 digits>", projects "<site>-P<serial>", committees
 * "<compound>-Y<term>", by our own convention.
 */
#pragma once
#include "common/service/service.h"

/* Why a row is not taken. */
struct fault {
    enum reason reason; /* reason_none: nothing is wrong */
    const char *field;
    const char *args[3];
};
/* Whether one row, a Register message, is well-formed; fills the fault. Knows nothing of other rows.
 */
typedef void registry_check_fn(struct ctx *c, const ProtobufCMessage *message, struct fault *fault);

registry_check_fn check_enterprise, check_manager, check_expert, check_site, check_project,
    check_region, check_committee;
