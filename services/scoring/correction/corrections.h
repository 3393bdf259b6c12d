/* SPDX-License-Identifier: Apache-2.0 */
/* corrections - the corrections that scoring knows, and their five messages */
#pragma once
#include "common/service/service.h"

handler_fn scoring_correct, scoring_confirm_correction, scoring_drop_correction,
    scoring_preview_correction, scoring_list_corrections;
