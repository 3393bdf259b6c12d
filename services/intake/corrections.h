/* SPDX-License-Identifier: Apache-2.0 */
/* corrections - the kinds of corrections intake knows (docs/corrections.md), and their five messages */
#pragma once
#include "common/domain/correction/messages.h"

CORRECTION_HANDLERS_DECLARE(intake);
