/* SPDX-License-Identifier: Apache-2.0 */
/* registry - what credit keeps of intake's registry: areas and who answers for whom */
#pragma once
#include "common/service/service.h"

/* Events of intake. */
handler_fn credit_on_enterprise, credit_on_manager, credit_on_project, credit_on_change,
    credit_on_change_taken_back;
