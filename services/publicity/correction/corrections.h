/* SPDX-License-Identifier: Apache-2.0 */
/* corrections - the corrections that publicity knows, and their five messages */
#pragma once
#include "common/service/service.h"

handler_fn publicity_correct, publicity_confirm_correction, publicity_drop_correction,
    publicity_preview_correction, publicity_list_corrections;
