/* SPDX-License-Identifier: Apache-2.0 */
/* corrections - the kinds of corrections intake knows (docs/corrections.md), and their five messages */
#pragma once
#include "common/service/service.h"

handler_fn intake_correct, intake_confirm_correction, intake_drop_correction,
    intake_preview_correction, intake_list_corrections;
