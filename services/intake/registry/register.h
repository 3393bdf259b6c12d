/* SPDX-License-Identifier: Apache-2.0 */
/* register - one row of the registry by its own message */
#pragma once
#include "common/service/service.h"

handler_fn register_enterprise, register_manager, register_expert, register_site, register_project,
    register_region;
