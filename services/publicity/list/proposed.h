/* SPDX-License-Identifier: Apache-2.0 */
/* proposed - lists come from scoring, with their reserve */
#pragma once
#include "common/service/service.h"

/* scoring.ListProposed */
handler_fn publicity_on_list;
