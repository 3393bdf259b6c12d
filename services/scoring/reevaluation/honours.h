/* SPDX-License-Identifier: Apache-2.0 */
/*
 * honours - who holds an honour, as publicity last said it; where one ends, its case ends
 */
#pragma once
#include "common/service/service.h"

/* publicity.HonourGranted, publicity.HonourRevoked, publicity.HonourLapsed */
handler_fn on_honour_granted, on_honour_revoked, on_honour_lapsed;
/* A revocation or lapse was set aside: the cases it ended are open again. An honour recorded wrongly: its cases end. */
handler_fn on_honour_restored, on_honour_annulled;
